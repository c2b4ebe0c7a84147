"""Who is told of an event, and whether that is still true."""
