"""Fixtures of the whole test tree; the real servers are in ``tests/servers.py``."""

from pathlib import Path

import pytest

pytest_plugins = ["tests.servers", "tests.standby"]

ROOT = Path(__file__).parent
LATER = (
    "eventlog",
    "messaging",
    "projections",
    "notify",
    "notary",
    "api",
    "bench",
    "deploy",
    "privacy",
    "journeys",
    "operator",
    "demo",
    "portal",
    "faults",
)
"""What needs servers comes after what needs none, whole systems after single processes, then browsers, faults last."""

LONGEST_ID = 40
"""Bytes that the name of a test shows of a parameter."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tell of the smallest thing that is wrong first."""
    items.sort(key=lambda item: _place(item.path))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Call a test of a file after its argument: what is in it differs from process to process."""
    return argname if isinstance(val, bytes) and len(val) > LONGEST_ID else None


def _place(path: Path) -> int:
    name = path.relative_to(ROOT).as_posix()
    return next((place for place, start in enumerate(LATER, 1) if name.startswith(start)), 0)
