"""``juqu person`` and ``juqu keys``: what is known of a person, and erasing it."""
