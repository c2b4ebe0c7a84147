"""The relay's process: it publishes the log to Redis Streams, and serves it as a feed."""
