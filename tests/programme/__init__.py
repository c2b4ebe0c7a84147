"""Tests of the rules and the vocabulary of the programme."""
