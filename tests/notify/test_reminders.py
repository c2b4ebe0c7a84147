"""Reminders come before the last day, the nearest only, and not for what is done."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.notify.aggregates import rules
from services.notify.aggregates.reminder import (
    REMINDER,
    ClearReminder,
    PlanReminder,
    RaiseOverdue,
    RaiseReminder,
    moment,
    moment_after,
)
from services.notify.notices.reminders import LastDay, ends, last_days
from shared.contracts import intake, lifecycle, review
from shared.contracts.core import Due, Event, Role
from shared.contracts.lifecycle import AnnualReportMissed, AnnualReportOverdue, DistrictDesignated
from shared.contracts.notify import Matter, MatterOverdue, ReminderCleared, ReminderPlanned, ReminderRaised
from shared.contracts.review import ApplicationAccepted, CorrectionNoticeIssued, CorrectionOverdue
from shared.programme.vocabulary import TimeLimit
from tests.notify.messages import envelope
from tests.notify.samples import EVENTS
from tests.specification import actor, context, given

DUE = Due(date(2019, 4, 1))


def plan(on: str = "2018-07-02", due: Due = DUE, who: str = "system:notify", role: Role = Role.SYSTEM) -> PlanReminder:
    return PlanReminder(
        context=context(actor(who, role), on),
        case_id="case",
        last_day=LastDay(Matter.ANNUAL_REPORT, due, "2019"),
        days_before=(30, 7, 1),
        cause=envelope(EVENTS[DistrictDesignated], seq=1),
    )


def raise_(days: int, on: str) -> RaiseReminder:
    return RaiseReminder(context=context(actor("system:notify", Role.SYSTEM), on), days_before=days)


PLANNED = given(REMINDER).when(plan()).and_then()


def test_planned_once() -> None:
    given(REMINDER).when(plan()).then_kinds(ReminderPlanned).again().then()
    given(REMINDER).when(plan(who="county:220113", role=Role.COUNTY)).refused(rules.SYSTEM_ONLY)


def test_what_lies_behind_is_not_planned() -> None:
    (event,) = given(REMINDER).when(plan("2019-03-20")).events
    assert isinstance(event, ReminderPlanned)
    assert event.days_before == (7, 1)


def test_a_new_last_day_replaces_the_old_plan() -> None:
    (event,) = PLANNED.when(plan("2019-03-20", Due(date(2019, 5, 6)))).events
    assert isinstance(event, ReminderPlanned)
    assert event.replaces == (30, 7, 1)


def test_raised_in_time_and_once() -> None:
    (event,) = PLANNED.when(raise_(7, "2019-03-25")).then_kinds(ReminderRaised).events
    assert isinstance(event, ReminderRaised)
    assert event.days_left == 7
    PLANNED.when(raise_(7, "2019-03-25")).again().then()


def test_of_several_that_are_due_only_the_nearest_is_raised() -> None:
    PLANNED.when(raise_(30, "2019-03-31")).then()
    PLANNED.when(raise_(7, "2019-03-31")).then()
    PLANNED.when(raise_(1, "2019-03-31")).then_kinds(ReminderRaised)


def test_none_after_the_last_day() -> None:
    PLANNED.when(raise_(1, "2019-04-02")).then()


def test_none_for_what_is_done() -> None:
    clear = ClearReminder(context=context(actor("system:notify", Role.SYSTEM), "2019-03-01"), reason="filed")
    done = PLANNED.when(clear)
    done.then_kinds(ReminderCleared).again().then()
    done.and_then().when(raise_(1, "2019-03-31")).then()
    given(REMINDER).when(clear).then()


def test_the_moment_is_eight_in_the_morning_in_china() -> None:
    assert moment(DUE, 7).isoformat() == "2019-03-25T08:00:00+08:00"


@pytest.mark.parametrize(
    ("event", "matters"),
    [
        (ApplicationAccepted(case_id="c", accepted_by="p"), [(Matter.FORMAL_EXAMINATION, ""), (Matter.CORRECTION, "")]),
        (AnnualReportMissed(case_id="c", year=2019, due=DUE), [(Matter.ANNUAL_REPORT, "2019")]),
        (CorrectionOverdue(case_id="c", notice_no=1, due=DUE), []),
        (AnnualReportOverdue(case_id="c", year=2019, due=DUE), []),
    ],
)
def test_what_ends_a_matter(event: Event, matters: list[tuple[Matter, str]]) -> None:
    assert [(one.matter, one.item) for one in ends(event)] == matters


def test_what_sets_a_last_day() -> None:
    (found,) = last_days(CorrectionNoticeIssued(case_id="c", notice_no=1, items=(), due=DUE))
    assert (found.matter, found.due) == (Matter.CORRECTION, DUE)


def late(days: int, on: str) -> RaiseOverdue:
    return RaiseOverdue(context=context(actor("system:notify", Role.SYSTEM), on), days_after=days)


def test_it_is_told_that_a_last_day_has_passed_and_once() -> None:
    PLANNED.when(late(7, "2019-04-07")).then()
    told = PLANNED.when(late(7, "2019-04-08"))
    (event,) = told.then_kinds(MatterOverdue).events
    assert isinstance(event, MatterOverdue)
    assert event.days_after == 7
    told.again().then()
    told.and_then().when(late(30, "2019-05-01")).then_kinds(MatterOverdue)


def test_after_a_long_silence_it_is_told_once_how_late_it_is() -> None:
    told = PLANNED.when(late(7, "2019-05-11"))
    (event,) = told.events
    assert isinstance(event, MatterOverdue)
    assert event.days_after == 40
    told.and_then().when(late(30, "2019-05-11")).then()


def test_what_is_done_is_not_overdue() -> None:
    clear = ClearReminder(context=context(actor("system:notify", Role.SYSTEM), "2019-03-01"), reason="filed")
    PLANNED.when(clear).and_then().when(late(7, "2019-04-08")).then()
    given(REMINDER).when(late(7, "2019-04-08")).then()


def test_it_is_told_at_eight_in_the_morning_in_china() -> None:
    assert moment_after(DUE, 7).isoformat() == "2019-04-08T08:00:00+08:00"


def test_a_reminder_is_planned_for_the_days_to_come_and_raised_until_the_last_day() -> None:
    (event,) = given(REMINDER).when(plan("2019-03-25")).events
    assert isinstance(event, ReminderPlanned)
    assert event.days_before == (1,), "that of seven days before would be today's"
    PLANNED.when(raise_(1, DUE.on.isoformat())).then_kinds(ReminderRaised)


def test_a_day_that_was_counted_again_is_reminded_of_anew_where_its_own_service_says_so() -> None:
    now = Due(date(2018, 7, 20))
    fact: dict[str, Any] = {"case_id": "c", "was": DUE, "now": now, "document_number": "国办发明电〔2026〕9号"}
    report = lifecycle.DeadlineRecounted(matter=TimeLimit.ANNUAL_REPORT, year=2027, **fact)
    assert list(last_days(report)) == [LastDay(Matter.ANNUAL_REPORT, now, "2027")]
    assert list(last_days(review.DeadlineRecounted(matter=TimeLimit.CORRECTION, **fact))) == [
        LastDay(Matter.CORRECTION, now, "")
    ]
    assert not list(last_days(intake.DeadlineRecounted(matter=TimeLimit.CORRECTION, **fact)))
    assert not list(last_days(review.DeadlineRecounted(matter=TimeLimit.PUBLICITY, **fact)))
