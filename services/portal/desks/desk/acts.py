"""What each act is called on a desk, in which room of the portal it is done, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from services.portal.desks.words import Bilingual


@dataclass(frozen=True, slots=True)
class ActWords:
    """``does`` is the act as somebody is asked for it, ``about`` a line on it; ``{parts}`` is what is still open of
    it: years, or how many."""

    room: str
    does: Bilingual
    about: Bilingual


def _act(room: str, zh: str, en: str, about_zh: str, about: str) -> ActWords:
    return ActWords(room, Bilingual(zh, en), Bilingual(about_zh, about))


ACT_WORDS: Final = {
    "complete": _act(
        "applications", "填写申报材料并盖章", "complete and seal the application", "还缺印章", "A seal is missing"
    ),
    "send": _act(
        "applications", "报送申报材料", "send the application on", "双方均已盖章", "Both applicants have sealed"
    ),
    "endorse": _act(
        "applications",
        "签署意见",
        "give the city's answer",
        "同意并盖章、退回修改或者不同意",
        "Endorse with the seal, return or decline",
    ),
    "correct": _act(
        "applications", "按通知补正", "send the correction", "一次性告知的事项", "What the notice asks for"
    ),
    "seal-again": _act(
        "applications", "重新盖章", "seal again", "材料有改动，原印章失效", "The packet was changed; your seal is void"
    ),
    "examine": _act(
        "cases",
        "形式审查",
        "examine the application",
        "受理，或者一次性告知",
        "Accept, or tell all corrections at once",
    ),
    "settle-lapse": _act(
        "cases", "处理逾期补正", "settle the late correction", "补正期满未报", "The time to correct has run out"
    ),
    "judge": _act("cases", "认定申报条件", "judge the conditions", "{parts} 项待认定", "{parts} left to judge"),
    "convene": _act("cases", "组建专家组", "convene the panel", "已受理", "Accepted"),
    "score": _act("assignments", "评审打分", "score the application", "评分表待提交", "The score sheet is to be sent"),
    "replace": _act("cases", "更换回避专家", "replace an expert", "{parts} 席空缺", "{parts} empty on the panel"),
    "conclude-material": _act(
        "cases", "结束材料评审", "conclude the review of the material", "评分表已齐", "All sheets are in"
    ),
    "schedule-visit": _act(
        "cases", "安排现场考察", "schedule the site visit", "材料评审已结束", "The material is reviewed"
    ),
    "report-visit": _act("cases", "现场考察并报告", "visit the site and report", "现场考察日", "The day of the visit"),
    "conclude-panel": _act("cases", "汇总专家组意见", "conclude the panel", "考察报告已提交", "The visit is reported"),
    "publicise": _act("cases", "开始公示", "start publicity", "专家组已评分", "The panel has concluded"),
    "publicity": _act("cases", "公示", "publicity runs", "期满后签批", "The approval follows it"),
    "answer": _act("cases", "答复异议", "answer objections", "{parts} 条未答复", "{parts} unanswered"),
    "approve": _act("cases", "签批", "decide on the title", "等待签批", "The decision is due"),
    "report": _act("districts", "报送年度总结和计划", "file the yearly report", "{parts} 年度", "For {parts}"),
    "receipt-of-city": _act(
        "districts", "出具年度报告回执", "give the city's receipt", "{parts} 年度报告", "The report of {parts}"
    ),
    "receipt": _act(
        "districts", "出具年度报告回执", "give the province's receipt", "{parts} 年度报告", "The report of {parts}"
    ),
    "assess": _act("districts", "期满考核", "assess the district", "称号期满日", "The term's last day"),
    "retain": _act("districts", "确认保留称号", "retain the title", "考核合格", "It was found qualified"),
    "recommend": _act(
        "districts", "推荐申报国家试验区", "recommend it for the national zone", "考核优秀", "It was found excellent"
    ),
    "order": _act("districts", "下达限期整改", "order rectification", "考核不合格", "It was found unqualified"),
    "rectify": _act("districts", "整改并报送报告", "rectify and report", "限期整改", "Within the time ordered"),
    "reassess": _act(
        "districts", "整改复核", "reassess the district", "整改期满或者已报告", "Its time is over or it reported"
    ),
    "invite": _act("districts", "告知陈述申辩权利", "invite its statement", "复核不合格", "It failed its reassessment"),
    "state": _act("districts", "陈述申辩", "state and defend", "可以陈述，也可以放弃", "You may; you need not"),
    "revoke": _act(
        "districts", "决定是否取消称号", "decide on revocation", "陈述申辩期满", "The time to state is over"
    ),
}

__all__ = ["ACT_WORDS", "ActWords"]
