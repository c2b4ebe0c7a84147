"""What may be asked of an application. Clients send the fields; ``mark`` and ``recorded`` are looked up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias
from uuid import UUID

from shared.contracts import review as review_events
from shared.contracts.core import Command, Due
from shared.contracts.intake import Sealer
from shared.programme.forms import ApplicationForm, EvidenceKind, Unit
from shared.programme.record import Recorded
from shared.programme.values.stored_file import StoredFile
from shared.programme.values.writing import Code, Line

ReviewEnding: TypeAlias = (
    review_events.DesignationApproved | review_events.NotYetConfirmed | review_events.AcceptanceRefused
)
"""The events of the review that end it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealMark:
    """What the seal service gave: a signature (base64), the id of the key, and whether it is a demonstration seal."""

    signature: str
    key_id: str
    demonstration: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperDocument:
    """A scanned document of a paper filing."""

    kind: EvidenceKind
    title: Line
    file: StoredFile


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDraft(Command):
    """Open a joint application for a county, by either applicant (四（一）)."""

    case_id: str
    division_code: Code
    county_unit: Unit
    key_unit: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseForm(Command):
    """Save the whole form as it now is (附件1)."""

    case_id: str
    form: ApplicationForm


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAttachment(Command):
    """Add a document, or with the id of one a further version of it (四（三）3)."""

    case_id: str
    kind: EvidenceKind
    title: Line
    file: StoredFile
    attachment_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveAttachment(Command):
    """Take a document out of the packet; its versions stay on record."""

    case_id: str
    attachment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectUnit(Command):
    """Put an applicant's name or credit code right."""

    case_id: str
    sealer: Sealer
    unit: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class SealPacket(Command):
    """Set the actor's unit's seal on the packet with this SHA-256 (hex)."""

    case_id: str
    packet_sha256: str
    mark: SealMark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestEndorsement(Command):
    """Send the sealed packet to the city, or where the county files directly, to the province (四（三）)."""

    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Endorse(Command):
    """The city agrees and seals the same packet (盖章同意)."""

    case_id: str
    opinion: str
    packet_sha256: str
    mark: SealMark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineEndorsement(Command):
    """The city does not agree, and says why."""

    case_id: str
    reasons: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnForChanges(Command):
    """The city returns the packet to the applicants, and says what to change."""

    case_id: str
    changes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalateEndorsement(Command):
    """The time for the city's answer has run out; ``due`` says which time."""

    case_id: str
    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class CountAgain(Command):
    """The calendar has changed. ``due_on`` is the last day for the city's answer, counted from ``since``."""

    case_id: str
    since: date
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowCorrection(Command):
    """The province has counted the last day of the correction again."""

    recounted: review_events.DeadlineRecounted

    @property
    def case_id(self) -> str:
        """The case that is corrected."""
        return self.recounted.case_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(Command):
    """The applicants take their application back; possible at any time before the decision."""

    case_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPaperApplication(Command):
    """An officer records a paper filing as it is; its defects are computed and listed."""

    case_id: str
    division_code: Code
    county_unit: Unit
    key_unit: Unit
    received_on: date
    form: ApplicationForm
    documents: tuple[PaperDocument, ...]
    paper_seals: tuple[Sealer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCorrection(Command):
    """The province's correction notice has reached the applicants."""

    notice: review_events.CorrectionNoticeIssued


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCorrection(Command):
    """Answer the correction notice with the corrected, newly sealed packet."""

    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseApplication(Command):
    """The province's review has ended."""

    ending: ReviewEnding


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectRecord(Command):
    """Say what in the record is wrong, what is right, why, and on whose word."""

    case_id: str
    corrects: UUID
    field: str
    was: str
    now: str
    why: str
    on_word_of: str
    recorded: Recorded | None = None
    """Looked up: the event that is corrected, where it is one of this application."""


SystemCommand: TypeAlias = EscalateEndorsement | OpenCorrection | CloseApplication | CountAgain | FollowCorrection
"""What follows from a deadline or from another service's event; nobody else may ask for it."""

ApplicationCommand: TypeAlias = (
    OpenDraft
    | KeyPaperApplication
    | ReviseForm
    | AddAttachment
    | RemoveAttachment
    | CorrectUnit
    | SealPacket
    | RequestEndorsement
    | Endorse
    | DeclineEndorsement
    | ReturnForChanges
    | Withdraw
    | FileCorrection
    | CorrectRecord
    | SystemCommand
)
