"""Read models: folds, the tables they fill, checkpoints and parked events, rebuilds and proofs that they are right."""
