"""Everything that starts, lays out and operates the system."""
