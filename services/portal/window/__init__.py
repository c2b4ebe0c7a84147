"""The public window: pages for everybody."""
