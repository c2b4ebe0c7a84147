"""The words of a district's term, in Chinese and in English: where it stands, what happened, what was said."""

from __future__ import annotations

from typing import Final

from services.portal.desks.words import Bilingual
from services.portal.frame.wording import points
from shared.contracts.lifecycle import Duty, Grade, ReportReceiver, SupportKind
from shared.programme.vocabulary import ServiceCategory

STANDINGS: Final[dict[str, Bilingual]] = {
    "designated": Bilingual("建设期内", "In its term"),
    "under-assessment": Bilingual("期满考核中", "Under assessment"),
    "assessed": Bilingual("考核已有结果", "Assessed"),
    "rectifying": Bilingual("限期整改", "Rectifying"),
    "reassessed": Bilingual("已复核", "Reassessed"),
    "hearing": Bilingual("陈述申辩", "Statement and defence"),
    "revoked": Bilingual("已取消称号", "Title revoked"),
}
"""Where a district stands, in the order in which districts get there."""

MARKED: Final = {"designated": "done", "revoked": "late", "rectifying": "soon", "hearing": "soon"}
"""How a standing is coloured; any other as something to do."""

GRADES: Final[dict[str, Bilingual]] = {grade.value: Bilingual(grade.zh, grade.en) for grade in Grade}
RESULTS: Final[dict[str, Bilingual]] = GRADES | {
    "passed": Bilingual("通过", "Passed"),
    "failed": Bilingual("未通过", "Failed"),
}
DUTIES: Final[dict[str, Bilingual]] = {duty.value: Bilingual(duty.zh, duty.en) for duty in Duty}
CATEGORIES: Final[dict[str, Bilingual]] = {kind.value: Bilingual(kind.zh, kind.en) for kind in ServiceCategory}
SUPPORT: Final[dict[str, Bilingual]] = {
    SupportKind.INSPECTION.value: Bilingual("工作检查", "Inspection"),
    SupportKind.GUIDANCE.value: Bilingual("指导", "Guidance"),
    SupportKind.TRAINING.value: Bilingual("培训", "Training"),
    SupportKind.EXCHANGE.value: Bilingual("交流", "Exchange"),
}
RECEIVERS: Final[dict[str, Bilingual]] = {
    ReportReceiver.CITY.value: Bilingual("市（州）科技局", "The city bureau"),
    ReportReceiver.PROVINCE.value: Bilingual("省科技厅", "The provincial department"),
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
    "OralHearingRequested": "Hearing asked for",
    "OralHearingScheduled": "Notice of the hearing",
    "OralHearingHeld": "Minutes of the hearing",
    "HearingClosed": "Time to state is over",
    "TitleRevoked": "Title revoked",
    "RecordCorrected": "Record corrected",
    "DeadlineRecounted": "Last day counted again",
}
"""Events of a district in English; their Chinese terms come with the time line."""

FACTS: Final[dict[str, Bilingual]] = {
    "title": Bilingual("称号", "Title"),
    "document_number": Bilingual("文号", "Document"),
    "year": Bilingual("年度", "Year"),
    "cycle": Bilingual("建设期", "Cycle"),
    "first_day": Bilingual("首日", "First day"),
    "last_day": Bilingual("末日", "Last day"),
    "designated_on": Bilingual("设立之日", "Designated on"),
    "filed_on": Bilingual("报送日期", "Filed on"),
    "due": Bilingual("截止日", "Last day"),
    "late_by": Bilingual("迟报（工作日）", "Working days late"),
    "receiver": Bilingual("回执单位", "Receipt of"),
    "kind": Bilingual("方式", "Kind"),
    "held_on": Bilingual("办理日期", "Held on"),
    "findings": Bilingual("情况", "Findings"),
    "venue": Bilingual("地点", "Place"),
    "host_name": Bilingual("主持人", "Host"),
    "attended": Bilingual("申报单位到场", "The applicants came"),
    "minutes": Bilingual("笔录", "Minutes"),
    "duty": Bilingual("任务", "Duty"),
    "text": Bilingual("内容", "Text"),
    "as_of": Bilingual("截至", "As of"),
    "thinking": Bilingual("工作思路和方案", "Thinking and plan"),
    "practice": Bilingual("做法和经验", "Practice and experience"),
    "deduction": Bilingual("扣分", "Points off"),
    "score": Bilingual("得分", "Score"),
    "grade": Bilingual("等次", "Grade"),
    "passed": Bilingual("通过", "Passed"),
    "zone": Bilingual("推荐申报", "Recommended for"),
    "ordered_on": Bilingual("下达日期", "Ordered on"),
    "months": Bilingual("期限（月）", "Months"),
    "requirements": Bilingual("整改要求", "Requirements"),
    "reason": Bilingual("理由", "Reason"),
    "reasons": Bilingual("理由", "Reasons"),
    "invited_on": Bilingual("告知日期", "Invited on"),
    "grounds": Bilingual("拟取消称号的理由", "Grounds"),
    "statements": Bilingual("陈述申辩次数", "Statements"),
    "revoked_on": Bilingual("取消日期", "Revoked on"),
    "statement_considered": Bilingual("陈述意见采纳情况", "How the statement was weighed"),
    "remedies": Bilingual("救济途径", "Remedies"),
    "field": Bilingual("更正字段", "Field"),
    "was": Bilingual("原为", "Was"),
    "now": Bilingual("现为", "Is"),
    "why": Bilingual("更正原因", "Why"),
    "on_word_of": Bilingual("依据何人意见", "On the word of"),
}
"""What events say, in the order in which it is told; nothing else of them is shown."""

_ENUMERATED: Final = {
    "grade": GRADES,
    "kind": SUPPORT,
    "duty": DUTIES,
    "receiver": RECEIVERS,
    "passed": {"True": Bilingual("是", "Yes"), "False": Bilingual("否", "No")},
}
DAYS: Final = frozenset(
    {"first_day", "last_day", "designated_on", "filed_on", "due", "held_on", "as_of", "ordered_on", "invited_on",
     "revoked_on"}
)  # fmt: skip
"""Facts that are days."""


POINTS: Final = frozenset({"thinking", "practice", "deduction", "score"})
"""Facts that are points."""


def value_of(fact: str, value: object) -> Bilingual:
    """What stands in a fact, in words."""
    text = points(str(value)) if fact in POINTS else str(value)
    return _ENUMERATED.get(fact, {}).get(text, Bilingual(text, text))


__all__ = [
    "CATEGORIES",
    "DAYS",
    "DUTIES",
    "EVENTS",
    "FACTS",
    "GRADES",
    "MARKED",
    "POINTS",
    "RECEIVERS",
    "RESULTS",
    "STANDINGS",
    "SUPPORT",
    "value_of",
]
