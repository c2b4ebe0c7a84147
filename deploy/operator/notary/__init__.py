"""``juqu notary``: its keys, its tables, the history that it accepts."""
