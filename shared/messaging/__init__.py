"""From the event log to Redis Streams and the feed, and from there to followers and workers."""
