"""Vocabulary and machinery the five services share."""
