"""The tasks that measure what the servers and drivers can do, with nothing of juqu around them."""
