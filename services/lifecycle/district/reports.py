"""Yearly reports: filed once, acknowledged twice, overdue and missed by the calendar (五（三）)."""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

from services.lifecycle import rules
from services.lifecycle.district.commands import (
    AcknowledgeReport,
    DeclareReportMissed,
    DeclareReportOverdue,
    FileAnnualReport,
)
from services.lifecycle.district.cycle import given_up_after, voluntary_report_due, working_days_late
from services.lifecycle.district.permission import receiver, uploaded
from services.lifecycle.district.state import District, Standing, YearlyReport
from shared.contracts.core import Outcome, Refusal
from shared.contracts.lifecycle import (
    AnnualReportFiled,
    AnnualReportMissed,
    AnnualReportOverdue,
    AnnualReportReceived,
)
from shared.contracts.refusing import first, unless
from shared.programme.policy import Policy, policy

ReportCommand: TypeAlias = FileAnnualReport | AcknowledgeReport | DeclareReportOverdue | DeclareReportMissed


def decide_report(state: Standing, command: ReportCommand) -> Outcome:
    """What comes of a command about yearly reports."""
    match command:
        case FileAnnualReport():
            return _file(state.district, command)
        case AcknowledgeReport():
            return _acknowledge(state.district, command)
        case DeclareReportOverdue(year=year) | DeclareReportMissed(year=year):
            grown_late = reports_grown_late(state.district, command.context.effective_on)
            return tuple(event for event in grown_late if event.year == year)


def reports_grown_late(district: District, on: date) -> tuple[AnnualReportOverdue | AnnualReportMissed, ...]:
    """What the calendar alone made true of unfiled reports until a day, and the record does not say yet."""
    law = policy(district.policy_version)
    waiting = (report for report in district.reports if report.filed is None)
    return tuple(event for report in waiting for event in _grown_late(district.case_id, report, on, law))


def _grown_late(
    case_id: str, report: YearlyReport, on: date, law: Policy
) -> tuple[AnnualReportOverdue | AnnualReportMissed, ...]:
    overdue = AnnualReportOverdue(case_id=case_id, year=report.year, due=report.due)
    missed = AnnualReportMissed(case_id=case_id, year=report.year, due=report.due)
    return (
        *((overdue,) if on > report.due.on and not report.overdue else ()),
        *((missed,) if on > given_up_after(report.year, law) and not report.missed else ()),
    )


def _file(district: District, command: FileAnnualReport) -> Outcome:
    year, on = command.year, command.context.effective_on
    report = district.report(year)
    due = report.due if report else voluntary_report_due(district.designated_on, year, policy(district.policy_version))
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
    grown_late = tuple(event for event in reports_grown_late(district, on) if event.year == year)
    return (
        *grown_late,
        AnnualReportFiled(
            case_id=district.case_id,
            year=year,
            summary=command.summary,
            plan=command.plan,
            filed_on=on,
            due=due,
            late_by=working_days_late(due.on, on) if report else 0,
            filed_by=command.context.actor.subject,
        ),
    )


def _years(district: District) -> str:
    return "、".join(str(report.year) for report in district.reports)


def _acknowledge(district: District, command: AcknowledgeReport) -> Outcome:
    actor = command.context.actor
    by = receiver(actor, district, command.context.effective_on)
    report = district.report(command.year)
    if by is None:
        return Refusal(rules.OWN_CITY_OR_PROVINCE)
    if report is None or report.filed is None:
        return Refusal(rules.REPORT_IS_FILED, field="year")
    if actor.subject == report.filed.filed_by:
        return Refusal(rules.NOT_ONES_OWN)
    if by in report.receipts:
        return ()
    return (
        AnnualReportReceived(
            case_id=district.case_id,
            year=command.year,
            receiver=by,
            office=actor.office,
            received_by=actor.subject,
        ),
    )
