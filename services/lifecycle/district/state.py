"""Where a district stands, as a union of named stages, and how events move it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from typing import TypeAlias

from shared.contracts import lifecycle as happened
from shared.contracts.core import Due, Event
from shared.contracts.intake import Place
from shared.contracts.lifecycle import ReportDue, ReportReceiver
from shared.programme.dates.term import Term
from shared.programme.forms import Institution, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class YearlyReport:
    """One year's report: when it is due, what became of it, and whether an assessment has weighed it."""

    year: int
    due: Due
    overdue: bool = False
    missed: bool = False
    filed: happened.AnnualReportFiled | None = None
    receipts: frozenset[ReportReceiver] = frozenset()
    weighed: bool = False

    @property
    def late(self) -> bool:
        """Not in time, and not given up as missed."""
        return not self.missed and (self.filed.late_by > 0 if self.filed else self.overdue)


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """What is known of a district at every stage."""

    case_id: str
    title: str
    place: Place
    key_unit: Unit
    designated_on: date
    policy_version: str
    cycle: int
    first_day: date
    last_day: date
    reports: tuple[YearlyReport, ...]
    institutions: tuple[Institution, ...] = ()
    roster_as_of: date | None = None
    records: frozenset[Event] = frozenset()
    filers: frozenset[str] = frozenset()

    @property
    def term(self) -> Term:
        """The running cycle."""
        return Term(first_day=self.first_day, last_day=self.last_day, cycle=self.cycle)

    def report(self, year: int) -> YearlyReport | None:
        """The report of a year, ``None`` where none is owed."""
        return next((one for one in self.reports if one.year == year), None)


@dataclass(frozen=True, slots=True)
class Undesignated:
    """No title was granted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InTerm:
    """The term runs.

    ``kept_by`` is the assessment by which the title was last kept; ``recommended`` says whether the district was
    recommended after it.
    """

    district: District
    kept_by: happened.AssessmentConcluded | None = None
    recommended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderAssessment:
    """The assessment at the end of the cycle is open."""

    district: District
    overdue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """Qualified or unqualified; what follows is not decided yet."""

    district: District
    conclusion: happened.AssessmentConcluded


@dataclass(frozen=True, slots=True, kw_only=True)
class Rectifying:
    """Ordered to rectify by ``due``. It ends with the district's report or with its time."""

    district: District
    conclusion: happened.AssessmentConcluded
    order: happened.RectificationOrdered
    due: Due
    extensions: tuple[happened.RectificationExtended, ...] = ()
    report: happened.RectificationReportFiled | None = None
    lapsed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reassessed:
    """Assessed again after rectification."""

    district: District
    conclusion: happened.AssessmentConcluded
    result: happened.DistrictReassessed


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """Invited to state and defend by ``invitation.due``."""

    district: District
    conclusion: happened.AssessmentConcluded
    invitation: happened.HearingInvited
    statements: tuple[happened.StatementMade, ...] = ()
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked:
    """The title is revoked. Nothing follows but corrections of the record."""

    district: District
    revocation: happened.TitleRevoked


Standing: TypeAlias = InTerm | UnderAssessment | Assessed | Rectifying | Reassessed | Hearing
"""The stages in which the title is held."""

State: TypeAlias = Undesignated | Standing | Revoked


def evolve(state: State, event: Event) -> State:
    """The state after an event."""
    if isinstance(event, happened.DistrictDesignated):
        return InTerm(district=_designated(event))
    if isinstance(state, Undesignated):
        return state
    learned = replace(state, district=_learned(state.district, event))
    return _moved(learned, event)


def after(state: State, events: Iterable[Event]) -> State:
    """The state after several events."""
    return reduce(evolve, events, state)


def _designated(event: happened.DistrictDesignated) -> District:
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


def _owed(reports: tuple[ReportDue, ...]) -> tuple[YearlyReport, ...]:
    return tuple(YearlyReport(year=one.year, due=one.due) for one in reports)


