"""The notary's process: it signs what the log holds, and answers for it."""
