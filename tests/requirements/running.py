"""Run the tests that the requirements name, and see what each did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest

from shared.contracts.core import Outcome, Refusal, event_type
from tests import specification


@dataclass
class Shown:
    """What a test did: whether every case of it passed, and the events that its specifications led to."""

    passed: bool = True
    events: set[str] = field(default_factory=set)


@dataclass(eq=False)
class Observer:
    """A plugin of pytest that keeps what each test did, by its id without the parameters."""

    shown: dict[str, Shown] = field(default_factory=lambda: defaultdict(Shown))
    _running: str = ""

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """A test begins."""
        self._running = nodeid.partition("[")[0]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A phase of a test ended."""
        self.shown[report.nodeid.partition("[")[0]].passed &= report.passed

    def decided(self, outcome: Outcome) -> None:
        """A command was decided in the test that runs."""
        if not isinstance(outcome, Refusal):
            self.shown[self._running].events |= {event_type(event).name for event in outcome}


def run(tests: Iterable[str]) -> dict[str, Shown]:
    """What each of these tests did. Raises RuntimeError where one is unknown or none could run."""
    observer = Observer()
    specification.OBSERVERS.append(observer.decided)
    try:
        code = pytest.main(["-qq", "-n0", "-p", "no:cacheprovider", *dict.fromkeys(tests)], [observer])
    finally:
        specification.OBSERVERS.remove(observer.decided)
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise RuntimeError(f"the tests could not be run: {code!r}")
    return dict(observer.shown)


__all__ = ["Observer", "Shown", "run"]
