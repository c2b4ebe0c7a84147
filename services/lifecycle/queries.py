"""What each office may read of the districts, and what the public register said on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from http import HTTPStatus
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, Table, false, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.lifecycle.views import districts
from shared.contracts.core import Actor, Role
from shared.programme.divisions import Endorsed, counties, current_code, former_codes, route
from shared.programme.values.offices import Office
from shared.programme.values.uscc import normalised
from shared.service.http.problems import Problem

DISTRICTS: Final = districts.table
INSIDE: Final = (Role.PROVINCE, Role.PROVINCE_LEAD, Role.OPERATOR, Role.AUDITOR)
"""Who reads every district whole."""

NAMED_IN_REGISTER: Final = ("title", "county_unit", "key_unit", "document_number")
"""What the register says in the words of the designation; corrections of the record change it."""

NOT_SHOWN: Final = frozenset({"mine", "designation_event"})
"""Columns for our own use, which no answer shows."""


def inside(actor: Actor) -> bool:
    """Whether the actor reads every district whole."""
    return actor.has(*INSIDE)


def scope(actor: Actor, today: date) -> ColumnElement[bool]:
    """Which districts an actor may read: all, those of their city today, or their own."""
    office = Office.parse(actor.office)
    if inside(actor):
        mine: ColumnElement[bool] = true()
    elif actor.has(Role.CITY):
        mine = DISTRICTS.c.county.in_(_counties_of(office.code, today))
    elif actor.has(Role.COUNTY):
        mine = DISTRICTS.c.county.in_(_codes_of(office.code))
    elif actor.has(Role.KEY_UNIT):
        mine = DISTRICTS.c.key_unit_uscc == normalised(office.code)
    else:
        mine = false()
    return mine


def _counties_of(city: str, today: date) -> frozenset[str]:
    ways = {county.code: route(county.code, today) for county in counties()}
    own = [code for code, way in ways.items() if isinstance(way, Endorsed) and way.authority.code == city]
    return frozenset().union(*(_codes_of(code) for code in own)) if own else frozenset()


def _codes_of(county: str) -> frozenset[str]:
    now = current_code(county)
    return frozenset({county, now, *(former.code for former in former_codes() if former.current == now)})


async def one_district(connection: AsyncConnection, case_id: str, actor: Actor, today: date) -> RowMapping:
    """A district that the actor may read. Raises ``Problem`` 404 where there is none, 403 where it is not theirs."""
    query = select(DISTRICTS, scope(actor, today).label("mine")).where(DISTRICTS.c.case_id == case_id)
    district = (await connection.execute(query)).mappings().first()
    if district is None:
        raise absent()
    if not district["mine"]:
        raise Problem(
            HTTPStatus.FORBIDDEN,
            "district-is-within-your-scope",
            "You may read only what concerns you",
            title_zh="仅可查阅与本人职责相关的内容",
            clause="四（五）",
        )
    return district


def absent() -> Problem:
    """404: no such district."""
    return Problem(HTTPStatus.NOT_FOUND, "district-exists", "There is no such district", title_zh="没有这个集聚区")


async def rows(
    connection: AsyncConnection, table: Table, case_id: str, order: Sequence[ColumnElement[Any]] = ()
) -> list[dict[str, Any]]:
    """The rows of a district in a view, in the order of its key or as asked."""
    query = select(table).where(table.c.case_id == case_id).order_by(*(order or table.primary_key.columns))
    return [dict(row) for row in (await connection.execute(query)).mappings()]


def shown(district: RowMapping) -> dict[str, Any]:
    """A district as those whom it concerns see it."""
    return {name: value for name, value in district.items() if name not in NOT_SHOWN}


def register_entry(row: Mapping[str, Any], on: date, known_at: datetime | None = None) -> dict[str, Any] | None:
    """What held of a district on a day, by what was recorded until ``known_at``; ``None`` before its designation."""
    standing = _latest(_known(row["standings"], known_at), "from", on)
    cycles = _known(row["cycles"], known_at)
    if standing is None or not cycles:
        return None
    cycle = _latest(cycles, "first_day", on) or cycles[0]
    revoked = standing["status"] == "revoked"
    return {
        "case_id": row["case_id"],
        **_names(row, known_at),
        "county": row["county"],
        "county_name": row["county_name"],
        "designated_on": row["designated_on"],
        "cycle": cycle["cycle"],
        "first_day": cycle["first_day"],
        "last_day": cycle["last_day"],
        "status": standing["status"],
        "since": standing["from"],
        "grade": standing["grade"],
        "revoked_on": row["revoked_on"] if revoked else None,
        "revocation_document": row["revocation_document"] if revoked else None,
    }


def _known(facts: Sequence[dict[str, Any]], known_at: datetime | None) -> list[dict[str, Any]]:
    if known_at is None:
        return list(facts)
    return [fact for fact in facts if datetime.fromisoformat(fact["recorded_at"]) <= known_at]


def _latest(facts: Sequence[dict[str, Any]], name: str, on: date) -> dict[str, Any] | None:
    """Of the facts that had begun by a day, the one that began last; of several on one day, the last recorded."""
    begun = [fact for fact in facts if fact[name] <= on.isoformat()]
    return max(reversed(begun), key=lambda fact: str(fact[name]), default=None)


def _names(row: Mapping[str, Any], known_at: datetime | None) -> dict[str, Any]:
    corrected = {
        fact["field"]: fact["now"]
        for fact in _known(row["corrections"], known_at)
        if fact["corrects"] == row["designation_event"]
    }
    return {name: corrected.get(name, row[name]) for name in NAMED_IN_REGISTER}
