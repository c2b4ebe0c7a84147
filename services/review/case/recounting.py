"""Counting a running last day again, once a notice of holidays has changed the calendar that it was counted by."""

from __future__ import annotations

from services.review.case import commands
from services.review.case.state import Correcting, Examining, InPublicity, OnFile
from shared.contracts import review as events
from shared.contracts.core import Due, Outcome
from shared.programme.dates.announced import announced, moved
from shared.programme.dates.calendar import WorkingCalendar
from shared.programme.vocabulary import TimeLimit


def count_again(state: OnFile, command: commands.CountAgain) -> Outcome:
    """The last day that is still running moves, or is settled; nothing where it stays, or another runs by now."""
    was, by = _running(state, command.matter), announced(command.context.calendar)
    if was is None or was.on != command.due_on or by.last is None:
        return ()
    now = moved(was, _counted(state, command, by.calendar), command.context.today)
    if now is None:
        return ()
    return (
        events.DeadlineRecounted(
            case_id=state.file.case_id,
            matter=command.matter,
            was=was,
            now=now,
            document_number=by.last.document_number,
        ),
    )


def _running(state: OnFile, matter: TimeLimit) -> Due | None:
    """The last day of a matter, while it runs."""
    match state, matter:
        case Examining(due=due), TimeLimit.FORMAL_EXAMINATION:
            return due
        case Correcting(notices=(*_, last)), TimeLimit.CORRECTION:
            return last.due
        case InPublicity(ends=ends), TimeLimit.PUBLICITY:
            return ends
        case _:
            return None


def _counted(state: OnFile, command: commands.CountAgain, calendar: WorkingCalendar) -> Due:
    """The last day as the calendar counts it; that of publicity from its first day."""
    law = state.file.policy
    if isinstance(state, InPublicity):
        return calendar.period_from(state.starts_on, law.publicity_working_days)
    correcting = command.matter is TimeLimit.CORRECTION
    days = law.correction_working_days if correcting else law.formal_examination_working_days
    return calendar.add_working_days(command.since, days)
