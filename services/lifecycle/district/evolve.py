"""How events move a district from stage to stage, and what of them it remembers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import reduce

from services.lifecycle.district.state import (
    Assessed,
    District,
    Hearing,
    InTerm,
    Reassessed,
    Rectifying,
    Revoked,
    Standing,
    State,
    UnderAssessment,
    Undesignated,
    YearlyReport,
)
from shared.contracts import lifecycle as events
from shared.contracts.core import Event
from shared.programme.vocabulary import TimeLimit


def evolve(state: State, event: Event) -> State:
    """The state after an event; an event that its stage does not know leaves it as it is."""
    match event:
        case events.DistrictDesignated():
            return InTerm(district=_designated(event))
        case _ if isinstance(state, Undesignated):
            return state
        case events.AnnualReportFiled():
            return replace(state, district=_report_filed(state.district, event))
        case events.AnnualReportReceived():
            return replace(state, district=_report_received(state.district, event))
        case events.AnnualReportOverdue():
            return replace(state, district=_report_overdue(state.district, event))
        case events.AnnualReportMissed():
            return replace(state, district=_report_missed(state.district, event))
        case events.SupportRecorded() | events.DutyReported() | events.RecordCorrected():
            return replace(state, district=replace(state.district, records=state.district.records | {event}))
        case events.RosterUpdated():
            return replace(state, district=_roster_updated(state.district, event))
        case events.AssessmentOpened():
            return UnderAssessment(district=state.district)
        case events.AssessmentOverdue() if isinstance(state, UnderAssessment):
            return replace(state, overdue=True)
        case events.AssessmentConcluded():
            return Assessed(district=_weighed(state.district), conclusion=event)
        case events.NationalRecommendationMade() if isinstance(state, InTerm):
            return replace(state, recommended=True)
        case events.TitleRetained():
            return _retained(state, event)
        case events.RectificationOrdered() if isinstance(state, Assessed):
            return _ordered(state, event)
        case events.RectificationExtended() if isinstance(state, Rectifying):
            extensions = (*state.extensions, event)
            return replace(state, due=event.due, since=state.due.on, months=event.months, extensions=extensions)
        case events.RectificationReportFiled() if isinstance(state, Rectifying):
            return replace(state, district=_filed_by(state.district, event.filed_by), report=event)
        case events.RectificationLapsed() if isinstance(state, Rectifying):
            return replace(state, lapsed=True)
        case events.DistrictReassessed() if isinstance(state, Rectifying | Hearing):
            return Reassessed(district=state.district, conclusion=state.conclusion, result=event)
        case events.HearingInvited() if isinstance(state, Reassessed):
            return Hearing(district=state.district, conclusion=state.conclusion, invitation=event)
        case events.StatementMade() if isinstance(state, Hearing):
            district = _filed_by(state.district, event.made_by)
            return replace(state, district=district, statements=(*state.statements, event))
        case events.HearingClosed() if isinstance(state, Hearing):
            return replace(state, closed=True)
        case events.DeadlineRecounted():
            return _recounted(state, event)
        case events.TitleRevoked():
            return Revoked(district=state.district, revocation=event)
        case _:
            return state


def after(state: State, new: Iterable[Event]) -> State:
    """The state after several events."""
    return reduce(evolve, new, state)


def _designated(event: events.DistrictDesignated) -> District:
    return District(
        case_id=event.case_id,
        title=event.title,
        place=event.place,
        key_unit=event.key_unit,
        designated_on=event.designated_on,
        policy_version=event.policy_version,
        cycle=event.cycle,
        first_day=event.first_day,
        last_day=event.last_day,
        reports=_owed(event.reports),
        institutions=event.form.institutions,
    )


def _owed(reports: tuple[events.ReportDue, ...]) -> tuple[YearlyReport, ...]:
    return tuple(YearlyReport(year=report.year, due=report.due) for report in reports)


def _report_filed(district: District, event: events.AnnualReportFiled) -> District:
    """A report of a year for which none is owed yet is filed too, in the order of the years."""
    report = district.report(event.year) or YearlyReport(year=event.year, due=event.due)
    others = (other for other in district.reports if other.year != event.year)
    reports = sorted((*others, replace(report, filed=event)), key=lambda report: report.year)
    return _filed_by(replace(district, reports=tuple(reports)), event.filed_by)


def _report_received(district: District, event: events.AnnualReportReceived) -> District:
    return _with_reports(
        district,
        (
            replace(report, receipts=report.receipts | {event.receiver}) if report.year == event.year else report
            for report in district.reports
        ),
    )


def _report_overdue(district: District, event: events.AnnualReportOverdue) -> District:
    return _with_reports(
        district,
        (replace(report, overdue=report.overdue or report.year == event.year) for report in district.reports),
    )


def _report_missed(district: District, event: events.AnnualReportMissed) -> District:
    return _with_reports(
        district,
        (replace(report, missed=report.missed or report.year == event.year) for report in district.reports),
    )


def _weighed(district: District) -> District:
    """An assessment weighs what is filed or overdue; what is not due yet waits for the next one."""
    return _with_reports(
        district,
        (
            replace(report, weighed=report.weighed or report.filed is not None or report.overdue)
            for report in district.reports
        ),
    )


def _with_reports(district: District, reports: Iterable[YearlyReport]) -> District:
    return replace(district, reports=tuple(reports))


def _roster_updated(district: District, event: events.RosterUpdated) -> District:
    return replace(district, roster_as_of=event.as_of, institutions=event.institutions)


def _filed_by(district: District, person: str) -> District:
    return replace(district, filers=district.filers | {person})


def _ordered(state: Assessed, event: events.RectificationOrdered) -> Rectifying:
    return Rectifying(
        district=state.district,
        conclusion=state.conclusion,
        order=event,
        due=event.due,
        since=event.ordered_on,
        months=event.months,
    )


def _recounted(state: Standing | Revoked, event: events.DeadlineRecounted) -> Standing | Revoked:
    match state, event.matter:
        case Rectifying(), TimeLimit.RECTIFICATION:
            return replace(state, due=event.now)
        case Hearing(), TimeLimit.HEARING:
            return replace(state, invitation=replace(state.invitation, due=event.now))
        case _:
            return replace(state, district=_report_recounted(state.district, event))


def _report_recounted(district: District, event: events.DeadlineRecounted) -> District:
    def recounted(report: YearlyReport) -> YearlyReport:
        if report.year != event.year:
            return report
        settled = event.matter is TimeLimit.ANNUAL_REPORT
        return replace(report, due=event.now) if settled else replace(report, given_up=event.now)

    return _with_reports(district, map(recounted, district.reports))


def _retained(state: Standing | Revoked, event: events.TitleRetained) -> InTerm:
    district = replace(
        state.district,
        cycle=event.cycle,
        first_day=event.first_day,
        last_day=event.last_day,
        reports=state.district.reports + _owed(event.reports),
    )
    kept_by = state.conclusion if isinstance(state, Assessed | Reassessed) else None
    return InTerm(district=district, kept_by=kept_by)


__all__ = ["after", "evolve"]
