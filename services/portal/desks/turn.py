"""Whose turn it is in a case, until when, and what happens if they stay silent: in the words of its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.portal.frame.remaining import working_days_left

Row = Mapping[str, Any]

PROVINCE: Final = ("省科技厅", "The province’s department")
LEAD: Final = ("省科技厅负责人", "The lead of the province’s department")
APPLICANTS: Final = ("申报单位", "The applicants")
_NOTHING_BY_ITSELF: Final = (
    "没有规定期限，不会自动推进。",
    "No time limit is set; nothing goes on by itself.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Who has to do what; ``left`` are the working days until ``due_on``, where there is a time limit."""

    holder_zh: str
    holder: str
    act_zh: str
    act: str
    due_on: date | None = None
    left: int | None = None
    silence_zh: str = ""
    silence: str = ""
    provisional: bool = False


def due_of(case: Row) -> date | None:
    """The last day of what a case of review waits for now, where it has one."""
    name = {
        "examining": "formal_examination_due",
        "correcting": "correction_due",
        "in-publicity": "publicity_ends_on",
        "on-site": "visit_on" if not case.get("visited_on") else "",
    }.get(str(case["stage"]), "")
    value = case.get(name) if name else None
    return date.fromisoformat(value) if isinstance(value, str) and value else None


def turn_of(case: Row, today: date) -> Turn | None:
    """Whose turn it is in a case of review; ``None`` where it has ended."""
    found = _TURNS.get(_moment(case))
    if found is None:
        return None
    (holder_zh, holder), (act_zh, act), (silence_zh, silence) = found
    due_on = due_of(case)
    return Turn(
        holder_zh=holder_zh,
        holder=holder,
        act_zh=act_zh,
        act=act,
        due_on=due_on,
        left=working_days_left(due_on, today),
        silence_zh=silence_zh,
        silence=silence,
        provisional=bool(case.get("provisional")),
    )


_Words = tuple[str, str]
_Line = tuple[_Words, _Words, _Words]
_TURNS: Final[Mapping[str, _Line]] = {
    "examining": (
        PROVINCE,
        ("形式审查：受理、通知补正，或者不予受理", "examines: accepts, asks for corrections, or refuses"),
        (
            "逾期不视为受理，将记录在案并提醒负责人。",
            "Silence is no acceptance; the delay is recorded, and the lead is told.",
        ),
    ),
    "correcting": (
        APPLICANTS,
        ("按补正通知补正材料", "correct the packet as the notice says"),
        (
            "逾期不自动退回；省科技厅可以据此不予受理。",
            "Nothing is refused by itself; the province may then refuse acceptance.",
        ),
    ),
    "accepted": (
        PROVINCE,
        ("判断申报条件，组建专家组", "judges the conditions and convenes the panel"),
        _NOTHING_BY_ITSELF,
    ),
    "material-review": (
        ("专家组", "The panel"),
        ("评审材料，各自提交评分表", "reviews the material; each expert gives a sheet"),
        (
            "有效评分表达到最少份数后，省科技厅可以先行结束材料评审。",
            "With enough valid sheets the province may go on without the others.",
        ),
    ),
    "to-be-planned": (PROVINCE, ("安排现场考察", "schedules the site visit"), _NOTHING_BY_ITSELF),
    "to-be-visited": (
        ("考察组", "The visitors"),
        ("现场考察并提交考察报告", "visit the district and report"),
        ("可以改期；过期不会自动推进。", "The day may be put off; nothing goes on by itself."),
    ),
    "visited": (PROVINCE, ("汇总评分，形成专家组结论", "records the panel’s conclusion"), _NOTHING_BY_ITSELF),
    "concluded": (
        PROVINCE,
        ("启动公示，或者作出暂不确认决定", "starts publicity, or concludes “not yet”"),
        _NOTHING_BY_ITSELF,
    ),
    "in-publicity": (
        ("社会公众", "The public"),
        ("可以提出异议", "may object"),
        (
            "公示期满无异议的，转省科技厅负责人签批。",
            "Without an objection it goes to the lead for approval.",
        ),
    ),
    "objected": (
        PROVINCE,
        ("答复异议", "answers the objections"),
        (
            "仍有异议未答复的，不能签批。",
            "While an objection is unanswered, nothing is approved.",
        ),
    ),
    "upheld": (
        PROVINCE,
        ("异议成立，作出暂不确认决定", "concludes “not yet”, for an objection is upheld"),
        _NOTHING_BY_ITSELF,
    ),
    "publicity-over": (LEAD, ("签批", "approves"), _NOTHING_BY_ITSELF),
}


def _moment(case: Row) -> str:
    """Where a case stands, more closely than its stage says."""
    stage = str(case["stage"])
    if stage == "on-site":
        return "visited" if case.get("visited_on") else "to-be-visited" if case.get("visit_on") else "to-be-planned"
    if stage in {"in-publicity", "publicity-over"} and case.get("objections_unanswered"):
        return "objected"
    if stage == "publicity-over" and case.get("objections_upheld"):
        return "upheld"
    return stage


__all__ = ["PROVINCE", "Turn", "due_of", "turn_of"]
