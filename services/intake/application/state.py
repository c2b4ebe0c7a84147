"""The stages of an application, and what every stage keeps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeAlias

from services.intake.packet import packet_sha256
from shared.contracts import intake as events
from shared.contracts.core import Due, Reason
from shared.contracts.intake import Attachment, Place, ReviewOutcome, Seal, Sealer
from shared.programme.forms import ApplicationForm, Finding, Unit

APPLICANTS: Final = (Sealer.COUNTY, Sealer.KEY_UNIT)
"""The two who apply jointly; both seal the packet before it is sent on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """The packet and its history; ``documents`` holds every version of every document.

    ``people`` are the subjects who drew it up, sealed it as an applicant or keyed it in; none of them may endorse it.
    ``endorsers`` sealed it for the city. None of either may decide it.
    """

    case_id: str
    place: Place
    county_unit: Unit
    key_unit: Unit
    policy_version: str
    people: tuple[str, ...]
    endorsers: tuple[str, ...] = ()
    form: ApplicationForm | None = None
    documents: tuple[Attachment, ...] = ()
    removed: frozenset[str] = frozenset()
    seals: tuple[Seal, ...] = ()
    paper_seals: tuple[Sealer, ...] = ()
    paper: bool = False
    defects: tuple[Finding, ...] = ()
    record_corrections: tuple[events.RecordCorrected, ...] = ()

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The newest version of each document that is in the packet, by id."""
        newest = {version.attachment_id: version for version in self.documents}
        return tuple(newest[ident] for ident in sorted(newest.keys() - self.removed))

    @property
    def packet_sha256(self) -> str:
        """The hash of the packet as it now is; empty while there is no form."""
        if self.form is None:
            return ""
        return packet_sha256(self.form, self.county_unit, self.key_unit, self.attachments)

    def newest(self, attachment_id: str) -> Attachment | None:
        """The newest version of a document, in the packet or taken out of it."""
        return next((version for version in reversed(self.documents) if version.attachment_id == attachment_id), None)

    def unit(self, sealer: Sealer) -> Unit | None:
        """The applicant whose seal it is; none for the city."""
        return {Sealer.COUNTY: self.county_unit, Sealer.KEY_UNIT: self.key_unit}.get(sealer)

    def seal(self, sealer: Sealer, sha256: str) -> Seal | None:
        """The standing seal of a unit on the packet with that hash."""
        return next((seal for seal in self.seals if seal.sealer is sealer and seal.packet_sha256 == sha256), None)

    def joined_by(self, subject: str) -> Application:
        """The application with one more of the people who made it."""
        return replace(self, people=tuple(dict.fromkeys((*self.people, subject))))

    def endorsed_by(self, subject: str) -> Application:
        """The application with one more officer who sealed it for the city."""
        return replace(self, endorsers=tuple(dict.fromkeys((*self.endorsers, subject))))


@dataclass(frozen=True, slots=True)
class NotOpened:
    """There is no such application yet."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Both applicants work on it. ``changes`` is what the city asked for when it returned the packet, else empty."""

    application: Application
    changes: str = ""


@dataclass(frozen=True, slots=True)
class AwaitingEndorsement:
    """The packet is frozen and waits for the city until ``due``; ``escalated`` once that has passed in silence."""

    application: Application
    due: Due
    escalated: bool = False
    endorsement: events.ApplicationEndorsed | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """The packet is with the province. ``answered`` is the number of the last correction notice it answers, else 0."""

    application: Application
    filed_on: date
    endorsement: events.ApplicationEndorsed | None
    answered: int = 0


@dataclass(frozen=True, slots=True)
class InCorrection:
    """The applicants answer a correction notice; ``filed`` is the application as the notice found it."""

    application: Application
    filed: Filed
    notice_no: int
    items: tuple[Reason, ...]
    due: Due


@dataclass(frozen=True, slots=True)
class Declined:
    """The city did not agree. Applying again is always open."""

    application: Application
    reasons: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The applicants took it back."""

    application: Application
    reason: str


@dataclass(frozen=True, slots=True)
class Settled:
    """The province's review has ended."""

    application: Application
    outcome: ReviewOutcome
    detail: str


OpenedStage: TypeAlias = Draft | AwaitingEndorsement | Filed | InCorrection | Declined | Withdrawn | Settled
Stage: TypeAlias = NotOpened | OpenedStage
