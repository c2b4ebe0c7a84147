"""The city's answer to a packet: agree and seal it, return it, or decline (四（三）)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.desks.filing.application import ShownCondition, conditions_of, shown_conditions
from services.portal.desks.filing.seals import SealsPage, seals_page
from services.portal.desks.filing.standing import head_of
from services.portal.frame.access import person, sending
from services.portal.frame.remaining import days_left
from services.portal.frame.visitor import Visitor
from shared.contracts.core import Role
from shared.service.http.routes import router

pages = router()
City = Annotated[Visitor, Depends(person(Role.CITY))]
CitySends = Annotated[Visitor, Depends(sending(Role.CITY))]


@dataclass(frozen=True, slots=True)
class EndorsingPage:
    """The page: the packet with its seals, what is known of the conditions, and the working days that are left."""

    packet: SealsPage
    conditions: tuple[ShownCondition, ...]
    left: int | None


@pages.get("/applications/{case_id}/endorsement", include_in_schema=False)
async def ask(visitor: City, case_id: str) -> Response:
    return await _page(visitor, case_id)


@pages.post("/applications/{case_id}/endorsement", include_in_schema=False)
async def endorse(visitor: CitySends, case_id: str) -> Response:
    body = {name: visitor.form.text(name) for name in ("opinion", "packet_sha256")}
    done = "已同意并盖章，申报已报省科技厅。", "Endorsed and sealed: it is filed with the province."
    return await _answer(visitor, case_id, "endorsement", body, done)


@pages.post("/applications/{case_id}/return", include_in_schema=False)
async def give_back(visitor: CitySends, case_id: str) -> Response:
    done = "已退回申报单位修改。", "Returned to the applicants for changes."
    return await _answer(visitor, case_id, "return", {"changes": visitor.form.text("changes")}, done)


@pages.post("/applications/{case_id}/refusal", include_in_schema=False)
async def decline(visitor: CitySends, case_id: str) -> Response:
    done = "已作出不同意的意见。", "Declined, with your reasons."
    return await _answer(visitor, case_id, "refusal", {"reasons": visitor.form.text("reasons")}, done)


async def _answer(
    visitor: Visitor, case_id: str, what: str, body: Mapping[str, str], done: tuple[str, str]
) -> Response:
    if not await visitor.act("intake", within("applications", case_id, what), body):
        return await _page(visitor, case_id)
    return visitor.go(f"/applications/{case_id}", *done)


async def _page(visitor: Visitor, case_id: str) -> Response:
    path = within("applications", case_id)
    row, packet, conditions = await asyncio.gather(
        visitor.get("intake", path), visitor.get("intake", f"{path}/packet"), conditions_of(visitor, path)
    )
    head = head_of(row, visitor.actor)
    left = days_left(row["due_on"], visitor.today)
    page = EndorsingPage(seals_page(head, row, packet), shown_conditions(head, row, conditions), left)
    return visitor.page("filing/endorsement.html", page)


__all__ = ["EndorsingPage", "pages"]
