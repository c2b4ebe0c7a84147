"""A plugin of pytest: leaves out the tests that need a server."""

import pytest

from tests.mutants.trial import pure


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the pure ones."""
    items[:] = pure(items)
