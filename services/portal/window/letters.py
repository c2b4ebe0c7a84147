"""Writing to the department, asking with the receipt for the answer, and what was answered to others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import Response

from services.portal.calling.explanation import NotDone
from services.portal.calling.services import within
from services.portal.frame.access import Anyone, AnyoneSends
from services.portal.frame.forms import SentForm
from services.portal.frame.visitor import Visitor
from services.portal.window.gate import let_in, stamp
from services.portal.window.subscribing import LANGUAGES
from shared.programme.policy import policy_in_force
from shared.programme.vocabulary import LetterKind
from shared.service.command_id import as_uuid
from shared.service.http.requests import Exact
from shared.service.http.routes import router

pages = router()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldLetter:
    """A question with its answer, as everybody reads them."""

    kind: LetterKind
    question: str
    answer: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LettersPage:
    """The form, and what was answered to others; ``receipt`` is one that nobody knows. ``told`` is ``None`` where that
    cannot be asked now. The department answers within ``days`` working days."""

    stamp: str
    kinds: Sequence[LetterKind]
    told: Sequence[ToldLetter] | None
    days: int
    receipt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterReceipt:
    """What became of a letter; ``answered_on`` is ``None`` while it waits."""

    receipt: str
    kind: LetterKind
    sent_on: date
    due_on: date
    answered_on: date | None
    answer: str


@pages.get("/letters", include_in_schema=False)
async def letters(request: Request, visitor: Anyone) -> Response:
    return await _page(request, visitor)


@pages.post("/letters", include_in_schema=False)
async def send(request: Request, visitor: AnyoneSends) -> Response:
    if not await let_in(request, visitor, "letter"):
        return await _page(request, visitor)
    # As the public, also where somebody is signed in: whoever writes does so as a person, not for their office.
    visitor.sender = replace(visitor.sender, token="")
    body = letter_body(visitor.form) | {"language": LANGUAGES[visitor.language]}
    done = await visitor.act("office", "/letters", body)
    if done is None:
        return await _page(request, visitor)
    path = f"/letters/{done.body['letter_id']}" + (f"?after={done.seq}" if done.seq else "")
    return visitor.go(path, "来信已收到，请保存回执。", "Your letter was received. Keep the receipt.")


@pages.get("/letters/find", include_in_schema=False)
async def find_letter(
    request: Request, visitor: Anyone, receipt: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    known = as_uuid(receipt.strip())
    return visitor.go(f"/letters/{known}") if known else await _page(request, visitor, receipt.strip())


@pages.get("/letters/{receipt}", include_in_schema=False)
async def letter(
    request: Request, receipt: UUID, visitor: Anyone, after: Annotated[int, Exact, Query(ge=0, le=2**62)] = 0
) -> Response:
    """``after`` is the seq of the letter itself, so that the page just after it already knows it."""
    visitor.sender = replace(visitor.sender, token="", after_seq=after)
    try:
        answer = await visitor.get("office", within("letters", str(receipt)))
    except NotDone as refused:
        if refused.explanation.status != 404:
            raise
        return await _page(request, visitor, str(receipt))
    page = visitor.page("window/letter.html", read_letter(answer))
    page.headers["X-Robots-Tag"] = "noindex"
    return page


def letter_body(form: SentForm) -> dict[str, Any]:
    """What is sent to office of a form. Whoever leaves no address is told by no way."""
    by_a_way = {name: form.text(name) for name in ("channel", "address") if form.text(name)}
    return {"kind": form.text("kind"), "text": form.text("text")} | by_a_way


def read_letter(answer: Mapping[str, Any]) -> LetterReceipt:
    """What became of a letter, from office's answer."""
    return LetterReceipt(
        receipt=answer["letter_id"],
        kind=LetterKind(answer["kind"]),
        sent_on=date.fromisoformat(answer["sent_on"]),
        due_on=date.fromisoformat(answer["due_on"]),
        answered_on=date.fromisoformat(answer["answered_on"]) if answer["answered_on"] else None,
        answer=answer["answer"],
    )


def read_told(rows: Sequence[Mapping[str, Any]]) -> tuple[ToldLetter, ...]:
    """What was answered to others, from office's answer."""
    return tuple(
        ToldLetter(
            kind=LetterKind(row["kind"]),
            question=row["public_question"],
            answer=row["public_answer"],
            on=date.fromisoformat(row["answered_on"]),
        )
        for row in rows
    )


async def _page(request: Request, visitor: Visitor, unknown: str = "") -> Response:
    try:
        told = await visitor.known("office", "/published-letters", read_told)
    except NotDone:
        told = None
    view = LettersPage(
        stamp=stamp(request),
        kinds=tuple(LetterKind),
        told=told,
        days=policy_in_force(visitor.today).letter_working_days,
        receipt=unknown,
    )
    return visitor.page("window/letters.html", view, status=404 if unknown else 200)


__all__ = ["letter_body", "pages", "read_letter", "read_told"]
