"""The append-only event log: append, read, prove."""
