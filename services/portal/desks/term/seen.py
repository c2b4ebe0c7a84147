"""A district as its pages see it, read from what lifecycle says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from services.portal.desks.term.words import GRADES, MARKED, STANDINGS, Pair

Row: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportToCome:
    """A yearly report that is not filed: its last day, and whether it is given up as missed."""

    year: int
    due: date
    provisional: bool
    missed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictSeen:
    """A district. ``status`` is lifecycle's word for where it stands, ``standing`` ours."""

    case_id: str
    version: int
    status: str
    county_name: str
    county_unit: str
    key_unit: str
    title: str
    document_number: str
    designated_on: date
    cycle: int
    first_day: date
    last_day: date
    grade: Pair | None
    score: str | None
    rectification_due: date | None
    rectification_reported_on: date | None
    hearing_due: date | None
    statements: int
    recommended_for: str | None
    revoked_on: date | None
    revocation_document: str | None
    policy_version: str
    awaited: tuple[ReportToCome, ...]

    @property
    def path(self) -> str:
        """The path of its page."""
        return f"/districts/{self.case_id}"

    @property
    def standing(self) -> Pair:
        """Where it stands, in words."""
        return STANDINGS[self.status]

    @property
    def mark(self) -> str:
        """How its standing is coloured."""
        return MARKED.get(self.status, "act")


def district_of(row: Row) -> DistrictSeen:
    """A district from its row."""
    plain = ("case_id", "version", "status", "county_name", "county_unit", "key_unit", "title", "document_number")
    days = ("designated_on", "first_day", "last_day", "rectification_due", "rectification_reported_on", "hearing_due")
    rest = ("cycle", "score", "statements", "recommended_for", "revocation_document", "policy_version")
    told: dict[str, Any] = {name: day_of(row[name]) for name in (*days, "revoked_on")}
    return DistrictSeen(
        **{name: row[name] for name in (*plain, *rest)},
        **told,
        grade=GRADES.get(row["grade"] or ""),
        awaited=_awaited(row["awaited"]),
    )


def day_of(text: str | None) -> date | None:
    """A day from its text; ``None`` for none."""
    return date.fromisoformat(text) if text else None


def _awaited(reports: Sequence[Row]) -> tuple[ReportToCome, ...]:
    return tuple(
        ReportToCome(
            year=report["year"],
            due=date.fromisoformat(report["due"]),
            provisional=report["provisional"],
            missed=report["missed"],
        )
        for report in reports
    )


__all__ = ["DistrictSeen", "ReportToCome", "Row", "day_of", "district_of"]