def _learned(district: District, event: Event) -> District:
    match event:
        case happened.AnnualReportFiled() | happened.AnnualReportReceived():
            learned = _reported(district, event)
        case happened.AnnualReportOverdue() | happened.AnnualReportMissed():
            learned = _reported(district, event)
        case happened.RosterUpdated(as_of=as_of, institutions=institutions):
            learned = replace(district, roster_as_of=as_of, institutions=institutions)
        case happened.SupportRecorded() | happened.DutyReported() | happened.RecordCorrected():
            learned = replace(district, records=district.records | {event})
        case happened.RectificationReportFiled(filed_by=person) | happened.StatementMade(made_by=person):
            learned = replace(district, filers=district.filers | {person})
        case happened.TitleRetained(cycle=cycle, first_day=first_day, last_day=last_day, reports=reports):
            owed = district.reports + _owed(reports)
            learned = replace(district, cycle=cycle, first_day=first_day, last_day=last_day, reports=owed)
        case happened.AssessmentConcluded():
            learned = replace(district, reports=tuple(_weighed(one) for one in district.reports))
        case _:
            learned = district
    return learned


def _weighed(report: YearlyReport) -> YearlyReport:
    return replace(report, weighed=report.weighed or report.filed is not None or report.overdue)


_ReportEvent: TypeAlias = (
    happened.AnnualReportFiled
    | happened.AnnualReportReceived
    | happened.AnnualReportOverdue
    | happened.AnnualReportMissed
)


def _reported(district: District, event: _ReportEvent) -> District:
    if not isinstance(event, happened.AnnualReportFiled):
        reports = tuple(_told(one, event) if one.year == event.year else one for one in district.reports)
        return replace(district, reports=reports)
    report = district.report(event.year) or YearlyReport(year=event.year, due=event.due)
    others = (one for one in district.reports if one.year != event.year)
    reports = tuple(sorted((*others, _told(report, event)), key=lambda one: one.year))
    return replace(district, reports=reports, filers=district.filers | {event.filed_by})


def _told(report: YearlyReport, event: _ReportEvent) -> YearlyReport:
    match event:
        case happened.AnnualReportFiled():
            return replace(report, filed=event)
        case happened.AnnualReportReceived(receiver=receiver):
            return replace(report, receipts=report.receipts | {receiver})
        case happened.AnnualReportOverdue():
            return replace(report, overdue=True)
        case happened.AnnualReportMissed():
            return replace(report, missed=True)


def _moved(state: Standing | Revoked, event: Event) -> State:
    district = state.district
    moved: State
    match event:
        case happened.AssessmentOpened():
            moved = UnderAssessment(district=district)
        case happened.AssessmentConcluded():
            moved = Assessed(district=district, conclusion=event)
        case happened.TitleRetained():
            kept_by = state.conclusion if isinstance(state, Assessed | Reassessed) else None
            moved = InTerm(district=district, kept_by=kept_by)
        case happened.RectificationOrdered() if isinstance(state, Assessed):
            moved = Rectifying(district=district, conclusion=state.conclusion, order=event, due=event.due)
        case happened.DistrictReassessed() if isinstance(state, Rectifying | Hearing):
            moved = Reassessed(district=district, conclusion=state.conclusion, result=event)
        case happened.HearingInvited() if isinstance(state, Reassessed):
            moved = Hearing(district=district, conclusion=state.conclusion, invitation=event)
        case happened.TitleRevoked():
            moved = Revoked(district=district, revocation=event)
        case _:
            moved = _within(state, event)
    return moved


def _within(state: Standing | Revoked, event: Event) -> State:
    within: State
    match state, event:
        case InTerm(), happened.NationalRecommendationMade():
            within = replace(state, recommended=True)
        case UnderAssessment(), happened.AssessmentOverdue():
            within = replace(state, overdue=True)
        case Rectifying(), happened.RectificationExtended(due=due):
            within = replace(state, due=due, extensions=(*state.extensions, event))
        case Rectifying(), happened.RectificationReportFiled():
            within = replace(state, report=event)
        case Rectifying(), happened.RectificationLapsed():
            within = replace(state, lapsed=True)
        case Hearing(), happened.StatementMade():
            within = replace(state, statements=(*state.statements, event))
        case Hearing(), happened.HearingClosed():
            within = replace(state, closed=True)
        case _:
            within = state
    return within


__all__ = [
    "Assessed",
    "District",
    "Hearing",
    "InTerm",
    "Reassessed",
    "Rectifying",
    "Revoked",
    "Standing",
    "State",
    "UnderAssessment",
    "Undesignated",
    "YearlyReport",
    "after",
    "evolve",
]
