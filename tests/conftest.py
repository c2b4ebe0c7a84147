"""Fixtures of the whole test tree; the real servers are in ``tests/servers.py``."""

from pathlib import Path

import pytest

pytest_plugins = ["tests.servers", "tests.standby"]

ROOT = Path(__file__).parent
LONGEST = (
    "journeys",
    "api/test_schemathesis.py",
    "faults",
    "privacy/test_erasing.py",
    "operator",
    "bench",
    "api",
    "notary",
    "notify",
    "projections",
    "messaging",
)
"""What takes minutes comes first, so that no process is left alone with it while the others have nothing to do."""

LONGEST_ID = 40
"""Bytes that the name of a test shows of a parameter."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first."""
    items.sort(key=lambda item: _place(item.path))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Call a test of a file after its argument: what is in it differs from process to process."""
    return argname if isinstance(val, bytes) and len(val) > LONGEST_ID else None


def _place(path: Path) -> int:
    name = path.relative_to(ROOT).as_posix()
    return next((place for place, start in enumerate(LONGEST) if name.startswith(start)), len(LONGEST))
