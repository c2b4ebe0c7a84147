"""The list of feedback that calls for an answer, and answering it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.desks.feedback.listing import ListedFeedback, listed_feedback
from services.portal.desks.letters.listing import ANSWERING
from services.portal.frame.access import person, sending
from services.portal.frame.visitor import Visitor
from shared.contracts.core import Role
from shared.programme.policy import policy_in_force
from shared.service.http.routes import router

pages = router()
Reader = Annotated[Visitor, Depends(person(*ANSWERING, Role.AUDITOR))]
Answerer = Annotated[Visitor, Depends(sending(*ANSWERING))]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackOnTheDesk:
    """The feedback that waits, and what is answered; each is answered within ``days`` working days."""

    waiting: Sequence[ListedFeedback]
    answered: Sequence[ListedFeedback]
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackToAnswer:
    """One: what was written and answered; ``may`` says whether the reader answers it."""

    feedback: ListedFeedback
    words: str
    answer: str
    may: bool


@pages.get("/desk/feedback", include_in_schema=False)
async def on_the_desk(visitor: Reader) -> Response:
    rows = await visitor.get("office", "/feedback")
    shown = [listed_feedback(row, visitor.today) for row in rows]
    view = FeedbackOnTheDesk(
        waiting=[each for each in shown if not each.answered_on],
        answered=[each for each in shown if each.answered_on],
        days=policy_in_force(visitor.today).feedback_working_days,
    )
    return visitor.page("feedback/list.html", view)


@pages.get("/desk/feedback/{handling_id}/{feedback_id}", include_in_schema=False)
async def one(handling_id: UUID, feedback_id: UUID, visitor: Reader) -> Response:
    return await _page(visitor, _path(handling_id, feedback_id))


@pages.post("/desk/feedback/{handling_id}/{feedback_id}", include_in_schema=False)
async def answer(handling_id: UUID, feedback_id: UUID, visitor: Answerer) -> Response:
    path = _path(handling_id, feedback_id)
    if not await visitor.act("office", f"{path}/answer", {"answer": visitor.form.text("answer")}):
        return await _page(visitor, path)
    return visitor.go("/desk/feedback", "已反馈。", "It is answered.")


def _path(handling_id: UUID, feedback_id: UUID) -> str:
    return within("handlings", str(handling_id), "feedback", str(feedback_id))


async def _page(visitor: Visitor, path: str) -> Response:
    row = await visitor.get("office", path)
    view = FeedbackToAnswer(
        feedback=listed_feedback(row, visitor.today),
        words=row["words"],
        answer=row["answer"],
        may=visitor.is_(*ANSWERING),
    )
    return visitor.page("feedback/answer.html", view)


__all__ = ["pages"]
