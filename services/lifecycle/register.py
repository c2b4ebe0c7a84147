"""What the public register says of the districts: on a day, by what was on record at a moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.lifecycle.queries import DISTRICTS
from services.lifecycle.views import names
from services.lifecycle.views.districts import TitleGroup, latest, names_of
from shared.projections.finding import page_with_words, plainly
from shared.projections.names import may_hold
from shared.service.http.requests import Day, Exact, Moment

Entry = dict[str, Any]
AT_FIRST: Final = 100
"""Districts that are read at a time; then twice as many each time."""
STANDINGS: Final = list(TitleGroup)

_C = DISTRICTS.c
_BY_DESIGNATION = (_C.designated_on, _C.case_id)
ORDERS: Final[Mapping[str, Sequence[ColumnElement[Any]]]] = {
    "designated": _BY_DESIGNATION,
    "county": (_C.county, *_BY_DESIGNATION),
    "document": (_C.shown_document, *_BY_DESIGNATION),
    "until": (_C.last_day, _C.case_id),
    "status": (_C.rank, _C.status, _C.county, *_BY_DESIGNATION),
    "changed": (_C.since, _C.case_id),
    "-designated": (_C.designated_on.desc(), _C.case_id.desc()),
    "-county": (_C.county.desc(), _C.designated_on.desc(), _C.case_id),
    "-document": (_C.shown_document.desc(), *_BY_DESIGNATION),
    "-until": (_C.last_day.desc(), _C.case_id.desc()),
    "-status": (_C.rank.desc(), _C.status.desc(), _C.county.desc(), *_BY_DESIGNATION),
    "-changed": (_C.since.desc(), _C.case_id.desc()),
}
"""The orders of the register of today, each by an index."""
_LASTING: Final = frozenset({"designated", "county", "document"})
"""What a district is sorted by on any day."""
_KEYS: Final[Mapping[str, Callable[[Entry], Any]]] = {
    "designated": lambda entry: (entry["designated_on"], entry["case_id"]),
    "county": lambda entry: (entry["county"], entry["designated_on"]),
    "document": lambda entry: entry["document_number"],
    "until": lambda entry: (entry["last_day"], entry["case_id"]),
    "status": lambda entry: (_rank(entry), entry["status"], entry["county"]),
    "changed": lambda entry: (entry["since"], entry["case_id"]),
}
"""The same of entries in the order of their designation."""


class RegisterFilter(BaseModel):
    """Which districts, as of which day, by the record of which moment. ``counties`` are codes, parted by commas; each
    of the ``words`` must stand in a name or a number."""

    model_config = ConfigDict(extra="forbid")

    on: Day | None = None
    known_at: Moment | None = None
    county: str | None = Field(None, pattern=r"^\d{6}$")
    counties: str = Field("", pattern=r"^(\d{6}(,\d{6})*)?$", max_length=2000)
    standing: TitleGroup | None = None
    words: str = Field("", max_length=100)

    @property
    def sought(self) -> list[str]:
        """The words as names are compared."""
        return self.words.casefold().split()

    def of_counties(self) -> list[ColumnElement[bool]]:
        """The counties, as clauses: what is the same on any day."""
        one = [_C.county == self.county] if self.county is not None else []
        return one + ([_C.county.in_(self.counties.split(","))] if self.counties else [])

    def may_hold(self) -> list[ColumnElement[bool]]:
        """The words, by an index: they are looked for once more."""
        found = [may_hold(names, word) for word in self.sought]
        return [_C.case_id.in_(select(names.table.c.case_id).where(*found))] if found else []

    def takes(self, entry: Entry) -> bool:
        """Whether an entry is of the group and has the words."""
        if self.standing is not None and STANDINGS[_rank(entry)] is not self.standing:
            return False
        texts = (*(entry[name] for name in _SOUGHT), entry["revocation_document"] or "")
        text = "\n".join(texts).casefold()
        return all(word in text for word in self.sought)


_SOUGHT: Final = ("title", "county_unit", "key_unit", "document_number", "county_name")


class RegisterList(RegisterFilter):
    """Which of them, in which order (``-`` turns it round); without a ``limit`` all."""

    sort: str = Field("designated", pattern=f"^-?({'|'.join(_KEYS)})$")
    limit: Annotated[int | None, Exact, Field(ge=1, le=1000)] = None
    offset: Annotated[int, Exact] = Field(0, ge=0, le=1_000_000)


async def entries(connection: AsyncConnection, asked: RegisterList, today: date) -> list[Entry]:
    """The entries that are asked for. The register of today, and of a day in an order that lasts, is read a page at a
    time; any other whole."""
    on = asked.on or today
    if asked.limit is not None and await _of_now(connection, asked, on, today):
        rows = await _page_of_now(connection, asked, asked.limit)
        return [entry for row in rows if (entry := register_entry(row, on)) is not None]
    lasting = asked.sort.removeprefix("-") in _LASTING and not (asked.known_at and "document" in asked.sort)
    if asked.limit is not None and lasting:
        return await _page_of_a_day(connection, asked, on, asked.limit)
    every = await _all(connection, asked, on)
    ordered = sorted(every, key=_KEYS[asked.sort.removeprefix("-")], reverse=asked.sort.startswith("-"))
    return ordered[asked.offset : asked.offset + asked.limit] if asked.limit is not None else ordered


async def _of_now(connection: AsyncConnection, asked: RegisterFilter, on: date, today: date) -> bool:
    """Whether the day's register is what the rows say now: no term begins later."""
    if asked.known_at is not None or on < today:
        return False
    last_begun = (await connection.execute(select(func.max(_C.first_day)))).scalar_one()
    return last_begun is None or last_begun <= on


