"""Whether two read models hold the same: digests and differences."""
