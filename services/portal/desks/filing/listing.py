"""My applications, and starting one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi.responses import Response

from services.portal.desks.filing.standing import STAGES, Row, StageWords, next_step, seal_of
from services.portal.desks.filing.who import Applicant, ApplicantSends, OfCountyOrUnitOrCity
from services.portal.desks.words import Bilingual
from services.portal.frame.remaining import days_left
from services.portal.frame.visitor import Visitor
from shared.contracts.core import Actor, Role
from shared.contracts.intake import Sealer
from shared.programme.values.offices import Office
from shared.service.http.routes import router

pages = router()
MOST = 200
OPEN = frozenset({"draft", "awaiting-endorsement", "filed", "correcting"})


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A row of the list. ``left`` are the working days until it is due."""

    path: str
    county: str
    unit: str
    stage: StageWords
    next: Bilingual
    opened_on: str
    due_on: str | None
    left: int | None


@dataclass(frozen=True, slots=True)
class MyCases:
    """The list: what is under way, what is over, whether there may be older ones, and whether one may be started."""

    open: tuple[ListedCase, ...]
    over: tuple[ListedCase, ...]
    more: bool
    applies: bool


@dataclass(frozen=True, slots=True)
class NewCase:
    """The page that starts an application: what is known of the reader's own office, and the counties to choose."""

    own: Sealer | None
    division_code: str
    division: str
    uscc: str
    counties: Sequence[tuple[str, Sequence[tuple[str, str]]]]


@pages.get("/applications", include_in_schema=False)
async def mine(visitor: OfCountyOrUnitOrCity) -> Response:
    rows = (await visitor.get("intake", "/applications", limit=MOST))["applications"]
    return visitor.page("filing/list.html", listed(rows, visitor.today, visitor.actor))


@pages.get("/applications/new", include_in_schema=False)
async def new(visitor: Applicant) -> Response:
    return await _new(visitor)


@pages.post("/applications/new", include_in_schema=False)
async def start(visitor: ApplicantSends) -> Response:
    sent = visitor.form
    body = {
        "division_code": sent.text("division_code"),
        "county_unit": {"name": sent.text("county_unit.name"), "uscc": sent.text("county_unit.uscc")},
        "key_unit": {"name": sent.text("key_unit.name"), "uscc": sent.text("key_unit.uscc")},
    }
    opened = await visitor.act("intake", "/applications", body)
    if opened is None:
        return await _new(visitor)
    to = f"/applications/{opened.body['case_id']}"
    return visitor.go(to, "申报已开立，双方现在都可以填写。", "It is open: both of you can fill it in now.")


async def _new(visitor: Visitor) -> Response:
    divisions = await visitor.get("intake", "/divisions")
    return visitor.page("filing/new.html", new_case(divisions, visitor.actor))


def listed(rows: Sequence[Row], today: date, actor: Actor | None) -> MyCases:
    """The rows as they are shown, what is due first at the top."""
    cases = [(row["stage"] in OPEN, _listed(row, today)) for row in rows]
    opened = sorted((case for is_open, case in cases if is_open), key=lambda case: case.due_on or "9999")
    over = tuple(case for is_open, case in cases if not is_open)
    applies = seal_of(actor) in (Sealer.COUNTY, Sealer.KEY_UNIT)
    return MyCases(tuple(opened), over, len(rows) >= MOST, applies)


def new_case(divisions: Mapping[str, Any], actor: Actor | None) -> NewCase:
    """What the page offers: the reader's own county or credit code stands there already."""
    office = Office.parse(actor.office if actor else "")
    by_prefecture: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for county in divisions["counties"]:
        by_prefecture[county["prefecture"]].append((county["code"], county["name"]))
    own = office.code if actor and actor.has(Role.COUNTY) else ""
    name = next((f"{c['prefecture']}{c['name']}" for c in divisions["counties"] if c["code"] == own), own)
    uscc = office.code if actor and actor.has(Role.KEY_UNIT) else ""
    return NewCase(seal_of(actor), own, name, uscc, tuple(by_prefecture.items()))


def _listed(row: Row, today: date) -> ListedCase:
    due = row["due_on"]
    return ListedCase(
        path=f"/applications/{row['case_id']}",
        county=row["county_name"],
        unit=row["key_unit"]["name"],
        stage=STAGES[row["stage"]],
        next=next_step(row),
        opened_on=row["opened_on"],
        due_on=due,
        left=days_left(due, today),
    )


__all__ = ["ListedCase", "MyCases", "NewCase", "listed", "new_case", "pages"]
