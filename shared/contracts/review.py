"""Review: the province's formal examination, experts, site visit, publicity and decision (四（四））."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from shared.contracts.core import Due, Event, Reason, event
from shared.contracts.intake import Attachment, Place, Seal
from shared.programme import vocabulary
from shared.programme.eligibility import Condition
from shared.programme.forms import ApplicationForm, Finding, Unit
from shared.programme.values.personal import ExpertId, ObjectionId, OfficeName, PersonalText, PersonName
from shared.programme.values.stored_file import StoredFile
from shared.programme.values.writing import Code, Line
from shared.programme.vocabulary import TimeLimit

ConflictKind: TypeAlias = vocabulary.ConflictKind
"""Why an expert may not judge a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expert:
    """An expert: the id of their office ``expert:<id>``, where they work (USCC or empty) and in which division."""

    expert_id: ExpertId
    name: PersonName
    organisation: Line
    organisation_uscc: Code
    division: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Points (0-100) for one criterion of the score sheet."""

    criterion: str
    points: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem:
    """One thing looked at on a site visit."""

    item: str
    met: bool
    remark: str


@event("省科技厅收件", clause="四（四）", version=2)
class CaseOpened(Event):
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
    formal_examination_due: Due


@event("形式审查超期提醒", clause="四（四）")
class FormalExaminationOverdue(Event):
    """An alert. An officer's silence never accepts an application."""

    case_id: str
    due: Due


@event("一次性补正告知", clause="四（四）")
class CorrectionNoticeIssued(Event):
    """All corrections, told at once. ``field`` of an item names the part of the packet it concerns."""

    case_id: str
    notice_no: int
    items: tuple[Reason, ...]
    due: Due


@event("收到补正", clause="四（四）", version=2)
class CorrectionReceived(Event):
    """``changed_parts`` are the parts of the packet that differ from before (``staff``, ``evidence.special_fund``)."""

    case_id: str
    notice_no: int
    form: ApplicationForm
    county_unit: Unit
    key_unit: Unit
    attachments: tuple[Attachment, ...]
    seals: tuple[Seal, ...]
    packet_sha256: str
    changed_parts: tuple[str, ...]
    filed_by: tuple[str, ...]
    formal_examination_due: Due


@event("补正逾期", clause="四（四）")
class CorrectionOverdue(Event):
    case_id: str
    notice_no: int
    due: Due


@event("期限重新推算", clause="-")
class DeadlineRecounted(Event):
    """A notice of holidays was announced, and a running last day was counted again: it moved, or is no longer
    provisional. ``document_number`` is the notice's."""

    case_id: str
    matter: TimeLimit
    was: Due
    now: Due
    document_number: str


@event("受理", clause="四（四）")
class ApplicationAccepted(Event):
    case_id: str
    accepted_by: str


@event("不予受理", clause="四（四）")
class AcceptanceRefused(Event):
    case_id: str
    reasons: tuple[Reason, ...]


@event("申报条件核查", clause="四（二）")
class EligibilityAssessed(Event):
    case_id: str
    conditions: tuple[Condition, ...]
    eligible: bool


@event("条件判断", clause="四（二）")
class JudgementGiven(Event):
    """A person's judgement on a condition that no rule can decide."""

    case_id: str
    condition: str
    met: bool
    reason: str
    given_by: str


@event("主办人认领", clause="-")
class CaseClaimed(Event):
    """Somebody of the province is the case's holder (主办人) from now on. Everybody who might act still may."""

    case_id: str
    holder: str
    holder_name: PersonName
    office: OfficeName


@event("解除主办", clause="-")
class CaseReleased(Event):
    """Nobody holds the case now; ``holder`` did."""

    case_id: str
    holder: str


@event("移交主办", clause="-")
class CaseHandedOver(Event):
    """Somebody else holds the case; ``before`` is who did, empty where nobody did."""

    case_id: str
    before: str
    holder: str
    holder_name: PersonName
    office: OfficeName


@event("组建专家组", clause="四（四）", version=2)
class PanelConvened(Event):
    """``declare_first`` says that its experts declare their impartiality before they score."""

    case_id: str
    experts: tuple[Expert, ...]
    reserves: tuple[Expert, ...]
    declare_first: bool


@event("声明无利害关系", clause="-")
class ImpartialityDeclared(Event):
    """An expert's word that nothing ties them to the applicants. Who has a tie recuses themself instead."""

    case_id: str
    expert_id: str


@event("发现利益冲突", clause="四（四）")
class ConflictFound(Event):
    case_id: str
    expert: Expert
    kind: ConflictKind
    reason: str


