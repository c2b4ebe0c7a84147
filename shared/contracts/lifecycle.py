"""Lifecycle: the three-year term, its reports, the assessment and the title's fate (四（五）（六）, 五)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from shared.contracts.core import Due, Event, event
from shared.contracts.intake import Place
from shared.programme import vocabulary
from shared.programme.forms import ApplicationForm, Institution, Unit
from shared.programme.values.personal import PersonalText, PersonName
from shared.programme.values.stored_file import StoredFile
from shared.programme.vocabulary import TimeLimit

Grade: TypeAlias = vocabulary.Grade
"""The three grades of 四（六）2."""

Duty: TypeAlias = vocabulary.CountyDuty
"""The county's five duties, 三（一）to（五）."""


class SupportKind(StrEnum):
    """What officers do for and about a district (五（一）（三））."""

    INSPECTION = "inspection"
    GUIDANCE = "guidance"
    TRAINING = "training"
    EXCHANGE = "exchange"


class ReportReceiver(StrEnum):
    """To whom the yearly report goes; each gives a receipt of its own (五（三））."""

    CITY = "city"
    PROVINCE = "province"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDue:
    """The yearly report of a calendar year: last year's summary and this year's plan."""

    year: int
    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLink:
    """What an assessment rests on: an event of the log, and what it shows."""

    event_id: UUID
    shows: str


@event("设立", clause="四（四）（五）")
class DistrictDesignated(Event):
    """The title, its first term (both days inclusive) and the dates of its yearly reports."""

    case_id: str
    title: str
    place: Place
    county_unit: Unit
    key_unit: Unit
    form: ApplicationForm
    document_number: str
    designated_on: date
    cycle: int
    first_day: date
    last_day: date
    reports: tuple[ReportDue, ...]
    policy_version: str


@event("报送年度总结和计划", clause="五（三）", version=2)
class AnnualReportFiled(Event):
    """One filing, two documents. ``late_by`` counts working days after the due date (0 = in time).

    ``filed_by`` is the subject of the person who filed it; they may not judge it.
    """

    case_id: str
    year: int
    summary: StoredFile
    plan: StoredFile
    filed_on: date
    due: Due
    late_by: int
    filed_by: str


@event("年度报告回执", clause="五（三）")
class AnnualReportReceived(Event):
    case_id: str
    year: int
    receiver: ReportReceiver
    office: str
    received_by: str


@event("年度报告逾期", clause="五（三）")
class AnnualReportOverdue(Event):
    case_id: str
    year: int
    due: Due


@event("年度报告缺报", clause="五（三）")
class AnnualReportMissed(Event):
    """Escalated: not filed long after it was due. It lowers the assessment; it never revokes by itself."""

    case_id: str
    year: int
    due: Due


@event("检查、指导、培训、交流", clause="五（一）（三）")
class SupportRecorded(Event):
    case_id: str
    kind: SupportKind
    held_on: date
    by_office: str
    findings: str


@event("重点任务进展", clause="三", version=2)
class DutyReported(Event):
    case_id: str
    duty: Duty
    text: str
    evidence: tuple[StoredFile, ...]


@event("更新机构名录", clause="三（二）")
class RosterUpdated(Event):
    case_id: str
    as_of: date
    institutions: tuple[Institution, ...]


@event("期满考核启动", clause="四（六）")
class AssessmentOpened(Event):
    case_id: str
    cycle: int
    last_day: date


@event("期满未考核提醒", clause="四（六）")
class AssessmentOverdue(Event):
    case_id: str
    cycle: int
    last_day: date


@event("期满考核结果", clause="四（六）")
class AssessmentConcluded(Event):
    """Points 0-100 for the two contents of 四（六）1, what late or missed reports cost, the score and its grade.

    An excellent district's title is kept at once; it is recommended first for the national zone.
    """

    case_id: str
    cycle: int
    thinking: Decimal
    practice: Decimal
    deduction: Decimal
    score: Decimal
    grade: Grade
    late_years: tuple[int, ...]
    missed_years: tuple[int, ...]
    evidence: tuple[EvidenceLink, ...]
    assessed_by: str


@event("优先推荐申报国家试验区", clause="四（六）2")
class NationalRecommendationMade(Event):
    case_id: str
    zone: str
    cycle: int
    recommended_by: str


@event("保留称号", clause="四（六）2")
class TitleRetained(Event):
    """The title is kept; the next cycle begins where the old one ended."""

    case_id: str
    cycle: int
    first_day: date
    last_day: date
    reports: tuple[ReportDue, ...]
    policy_version: str


@event("限期整改", clause="四（六）2")
class RectificationOrdered(Event):
    case_id: str
    ordered_on: date
    months: int
    due: Due
    requirements: str


@event("整改延期", clause="四（六）2")
class RectificationExtended(Event):
    case_id: str
    due: Due
    months: int
    reason: str


@event("报送整改报告", clause="四（六）2", version=2)
class RectificationReportFiled(Event):
    case_id: str
    filed_on: date
    text: str
    documents: tuple[StoredFile, ...]
    filed_by: str


@event("逾期未报整改", clause="四（六）2")
class RectificationLapsed(Event):
    case_id: str
    due: Due


@event("整改复核", clause="四（六）2")
class DistrictReassessed(Event):
    """Points 0-100 after the time to rectify, weighed as in the assessment; ``passed`` from the qualified mark on."""

    case_id: str
    thinking: Decimal
    practice: Decimal
    score: Decimal
    passed: bool
    reasons: str
    assessed_by: str


@event("告知陈述申辩权利", clause="四（六）2")
class HearingInvited(Event):
    case_id: str
    invited_on: date
    grounds: str
    due: Due


@event("陈述申辩", clause="四（六）2")
class StatementMade(Event):
    case_id: str
    text: str
    office: str
    made_by: str


@event("陈述申辩期满", clause="四（六）2")
class HearingClosed(Event):
    case_id: str
    due: Due
    statements: int


@event("取消称号", clause="四（六）2")
class TitleRevoked(Event):
    """The revocation: its document and reasons, how the statement was weighed, the remedies open to the district."""

    case_id: str
    document_number: str
    revoked_on: date
    reasons: str
    statement_considered: str
    remedies: str
    decided_by: str


@event("期限重新推算", clause="-")
class DeadlineRecounted(Event):
    """A notice of holidays was announced, and a running last day was counted again: it moved, or is no longer
    provisional. ``document_number`` is the notice's. ``year`` is that of a report."""

    case_id: str
    matter: TimeLimit
    year: int | None
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
