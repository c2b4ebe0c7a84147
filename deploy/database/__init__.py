"""Database roles, schemas and migrations."""
