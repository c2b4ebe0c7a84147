"""A changed calendar moves the running last days of a case, each once, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from services.review.case import commands, decider
from services.review.reactions import again, timetable
from shared.contracts import review as events
from shared.contracts.core import CST, Due, Event
from shared.programme.dates.calendar import shipped_rows
from shared.programme.dates.days import first_moment_after
from shared.programme.values.holidays import DayKind, HolidayNotice, HolidayRow
from shared.programme.vocabulary import TimeLimit
from shared.service.deadlines import DeadlineMoved
from shared.service.recounting import StandingDeadline
from tests.notify.messages import envelope
from tests.office.notices import knowing
from tests.review import histories as h
from tests.review.test_views import case
from tests.specification import context, given

OFF = (date(2018, 6, 25), date(2018, 8, 24))
NOTICE = HolidayNotice(
    year=2018,
    document_number="国办发明电〔2018〕8号",
    rows=(*shipped_rows(2018), *(HolidayRow(on=on, kind=DayKind.OFF, name="临时放假") for on in OFF)),
)


def counting(kind: str, set_on: str, last_day: str, on: str, calendar: str) -> commands.CountAgain:
    """What the changed calendar leads to on a day."""
    standing = StandingDeadline(
        h.CASE, kind, first_moment_after(date.fromisoformat(last_day)), date.fromisoformat(set_on)
    )
    command = again(standing).command(replace(context(h.SYSTEM, on), calendar=calendar))
    assert isinstance(command, commands.CountAgain)
    return command


@pytest.mark.parametrize(
    ("history", "kind", "set_on", "was", "now"),
    [
        (h.opened(), "formal-examination", "2018-06-20", "2018-06-27", "2018-06-28"),
        (h.noticed(), "correction", "2018-06-22", "2018-07-20", "2018-07-23"),
        (h.publicised(), "publicity", "2018-08-17", "2018-08-24", "2018-08-27"),
    ],
)
def test_a_running_last_day_moves_once(history: tuple[Event, ...], kind: str, set_on: str, was: str, now: str) -> None:
    with knowing(NOTICE) as name:
        told = events.DeadlineRecounted(
            case_id=h.CASE,
            matter=TimeLimit(kind),
            was=h.due(was),
            now=h.due(now),
            document_number=NOTICE.document_number,
        )
        command = counting(kind, set_on, was, "2018-06-21", name)
        given(decider, history).when(command).then(told).again().then()
        given(decider, (*history, told)).when(counting(kind, set_on, now, "2018-06-21", name)).then()
    midnight = datetime.combine(date.fromisoformat(now), datetime.min.time(), CST)
    (change,) = timetable(envelope(told))
    assert isinstance(change, DeadlineMoved)
    assert (change.kind, (change.due - midnight).days) == (kind, 1)


def test_a_day_that_is_over_or_belongs_to_another_stage_stays() -> None:
    with knowing(NOTICE) as name:
        overdue = counting("formal-examination", "2018-06-20", "2018-06-27", "2018-06-28", name)
        given(decider, h.opened()).when(overdue).then()
        late = counting("formal-examination", "2018-06-20", "2018-06-27", "2018-06-21", name)
        given(decider, h.noticed()).when(late).then()
        given(decider, h.approved()).when(late).then()


def test_nobody_asks_for_it() -> None:
    with knowing(NOTICE) as name:
        command = counting("formal-examination", "2018-06-20", "2018-06-27", "2018-06-21", name)
        by_an_officer = replace(command, context=replace(command.context, actor=h.OFFICER))
        assert given(decider, h.opened()).when(by_an_officer).outcome


def test_what_is_decided_later_counts_by_the_calendar_of_then() -> None:
    with knowing(NOTICE) as name:
        opening = h.open_case()
        (opened,) = given(decider).when(replace(opening, context=replace(opening.context, calendar=name))).events
    assert isinstance(opened, events.CaseOpened)
    assert opened.formal_examination_due == h.due("2018-06-28")


def test_the_row_of_the_case_shows_the_day_and_that_it_is_settled() -> None:
    told = events.DeadlineRecounted(
        case_id=h.CASE,
        matter=TimeLimit.CORRECTION,
        was=Due(date(2018, 7, 20), True),
        now=h.due("2018-07-23"),
        document_number=NOTICE.document_number,
    )
    row = case((*h.noticed(), told))
    assert (row["correction_due"], row["last_day"], row["provisional"]) == (date(2018, 7, 23), date(2018, 7, 23), False)


@pytest.mark.parametrize("matter", TimeLimit)
def test_a_time_limit_of_another_service_changes_nothing_of_a_case(matter: TimeLimit) -> None:
    told = events.DeadlineRecounted(
        case_id=h.CASE, matter=matter, was=h.due("2018-06-27"), now=h.due("2018-06-28"), document_number="号"
    )
    before, after = case(h.opened()), case((*h.opened(), told))
    own = {TimeLimit.FORMAL_EXAMINATION, TimeLimit.CORRECTION, TimeLimit.PUBLICITY}
    moved = {name for name in after if name.endswith(("_due", "_ends_on")) and after[name] != before[name]}
    assert bool(moved) is (matter in own)
