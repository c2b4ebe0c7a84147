"""Vocabulary and machinery the four services share."""
