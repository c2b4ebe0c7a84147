"""Asking the services, with the person's own token, and what becomes of their answers."""
