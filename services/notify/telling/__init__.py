"""Whom an event is told to, and whether it still is true."""
