"""Telling open pages that what they show has changed: ids and numbers, nothing personal."""
