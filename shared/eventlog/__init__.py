"""The append-only event log: append, read, prove; and what follows it into tables."""
