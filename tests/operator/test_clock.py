"""The driven clock, and that the machine's is left alone."""

from __future__ import annotations

from shared.contracts.office import CALENDAR
from tests.office.notices import announced_event
from tests.office.people import LEAD
from tests.operator.conftest import System


async def test_a_driven_clock_is_set_and_set_again(system: System) -> None:
    system.note(clock="driven")
    for _ in range(2):
        said = await system.juqu("clock", "set", "2018-09-29")
        assert (said.code, said.out.split(",")[0]) == (0, "2018-09-29 09:00:00 in China")
    assert "Saturday, a working day, 国庆节" in said.out
    shown = (await system.juqu("clock", "show", "--json")).json[0]
    assert (shown["now"], shown["clock"]) == ("2018-09-29T09:00:00+08:00", "driven")


async def test_time_does_not_go_back(system: System) -> None:
    system.note(clock="driven")
    await system.juqu("clock", "set", "2018-06-20T17:30")
    assert "does not go back" in (await system.juqu("clock", "set", "2018-06-20")).refused
    assert (await system.juqu("clock", "show")).out.startswith("2018-06-20 17:30:00")


async def test_a_day_is_what_the_announced_calendar_says(system: System) -> None:
    system.note(clock="driven")
    said = await system.juqu("clock", "set", "2027-02-14")
    assert "Sunday, a working day, 春节 (provisional)" in said.out
    await system.append("office", CALENDAR, LEAD, "2026-11-10", announced_event())
    assert "Sunday, not a working day;" in (await system.juqu("clock", "show")).out


async def test_the_machines_clock_is_not_set(system: System) -> None:
    assert "not set from here" in (await system.juqu("clock", "set", "2030-01-01")).refused
