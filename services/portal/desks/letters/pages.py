"""The list of letters, and answering one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.desks.letters.listing import ANSWERING, ListedLetter, listed_letter
from services.portal.frame.access import person, sending
from services.portal.frame.visitor import Visitor
from shared.contracts.core import Role
from shared.programme.policy import policy_in_force
from shared.service.http.routes import router

pages = router()
Reader = Annotated[Visitor, Depends(person(*ANSWERING, Role.AUDITOR))]
Answerer = Annotated[Visitor, Depends(sending(*ANSWERING))]


@dataclass(frozen=True, slots=True, kw_only=True)
class LettersOnTheDesk:
    """The letters that wait, and those that are answered; each is answered within ``days`` working days."""

    waiting: Sequence[ListedLetter]
    answered: Sequence[ListedLetter]
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterToAnswer:
    """One letter: what was written and answered; ``may`` says whether the reader answers letters."""

    letter: ListedLetter
    text: str
    answer: str
    may: bool


@pages.get("/desk/letters", include_in_schema=False)
async def letters(visitor: Reader) -> Response:
    rows = await visitor.get("office", "/letters")
    shown = [listed_letter(row, visitor.today) for row in rows]
    view = LettersOnTheDesk(
        waiting=[each for each in shown if not each.answered_on],
        answered=[each for each in shown if each.answered_on],
        days=policy_in_force(visitor.today).letter_working_days,
    )
    return visitor.page("letters/list.html", view)


@pages.get("/desk/letters/{letter_id}", include_in_schema=False)
async def letter(letter_id: UUID, visitor: Reader) -> Response:
    return await _page(visitor, str(letter_id))


@pages.post("/desk/letters/{letter_id}", include_in_schema=False)
async def answer(letter_id: UUID, visitor: Answerer) -> Response:
    body = {name: visitor.form.text(name) for name in ("answer", "public_question", "public_answer")}
    if not await visitor.act("office", within("letters", str(letter_id), "answer"), body):
        return await _page(visitor, str(letter_id))
    return visitor.go("/desk/letters", "已答复。", "It is answered.")


async def _page(visitor: Visitor, letter_id: str) -> Response:
    row = await visitor.get("office", within("letters", letter_id, "whole"))
    view = LetterToAnswer(
        letter=listed_letter(row, visitor.today),
        text=row["text"],
        answer=row["answer"],
        may=visitor.is_(*ANSWERING),
    )
    return visitor.page("letters/letter.html", view)


__all__ = ["pages"]
