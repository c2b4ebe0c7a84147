"""Read models: folds, the tables they fill, positions and parked events, rebuilds and proofs that they are right."""