async def _page_of_now(connection: AsyncConnection, asked: RegisterList, limit: int) -> list[Entry]:
    group = [_C.rank == STANDINGS.index(asked.standing)] if asked.standing is not None else []
    return await page_with_words(
        connection,
        DISTRICTS,
        limit=limit,
        offset=asked.offset,
        order=ORDERS[asked.sort],
        among=[*asked.of_counties(), *group],
        hold=[_C.sought.contains(word, autoescape=True) for word in asked.sought],
        may_hold=asked.may_hold(),
    )


async def _page_of_a_day(connection: AsyncConnection, asked: RegisterList, on: date, limit: int) -> list[Entry]:
    """Read on, ever more at a time, until the page is full."""
    query = select(DISTRICTS).where(*asked.of_counties(), *asked.may_hold()).order_by(*ORDERS[asked.sort])
    found: list[Entry] = []
    start, size = 0, AT_FIRST
    while len(found) < asked.offset + limit:
        rows = await _rows(connection, query.limit(plainly(size)).offset(plainly(start)))
        found += _entries(rows, asked, on)
        if len(rows) < size:
            break
        start, size = start + size, 2 * size
    return found[asked.offset : asked.offset + limit]


async def _all(connection: AsyncConnection, asked: RegisterFilter, on: date) -> list[Entry]:
    query = select(DISTRICTS).where(*asked.of_counties(), *asked.may_hold()).order_by(*_BY_DESIGNATION)
    return _entries(await _rows(connection, query), asked, on)


def _entries(rows: Iterable[Entry], asked: RegisterFilter, on: date) -> list[Entry]:
    each = (register_entry(row, on, asked.known_at) for row in rows)
    return [entry for entry in each if entry is not None and asked.takes(entry)]


async def _rows(connection: AsyncConnection, query: Select[Any]) -> list[Entry]:
    return [dict(row) for row in (await connection.execute(query)).mappings()]


async def figures(connection: AsyncConnection, asked: RegisterFilter, today: date) -> dict[str, Any]:
    """How many districts there are of each county, group and grade; and the first of each county and group."""
    on = asked.on or today
    if not asked.sought and asked.standing is None and await _of_now(connection, asked, on, today):
        return await _figures_of_now(connection, asked, on)
    counted: Counter[tuple[str, str, str]] = Counter()
    first: dict[tuple[str, str], Entry] = {}
    for entry in await _all(connection, asked, on):
        county, standing = entry["county"], STANDINGS[_rank(entry)].value
        counted[county, standing, entry["grade"] or ""] += 1
        first.setdefault((county, standing), entry)
    return {"counts": [_counted(*of, number) for of, number in counted.items()], "first": list(first.values())}


async def _figures_of_now(connection: AsyncConnection, asked: RegisterFilter, on: date) -> dict[str, Any]:
    parts = (_C.county, _C.rank, func.coalesce(_C.grade, ""))
    counts = select(*parts, func.count()).where(*asked.of_counties()).group_by(*parts)
    counted = (await connection.execute(counts)).all()
    first = select(_C.case_id).where(*asked.of_counties()).ext(distinct_on(_C.county, _C.rank))
    ids = first.order_by(_C.county, _C.rank, *_BY_DESIGNATION)
    rows = await _rows(connection, select(DISTRICTS).where(_C.case_id.in_(ids)).order_by(*_BY_DESIGNATION))
    return {
        "counts": [_counted(county, STANDINGS[rank], grade, number) for county, rank, grade, number in counted],
        "first": _entries(rows, asked, on),
    }


def _counted(county: str, standing: str, grade: str, number: int) -> dict[str, Any]:
    return {"county": county, "standing": standing, "grade": grade, "number": number}


def _rank(entry: Entry) -> int:
    return STANDINGS.index(TitleGroup.of(entry["status"], entry["cycle"]))


def register_entry(row: Mapping[str, Any], on: date, known_at: datetime | None = None) -> dict[str, Any] | None:
    """What held of a district on a day, by what was recorded until ``known_at``; ``None`` before its designation."""
    standing = latest(_known(row["standings"], known_at), "from", on)
    cycles = _known(row["cycles"], known_at)
    if standing is None or not cycles:
        return None
    cycle = latest(cycles, "first_day", on) or cycles[0]
    revoked = standing["status"] == "revoked"
    return {
        "case_id": row["case_id"],
        **names_of(row, _known(row["corrections"], known_at)),
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


__all__ = ["RegisterFilter", "RegisterList", "entries", "figures", "register_entry"]
