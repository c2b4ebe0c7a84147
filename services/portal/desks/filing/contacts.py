"""Whom one's office is told through, where a case does not name somebody itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.frame.access import person, sending
from services.portal.frame.visitor import Visitor
from shared.contracts.core import Role
from shared.service.http.routes import router

pages = router()
TOLD = (Role.COUNTY, Role.KEY_UNIT, Role.CITY, Role.PROVINCE, Role.PROVINCE_LEAD, Role.EXPERT, Role.OPERATOR)
Told = Annotated[Visitor, Depends(person(*TOLD))]
ToldSends = Annotated[Visitor, Depends(sending(*TOLD))]


@dataclass(frozen=True, slots=True)
class OwnContact:
    """The contact of the reader's office; empty where none is registered."""

    office: str
    name: str = ""
    phone: str = ""
    email: str = ""

    @property
    def is_registered(self) -> bool:
        """Whether there is one."""
        return bool(self.name)


@pages.get("/contacts", include_in_schema=False)
async def show(visitor: Told) -> Response:
    return await _page(visitor)


@pages.post("/contacts", include_in_schema=False)
async def register(visitor: ToldSends) -> Response:
    body = {name: visitor.form.text(name) for name in ("name", "phone", "email")}
    if not await visitor.act("notify", within("contacts", _office(visitor)), body):
        return await _page(visitor)
    return visitor.go("/contacts", "联系人已登记，今后的通知发给该联系人。", "The contact is registered.")


async def _page(visitor: Visitor) -> Response:
    office = _office(visitor)
    rows = await visitor.get("notify", "/contacts", office=office)
    known = OwnContact(office, *(rows[0][name] or "" for name in ("name", "phone", "email"))) if rows else None
    return visitor.page("filing/contacts.html", known or OwnContact(office))


def _office(visitor: Visitor) -> str:
    return visitor.actor.office if visitor.actor else ""


__all__ = ["OwnContact", "pages"]
