"""The conditions of 四（二） as pages show them: what holds, why, on what it rests, what would mend it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.portal.desks.parts_of_a_packet import name_of_part
from services.portal.desks.turn import PROVINCE

Row = Mapping[str, Any]

_STANDING: Final = {
    "met": ("done", "符合", "Met"),
    "not_met": ("late", "不符合", "Not met"),
    "needs_judgement": ("soon", "待判断", "To be judged"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedCondition:
    """A condition; ``evidence`` names the parts of the packet that it rests on, in both languages. Officers of the
    province judge; what is on record of who did is an account, which says nothing to a reader."""

    key: str
    kind: str
    standing_zh: str
    standing: str
    title_zh: str
    title: str
    clause: str
    reason_zh: str
    reason: str
    remedy_zh: str
    remedy: str
    evidence: Sequence[tuple[str, str]]
    judged: bool
    judgement: str
    judged_by_zh: str
    judged_by: str
    judged_on: str


def shown_conditions(rows: Iterable[Row]) -> list[ExplainedCondition]:
    """The conditions of a case, or of an application (which have no judgement yet), in the notice's order."""
    return sorted((_shown(row) for row in rows), key=lambda condition: (condition.clause, condition.key))


def _shown(row: Row) -> ExplainedCondition:
    judged = row.get("judged_met")
    kind, standing_zh, standing = _STANDING[str(row["outcome"])]
    if judged is not None:
        kind, standing_zh, standing = _STANDING["met" if judged else "not_met"]
    return ExplainedCondition(
        key=str(row["key"]),
        kind=kind,
        standing_zh=standing_zh,
        standing=standing,
        title_zh=str(row["title_zh"]),
        title=str(row["title_en"]),
        clause=str(row["clause"]),
        reason_zh=str(row["reason_zh"]),
        reason=str(row["reason_en"]),
        remedy_zh=str(row.get("remedy_zh") or ""),
        remedy=str(row.get("remedy_en") or ""),
        evidence=[name_of_part(part) for part in row.get("evidence") or ()],
        judged=judged is not None,
        judgement=str(row.get("judgement") or ""),
        judged_by_zh=PROVINCE[0] if row.get("judged_by") else "",
        judged_by=PROVINCE[1] if row.get("judged_by") else "",
        judged_on=str(row.get("judged_on") or ""),
    )


__all__ = ["ExplainedCondition", "shown_conditions"]
