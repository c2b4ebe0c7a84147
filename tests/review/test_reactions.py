"""What intake's events and time lead to."""

from __future__ import annotations

from datetime import datetime

import pytest

from services.review.case import commands, decider
from services.review.case.commands import CaseCommand
from services.review.reactions import react, timetable, when_due
from shared.contracts import review as events
from shared.contracts.core import CST, Command, Event
from shared.service.deadlines import DeadlineCleared, DeadlineSet
from tests.review import histories as h
from tests.review.recorded import recorded
from tests.specification import context, given


def led_to(event: Event, on: str) -> Command:
    """The one command that an event leads to."""
    (todo,) = react(recorded(event)[0])
    assert todo.ident == h.CASE
    return todo.command(context(h.SYSTEM, on))


def test_a_filing_opens_a_case() -> None:
    assert led_to(h.FILING, "2018-06-20") == h.open_case()


def test_a_correction_is_received() -> None:
    assert led_to(h.CORRECTION, "2018-07-02") == h.receive_correction()


def test_a_withdrawal_ends_the_review() -> None:
    command = led_to(h.discontinue().withdrawal, "2018-07-01")
    assert isinstance(command, commands.DiscontinueReview)
    given(decider, h.opened()).when(command).then_kinds(events.ReviewDiscontinued)


def test_nothing_else_leads_to_anything() -> None:
    assert react(recorded(h.opened()[0])[0]) == ()


def deadlines(history: tuple[Event, ...]) -> dict[str, datetime]:
    """The deadlines that stand after these events."""
    standing: dict[str, datetime] = {}
    for envelope in recorded(*history):
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
    ("history", "standing"),
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
def test_a_time_limit_ends_with_the_day_after_its_last(history: tuple[Event, ...], standing: dict[str, str]) -> None:
    assert deadlines(history) == {kind: start_of(day) for kind, day in standing.items()}


def test_the_end_of_a_case_clears_every_deadline() -> None:
    command = led_to(h.discontinue().withdrawal, "2018-07-01")
    assert isinstance(command, commands.DiscontinueReview)
    assert deadlines(h.history(command, since=h.noticed())) == {}


@pytest.mark.parametrize(
    ("history", "kind", "due", "leads_to"),
    [
        (h.opened(), "formal-examination", "2018-06-28", events.FormalExaminationOverdue),
        (h.noticed(), "correction", "2018-07-21", events.CorrectionOverdue),
        (h.publicised(), "publicity", "2018-08-25", events.PublicityEnded),
    ],
)
def test_a_deadline_does_what_it_is_for_once(
    history: tuple[Event, ...], kind: str, due: str, leads_to: type[Event]
) -> None:
    todo = when_due(DeadlineSet(h.CASE, kind, start_of(due)))
    command: CaseCommand = todo.command(context(h.SYSTEM, due))  # type: ignore[assignment]  # it is one of the case's
    given(decider, history).when(command).then_kinds(leads_to).again().then()


def test_a_deadline_that_is_not_reviews_is_refused() -> None:
    with pytest.raises(KeyError):
        when_due(DeadlineSet(h.CASE, "yearly-report", datetime(2019, 4, 1, tzinfo=CST)))
