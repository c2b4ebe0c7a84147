"""What an event says, in words: which of its facts a story shows, and what they and their values are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from services.portal.desks.words import Bilingual
from shared.programme.vocabulary import ClosedList, ConflictKind, CountyDuty, Grade, TimeLimit

FACTS: Final = {
    "year": Bilingual("年度", "Year"),
    "cycle": Bilingual("建设期", "Term"),
    "notice_no": Bilingual("第几次告知", "Notice number"),
    "title": Bilingual("称号", "Title"),
    "document_number": Bilingual("文号", "Document number"),
    "filed_on": Bilingual("报送日期", "Filed on"),
    "received_on": Bilingual("收件日期", "Received on"),
    "approved_on": Bilingual("批复日期", "Approved on"),
    "designated_on": Bilingual("设立日期", "Designated on"),
    "first_day": Bilingual("起始日期", "First day"),
    "last_day": Bilingual("届满日期", "Last day"),
    "due": Bilingual("期限", "Last day"),
    "was": Bilingual("原期限", "Last day before"),
    "now": Bilingual("现期限", "Last day now"),
    "endorsement_due": Bilingual("市（州）答复期限", "Last day of the city"),
    "formal_examination_due": Bilingual("形式审查期限", "Last day of the examination"),
    "visit_on": Bilingual("考察日期", "Day of the visit"),
    "visited_on": Bilingual("考察日期", "Visited on"),
    "starts_on": Bilingual("公示开始", "Publicity begins"),
    "ends": Bilingual("公示结束", "Publicity ends"),
    "ended_on": Bilingual("结束日期", "Ended on"),
    "ordered_on": Bilingual("下达日期", "Ordered on"),
    "invited_on": Bilingual("告知日期", "Invited on"),
    "held_on": Bilingual("开展日期", "Held on"),
    "as_of": Bilingual("名册日期", "As of"),
    "revoked_on": Bilingual("取消日期", "Revoked on"),
    "matter": Bilingual("事项", "Matter"),
    "days_after": Bilingual("逾期天数", "Days past"),
    "late_by": Bilingual("迟报工作日", "Working days late"),
    "months": Bilingual("整改月数", "Months"),
    "kind": Bilingual("类别", "Kind"),
    "duty": Bilingual("重点任务", "Duty"),
    "receiver": Bilingual("签收单位", "Receipt by"),
    "sealer": Bilingual("印章", "Seal"),
    "outcome": Bilingual("办理结果", "Outcome"),
    "grade": Bilingual("考核等次", "Grade"),
    "thinking": Bilingual("建设思路得分", "Points for thinking"),
    "practice": Bilingual("建设实践得分", "Points for practice"),
    "deduction": Bilingual("扣分", "Points off"),
    "score": Bilingual("得分", "Score"),
    "passed": Bilingual("复核通过", "Passed"),
    "eligible": Bilingual("无不符合的条件", "No condition unmet"),
    "condition": Bilingual("申报条件", "Condition"),
    "met": Bilingual("符合", "Met"),
    "upheld": Bilingual("异议成立", "Upheld"),
    "objections": Bilingual("异议件数", "Objections"),
    "statements": Bilingual("陈述申辩件数", "Statements"),
    "zone": Bilingual("推荐为", "Recommended for"),
    "paper": Bilingual("纸质申报", "On paper"),
    "field": Bilingual("更正的内容", "What is corrected"),
    "opinion": Bilingual("意见", "Opinion"),
    "changes": Bilingual("须修改", "To be changed"),
    "reason": Bilingual("理由", "Reason"),
    "reasons": Bilingual("理由", "Reasons"),
    "detail": Bilingual("说明", "Detail"),
    "answer": Bilingual("答复", "Answer"),
    "requirements": Bilingual("整改要求", "Requirements"),
    "grounds": Bilingual("依据的事实", "Grounds"),
    "text": Bilingual("内容", "Text"),
    "statement_considered": Bilingual("对陈述申辩的意见", "How the statement was weighed"),
    "remedies": Bilingual("救济途径", "Remedies"),
    "why": Bilingual("更正原因", "Why"),
    "packet_sha256": Bilingual("申报材料摘要", "SHA-256 of the packet"),
}
"""The facts that everybody sees who sees the event, in the order in which they are read."""

INSIDE_ONLY: Final = {
    "average": Bilingual("平均分", "Average"),
    "valid_sheets": Bilingual("有效评分表", "Valid sheets"),
    "panel_size": Bilingual("专家人数", "Experts"),
    "received": Bilingual("已收评分表", "Sheets in"),
    "expected": Bilingual("应收评分表", "Sheets expected"),
    "minimum": Bilingual("最少评分表", "Sheets needed"),
    "recommended": Bilingual("多数推荐", "A majority recommends"),
    "dissent": Bilingual("不同意见", "Dissent"),
    "findings": Bilingual("情况和意见", "Findings"),
    "waiting": Bilingual("未答复异议", "Unanswered objections"),
    "expert_id": Bilingual("专家编号", "Expert"),
    "declare_first": Bilingual("须先声明无利害关系", "Declares impartiality first"),
    "before": Bilingual("原主办人账号", "Account of who held it"),
    "holder": Bilingual("主办人账号", "Account of the holder"),
}
"""Those of the panel and its visit, for whoever reads every case whole."""

_VALUES: Final = {
    "approved": Bilingual("批复确认", "approved"),
    "not-yet": Bilingual("暂不确认", "not yet confirmed"),
    "not-accepted": Bilingual("不予受理", "not accepted"),
    "county": Bilingual("县（市、区）", "the county"),
    "key-unit": Bilingual("服务业重点单位", "the key unit"),
    "city": Bilingual("市（州）科技局", "the city"),
    "province": Bilingual("省科技厅", "the province"),
    "inspection": Bilingual("检查", "inspection"),
    "guidance": Bilingual("指导", "guidance"),
    "training": Bilingual("培训", "training"),
    "exchange": Bilingual("交流", "exchange"),
    "assessment": Bilingual("期满考核", "the assessment"),
}
_LISTS: Final[tuple[type[ClosedList], ...]] = (Grade, CountyDuty, ConflictKind, TimeLimit)
_CHOSEN: Final = _VALUES | {member.value: Bilingual(member.zh, member.en) for closed in _LISTS for member in closed}
_CODED: Final = frozenset({"kind", "duty", "receiver", "sealer", "outcome", "grade", "matter"})
_DAYS: Final = frozenset({"due", "was", "now", "ends", "as_of", "last_day", "first_day", "starts_on"})


def shown_facts(says: Mapping[str, Any], *, inside: bool) -> Iterator[tuple[Bilingual, Bilingual | str, bool]]:
    """What of an event's facts is shown: what each is called, its value, and whether that is a day."""
    known = FACTS | INSIDE_ONLY if inside else FACTS
    for name, called in known.items():
        if name in says:
            yield called, _value(name, says[name]), name in _DAYS or name.endswith(("_on", "_due"))


def _value(name: str, value: object) -> Bilingual | str:
    if isinstance(value, bool):
        return Bilingual("是", "yes") if value else Bilingual("否", "no")
    return _CHOSEN.get(str(value), str(value)) if name in _CODED else str(value)


__all__ = ["FACTS", "INSIDE_ONLY", "shown_facts"]
