"""The tasks that measure juqu."""