@event("专家回避", clause="四（四）")
class ExpertRecused(Event):
    case_id: str
    expert_id: ExpertId
    kind: ConflictKind
    reason: PersonalText


@event("更换专家", clause="四（四）")
class ExpertReplaced(Event):
    case_id: str
    expert_id: str
    replacement: Expert


@event("评分表", clause="四（四）", internal=True)
class ScoreSheetSubmitted(Event):
    """Blind: stored and proven, not published, and shown to no other expert until all are in."""

    case_id: str
    expert_id: str
    scores: tuple[Score, ...]
    total: Decimal
    recommended: bool
    comment: str


@event("收到评分表", clause="四（四）")
class ScoreSheetReceived(Event):
    case_id: str
    expert_id: str
    received: int
    expected: int


@event("材料评审结束", clause="四（四）")
class MaterialReviewConcluded(Event):
    case_id: str
    valid_sheets: int
    panel_size: int


@event("重启材料评审", clause="四（四）")
class MaterialReviewReopened(Event):
    """A recusal left too few valid sheets: sheets are collected, and blind, again."""

    case_id: str
    valid_sheets: int
    minimum: int


@event("安排现场考察", clause="四（四）")
class SiteVisitScheduled(Event):
    case_id: str
    visit_on: date
    visitors: tuple[PersonName, ...]


@event("改期现场考察", clause="四（四）")
class SiteVisitRescheduled(Event):
    case_id: str
    visit_on: date
    reason: str


@event("现场考察报告", clause="四（四）", version=2)
class SiteVisitReported(Event):
    case_id: str
    visited_on: date
    attended_by: tuple[PersonName, ...]
    checklist: tuple[ChecklistItem, ...]
    photographs: tuple[StoredFile, ...]
    findings: str
    dissent: str


@event("专家组评分", clause="四（四）")
class PanelConcluded(Event):
    """The panel's average (0-100, two places) over the valid sheets, and whether a majority recommends."""

    case_id: str
    average: Decimal
    valid_sheets: int
    recommended: bool
    totals: tuple[Decimal, ...]


@event("公示开始", clause="四（四）")
class PublicityStarted(Event):
    case_id: str
    starts_on: date
    ends: Due


@event("收到异议", clause="四（四）", version=3)
class ObjectionFiled(Event):
    """``client`` marks where it came from, for this case only: the same mark is the same place. Empty where it was
    filed with an account. ``waiting`` are the case's objections that wait for an answer, this one included."""

    case_id: str
    objection_id: ObjectionId
    objector: PersonName
    text: PersonalText
    client: PersonalText
    waiting: int


@event("答复异议", clause="四（四）")
class ObjectionAnswered(Event):
    case_id: str
    objection_id: str
    upheld: bool
    answer: str


@event("异议认定为滥用，一并不予受理", clause="四（四）")
class ObjectionsSetAside(Event):
    """Abuse: these objections need no answer each, for one reason. They stay on record, and may still be answered."""

    case_id: str
    objection_ids: tuple[str, ...]
    reason: str
    decided_by: str


@event("公示结束", clause="四（四）")
class PublicityEnded(Event):
    case_id: str
    ended_on: date
    objections: int


@event("批复确认", clause="四（四）")
class DesignationApproved(Event):
    """The approval, with all that the term needs to begin from it."""

    case_id: str
    document_number: str
    approved_on: date
    title: str
    place: Place
    county_unit: Unit
    key_unit: Unit
    form: ApplicationForm
    average: Decimal
    policy_version: str
    decided_by: str


@event("暂不确认", clause="四（四）")
class NotYetConfirmed(Event):
    """Not yet: with reasons. Applying again is always open (成熟一家，确认一家)."""

    case_id: str
    reasons: str
    decided_by: str


@event("申报撤回，终止审核", clause="四（四）")
class ReviewDiscontinued(Event):
    case_id: str
    reason: str


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


WITHIN_THE_PANEL: frozenset[type[Event]] = frozenset(
    {
        ConflictFound,
        PanelConvened,
        ImpartialityDeclared,
        ExpertRecused,
        ExpertReplaced,
        ScoreSheetReceived,
        PanelConcluded,
        MaterialReviewReopened,
    }
)
"""Events that tell who the experts are and what they think."""

WITHIN_THE_OFFICE: frozenset[type[Event]] = frozenset({CaseClaimed, CaseReleased, CaseHandedOver})
"""Events that tell who at the province holds a case."""

NOT_FOR_OUTSIDERS = WITHIN_THE_PANEL | WITHIN_THE_OFFICE
"""Events that only those who read every case whole are shown; of the panel's, its experts see some as well."""
