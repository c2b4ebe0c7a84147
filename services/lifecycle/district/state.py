"""Where a district stands, as a union of named stages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from shared.contracts import lifecycle as events
from shared.contracts.core import Due, Event
from shared.contracts.intake import Place
from shared.contracts.lifecycle import ReportReceiver
from shared.programme.dates.term import Term
from shared.programme.forms import Institution, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class YearlyReport:
    """One year's report: when it is due, what became of it, and whether an assessment has weighed it.
    ``given_up`` is the last day before it counts as missed, where that was counted again."""

    year: int
    due: Due
    given_up: Due | None = None
    overdue: bool = False
    missed: bool = False
    filed: events.AnnualReportFiled | None = None
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
        return next((report for report in self.reports if report.year == year), None)


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
    kept_by: events.AssessmentConcluded | None = None
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
    conclusion: events.AssessmentConcluded


@dataclass(frozen=True, slots=True, kw_only=True)
class Rectifying:
    """Ordered to rectify by ``due``, ``months`` after ``since``. It ends with the report or with its time."""

    district: District
    conclusion: events.AssessmentConcluded
    order: events.RectificationOrdered
    due: Due
    since: date
    months: int
    extensions: tuple[events.RectificationExtended, ...] = ()
    report: events.RectificationReportFiled | None = None
    lapsed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reassessed:
    """Assessed again after rectification."""

    district: District
    conclusion: events.AssessmentConcluded
    result: events.DistrictReassessed


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """Invited to state and defend by ``invitation.due``."""

    district: District
    conclusion: events.AssessmentConcluded
    invitation: events.HearingInvited
    statements: tuple[events.StatementMade, ...] = ()
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked:
    """The title is revoked. Nothing follows but corrections of the record."""

    district: District
    revocation: events.TitleRevoked


Standing: TypeAlias = InTerm | UnderAssessment | Assessed | Rectifying | Reassessed | Hearing
"""The stages in which the title is held."""

State: TypeAlias = Undesignated | Standing | Revoked

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
]
