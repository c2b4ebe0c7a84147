"""The notary: a Merkle tree over the exact stored events, signed checkpoints, and proofs that hold without us."""
