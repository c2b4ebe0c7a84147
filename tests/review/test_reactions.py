"""What intake's events and time lead to."""

from __future__ import annotations

from datetime import datetime

import pytest

from services.review.case import commands as asked
from services.review.case import decider
from services.review.case.commands import CaseCommand
from services.review.reactions import react, timetable, when_due
from shared.contracts import intake
from shared.contracts import review as happened
from shared.contracts.core import CST, Command, Event
from shared.service.deadlines import DeadlineCleared, DeadlineSet
from tests.review import histories as h
from tests.review.recorded import filed, recorded
from tests.specification import context, given

CORRECTED = h.receive_correction()
CORRECTION_FILED = intake.CorrectionFiled(
    case_id=h.CASE,
    notice_no=1,
    filed_on=CORRECTED.filed_on,
    form=CORRECTED.form,
    county_unit=CORRECTED.county_unit,
    key_unit=CORRECTED.key_unit,
    attachments=CORRECTED.attachments,
    seals=CORRECTED.seals,
    packet_sha256=CORRECTED.packet_sha256,
    filed_by=CORRECTED.filed_by,
)
WITHDRAWN = intake.ApplicationWithdrawn(case_id=h.CASE, reason="申请人撤回", office="county:220113")


def led_to(event: Event, on: str) -> Command:
    """The one command that an event leads to."""
    (todo,) = react(recorded(event)[0])
    assert todo.ident == h.CASE
    return todo.command(context(h.SYSTEM, on))


def test_a_filing_opens_a_case() -> None:
    assert led_to(filed(h.open_case()), "2018-06-20") == h.open_case()


def test_a_correction_is_received() -> None:
    assert led_to(CORRECTION_FILED, "2018-07-02") == CORRECTED


def test_a_withdrawal_ends_the_review() -> None:
    command = led_to(WITHDRAWN, "2018-07-01")
    assert isinstance(command, asked.DiscontinueReview)
    given(decider, h.opened()).when(command).then_kinds(happened.ReviewDiscontinued)


def test_nothing_else_leads_to_anything() -> None:
    assert react(recorded(h.opened()[0])[0]) == ()


def deadlines(events: tuple[Event, ...]) -> dict[str, datetime]:
    """The deadlines that stand after these events."""
    standing: dict[str, datetime] = {}
    for envelope in recorded(*events):
        for change in timetable(envelope):
            match change:
                case DeadlineSet():
                    standing[change.kind] = change.due
                case DeadlineCleared():
                    standing.pop(change.kind, None)
    return standing


def start_of(day: str) -> datetime:
    """Midnight in China."""
    return datetime.fromisoformat(f"{day}T00:00:00+08:00")


@pytest.mark.parametrize(
    ("events", "standing"),
    [
        (h.opened(), {"formal-examination": "2018-06-28"}),
        (h.noticed(), {"correction": "2018-07-21"}),
        (h.history(h.receive_correction(), since=h.noticed()), {"formal-examination": "2018-07-10"}),
        (h.accepted(), {}),
        (h.publicised(), {"publicity": "2018-08-25"}),
        (h.publicity_over(), {}),
        (h.approved(), {}),
    ],
)
def test_a_time_limit_ends_with_the_day_after_its_last(events: tuple[Event, ...], standing: dict[str, str]) -> None:
    assert deadlines(events) == {kind: start_of(day) for kind, day in standing.items()}


def test_the_end_of_a_case_clears_every_deadline() -> None:
    command = led_to(WITHDRAWN, "2018-07-01")
    assert isinstance(command, asked.DiscontinueReview)
    assert deadlines(h.history(command, since=h.noticed())) == {}


@pytest.mark.parametrize(
    ("events", "kind", "due", "leads_to"),
    [
        (h.opened(), "formal-examination", "2018-06-28", happened.FormalExaminationOverdue),
        (h.noticed(), "correction", "2018-07-21", happened.CorrectionOverdue),
        (h.publicised(), "publicity", "2018-08-25", happened.PublicityEnded),
    ],
)
def test_a_deadline_does_what_it_is_for_once(
    events: tuple[Event, ...], kind: str, due: str, leads_to: type[Event]
) -> None:
    todo = when_due(DeadlineSet(h.CASE, kind, start_of(due)))
    command: CaseCommand = todo.command(context(h.SYSTEM, due))  # type: ignore[assignment]  # it is one of the case's
    given(decider, events).when(command).then_kinds(leads_to).again().then()


def test_a_deadline_that_is_not_reviews_is_refused() -> None:
    with pytest.raises(KeyError):
        when_due(DeadlineSet(h.CASE, "yearly-report", datetime(2019, 4, 1, tzinfo=CST)))
