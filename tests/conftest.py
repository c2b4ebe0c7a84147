"""Fixtures of the whole test tree; the real servers are in ``tests/servers.py``."""

pytest_plugins = ["tests.servers"]
