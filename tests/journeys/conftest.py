"""A failure is told with what the processes of the play said last: their logs may be gone with the machine."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from tests.journeys.playing import Aftermath


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Adds a section to the report of a test that failed."""
    report = yield
    if report.failed:
        for name, value in getattr(item, "funcargs", {}).items():
            if isinstance(value, Aftermath):
                report.sections.append((f"what the processes of {name} said last", value.last_words))
    return report
