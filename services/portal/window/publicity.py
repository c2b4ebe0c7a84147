"""What is in publicity, objecting to it, and asking with the receipt what became of an objection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import RedirectResponse, Response

from services.portal.calling.explanation import NotDone
from services.portal.calling.services import within
from services.portal.frame.access import Anyone, AnyoneSends
from services.portal.frame.remaining import working_days_left
from services.portal.frame.visitor import Visitor
from services.portal.window.gate import let_in, stamp
from shared.service.command_id import as_uuid
from shared.service.http.requests import Exact
from shared.service.http.routes import router

pages = router()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseInPublicity:
    """A case that anybody may object to. ``left`` are the working days left after today."""

    case_id: str
    county: str
    county_name: str
    county_unit: str
    key_unit: str
    starts_on: date
    ends_on: date
    left: int
    ends_today: bool
    begun: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicityPage:
    """What is in publicity."""

    cases: Sequence[CaseInPublicity]
    receipt: str = ""
    unknown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionPage:
    """A case with the form to object to it; no case where its publicity is over."""

    case: CaseInPublicity | None
    stamp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPage:
    """What became of an objection. ``state`` is waiting, answered or aside."""

    receipt: str
    county_name: str
    filed_on: date
    state: str
    upheld: bool
    words: str
    on: date | None


@pages.get("/publicity", include_in_schema=False)
async def publicity(visitor: Anyone) -> Response:
    return visitor.page("window/publicity.html", PublicityPage(cases=await in_publicity(visitor)), public=True)


@pages.get("/publicity/{case_id}", include_in_schema=False)
async def case_in_publicity(request: Request, case_id: UUID, visitor: Anyone) -> Response:
    return await _case(request, visitor, str(case_id))


@pages.post("/publicity/{case_id}", include_in_schema=False)
async def object_to(request: Request, case_id: UUID, visitor: AnyoneSends) -> Response:
    form = visitor.form
    if not await let_in(request, visitor, "objection", str(case_id)):
        return await _case(request, visitor, str(case_id))
    body = {"objector": form.text("objector"), "text": form.text("text")}
    # As the public, also where somebody is signed in: whoever objects does so as a person, not for their office.
    visitor.sender = replace(visitor.sender, token="")
    done = await visitor.act("review", within("cases", str(case_id), "objections"), body)
    if done is None:
        return await _case(request, visitor, str(case_id))
    receipt = as_uuid(str(done.body.get("objection_id")))
    if not receipt:
        return visitor.go(f"/publicity/{case_id}", "异议已收到。", "Your objection was received.")
    path = f"/objections/{receipt}" + (f"?after={done.seq}" if done.seq else "")
    return visitor.go(path, "异议已收到，请保存回执。", "Your objection was received. Keep the receipt.")


@pages.get("/objections", include_in_schema=False)
async def find_objection(visitor: Anyone, receipt: Annotated[str, Query(max_length=100)] = "") -> Response:
    known = as_uuid(receipt.strip())
    if known:
        return RedirectResponse(f"/objections/{known}", 303, headers={"Cache-Control": "no-store"})
    view = PublicityPage(cases=await in_publicity(visitor), receipt=receipt, unknown=bool(receipt.strip()))
    return visitor.page("window/publicity.html", view, status=404 if view.unknown else 200)


@pages.get("/objections/{receipt}", include_in_schema=False)
async def objection(
    receipt: UUID, visitor: Anyone, after: Annotated[int, Exact, Query(ge=0, le=2**62)] = 0
) -> Response:
    """``after`` is the seq of the objection itself, so that the page just after it already knows it."""
    visitor.sender = replace(visitor.sender, token="", after_seq=after)
    try:
        answer = await visitor.get("review", within("objections", str(receipt)))
    except NotDone as refused:
        if refused.explanation.status != 404:
            raise
        view = PublicityPage(cases=await in_publicity(visitor), receipt=str(receipt), unknown=True)
        return visitor.page("window/publicity.html", view, status=404)
    page = visitor.page("window/receipt.html", read_receipt(answer))
    page.headers["X-Robots-Tag"] = "noindex"
    return page


async def in_publicity(visitor: Visitor) -> tuple[CaseInPublicity, ...]:
    """The cases in publicity, those that end first before the others."""
    rows = await visitor.known("review", "/publicity", list)
    return tuple(read_case(row, visitor.today) for row in rows)


def read_case(row: Mapping[str, Any], today: date) -> CaseInPublicity:
    """A case, from review's answer."""
    starts_on = date.fromisoformat(row["publicity_starts_on"])
    ends_on = date.fromisoformat(row["publicity_ends_on"])
    return CaseInPublicity(
        case_id=row["case_id"],
        county=row["county"],
        county_name=row["county_name"],
        county_unit=row["county_unit"],
        key_unit=row["key_unit"],
        starts_on=starts_on,
        ends_on=ends_on,
        left=max(0, working_days_left(ends_on, max(today, starts_on)) or 0),
        ends_today=today == ends_on,
        begun=starts_on <= today,
    )


def read_receipt(answer: Mapping[str, Any]) -> ReceiptPage:
    """What became of an objection, from review's answer."""
    aside = answer["upheld"] is None and answer["set_aside"] is not None
    state = "aside" if aside else "waiting" if answer["upheld"] is None else "answered"
    on = answer["set_aside_on"] if aside else answer["answered_on"]
    return ReceiptPage(
        receipt=answer["objection_id"],
        county_name=answer["county_name"],
        filed_on=date.fromisoformat(answer["filed_on"]),
        state=state,
        upheld=bool(answer["upheld"]),
        words=(answer["set_aside"] if aside else answer["answer"]) or "",
        on=date.fromisoformat(on) if on else None,
    )


async def _case(request: Request, visitor: Visitor, case_id: str) -> Response:
    cases = await in_publicity(visitor)
    case = next((each for each in cases if each.case_id == case_id), None)
    return visitor.page("window/objecting.html", ObjectionPage(case=case, stamp=stamp(request)))


__all__ = ["CaseInPublicity", "in_publicity", "pages", "read_case", "read_receipt"]
