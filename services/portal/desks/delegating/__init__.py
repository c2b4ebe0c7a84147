"""Letting a colleague act, and acting for the head of one's office."""
