"""A district's life: its rules one by one, and four districts from designation to their fate."""
