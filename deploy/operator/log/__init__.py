"""``juqu log``: looking, exporting, proving, verifying."""
