"""Looking up who holds what a command asks for, and keeping it true until the command's events are written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, Protocol, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.core import Context, Fence
from shared.contracts.numbered import COUNTY, NUMBER
from shared.programme.divisions import current_code
from shared.programme.forms import Unit
from shared.programme.record import Correction
from shared.programme.unique import Elsewhere, LiveApplication, LiveTitle, NumberUse
from shared.programme.values.document_number import DocumentNumber, DocumentNumberError
from shared.programme.values.firms import same_firm
from shared.programme.vocabulary import NumberedAct
from shared.service.service import Service
from shared.service.unique.view import (
    CATEGORIES,
    TAKES_A_NUMBER,
    TAKES_A_PAIR,
    TAKES_A_TITLE,
    applications,
    numbers,
    titles,
)

LOOKED_UP: Final = frozenset({"elsewhere"})
"""The field of a command that is filled here."""


class AsksElsewhere(Protocol):
    """A command that asks for something there may be once only."""

    @property
    def context(self) -> Context: ...
    @property
    def case_id(self) -> str: ...
    @property
    def elsewhere(self) -> Elsewhere: ...


class CorrectsElsewhere(AsksElsewhere, Correction, Protocol):
    """A correction of the record, which may ask for it too."""


A = TypeVar("A", bound=AsksElsewhere)
R = TypeVar("R", bound=CorrectsElsewhere)
_NUMBERS, _TITLES, _APPLICATIONS = numbers.table, titles.table, applications.table


@dataclass(frozen=True, slots=True)
class Unique:
    """A service's look at what other cases hold."""

    service: Service

    async def look(self, command: A, *, number: str = "", titled: str = "", pair: tuple[str, Unit] | None = None) -> A:
        """The command with what other cases hold: this document number, the title of a county (``titled``, its code),
        an application of a county and a key unit (``pair``).

        Its context then has a fence: should anybody come to hold such a thing before its events are recorded, they are
        not written (``FenceCrossed``), and it is looked up anew. Raises ``Problem`` 503 where the read model is behind.
        """
        head = await self.service.log.head(CATEGORIES, include_internal=False)
        async with self.service.reading(projection=f"{self.service.name}.unique", after=head) as connection:
            held = Elsewhere(
                numbers=await _uses(connection, number),
                titles=await _titles(connection, titled, command.case_id),
                applications=await _applications(connection, pair, command.case_id),
            )
        asked = ((number, TAKES_A_NUMBER), (titled, TAKES_A_TITLE), (pair, TAKES_A_PAIR))
        types = frozenset().union(*(types for wanted, types in asked if wanted))
        context = replace(command.context, fence=Fence(head, types))
        return replace(command, elsewhere=held, context=context)  # type: ignore[type-var]

    async def corrected(self, command: R) -> R:
        """A correction of the record with what other cases hold of the number, or the title, that is to be right."""
        if command.field == NUMBER:
            return await self.look(command, number=command.now)
        return await self.look(command, titled=command.now) if command.field == COUNTY else command


async def _rows(connection: AsyncConnection, query: Select[Any]) -> list[Any]:
    return list(await connection.execute(query))


async def _uses(connection: AsyncConnection, text: str) -> tuple[NumberUse, ...]:
    try:
        number = str(DocumentNumber.parse(text))
    except DocumentNumberError:
        return ()
    used = _NUMBERS.c
    query = (
        select(used.number, used.act, used.case_id, used.used_on, _TITLES.c.county_name)
        .select_from(_NUMBERS.outerjoin(_TITLES, _TITLES.c.case_id == used.case_id))
        .where(used.number == number)
        .order_by(used.used_on, used.event_id)
    )
    return tuple(
        NumberUse(row.number, NumberedAct(row.act), row.case_id, row.used_on, row.county_name or "")
        for row in await _rows(connection, query)
    )


async def _titles(connection: AsyncConnection, county: str, own: str) -> tuple[LiveTitle, ...]:
    held = _TITLES.c
    query = select(_TITLES).where(held.county == current_code(county), held.case_id != own).order_by(held.since)
    rows = await _rows(connection, query) if county else ()
    return tuple(LiveTitle(row.case_id, row.county_name, row.since) for row in rows)


async def _applications(
    connection: AsyncConnection, pair: tuple[str, Unit] | None, own: str
) -> tuple[LiveApplication, ...]:
    if pair is None:
        return ()
    county, key_unit = pair
    sent = _APPLICATIONS.c
    query = (
        select(_APPLICATIONS)
        .where(sent.county == current_code(county), sent.sent, sent.case_id != own)
        .order_by(sent.since, sent.case_id)
    )
    return tuple(
        LiveApplication(row.case_id, row.county_name, row.key_unit, row.since)
        for row in await _rows(connection, query)
        if same_firm(Unit(name=row.key_unit, uscc=row.key_uscc), key_unit)
    )


__all__ = ["LOOKED_UP", "Unique"]
