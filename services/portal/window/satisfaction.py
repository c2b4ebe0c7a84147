"""How satisfied those who were served are, for everybody; and rating the answer to a letter or an objection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.frame.access import Anyone, AnyoneSends
from services.portal.frame.visitor import Visitor
from services.portal.window.gate import let_in, stamp
from shared.programme.policy import policy_in_force
from shared.programme.vocabulary import Satisfaction, ServiceStep
from shared.service.http.routes import router

pages = router()


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedStep:
    """The figures of a step: how often it was rated at each level, and the share of the three upper ones."""

    step: ServiceStep
    ratings: int
    counts: Sequence[int]
    satisfied: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SatisfactionPage:
    """The figures; steps with fewer than ``least`` ratings are left out."""

    levels: Sequence[Satisfaction]
    steps: Sequence[RatedStep]
    least: int
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerToRate:
    """An answer by its receipt; ``level`` is ``None`` while it is not rated."""

    levels: ClassVar[Sequence[Satisfaction]] = tuple(Satisfaction)
    receipt: str
    step: ServiceStep
    level: Satisfaction | None
    given_on: date | None
    due_on: date | None
    answered_on: date | None
    answer: str
    stamp: str

    @property
    def path(self) -> str:
        """Where it is rated."""
        return f"/answers/{self.receipt}"

    @property
    def answered_at(self) -> str:
        """The page of the answer."""
        return f"/{'letters' if self.step is ServiceStep.LETTER else 'objections'}/{self.receipt}"


@pages.get("/satisfaction", include_in_schema=False)
async def satisfaction(visitor: Anyone) -> Response:
    law = policy_in_force(visitor.today)
    view = SatisfactionPage(
        levels=tuple(Satisfaction),
        steps=await visitor.known("office", "/feedback-figures", read_figures),
        least=law.feedback_published_from,
        days=law.feedback_working_days,
    )
    return visitor.page("window/satisfaction.html", view, public=True)


@pages.get("/answers/{receipt}", include_in_schema=False)
async def answer(request: Request, receipt: UUID, visitor: Anyone) -> Response:
    return await _page(request, visitor, str(receipt))


@pages.post("/answers/{receipt}", include_in_schema=False)
async def rate(request: Request, receipt: UUID, visitor: AnyoneSends) -> Response:
    if not await let_in(request, visitor, "feedback", str(receipt)):
        return await _page(request, visitor, str(receipt))
    # As the public, also where somebody is signed in: whoever has the receipt wrote as a person.
    visitor.sender = replace(visitor.sender, token="")
    body = {name: visitor.form.text(name) for name in ("level", "words")}
    if not await visitor.act("office", within("handlings", str(receipt), "feedback"), body):
        return await _page(request, visitor, str(receipt))
    return visitor.go(f"/answers/{receipt}", "评价已收到，谢谢。", "Your feedback was received. Thank you.")


def read_figures(rows: Sequence[Mapping[str, Any]]) -> tuple[RatedStep, ...]:
    """The figures, from office's answer."""
    return tuple(
        RatedStep(
            step=ServiceStep(row["step"]),
            ratings=row["ratings"],
            counts=[row[level.value] for level in Satisfaction],
            satisfied=f"{row['satisfied_percent']:.1f}%",
        )
        for row in rows
    )


def read_answer(row: Mapping[str, Any], stamped: str) -> AnswerToRate:
    """An answer that can be rated, from office's answer."""
    return AnswerToRate(
        receipt=row["handling_id"],
        step=ServiceStep(row["step"]),
        level=Satisfaction(row["level"]) if row["level"] else None,
        given_on=_day(row["given_on"]),
        due_on=_day(row["due_on"]),
        answered_on=_day(row["answered_on"]),
        answer=row["answer"] or "",
        stamp=stamped,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


async def _page(request: Request, visitor: Visitor, receipt: str) -> Response:
    visitor.sender = replace(visitor.sender, token="")
    row = await visitor.get("office", within("handlings", receipt, "feedback"))
    page = visitor.page("window/rated.html", read_answer(row, stamp(request)))
    page.headers["X-Robots-Tag"] = "noindex"
    return page


__all__ = ["pages", "read_answer", "read_figures"]
