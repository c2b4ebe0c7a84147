"""Whom an event concerns, as they were known when it happened."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.notify.notices import Case, People, Person, Preferences, Subscriber
from services.notify.views.people import as_of, case_people, contacts, subscriptions
from services.notify.views.preferences import preferences, stopped_addresses
from shared.contracts.notify import Channel, Language
from shared.contracts.personal import ERASED

_OF_THE_CASE = ("county", "county_name", "county_unit", "key_unit", "key_unit_uscc", "endorser", "endorser_name")


async def people_at(connection: AsyncConnection, case_id: str, seq: int) -> People:
    """The people of a case, the contacts of all offices it may name and the subscribers, after the event ``seq``; with
    what they had chosen by then."""
    table = case_people.table
    found = (await connection.execute(select(table).where(table.c.case_id == case_id))).mappings().one_or_none()
    case = Case(case_id=case_id)
    if found is not None:
        known = {name: found[name] for name in _OF_THE_CASE}
        persons = tuple(
            Person(**{name: one[name] for name in ("role", "office", "name", "phone", "email")})
            for one in as_of(found["people"], seq)
        )
        case = Case(case_id=case_id, persons=persons, **known)
    return People(
        case=case,
        contacts=await _contacts(connection, seq),
        subscribers=await _subscribers(connection, case.county, seq),
        preferences=await _preferences(connection, seq),
        stopped=await _stopped(connection, seq),
    )


async def _contacts(connection: AsyncConnection, seq: int) -> dict[str, Person]:
    table = contacts.table
    found = {}
    for row in (await connection.execute(select(table.c.office, table.c.history))).mappings():
        held = [one for one in row["history"] if one["since"] <= seq]
        if held:
            last = {name: held[-1][name] for name in ("name", "phone", "email")}
            found[row["office"]] = Person(role="", office=row["office"], **last)
    return found


async def _subscribers(connection: AsyncConnection, county: str, seq: int) -> tuple[Subscriber, ...]:
    table = subscriptions.table
    standing = table.c.since <= seq, or_(table.c.until.is_(None), table.c.until > seq), table.c.address != ERASED
    query = select(table).where(*standing, table.c.division.in_(["", county])).order_by(table.c.subscription_id)
    return tuple(
        Subscriber(
            subscription_id=row["subscription_id"],
            channel=Channel(row["channel"]),
            address=row["address"],
            division=row["division"],
            topic=row["topic"],
            language=Language(row["language"]),
        )
        for row in (await connection.execute(query)).mappings()
    )


async def _preferences(connection: AsyncConnection, seq: int) -> dict[str, Preferences]:
    rows = (await connection.execute(select(preferences.table))).mappings()
    return {row["owner"]: preferences_in(row["history"], seq) for row in rows}


def preferences_in(history: list[dict[str, Any]], seq: int | None = None) -> Preferences:
    """What a history of choices comes to: all of it, or after the event ``seq``."""
    language: Language | None = None
    wanted: dict[tuple[Channel, str], bool] = {}
    for one in history:
        if seq is not None and one["since"] > seq:
            break
        if "language" in one:
            language = Language(one["language"])
        else:
            wanted[Channel(one["channel"]), one["kind"]] = one["on"]
    return Preferences(language, wanted)


async def _stopped(connection: AsyncConnection, seq: int) -> dict[tuple[Channel, str], str]:
    table = stopped_addresses.table
    standing = table.c.since <= seq, or_(table.c.until.is_(None), table.c.until > seq)
    rows = (await connection.execute(select(table).where(*standing))).mappings()
    return {(Channel(row["channel"]), row["address"]): row["reason"] for row in rows}
