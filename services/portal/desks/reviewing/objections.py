"""The objections of a case: answering them one by one or together, and setting abuse aside, with an outcome a row."""

from __future__ import annotations

from asyncio import gather
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from fastapi.responses import Response

from services.portal.calling.explanation import PlainProblem
from services.portal.calling.services import within
from services.portal.desks.reviewing.fields import stand_at
from services.portal.desks.reviewing.who import Officer, OfficerSends
from services.portal.frame.forms import SentForm
from services.portal.frame.visitor import Visitor
from shared.service.http.routes import router

pages = router()
Row = Mapping[str, Any]
MOST: Final = 40
"""Open objections that are shown at once: the oldest come first, the others when these are dealt with."""
_NOTHING_WRITTEN: Final = PlainProblem(
    422,
    "answer-is-written",
    "No answer is written yet",
    "还没有填写答复",
    remedy="Say whether the objection holds, and write the answer.",
    remedy_zh="请选择异议是否成立，并填写答复。",
)


@dataclass(frozen=True, slots=True)
class OpenObjection:
    """An objection that waits; ``alike`` are others that wait and came from the same address."""

    objection: Row
    alike: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionsPage:
    """The page: those that wait, how many more do, and those that are dealt with."""

    case: Row
    open: Sequence[OpenObjection]
    more: int
    dealt_with: Sequence[Row]


@pages.get("/cases/{case_id}/objections", include_in_schema=False)
async def show(case_id: str, visitor: Officer) -> Response:
    return await _page(visitor, case_id)


@pages.post("/cases/{case_id}/objections/answers", include_in_schema=False)
async def answer(case_id: str, visitor: OfficerSends) -> Response:
    about = within("cases", case_id)
    done = 0
    for ident, body in answers_in(visitor.form).items():
        path = f"{about}/objections{within(ident)}/answer"
        if not await visitor.act("review", path, body, part=ident):
            stand_at(visitor, partial(_field_of, ident))
            return await _page(visitor, case_id)
        done += 1
    if not done:
        visitor.explanation = _NOTHING_WRITTEN
        return await _page(visitor, case_id)
    return visitor.go(f"/cases/{case_id}/objections", f"已答复 {done} 件异议。", f"{done} answered.")


@pages.post("/cases/{case_id}/objections/set-aside", include_in_schema=False)
async def set_aside(case_id: str, visitor: OfficerSends) -> Response:
    sent = visitor.form
    chosen = sent.texts("objection_ids")
    body = {
        "reason": sent.text("reason"),
        "objection_ids": chosen,
        "same_client_as": chosen[0] if chosen and sent.ticked("same_client") else "",
        "same_text_as": chosen[0] if chosen and sent.ticked("same_text") else "",
    }
    if not await visitor.act("review", within("cases", case_id, "objections", "set-aside"), body):
        stand_at(visitor, lambda field: "objection_ids" if field.startswith(("objection", "same")) else field)
        return await _page(visitor, case_id)
    to = f"/cases/{case_id}/objections"
    return visitor.go(to, "所选异议不予处理，结果见下。", "Set aside; what became of each is below.")


def answers_in(sent: SentForm) -> dict[str, dict[str, Any]]:
    """The answers that were begun, by the objection: one with neither a word nor a choice is left for later."""
    found: dict[str, dict[str, Any]] = {}
    for name in sent.values:
        kind, _, ident = name.partition(".")
        if kind in {"upheld", "answer"} and ident and ident not in found:
            upheld, words = sent.text(f"upheld.{ident}"), sent.text(f"answer.{ident}")
            if upheld or words:
                found[ident] = {"answer": words} | ({"upheld": upheld == "yes"} if upheld else {})
    return found


def _field_of(ident: str, field: str) -> str:
    return f"{'upheld' if field == 'upheld' else 'answer'}.{ident}"


def shown_open(objections: Sequence[Row]) -> list[OpenObjection]:
    """Those that wait for an answer, each with how many others came from the same address."""
    waiting = [each for each in objections if each["upheld"] is None and not each["set_aside"]]
    from_there = Counter(each["client"] for each in waiting if each["client"])
    return [OpenObjection(each, max(0, from_there[each["client"]] - 1)) for each in waiting]


async def _page(visitor: Visitor, case_id: str) -> Response:
    about = within("cases", case_id)
    case, objections = await gather(visitor.get("review", about), visitor.get("review", f"{about}/objections"))
    waiting = shown_open(objections)
    view = ObjectionsPage(
        case=case,
        open=waiting[:MOST],
        more=len(waiting[MOST:]),
        dealt_with=[each for each in objections if each["upheld"] is not None or each["set_aside"]],
    )
    return visitor.page("reviewing/objections.html", view)


__all__ = ["ObjectionsPage", "OpenObjection", "answers_in", "pages", "shown_open"]
