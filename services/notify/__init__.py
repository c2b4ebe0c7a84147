"""Notify: tells whom it concerns, by mail and SMS, on every step and before every deadline."""
