"""The road of a term: the designation, three yearly reports, the assessment, and what became of the title."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from services.portal.desks.road import RoadStep, Where
from services.portal.desks.term.seen import DistrictSeen, Row
from services.portal.desks.term.words import RESULTS, Pair

_DONE: Final = {"reassessed": 2, "hearing": 2, "revoked": 3}
"""How many of the steps after an unqualified assessment are done."""
_AFTER: Final[tuple[Pair, ...]] = (
    ("限期整改", "Rectification"),
    ("整改复核", "Reassessment"),
    ("陈述申辩", "Defence"),
)


def road_of_term(district: DistrictSeen, reports: Sequence[Row], assessments: Sequence[Row]) -> list[RoadStep]:
    """The steps of the running cycle; past ones with the day they were done."""
    running = [report for report in reports if report["owed"] and report["cycle"] == district.cycle]
    steps = [
        _begun(district),
        *(_of_report(report) for report in running),
        *_of_assessment(district, assessments),
    ]
    return _with_now(steps)


def _begun(district: DistrictSeen) -> RoadStep:
    zh, en = ("设立", "Designated") if district.cycle == 1 else (f"第{district.cycle}期", f"Cycle {district.cycle}")
    return RoadStep(zh, en, "past", district.first_day.isoformat())


def _of_report(report: Row) -> RoadStep:
    zh, en = f"{report['year']}年度报告", f"Report of {report['year']}"
    if report["filed_on"]:
        return RoadStep(zh, en, "past", report["filed_on"])
    if report["missed"]:
        return RoadStep(zh, en, "past", "", "未报", "missed")
    return RoadStep(zh, en, "ahead", report["due"])


def _of_assessment(district: DistrictSeen, assessments: Sequence[Row]) -> Iterator[RoadStep]:
    """The assessment of the running cycle; after an unqualified one, what follows it."""
    mine = [each for each in assessments if each["cycle"] == district.cycle]
    if district.status in {"designated", "under-assessment"} or not mine:
        yield RoadStep("期满考核", "Assessment", "ahead", district.last_day.isoformat())
        return
    zh, en = RESULTS[mine[-1]["result"]]
    yield RoadStep("期满考核", "Assessment", "past", "", zh, en)
    if mine[-1]["result"] != "unqualified":
        yield RoadStep("保留称号", "Title kept", "ahead")
        return
    passed = _passed(assessments)
    done = _DONE.get(district.status, 1 if district.rectification_reported_on else 0)
    for number, (name_zh, name) in enumerate(_AFTER[:2] if passed else _AFTER):
        yield RoadStep(name_zh, name, "past" if number < done else "ahead")
    if passed:
        yield RoadStep("保留称号", "Title kept", "ahead")
    elif district.revoked_on:
        yield RoadStep("取消称号", "Revoked", "now", district.revoked_on.isoformat())


def _passed(assessments: Sequence[Row]) -> bool:
    return bool(assessments) and assessments[-1]["result"] == "passed"


def _with_now(steps: list[RoadStep]) -> list[RoadStep]:
    """The first step ahead is where the district is now."""
    ahead: Where = "ahead"
    now = next((number for number, step in enumerate(steps) if step.state == ahead), None)
    return [
        RoadStep(step.name_zh, step.name, "now", step.on, step.note_zh, step.note) if number == now else step
        for number, step in enumerate(steps)
    ]


__all__ = ["road_of_term"]
