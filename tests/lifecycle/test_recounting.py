"""A changed calendar moves the running last days of a district, each once; over HTTP, all by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.lifecycle.district import commands, decider
from services.lifecycle.reactions import again, timetable
from shared.contracts import lifecycle as events
from shared.contracts.core import Due, derived_id
from shared.contracts.office import CALENDAR, CalendarAnnounced
from shared.eventlog.log import EventLog
from shared.programme.dates import announced
from shared.programme.dates.days import first_moment_after
from shared.programme.vocabulary import TimeLimit
from shared.service.deadlines import DeadlineMoved
from shared.service.recounting import StandingDeadline
from tests.lifecycle.served import Served, serving
from tests.lifecycle.situations import (
    CASE,
    COUNTY,
    KEY_UNIT,
    PROVINCE,
    SYSTEM,
    after,
    conclude,
    designate,
    extend,
    history,
    invite,
    lapse,
    order,
    reassess,
    report,
)
from tests.notify.messages import envelope
from tests.office.notices import NUMBER, announced_event, announcement, extra, knowing
from tests.office.people import LEAD
from tests.servers import Database
from tests.specification import context

EXTRA = extra(date(2027, 3, 31), "周三")
UNTIL_JUNE = extra(date(2027, 6, 30), "周三")
DESIGNATED = designate("2025-08-20")


def counting(kind: str, last_day: str, on: str, calendar: str) -> commands.CountAgain:
    """What the changed calendar leads to on a day."""
    due = first_moment_after(date.fromisoformat(last_day))
    todo = again(StandingDeadline(CASE, kind, due, date(2025, 8, 20)))
    assert todo is not None
    command = todo.command(replace(context(SYSTEM, on), calendar=calendar))
    assert isinstance(command, commands.CountAgain)
    return command


def recounted(matter: TimeLimit, was: Due, now: Due, year: int | None = None) -> events.DeadlineRecounted:
    return events.DeadlineRecounted(case_id=CASE, matter=matter, year=year, was=was, now=now, document_number=NUMBER)


@pytest.mark.parametrize(
    ("kind", "matter", "was", "now"),
    [
        ("report-overdue:2027", TimeLimit.ANNUAL_REPORT, "2027-03-31", "2027-04-01"),
        ("report-missed:2027", TimeLimit.LATE_REPORT, "2027-06-30", "2027-07-01"),
    ],
)
def test_the_days_of_a_report_move_once(kind: str, matter: TimeLimit, was: str, now: str) -> None:
    told = recounted(matter, Due(date.fromisoformat(was), True), Due(date.fromisoformat(now)), 2027)
    with knowing(announcement(EXTRA, UNTIL_JUNE)) as name:
        after(DESIGNATED).when(counting(kind, was, "2026-11-10", name)).then(told).again().then()
    (change,) = timetable(envelope(told))
    assert change == DeadlineMoved(CASE, kind, first_moment_after(told.now.on), provisional=False)


def test_a_day_that_stays_is_settled_and_later_reports_are_late_by_it() -> None:
    settled = recounted(TimeLimit.ANNUAL_REPORT, Due(date(2027, 3, 31), True), Due(date(2027, 3, 31)), 2027)
    with knowing(announcement()) as name:
        told = after(DESIGNATED).when(counting("report-overdue:2027", "2027-03-31", "2026-11-10", name))
        told.then(settled)
    state = told.given.decider.initial
    for event in (*history(DESIGNATED), settled):
        state = decider.evolve(state, event)
    (due,) = (each.due for each in state.district.reports if each.year == 2027)  # type: ignore[union-attr]
    assert due == Due(date(2027, 3, 31))


def test_what_is_filed_missed_or_over_stays() -> None:
    with knowing(announcement(EXTRA)) as name:
        filed = after(DESIGNATED, report(2027, "2027-01-11"))
        filed.when(counting("report-overdue:2027", "2027-03-31", "2027-01-12", name)).then()
        over = counting("report-overdue:2027", "2027-03-31", "2027-04-02", name)
        after(DESIGNATED).when(over).then()
    assert (
        again(StandingDeadline(CASE, "assessment-overdue:1", first_moment_after(date(2028, 8, 19)), date(2025, 8, 20)))
        is None
    )


ASSESSED = (designate("2023-09-20"), conclude("50", "50", "2026-09-14"))
ORDERED = (*ASSESSED, order("2026-09-30"))
HEARD = (*ASSESSED, order("2026-09-15", 3), lapse("2026-12-15", "2026-12-16"))
INVITED = (*HEARD, reassess("45", "2026-12-24"), invite("2026-12-25"))


@pytest.mark.parametrize(
    ("steps", "matter", "off", "was", "now"),
    [
        (ORDERED, TimeLimit.RECTIFICATION, ("2027-03-30", "周二"), "2027-03-30", "2027-03-31"),
        (
            (*ORDERED, extend(1, "2026-10-15")),
            TimeLimit.RECTIFICATION,
            ("2027-04-30", "周五"),
            "2027-04-30",
            "2027-05-06",
        ),
        (INVITED, TimeLimit.HEARING, ("2027-01-04", "周一"), "2027-01-04", "2027-01-05"),
    ],
    ids=["rectification", "extended", "hearing"],
)
def test_the_time_to_rectify_and_to_be_heard_moves(
    steps: tuple[Any, ...], matter: TimeLimit, off: tuple[str, str], was: str, now: str
) -> None:
    day, weekday = off
    told = recounted(matter, Due(date.fromisoformat(was), True), Due(date.fromisoformat(now)))
    with knowing(announcement(extra(date.fromisoformat(day), weekday))) as name:
        counted = counting(matter.value, was, "2026-12-26", name)
        after(*steps).when(counted).then(told).again().then()


@pytest.fixture
async def served(database: Database, redis_url: str, state_dir: Path) -> AsyncIterator[Served]:
    async with serving(database, redis_url, state_dir) as running:
        yield running
    announced.take(())


async def test_an_announcement_moves_days_and_takes_the_mark_away(served: Served) -> None:
    await served.approve(CASE, "2026-08-20", "220502", KEY_UNIT)
    assert await _reports(served) == [("2027-03-31", True), ("2028-03-31", True), ("2029-04-02", True)]
    await _announce(served, announced_event(EXTRA), 0)
    await _until(served, [("2027-04-01", False), ("2028-03-31", True), ("2029-04-02", True)])
    known = announced_event(EXTRA).sha256
    await _announce(served, announced_event(replaces=known), 1)
    await _until(served, [("2027-03-31", False), ("2028-03-31", True), ("2029-04-02", True)])
    timeline: list[dict[str, str]] = await served.get(PROVINCE, f"/districts/{CASE}/timeline")
    told = [line for line in timeline if line["type"] == "lifecycle.DeadlineRecounted"]
    assert len(told) == 3, "the report's day twice; the last day to be late is settled, once"


async def _reports(served: Served) -> list[tuple[str, bool]]:
    reports = await served.get(COUNTY, f"/districts/{CASE}/reports")
    return [(each["due"], each["provisional"]) for each in reports]


async def _until(served: Served, reports: list[tuple[str, bool]]) -> None:
    async with asyncio.timeout(30):
        while await _reports(served) != reports:
            await asyncio.sleep(0.05)


async def _announce(served: Served, event: CalendarAnnounced, version: int) -> None:
    """As office appends it."""
    of_office = replace(context(LEAD, "2026-11-10"), command_id=derived_id("announce", str(version)))
    async with await EventLog.open(served.database.url("office")) as log:
        await log.append(CALENDAR, version, (event,), of_office)
