"""The cases of somebody who left (离岗移交): who holds how many, whose cases they are, and handing all over in one act.

Each case is handed over from that holder by a command of its own. Sent again, what is done stays done, and what a
service that was away did not do is done then; what somebody else took meanwhile is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from fastapi import Depends, Query
from fastapi.responses import Response

from services.portal.desks.reviewing.holding import HeldCase, held_cases
from services.portal.desks.reviewing.many import cases_of, do_each, once
from services.portal.desks.reviewing.stages import RUNNING
from services.portal.desks.reviewing.successors import Colleague, Successor, colleagues_of, successor_in
from services.portal.frame.access import person, sending
from services.portal.frame.forms import SentForm
from services.portal.frame.visitor import Visitor
from shared.contracts.core import Role
from shared.service.http.routes import router

pages = router()
Row = Mapping[str, Any]
LeadOfficer = Annotated[Visitor, Depends(person(Role.PROVINCE_LEAD))]
LeadOfficerSends = Annotated[Visitor, Depends(sending(Role.PROVINCE_LEAD))]
Typed = Annotated[str, Query(max_length=200)]
MOST: Final = 500
"""Cases that one act hands over."""
_A_PAGE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaversPage:
    """The page: everybody who holds cases; those of ``leaver``, once one is chosen; whose they are to be, once that is;
    and what became of each, once it was ``tried``."""

    holders: Sequence[Colleague]
    leaver: Colleague | None = None
    rows: Sequence[HeldCase] = ()
    colleagues: Sequence[Colleague] = ()
    successor: Successor | None = None
    tried: bool = False

    @property
    def done(self) -> int:
        """How many were handed over."""
        return sum(row.refused is None for row in self.rows)


@pages.get("/cases/leavers", include_in_schema=False)
async def show(
    visitor: LeadOfficer, leaver: Typed = "", successor: Typed = "", holder: Typed = "", holder_name: Typed = ""
) -> Response:
    page = await _of(visitor, leaver)
    typed = SentForm({"successor": [successor], "holder": [holder], "holder_name": [holder_name]})
    chosen = successor_in(typed, page.colleagues)
    if page.leaver is not None:
        rows = held_cases(await _cases_held_by(visitor, page.leaver.account), {})
        named = chosen if chosen.account and chosen.name and chosen.account != page.leaver.account else None
        page = replace(page, rows=rows, successor=named)
    return visitor.page("reviewing/leavers.html", page)


@pages.post("/cases/leavers", include_in_schema=False)
async def hand_over(visitor: LeadOfficerSends) -> Response:
    sent = visitor.form
    page = await _of(visitor, sent.text("leaver"), sent.text("leaver_name"))
    chosen, successor = once(sent.texts("case"), MOST), Successor(sent.text("holder"), sent.text("holder_name"))
    body = {"holder": successor.account, "holder_name": successor.name, "held_by": sent.text("leaver")}
    refused = await do_each(visitor, chosen, ("holder", "handover"), body)
    rows = held_cases(await cases_of(visitor, chosen), refused)
    return visitor.page("reviewing/leavers.html", replace(page, rows=rows, successor=successor, tried=True))


async def _of(visitor: Visitor, account: str, name: str = "") -> LeaversPage:
    """The page of somebody, who may hold nothing any more."""
    everybody = await colleagues_of(visitor)
    holders = [each for each in everybody if each.cases]
    leaver = next((each for each in holders if each.account == account), Colleague(account, name or account))
    others = [each for each in everybody if each.account != account]
    return LeaversPage(holders=holders, leaver=leaver if account else None, colleagues=others)


async def _cases_held_by(visitor: Visitor, account: str) -> list[Row]:
    """The running cases of a holder."""
    found: list[Row] = []
    asked = {"holder": account, "stages": ",".join(RUNNING), "sort": "due", "limit": _A_PAGE}
    while len(found) < MOST:
        rows = await visitor.get("review", "/cases", **asked, offset=len(found))
        found += rows
        if len(rows) < _A_PAGE:
            break
    return [row for row in found[:MOST] if row["holder"] == account]


__all__ = ["LeaversPage", "pages"]
