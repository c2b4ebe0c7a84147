"""The words of a district's term, in Chinese and in English: where it stands, what happened, what was said."""

from __future__ import annotations

from typing import Final, TypeAlias

from shared.contracts.lifecycle import Duty, Grade, ReportReceiver, SupportKind
from shared.programme.vocabulary import ServiceCategory

Pair: TypeAlias = tuple[str, str]
"""The same in Chinese and in English."""

STANDINGS: Final[dict[str, Pair]] = {
    "designated": ("建设期内", "In its term"),
    "under-assessment": ("期满考核中", "Under assessment"),
    "assessed": ("考核已有结果", "Assessed"),
    "rectifying": ("限期整改", "Rectifying"),
    "reassessed": ("已复核", "Reassessed"),
    "hearing": ("陈述申辩", "Statement and defence"),
    "revoked": ("已取消称号", "Title revoked"),
}
"""Where a district stands, in the order in which districts get there."""

MARKED: Final = {"designated": "done", "revoked": "late", "rectifying": "soon", "hearing": "soon"}
"""How a standing is coloured; any other as something to do."""

GRADES: Final[dict[str, Pair]] = {grade.value: (grade.zh, grade.en) for grade in Grade}
RESULTS: Final[dict[str, Pair]] = GRADES | {"passed": ("通过", "Passed"), "failed": ("未通过", "Failed")}
DUTIES: Final[dict[str, Pair]] = {duty.value: (duty.zh, duty.en) for duty in Duty}
CATEGORIES: Final[dict[str, Pair]] = {kind.value: (kind.zh, kind.en) for kind in ServiceCategory}
SUPPORT: Final[dict[str, Pair]] = {
    SupportKind.INSPECTION.value: ("工作检查", "Inspection"),
    SupportKind.GUIDANCE.value: ("指导", "Guidance"),
    SupportKind.TRAINING.value: ("培训", "Training"),
    SupportKind.EXCHANGE.value: ("交流", "Exchange"),
}
RECEIVERS: Final[dict[str, Pair]] = {
    ReportReceiver.CITY.value: ("市（州）科技局", "The city bureau"),
    ReportReceiver.PROVINCE.value: ("省科技厅", "The provincial department"),
}

EVENTS: Final = {
    "DistrictDesignated": "Designated",
    "AnnualReportFiled": "Yearly report filed",
    "AnnualReportReceived": "Receipt of the yearly report",
    "AnnualReportOverdue": "Yearly report overdue",
    "AnnualReportMissed": "Yearly report missed",
    "SupportRecorded": "Inspection, guidance, training or exchange",
    "DutyReported": "Progress of a duty",
    "RosterUpdated": "Roster of institutions",
    "AssessmentOpened": "Assessment opened",
    "AssessmentOverdue": "Term ended without its assessment",
    "AssessmentConcluded": "Result of the assessment",
    "NationalRecommendationMade": "Recommended for the national zone",
    "TitleRetained": "Title kept",
    "RectificationOrdered": "Ordered to rectify",
    "RectificationExtended": "More time to rectify",
    "RectificationReportFiled": "Report of the rectification",
    "RectificationLapsed": "Time to rectify ran out",
    "DistrictReassessed": "Reassessed",
    "HearingInvited": "Invited to state and defend",
    "StatementMade": "Statement and defence",
    "HearingClosed": "Time to state is over",
    "TitleRevoked": "Title revoked",
    "RecordCorrected": "Record corrected",
    "DeadlineRecounted": "Last day counted again",
}
"""Events of a district in English; their Chinese terms come with the time line."""

FACTS: Final[dict[str, Pair]] = {
    "title": ("称号", "Title"),
    "document_number": ("文号", "Document"),
    "year": ("年度", "Year"),
    "cycle": ("建设期", "Cycle"),
    "first_day": ("首日", "First day"),
    "last_day": ("末日", "Last day"),
    "designated_on": ("设立之日", "Designated on"),
    "filed_on": ("报送日期", "Filed on"),
    "due": ("截止日", "Last day"),
    "late_by": ("迟报（工作日）", "Working days late"),
    "receiver": ("回执单位", "Receipt of"),
    "kind": ("方式", "Kind"),
    "held_on": ("办理日期", "Held on"),
    "findings": ("情况", "Findings"),
    "duty": ("任务", "Duty"),
    "text": ("内容", "Text"),
    "as_of": ("截至", "As of"),
    "thinking": ("工作思路和方案", "Thinking and plan"),
    "practice": ("做法和经验", "Practice and experience"),
    "deduction": ("扣分", "Points off"),
    "score": ("得分", "Score"),
    "grade": ("等次", "Grade"),
    "passed": ("通过", "Passed"),
    "zone": ("推荐申报", "Recommended for"),
    "ordered_on": ("下达日期", "Ordered on"),
    "months": ("期限（月）", "Months"),
    "requirements": ("整改要求", "Requirements"),
    "reason": ("理由", "Reason"),
    "reasons": ("理由", "Reasons"),
    "invited_on": ("告知日期", "Invited on"),
    "grounds": ("拟取消称号的理由", "Grounds"),
    "statements": ("陈述申辩次数", "Statements"),
    "revoked_on": ("取消日期", "Revoked on"),
    "statement_considered": ("陈述意见采纳情况", "How the statement was weighed"),
    "remedies": ("救济途径", "Remedies"),
    "field": ("更正字段", "Field"),
    "was": ("原为", "Was"),
    "now": ("现为", "Is"),
    "why": ("更正原因", "Why"),
    "on_word_of": ("依据何人意见", "On the word of"),
}
"""What events say, in the order in which it is told; nothing else of them is shown."""

_ENUMERATED: Final = {
    "grade": GRADES,
    "kind": SUPPORT,
    "duty": DUTIES,
    "receiver": RECEIVERS,
    "passed": {"True": ("是", "Yes"), "False": ("否", "No")},
}
DAYS: Final = frozenset(
    {"first_day", "last_day", "designated_on", "filed_on", "due", "held_on", "as_of", "ordered_on", "invited_on",
     "revoked_on"}
)  # fmt: skip
"""Facts that are days."""


def value_of(fact: str, value: object) -> Pair:
    """What stands in a fact, in words."""
    text = str(value)
    return _ENUMERATED.get(fact, {}).get(text, (text, text))


__all__ = [
    "CATEGORIES",
    "DAYS",
    "DUTIES",
    "EVENTS",
    "FACTS",
    "GRADES",
    "MARKED",
    "RECEIVERS",
    "RESULTS",
    "STANDINGS",
    "SUPPORT",
    "Pair",
    "value_of",
]
