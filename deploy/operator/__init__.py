"""``juqu``: the operators' command line."""
