"""What a district waits for: whose turn it is, until when, and what is late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.portal.desks.term.seen import DistrictSeen
from services.portal.desks.term.words import Pair
from services.portal.desks.turn import APPLICANTS, LEAD, PROVINCE, Turn
from services.portal.frame.remaining import working_days_left

COUNTY: Final[Pair] = ("县（区）科技管理部门", "The county department")
_NO_LIMIT: Final[Pair] = ("没有规定期限，不会自动推进。", "No time limit is set; nothing goes on by itself.")
_REPORT_LATE: Final[Pair] = (
    "逾期记为迟报，久未报送记为未报，期满考核时扣分；不会因此自动取消称号。",
    "A late report, and more so a missed one, costs points in the assessment; the title is never lost by it alone.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueThing:
    """Something of a district that has a last day; ``left`` are the working days until then, negative when late.
    ``missed`` is a report that is recorded as never filed."""

    what: Pair
    on: date
    left: int
    provisional: bool = False
    missed: bool = False


def due_things(district: DistrictSeen, today: date) -> list[DueThing]:
    """What has a last day in a district, the first due first."""
    return sorted(_with_days(district, today), key=lambda thing: thing.on)


def late_things(district: DistrictSeen, today: date) -> list[DueThing]:
    """What is late in a district, with the reports that are recorded as missed."""
    return [thing for thing in due_things(district, today) if thing.on < today]


def next_due(district: DistrictSeen, today: date) -> DueThing | None:
    """What is due next, or late longest. A report that is recorded as missed is due no more."""
    return next((thing for thing in due_things(district, today) if not thing.missed), None)


def _with_days(district: DistrictSeen, today: date) -> Iterator[DueThing]:
    def due(what: Pair, on: date, *, provisional: bool = False, missed: bool = False) -> DueThing:
        return DueThing(
            what=what, on=on, left=working_days_left(on, today) or 0, provisional=provisional, missed=missed
        )

    for report in district.awaited:
        missed = ("（已记未报）", " (missed)") if report.missed else ("", "")
        words = f"{report.year}年度报告{missed[0]}", f"Report of {report.year}{missed[1]}"
        yield due(words, report.due, provisional=report.provisional, missed=report.missed)
    if district.status in {"designated", "under-assessment"}:
        yield due(("期满考核", "Assessment"), district.last_day)
    if district.status == "rectifying" and district.rectification_due and not district.rectification_reported_on:
        yield due(("整改报告", "Report of the rectification"), district.rectification_due)
    if district.status == "hearing" and district.hearing_due and not district.statements:
        yield due(("陈述申辩", "Statement and defence"), district.hearing_due)


def turn_in_term(district: DistrictSeen, today: date, result: str = "") -> Turn | None:
    """Whose turn it is; ``None`` where the title is revoked. ``result`` is that of the last reassessment."""
    match district.status:
        case "designated":
            return _in_term(district, today)
        case "under-assessment":
            act = ("作出期满考核结果", "concludes the assessment")
            silence = (
                "期满仍未考核的，系统记录并提醒；称号不因此取消。",
                "A term that ends unassessed is recorded, and an alert sent; the title stays.",
            )
            return _turn(PROVINCE, act, silence, district.last_day, today)
        case "assessed" if district.grade and district.grade[1] == "Unqualified":
            return _turn(PROVINCE, ("责令限期整改", "orders rectification"), _NO_LIMIT)
        case "assessed":
            return _turn(PROVINCE, ("保留称号", "keeps the title"), _NO_LIMIT)
        case "rectifying":
            return _rectifying(district, today)
        case "reassessed" if result == "passed":
            return _turn(PROVINCE, ("保留称号", "keeps the title"), _NO_LIMIT)
        case "reassessed":
            return _turn(PROVINCE, ("告知陈述申辩权利", "invites the district to state and defend"), _NO_LIMIT)
        case "hearing":
            return _hearing(district, today)
        case _:
            return None


def _in_term(district: DistrictSeen, today: date) -> Turn:
    report = next((each for each in district.awaited if not each.missed), None)
    if report is None:
        act = ("在期满前启动考核", "opens the assessment before the term ends")
        silence = ("到时由系统自动启动。", "The calendar opens it when its time has come.")
        return _turn(PROVINCE, act, silence, district.last_day, today)
    act = (f"报送{report.year}年度总结和计划", f"files the summary and plan of {report.year}")
    return _turn(COUNTY, act, _REPORT_LATE, report.due, today, provisional=report.provisional)


def _rectifying(district: DistrictSeen, today: date) -> Turn:
    due = district.rectification_due
    if district.rectification_reported_on or (due is not None and due < today):
        return _turn(PROVINCE, ("整改复核", "assesses the district again"), _NO_LIMIT)
    silence = (
        "逾期未报的，系统记录在案，省科技厅可以直接复核。",
        "Where nothing is reported in time, that is recorded, and the province may assess again.",
    )
    return _turn(COUNTY, ("完成整改并报送整改报告", "rectifies, and reports it"), silence, due, today)


def _hearing(district: DistrictSeen, today: date) -> Turn:
    due = district.hearing_due
    if due is not None and today <= due:
        silence = (
            "期满未陈述的，视为放弃；期满前不得作出取消决定。",
            "Silence waives it; before its last day nothing may be revoked.",
        )
        return _turn(APPLICANTS, ("陈述和申辩", "state and defend"), silence, due, today)
    return _turn(LEAD, ("决定是否取消称号", "decides whether to revoke the title"), _NO_LIMIT)


def _turn(
    holder: Pair,
    act: Pair,
    silence: Pair,
    due_on: date | None = None,
    today: date | None = None,
    *,
    provisional: bool = False,
) -> Turn:
    return Turn(
        holder_zh=holder[0],
        holder=holder[1],
        act_zh=act[0],
        act=act[1],
        due_on=due_on,
        left=working_days_left(due_on, today) if today else None,
        silence_zh=silence[0],
        silence=silence[1],
        provisional=provisional,
    )


__all__ = ["DueThing", "due_things", "late_things", "next_due", "turn_in_term"]
