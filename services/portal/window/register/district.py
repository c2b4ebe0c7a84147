"""The page of a district: its facts, its term, how it came to stand where it does, and the proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.frame.access import Anyone
from services.portal.window.register.asking import AsOf
from services.portal.window.register.entries import RegisteredDistrict, read_entry
from shared.service.http.routes import router

pages = router()

_ENGLISH = {
    "DistrictDesignated": "Designated",
    "AssessmentOpened": "Assessment opened",
    "AssessmentConcluded": "Assessment concluded",
    "TitleRetained": "Title kept, new term",
    "NationalRecommendationMade": "Recommended for the national pilot zone",
    "RectificationOrdered": "Rectification ordered",
    "DistrictReassessed": "Assessed again",
    "HearingInvited": "Invited to state its defence",
    "TitleRevoked": "Title revoked",
    "RecordCorrected": "Record corrected",
}


@dataclass(frozen=True, slots=True)
class RegisteredAct:
    """An event behind a standing of the register."""

    seq: int
    zh: str
    en: str
    clause: str
    effective_on: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class TermBar:
    """How much of a term has passed on a day, in parts of a hundred, and the months left."""

    passed: int
    months_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictPage:
    """A district as the public sees it; ``on`` is the day that is asked about."""

    entry: RegisteredDistrict
    acts: Sequence[RegisteredAct]
    on: date
    past: bool
    term: TermBar | None


@pages.get("/register/{case_id}", include_in_schema=False)
async def district(case_id: UUID, visitor: Anyone, on: Annotated[AsOf, Query()] = None) -> Response:
    path, day = within("register", str(case_id)), on or visitor.today
    entry = await visitor.known("lifecycle", path, read_entry, on=day.isoformat())
    acts = await visitor.known("lifecycle", f"{path}/history", read_acts)
    running = entry.status != "revoked" and entry.first_day <= day <= entry.last_day
    view = DistrictPage(
        entry=entry,
        acts=[act for act in acts if act.effective_on <= day],
        on=day,
        past=day < visitor.today,
        term=_term(entry, day) if running else None,
    )
    return visitor.page("window/district.html", view, public=True)


def read_acts(rows: Sequence[Mapping[str, Any]]) -> tuple[RegisteredAct, ...]:
    """What happened, from lifecycle's answer."""
    return tuple(
        RegisteredAct(
            seq=row["seq"],
            zh=row["term"],
            en=_ENGLISH.get(row["type"].rpartition(".")[2], row["type"]),
            clause=row["clause"],
            effective_on=date.fromisoformat(row["effective_on"]),
            recorded_at=datetime.fromisoformat(row["recorded_at"]),
        )
        for row in rows
    )


def _term(entry: RegisteredDistrict, day: date) -> TermBar:
    whole = (entry.last_day - entry.first_day).days + 1
    passed = (day - entry.first_day).days + 1
    left = (entry.last_day.year - day.year) * 12 + entry.last_day.month - day.month
    return TermBar(round(100 * passed / whole), left)


__all__ = ["pages", "read_acts"]
