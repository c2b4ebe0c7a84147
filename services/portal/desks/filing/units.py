"""The two applicants: their names and credit codes, and putting them right (附件1)."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi.responses import Response

from services.portal.calling.services import within
from services.portal.desks.filing.standing import SEALERS, CaseHead, head_of
from services.portal.desks.filing.who import ApplicantSends
from services.portal.desks.words import Bilingual
from services.portal.frame.access import Person
from services.portal.frame.visitor import Visitor
from shared.contracts.intake import Sealer
from shared.service.http.routes import no_such, router

pages = router()


@dataclass(frozen=True, slots=True)
class ShownUnit:
    """One of the two: as it stands on record, and whether the reader may put it right."""

    sealer: Sealer
    title: Bilingual
    name: str
    uscc: str
    mine: bool


@dataclass(frozen=True, slots=True)
class UnitsPage:
    """The page of both. ``typed`` is the one whose correction was refused."""

    head: CaseHead
    route_note: str
    units: tuple[ShownUnit, ...]
    typed: Sealer | None


@pages.get("/applications/{case_id}/units", include_in_schema=False)
async def both(visitor: Person, case_id: str) -> Response:
    return await _page(visitor, case_id, None)


@pages.post("/applications/{case_id}/units/{sealer}", include_in_schema=False)
async def put_right(visitor: ApplicantSends, case_id: str, sealer: str) -> Response:
    whose = _known(sealer)
    unit = {"name": visitor.form.text("unit.name"), "uscc": visitor.form.text("unit.uscc")}
    body = {"sealer": whose.value, "unit": unit}
    if not await visitor.act("intake", within("applications", case_id, "unit-correction"), body):
        return await _page(visitor, case_id, whose)
    return visitor.go(f"/applications/{case_id}/units", "单位信息已更正。", "The unit is put right.")


async def _page(visitor: Visitor, case_id: str, typed: Sealer | None) -> Response:
    row = await visitor.get("intake", within("applications", case_id))
    head = head_of(row, visitor.actor)
    units = tuple(
        ShownUnit(sealer, SEALERS[sealer], row[name]["name"], row[name]["uscc"], _mine(head, sealer))
        for sealer, name in ((Sealer.COUNTY, "county_unit"), (Sealer.KEY_UNIT, "key_unit"))
    )
    return visitor.page("filing/units.html", UnitsPage(head, row["route_note"], units, typed))


def _mine(head: CaseHead, sealer: Sealer) -> bool:
    return head.editable and head.mine in (Sealer.COUNTY, sealer)


def _known(sealer: str) -> Sealer:
    if sealer not in {Sealer.COUNTY, Sealer.KEY_UNIT}:
        raise no_such("sealer")
    return Sealer(sealer)


__all__ = ["ShownUnit", "UnitsPage", "pages"]
