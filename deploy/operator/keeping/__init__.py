"""``juqu backup`` and ``juqu drill``."""
