"""Intake: a joint application from its first draft to its filing, and what corrects it afterwards (四（一）（三））."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.contracts.core import Due, Event, Reason, event
from shared.programme.forms import ApplicationForm, EvidenceKind, Finding, Unit
from shared.programme.values.personal import AttachmentId, DocumentName, PersonalText, PersonName
from shared.programme.values.stored_file import StoredFile
from shared.programme.vocabulary import TimeLimit


class Sealer(StrEnum):
    """Whose seal it is: the three seals of 四（三） and 附件1."""

    COUNTY = "county"
    KEY_UNIT = "key-unit"
    CITY = "city"


class FilingRoute(StrEnum):
    """How an application reaches the province: through its city, or directly (直报)."""

    ENDORSED = "endorsed"
    DIRECT = "direct"


class ReviewOutcome(StrEnum):
    """How the province's review of an application ended."""

    APPROVED = "approved"
    NOT_YET = "not-yet"
    NOT_ACCEPTED = "not-accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One version of a document in the packet; versions are kept, never overwritten."""

    attachment_id: AttachmentId
    kind: EvidenceKind
    title: DocumentName
    version: int
    file: StoredFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """A seal on a packet: a signature (base64) that binds the sealing office to the packet's SHA-256 (hex).

    What is signed is the UTF-8 text ``juqu-seal-v1``, the office and the hash, a line each, no line feed at the end;
    the built-in adapter signs it with the office's Ed25519 key. ``demonstration`` marks a seal of the built-in adapter,
    which is not a GB/T 38540 electronic seal.
    """

    sealer: Sealer
    office: str
    packet_sha256: str
    signature: str
    key_id: str
    demonstration: bool
    sealed_by: str
    sealed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an application comes from: its county, and the authority that endorses it (none where it files directly).

    ``code_given`` is the division code as it was written and ``note`` explains how an old code was routed.
    """

    county: str
    county_name: str
    endorser: str
    endorser_name: str
    route: FilingRoute
    code_given: str
    note: str


@event("开立申报", clause="四（一）")
class DraftOpened(Event):
    case_id: str
    place: Place
    county_unit: Unit
    key_unit: Unit
    policy_version: str
    opened_by: str


@event("申报路径变更", clause="四（三）")
class PlaceRerouted(Event):
    """The competence changed between the draft and its filing: another authority or another way."""

    case_id: str
    place: Place
    was: Place


@event("保存申请书", clause="附件1")
class FormRevised(Event):
    case_id: str
    form: ApplicationForm
    office: str
    revised_by: str


@event("上传证明材料", clause="四（三）3", version=2)
class AttachmentAdded(Event):
    case_id: str
    attachment: Attachment


@event("撤下证明材料", clause="四（三）3")
class AttachmentRemoved(Event):
    case_id: str
    attachment_id: str


@event("盖章", clause="四（三）")
class PacketSealed(Event):
    case_id: str
    seal: Seal


@event("印章失效", clause="四（三）")
class SealVoided(Event):
    case_id: str
    sealer: Sealer
    packet_sha256: str
    reason: str


@event("申报条件不符，未予报送", clause="四（二）")
class FilingBlocked(Event):
    """The applicants were shown why the application cannot be sent on; they may mend it and try again."""

    case_id: str
    reasons: tuple[Reason, ...]


@event("报市（州）科技局", clause="四（三）")
class EndorsementRequested(Event):
    case_id: str
    packet_sha256: str
    due: Due


@event("市（州）科技局同意", clause="四（三）")
class ApplicationEndorsed(Event):
    case_id: str
    endorser: str
    opinion: str
    packet_sha256: str


@event("市（州）科技局不同意", clause="四（三）")
class EndorsementDeclined(Event):
    case_id: str
    endorser: str
    reasons: str


@event("退回修改", clause="四（三）")
class ApplicationReturned(Event):
    case_id: str
    endorser: str
    changes: str


@event("市（州）科技局逾期未答复", clause="四（三）")
class EndorsementEscalated(Event):
    """The time for the city's answer ran out. Silence is never consent: nothing is filed by it."""

    case_id: str
    endorser: str
    due: Due


@event("录入纸质申报", clause="四（三）", version=2)
class PaperApplicationKeyed(Event):
    """A paper filing keyed in by an officer, with the defects it has and the seals it bears on paper.

    ``endorsement_due`` is none where the county files directly: the filing follows at once.
    """

    case_id: str
    place: Place
    county_unit: Unit
    key_unit: Unit
    received_on: date
    form: ApplicationForm
    attachments: tuple[Attachment, ...]
    paper_seals: tuple[Sealer, ...]
    defects: tuple[Finding, ...]
    keyed_by: str
    policy_version: str
    endorsement_due: Due | None


@event("向省科技厅申报", clause="四（三）", version=2)
class ApplicationFiled(Event):
    """The packet as it reached the province: whole, so that whoever hears of it needs nothing else.

    ``filed_by`` names everybody whose act made the filing; none of them may decide it.
    """

    case_id: str
    filed_on: date
    place: Place
    county_unit: Unit
    key_unit: Unit
    form: ApplicationForm
    attachments: tuple[Attachment, ...]
    seals: tuple[Seal, ...]
    packet_sha256: str
    paper: bool
    defects: tuple[Finding, ...]
    filed_by: tuple[str, ...]
    policy_version: str


@event("撤回申报", clause="四（四）")
class ApplicationWithdrawn(Event):
    case_id: str
    reason: str
    office: str


@event("进入补正", clause="四（四）")
class CorrectionOpened(Event):
    case_id: str
    notice_no: int
    items: tuple[Reason, ...]
    due: Due


@event("报送补正", clause="四（四）", version=2)
class CorrectionFiled(Event):
    case_id: str
    notice_no: int
    filed_on: date
    form: ApplicationForm
    county_unit: Unit
    key_unit: Unit
    attachments: tuple[Attachment, ...]
    seals: tuple[Seal, ...]
    packet_sha256: str
    filed_by: tuple[str, ...]


@event("更正单位信息", clause="附件1")
class UnitCorrected(Event):
    """An applicant's name or unified social credit code was given wrongly and is now given rightly."""

    case_id: str
    sealer: Sealer
    unit: Unit
    was: Unit


@event("申报办结", clause="四（四）")
class ApplicationClosed(Event):
    case_id: str
    outcome: ReviewOutcome
    detail: str


@event("期限重新推算", clause="-")
class DeadlineRecounted(Event):
    """A notice of holidays was announced, and a running last day was counted again: it moved, or is no longer
    provisional. That of a correction follows the province's. ``document_number`` is the notice's."""

    case_id: str
    matter: TimeLimit
    was: Due
    now: Due
    document_number: str


@event("更正记录", clause="-")
class RecordCorrected(Event):
    """A mistake in the record: which event, what it said, what is right, why and on whose word. The event stays."""

    case_id: str
    corrects: UUID
    field: str
    was: PersonalText
    now: PersonalText
    why: str
    on_word_of: PersonName
