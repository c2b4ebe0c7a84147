"""``juqu notices``: what was sent, what would be, and whether it arrived."""
