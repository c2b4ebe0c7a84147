"""What may be asked of a case. Fields are what a client sends; the system's own commands carry what caused them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias
from uuid import UUID

from shared.contracts import intake as intake_events
from shared.contracts.core import Command, Reason
from shared.contracts.lengths import Name, PublicText
from shared.contracts.review import ChecklistItem, Expert, Score
from shared.programme.record import Recorded
from shared.programme.values.personal import PersonName
from shared.programme.values.stored_file import StoredFile
from shared.programme.vocabulary import TimeLimit


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase(Command):
    """By the system: a packet reached the province."""

    filing: intake_events.ApplicationFiled

    @property
    def case_id(self) -> str:
        """The case, which goes by the application's id."""
        return self.filing.case_id


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseExaminationAlert(Command):
    """By a deadline: the formal examination was due on that day."""

    case_id: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CountAgain(Command):
    """By the system: the calendar has changed. ``due_on`` is the last day as it stands, counted from ``since``."""

    case_id: str
    matter: TimeLimit
    since: date
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCase(Command):
    """By an officer, for themself."""

    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseCase(Command):
    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverCase(Command):
    """To a colleague, by their subject and name. ``held_by`` is whose case the sender takes it for, by subject; empty:
    whoever's it is."""

    case_id: str
    holder: Name
    holder_name: PersonName
    held_by: Name = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCorrectionNotice(Command):
    """All corrections at once; ``field`` of each item names the part of the packet it concerns."""

    case_id: str
    items: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveCorrection(Command):
    """By the system: the applicants answered a notice with a new packet."""

    correction: intake_events.CorrectionFiled

    @property
    def case_id(self) -> str:
        """The case that is corrected."""
        return self.correction.case_id


@dataclass(frozen=True, slots=True, kw_only=True)
class LapseCorrection(Command):
    """By a deadline: the time to answer the notice ran out. The application is not refused by it."""

    case_id: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept(Command):
    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseAcceptance(Command):
    case_id: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveJudgement(Command):
    """On a condition of 四（二） that no rule decides; the last judgement on it holds."""

    case_id: str
    condition: str
    met: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvenePanel(Command):
    """Experts of the panel in order, and the reserves who step in, in order."""

    case_id: str
    experts: tuple[Expert, ...]
    reserves: tuple[Expert, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareImpartiality(Command):
    """By the expert themself: nothing ties them to the applicants."""

    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareConflict(Command):
    """By the expert themself."""

    case_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecuseExpert(Command):
    case_id: str
    expert_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceExpert(Command):
    """Fills the seat of a recused expert when no reserve was left to take it."""

    case_id: str
    expert_id: str
    replacement: Expert


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitScoreSheet(Command):
    """By an expert, for themself."""

    case_id: str
    scores: tuple[Score, ...]
    recommended: bool
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcludeMaterialReview(Command):
    """By an officer, with enough valid sheets though not all are in."""

    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleSiteVisit(Command):
    case_id: str
    visit_on: date
    visitors: tuple[PersonName, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RescheduleSiteVisit(Command):
    case_id: str
    visit_on: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSiteVisit(Command):
    """Answers every item of the policy's checklist by its key; ``dissent`` may be empty."""

    case_id: str
    visited_on: date
    attended_by: tuple[PersonName, ...]
    checklist: tuple[ChecklistItem, ...]
    photographs: tuple[StoredFile, ...]
    findings: str
    dissent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcludePanel(Command):
    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPublicity(Command):
    """The first day of publicity counts as working day 1 if it is worked."""

    case_id: str
    starts_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FileObjection(Command):
    """By anyone, the public too."""

    case_id: str
    objector: PersonName
    text: PublicText
    client: str = ""
    """The address of a request without an account; the handler replaces it by a pseudonym for this case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerObjection(Command):
    case_id: str
    objection_id: str
    upheld: bool
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAsideObjections(Command):
    """Abuse, in one act: the objections named, and every open one that came from the same client as one, or says the
    same as one."""

    case_id: str
    reason: str
    objection_ids: tuple[Name, ...] = ()
    same_client_as: Name = ""
    same_text_as: Name = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndPublicity(Command):
    """By a deadline: the last day of publicity is over."""

    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve(Command):
    case_id: str
    document_number: Name
    approved_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmNotYet(Command):
    """暂不确认: from acceptance until approval; applying again is always open."""

    case_id: str
    reasons: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscontinueReview(Command):
    """By the system: the applicants withdrew."""

    withdrawal: intake_events.ApplicationWithdrawn

    @property
    def case_id(self) -> str:
        """The case whose application was withdrawn."""
        return self.withdrawal.case_id


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectRecord(Command):
    """``corrects`` is the id of the event whose record is wrong; it is looked up whether it is one of this case."""

    case_id: str
    corrects: UUID
    field: Name
    was: str
    now: str
    why: str
    on_word_of: Name
    recorded: Recorded | None = None
    """Looked up: the event that is corrected, where it is one of this case."""


CaseCommand: TypeAlias = (
    OpenCase
    | RaiseExaminationAlert
    | CountAgain
    | ClaimCase
    | ReleaseCase
    | HandOverCase
    | IssueCorrectionNotice
    | ReceiveCorrection
    | LapseCorrection
    | Accept
    | RefuseAcceptance
    | GiveJudgement
    | ConvenePanel
    | DeclareImpartiality
    | DeclareConflict
    | RecuseExpert
    | ReplaceExpert
    | SubmitScoreSheet
    | ConcludeMaterialReview
    | ScheduleSiteVisit
    | RescheduleSiteVisit
    | ReportSiteVisit
    | ConcludePanel
    | StartPublicity
    | FileObjection
    | AnswerObjection
    | SetAsideObjections
    | EndPublicity
    | Approve
    | ConfirmNotYet
    | DiscontinueReview
    | CorrectRecord
)
