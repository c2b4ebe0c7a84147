"""What can be asked of a district: by its county, its key unit, its city, the province, and the calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from shared.contracts.core import Command
from shared.contracts.lifecycle import Duty, EvidenceLink, SupportKind
from shared.contracts.review import DesignationApproved
from shared.programme.forms import Institution
from shared.programme.record import Recorded
from shared.programme.values.stored_file import StoredFile
from shared.programme.vocabulary import TimeLimit


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCommand(Command):
    """A command to the district of a case."""

    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Designate(Command):
    """Begin the term that an approval grants; never given by a person."""

    approved: DesignationApproved


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAnnualReport(CaseCommand):
    """File last year's summary and this year's plan, to the city and the province at once (五（三）)."""

    year: int
    summary: StoredFile
    plan: StoredFile
    not_uploaded: tuple[str, ...] = ()
    """Looked up: the fields whose document was not uploaded, or is not what they say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeReport(CaseCommand):
    """Give the city's or the province's receipt of a yearly report; the officer's office says which."""

    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareReportOverdue(CaseCommand):
    """The day after a report was due has come."""

    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareReportMissed(CaseCommand):
    """The policy's months after a report was due have passed."""

    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountAgain(CaseCommand):
    """The calendar has changed by which a last day was counted. ``year`` is that of a report."""

    matter: TimeLimit
    year: int | None
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSupport(CaseCommand):
    """Record an inspection, guidance, a training or an exchange (五（一）（三）)."""

    kind: SupportKind
    held_on: date
    findings: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDuty(CaseCommand):
    """Report what was done about one of the county's five duties (三)."""

    duty: Duty
    text: str
    evidence: tuple[StoredFile, ...] = ()
    not_uploaded: tuple[str, ...] = ()
    """Looked up: the fields whose document was not uploaded, or is not what they say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRoster(CaseCommand):
    """State which institutions the district had on a day (三（二）)."""

    as_of: date
    institutions: tuple[Institution, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAssessment(CaseCommand):
    """Begin the assessment at the end of the running cycle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareAssessmentOverdue(CaseCommand):
    """The last day of a cycle has passed; an alert follows where it was not assessed."""

    cycle: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcludeAssessment(CaseCommand):
    """Give the points (0-100) for thinking and plan, and for practice and experience, and what they rest on."""

    thinking: Decimal
    practice: Decimal
    evidence: tuple[EvidenceLink, ...]
    unknown_events: tuple[UUID, ...] = ()
    """Looked up: which of the events named as evidence are none of this district's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendNationally(CaseCommand):
    """Recommend an excellent district first for the national zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetainTitle(CaseCommand):
    """Keep the title of a qualified or rectified district; its next cycle begins at the old end date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRectification(CaseCommand):
    """Order an unqualified district to rectify within months; ``None`` takes the policy's usual time."""

    requirements: str
    months: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendRectification(CaseCommand):
    """Give more months to rectify, once."""

    months: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRectificationReport(CaseCommand):
    """Report that the district has rectified."""

    text: str
    documents: tuple[StoredFile, ...] = ()
    not_uploaded: tuple[str, ...] = ()
    """Looked up: the fields whose document was not uploaded, or is not what they say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LapseRectification(CaseCommand):
    """The last day to rectify has passed."""

    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Reassess(CaseCommand):
    """Give points (0-100) again after the time to rectify, and the reasons."""

    thinking: Decimal
    practice: Decimal
    reasons: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteHearing(CaseCommand):
    """Tell a district that its title may be revoked, why, and that it may state and defend (陈述申辩)."""

    grounds: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeStatement(CaseCommand):
    """State and defend."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseHearing(CaseCommand):
    """The last day to state and defend has passed."""

    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeTitle(CaseCommand):
    """Revoke the title: by which document, why, how the statement was weighed, and what remedies are open.

    Without ``remedies`` the decision names those of the policy.
    """

    document_number: str
    reasons: str
    statement_considered: str = ""
    remedies: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectRecord(CaseCommand):
    """Correct a mistake in the record by a further event; the mistaken one stays."""

    corrects: UUID
    field: str
    was: str
    now: str
    why: str
    on_word_of: str
    recorded: Recorded | None = None
    """Looked up: the event that is corrected, where it is one of this district's."""


StandingCommand: TypeAlias = (
    FileAnnualReport
    | AcknowledgeReport
    | DeclareReportOverdue
    | DeclareReportMissed
    | CountAgain
    | RecordSupport
    | ReportDuty
    | UpdateRoster
    | OpenAssessment
    | DeclareAssessmentOverdue
    | ConcludeAssessment
    | RecommendNationally
    | RetainTitle
    | OrderRectification
    | ExtendRectification
    | FileRectificationReport
    | LapseRectification
    | Reassess
    | InviteHearing
    | MakeStatement
    | CloseHearing
    | RevokeTitle
)
"""The commands that concern a title that is held."""

DistrictCommand: TypeAlias = Designate | CorrectRecord | StandingCommand
"""Every command the district's decider takes."""
