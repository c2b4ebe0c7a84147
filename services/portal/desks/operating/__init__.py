"""The operator's desk: whether everything runs, what wants attention, the notices, the providers, the notary."""
