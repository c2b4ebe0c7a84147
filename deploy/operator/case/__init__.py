"""``juqu case``: the story of one case."""
