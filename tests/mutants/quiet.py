"""How pytest runs the tests of a pure room: no servers, no output, and the same examples each time."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, Phase, settings

QUIET = (
    *("-o", "addopts=--import-mode=importlib", "--hypothesis-seed=0"),
    *(word for name in ("cacheprovider", "xdist", "terminal", "valkey") for word in ("-p", f"no:{name}")),
)
NEEDS_SERVERS = {"servers", "state_dir"}

settings.register_profile(
    "mutants",
    phases=(Phase.explicit, Phase.generate),
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("mutants")
"""A failure is all that is asked for, not the smallest; and a busy machine is none."""


def pure(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The tests that need no server."""
    return [item for item in items if not NEEDS_SERVERS & set(getattr(item, "fixturenames", ()))]
