"""``juqu calendar`` and ``juqu policy``: the law as it is announced, loaded from files."""
