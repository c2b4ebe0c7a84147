"""What was handled in a case, and what this person's office said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final

from services.portal.calling.explanation import NotDone
from services.portal.calling.services import within
from services.portal.desks.story.showing import office_words
from services.portal.desks.words import Bilingual
from services.portal.frame.visitor import Visitor
from shared.contracts.core import Role
from shared.programme.vocabulary import Satisfaction, ServiceStep

SERVED: Final = (Role.COUNTY, Role.KEY_UNIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownHandling:
    """A step that was handled, and what was said of it: ``level`` is ``None`` where nothing was. ``due_on`` is ``None``
    where no answer is called for."""

    levels: ClassVar[Sequence[Satisfaction]] = tuple(Satisfaction)
    case_id: str
    handling_id: str
    step: ServiceStep
    handled_on: date
    by: Bilingual
    level: Satisfaction | None
    words: str
    given_on: date | None
    due_on: date | None
    answered_on: date | None
    answer: str

    @property
    def path(self) -> str:
        """Where it is rated."""
        return f"/feedback/{self.case_id}/{self.handling_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOnCase:
    """What the page of a case asks its applicants: ``newest`` is the last step that they have not rated; ``handled``
    says how many there are."""

    case_id: str
    newest: ShownHandling | None
    handled: int


def shown_handling(case_id: str, row: Mapping[str, Any]) -> ShownHandling:
    """One of them, from office's answer."""
    handled_on = date.fromisoformat(row["handled_on"])
    return ShownHandling(
        case_id=case_id,
        handling_id=row["handling_id"],
        step=ServiceStep(row["step"]),
        handled_on=handled_on,
        by=office_words(_who(row["handled_by"]), {"key_unit": ""}, handled_on),
        level=Satisfaction(row["level"]) if row["level"] else None,
        words=row["words"] or "",
        given_on=_day(row["given_on"]),
        due_on=_day(row["due_on"]),
        answered_on=_day(row["answered_on"]),
        answer=row["answer"] or "",
    )


async def handlings_of(visitor: Visitor, case_id: str) -> Sequence[ShownHandling]:
    """All of a case, the newest first. Raises ``NotDone``."""
    rows = await visitor.get("office", within("cases", case_id, "feedback"))
    return [shown_handling(case_id, row) for row in reversed(rows)]


async def asked_on_case(visitor: Visitor, case_id: str) -> AskedOnCase | None:
    """What its page asks; ``None`` for whoever is no applicant, before anything was handled, and where office cannot be
    asked: the page opens all the same."""
    if not visitor.is_(*SERVED):
        return None
    try:
        handlings = await handlings_of(visitor, case_id)
    except NotDone:
        return None
    newest = next((each for each in handlings if each.level is None), None)
    return AskedOnCase(case_id=case_id, newest=newest, handled=len(handlings)) if handlings else None


def _who(office: str) -> str:
    """Whose handling people rate: what follows from a deadline by itself is the department's."""
    return "province" if office.startswith("system") else office


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


__all__ = ["SERVED", "AskedOnCase", "ShownHandling", "asked_on_case", "handlings_of", "shown_handling"]
