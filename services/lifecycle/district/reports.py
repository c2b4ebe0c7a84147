"""Yearly reports: filed once, acknowledged twice, overdue and missed by the calendar (五（三）)."""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

from services.lifecycle import rules
from services.lifecycle.district import commands
from services.lifecycle.district.checks import uploaded
from services.lifecycle.district.cycle import voluntary_report_due, working_days_late
from services.lifecycle.district.permission import receiver
from services.lifecycle.district.recounting import given_up
from services.lifecycle.district.state import District, YearlyReport
from shared.contracts import lifecycle as events
from shared.contracts.core import Outcome, Refusal
from shared.contracts.refusing import first, unless
from shared.programme.dates.announced import calendar
from shared.programme.policy import policy

GrownLate: TypeAlias = events.AnnualReportOverdue | events.AnnualReportMissed
"""What the calendar alone makes true of an unfiled report."""


def declare_late(district: District, command: commands.DeclareReportOverdue | commands.DeclareReportMissed) -> Outcome:
    """What the calendar made true of one year's report by now; nothing where it is on record."""
    return _grown_late_of(command.year, district, command.context.effective_on)


def reports_grown_late(district: District, on: date) -> tuple[GrownLate, ...]:
    """What the calendar alone made true of unfiled reports by a day, and the record does not say yet."""
    waiting = (report for report in district.reports if report.filed is None)
    return tuple(event for report in waiting for event in _grown_late(district, report, on))


def _grown_late(district: District, report: YearlyReport, on: date) -> tuple[GrownLate, ...]:
    overdue = events.AnnualReportOverdue(case_id=district.case_id, year=report.year, due=report.due)
    missed = events.AnnualReportMissed(case_id=district.case_id, year=report.year, due=report.due)
    return (
        *((overdue,) if on > report.due.on and not report.overdue else ()),
        *((missed,) if on > given_up(report, district).on and not report.missed else ()),
    )


def file(district: District, command: commands.FileAnnualReport) -> Outcome:
    """File the report of a year, once; of the year of the designation itself it may be filed and is never late."""
    year, on = command.year, command.context.effective_on
    report = district.report(year)
    law, days = policy(district.policy_version), calendar(command.context.calendar)
    due = report.due if report else voluntary_report_due(district.designated_on, year, law, days)
    filed = report.filed if report else None
    documents = (command.summary, command.plan)
    if filed is not None and (filed.summary, filed.plan) == documents:
        return ()
    refusal = first(
        unless(due is not None, rules.REPORT_IS_OWED, _years(district), field="year"),
        unless(filed is None, rules.REPORTED_ONCE, field="year"),
        unless(on.year >= year, rules.REPORT_YEAR_BEGUN, field="year"),
        unless(command.summary.sha256 != command.plan.sha256, rules.TWO_DOCUMENTS, field="plan"),
        uploaded(command.not_uploaded),
    )
    if refusal or due is None:
        return refusal or ()
    return (
        *_grown_late_of(year, district, on),
        events.AnnualReportFiled(
            case_id=district.case_id,
            year=year,
            summary=command.summary,
            plan=command.plan,
            filed_on=on,
            due=due,
            late_by=working_days_late(due.on, on, days) if report else 0,
            filed_by=command.context.actor.subject,
        ),
    )


def _grown_late_of(year: int, district: District, on: date) -> tuple[GrownLate, ...]:
    return tuple(event for event in reports_grown_late(district, on) if event.year == year)


def _years(district: District) -> str:
    return "、".join(str(report.year) for report in district.reports)


def acknowledge(district: District, command: commands.AcknowledgeReport) -> Outcome:
    """Give the city's receipt or the province's, each once, and never for one's own filing."""
    actor = command.context.actor
    by = receiver(command.context, district)
    report = district.report(command.year)
    assert by is not None, "only the city and the province may acknowledge"
    if report is None or report.filed is None:
        return Refusal(rules.REPORT_IS_FILED, field="year")
    if actor.subject == report.filed.filed_by:
        return Refusal(rules.NOT_ONES_OWN)
    if by in report.receipts:
        return ()
    return (
        events.AnnualReportReceived(
            case_id=district.case_id,
            year=command.year,
            receiver=by,
            office=actor.office,
            received_by=actor.subject,
        ),
    )


__all__ = ["acknowledge", "declare_late", "file", "reports_grown_late"]
