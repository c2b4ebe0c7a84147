"""The acts of a term, each with the page on which it is done. Lifecycle says which of them a person has now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.portal.desks.term.seen import Row
from services.portal.desks.term.words import Pair


class Weight(StrEnum):
    """How an act is offered: as what is to be done now, as what can be done any day, or last."""

    NOW = "now"
    ANY_DAY = "any-day"
    RARE = "rare"


@dataclass(frozen=True, slots=True, kw_only=True)
class TermAct:
    """An act: lifecycle's command, the path of its page below a district, and its words (``{year}`` in them where it
    concerns one year's report). ``grave`` acts cannot be taken back."""

    command: str
    path: str
    zh: str
    en: str
    weight: Weight = Weight.NOW
    grave: bool = False


@dataclass(frozen=True, slots=True)
class OfferedAct:
    """An act that a person has now: its words, and the path of its page below the district."""

    act: TermAct
    path: str
    zh: str
    en: str


REPORT: Final = TermAct(
    command="FileAnnualReport",
    path="reports/{year}",
    zh="报送{year}年度总结和计划",
    en="File the summary and plan of {year}",
)
RECEIPT: Final = TermAct(
    command="AcknowledgeReport", path="receipts/{year}", zh="出具{year}年度报告回执", en="Give the receipt of {year}"
)
DUTY: Final = TermAct(
    command="ReportDuty", path="duties", zh="报告重点任务进展", en="Report on a duty", weight=Weight.ANY_DAY
)
ROSTER: Final = TermAct(
    command="UpdateRoster", path="roster", zh="更新机构名录", en="State the roster", weight=Weight.ANY_DAY
)
SUPPORT: Final = TermAct(
    command="RecordSupport",
    path="support",
    zh="记录检查、指导或培训",
    en="Record an inspection or other support",
    weight=Weight.ANY_DAY,
)
OPEN: Final = TermAct(command="OpenAssessment", path="assessment", zh="启动期满考核", en="Open the assessment")
CONCLUDE: Final = TermAct(
    command="ConcludeAssessment", path="assessment/conclusion", zh="作出考核结果", en="Conclude the assessment"
)
RECOMMEND: Final = TermAct(
    command="RecommendNationally", path="recommendation", zh="优先推荐申报国家试验区", en="Recommend it nationally"
)
RETAIN: Final = TermAct(command="RetainTitle", path="retention", zh="保留称号", en="Keep the title")
ORDER: Final = TermAct(command="OrderRectification", path="rectification", zh="责令限期整改", en="Order it to rectify")
EXTEND: Final = TermAct(
    command="ExtendRectification",
    path="rectification/extension",
    zh="延长整改期限",
    en="Give more time to rectify",
    weight=Weight.ANY_DAY,
)
RECTIFIED: Final = TermAct(
    command="FileRectificationReport", path="rectification/report", zh="报送整改报告", en="Report the rectification"
)
REASSESS: Final = TermAct(command="Reassess", path="rectification/reassessment", zh="整改复核", en="Assess it again")
INVITE: Final = TermAct(
    command="InviteHearing", path="hearing", zh="告知陈述申辩权利", en="Invite it to state and defend"
)
STATE: Final = TermAct(command="MakeStatement", path="hearing/statement", zh="陈述申辩", en="State and defend")
REVOKE: Final = TermAct(command="RevokeTitle", path="revocation", zh="取消称号", en="Revoke the title", grave=True)
CORRECT: Final = TermAct(
    command="CorrectRecord", path="record-correction", zh="更正记录", en="Correct the record", weight=Weight.RARE
)

ACTS: Final = (
    REPORT, RECEIPT, DUTY, ROSTER, SUPPORT, OPEN, CONCLUDE, RECOMMEND, RETAIN, ORDER, EXTEND, RECTIFIED, REASSESS,
    INVITE, STATE, REVOKE, CORRECT,
)  # fmt: skip
_BY_COMMAND: Final = {act.command: act for act in ACTS}


def offered(acts: Sequence[Row]) -> list[OfferedAct]:
    """The acts that lifecycle says a person has."""
    return [offer(_BY_COMMAND[each["command"]], each["year"]) for each in acts if each["command"] in _BY_COMMAND]


def offer(act: TermAct, year: int | None = None) -> OfferedAct:
    """An act with the year that it concerns."""
    return OfferedAct(act, act.path.format(year=year), act.zh.format(year=year), act.en.format(year=year))


def is_open(act: TermAct, year: int | None, acts: Sequence[Row]) -> bool:
    """Whether a person has an act now."""
    return any(each["command"] == act.command and each["year"] == year for each in acts)


def words_of(act: TermAct, year: int | None = None) -> Pair:
    """An act in words."""
    made = offer(act, year)
    return made.zh, made.en


__all__ = [
    "ACTS",
    "CONCLUDE",
    "CORRECT",
    "DUTY",
    "EXTEND",
    "INVITE",
    "OPEN",
    "ORDER",
    "REASSESS",
    "RECEIPT",
    "RECOMMEND",
    "RECTIFIED",
    "REPORT",
    "RETAIN",
    "REVOKE",
    "ROSTER",
    "STATE",
    "SUPPORT",
    "OfferedAct",
    "TermAct",
    "Weight",
    "is_open",
    "offer",
    "offered",
    "words_of",
]
