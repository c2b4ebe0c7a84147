"""What an expert has to do in a case, from what review says of it. Before the declaration only names are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A case on an expert's list. ``due`` is whether it waits for this expert; ``kind`` is the tag's."""

    path: str
    county: str
    key_unit: str
    zh: str
    en: str
    note_zh: str
    note: str
    kind: str
    due: bool


def duty_of(case: Row, sheet_given: bool, today: date) -> Duty:
    """What one expert has to do in a case."""
    zh, en, note_zh, note, kind = _words(case, sheet_given, today)
    return Duty(
        path=f"/assignments/{case['case_id']}",
        county=str(case["county_name"]),
        key_unit=str(case["key_unit"]),
        zh=zh,
        en=en,
        note_zh=note_zh,
        note=note,
        kind=kind,
        due=kind in {"act", "soon"},
    )


def _words(case: Row, sheet_given: bool, today: date) -> tuple[str, str, str, str, str]:
    received = f"{case.get('sheets_received', 0)}/{case.get('panel_size', 0)}"
    if case.get("to_declare") and case["stage"] in {"material-review", "on-site", "concluded"}:
        return "先作声明", "Declare first", f"已交 {received}", f"{received} sheets are in", "act"
    match case["stage"]:
        case "material-review" if not sheet_given:
            return "评审打分", "Score the application", f"已交 {received}", f"{received} sheets are in", "act"
        case "material-review":
            return "评分表已提交", "Your sheet is in", f"已交 {received}", f"{received} sheets are in", "done"
        case "on-site" if case.get("visited_on"):
            return "考察已报告", "The visit is reported", "", "", "done"
        case "on-site" if case.get("visit_on"):
            near = date.fromisoformat(case["visit_on"]) <= today
            return "现场考察", "Visit the site", case["visit_on"], case["visit_on"], "act" if near else "soon"
        case "on-site":
            return "等待安排现场考察", "The visit is to be scheduled", "", "", ""
        case _:
            return "评审已结束", "The review is over", "", "", ""


__all__ = ["Duty", "duty_of"]
