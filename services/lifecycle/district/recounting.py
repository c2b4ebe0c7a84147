"""Counting a running last day again, once a notice of holidays has changed the calendar that it was counted by."""

from __future__ import annotations

from services.lifecycle.district import commands
from services.lifecycle.district.cycle import hearing_due, late_report_due, rectification_due, report_due
from services.lifecycle.district.state import District, Hearing, Rectifying, Standing, YearlyReport
from shared.contracts import lifecycle as events
from shared.contracts.core import Due, Outcome
from shared.programme.dates.announced import announced, moved
from shared.programme.dates.calendar import WorkingCalendar
from shared.programme.policy import policy
from shared.programme.vocabulary import TimeLimit


def count_again(state: Standing, command: commands.CountAgain) -> Outcome:
    """The last day that is still running moves, or is settled; nothing where it stays, or another runs by now."""
    by = announced(command.context.calendar)
    was = _running(state, command)
    if was is None or was.on != command.due_on or by.last is None:
        return ()
    now = moved(was, _counted(state, command, by.calendar), command.context.today)
    if now is None:
        return ()
    return (
        events.DeadlineRecounted(
            case_id=state.district.case_id,
            matter=command.matter,
            year=command.year,
            was=was,
            now=now,
            document_number=by.last.document_number,
        ),
    )


def _running(state: Standing, command: commands.CountAgain) -> Due | None:
    """The last day of a matter, while it runs."""
    match state, command.matter:
        case Rectifying(report=None, lapsed=False), TimeLimit.RECTIFICATION:
            return state.due
        case Hearing(closed=False), TimeLimit.HEARING:
            return state.invitation.due
        case _, TimeLimit.ANNUAL_REPORT | TimeLimit.LATE_REPORT:
            return _of_report(state.district, command)
        case _:
            return None


def _of_report(district: District, command: commands.CountAgain) -> Due | None:
    report = district.report(command.year or 0)
    if report is None or report.filed or report.missed:
        return None
    return report.due if command.matter is TimeLimit.ANNUAL_REPORT else given_up(report, district)


def given_up(report: YearlyReport, district: District) -> Due:
    """The last day before an unfiled report counts as missed."""
    return report.given_up or late_report_due(report.year, policy(district.policy_version))


def _counted(state: Standing, command: commands.CountAgain, calendar: WorkingCalendar) -> Due:
    """The last day as the calendar counts it."""
    law, year = policy(state.district.policy_version), command.year or 0
    match state, command.matter:
        case Rectifying(), TimeLimit.RECTIFICATION:
            return rectification_due(state.since, state.months, calendar)
        case Hearing(), TimeLimit.HEARING:
            return hearing_due(state.invitation.invited_on, law, calendar)
        case _, TimeLimit.LATE_REPORT:
            return late_report_due(year, law, calendar)
        case _:
            return report_due(year, law, calendar)


__all__ = ["count_again", "given_up"]
