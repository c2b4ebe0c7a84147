"""What somebody asks the register: the words, the filters, the order, the day. One reading for the page, and for every
file made of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.portal.window.register.entries import RegisteredDistrict, Standing, code_today
from shared.programme.divisions import counties, former_codes
from shared.service.http.requests import Day, Exact

PAGE = 50
"""Entries on a page."""
AS_THEY_STAND = "designated"
"""The order in which the register has them."""


def _given(value: Any) -> Any:
    """A form sends its empty fields, too."""
    return None if value == "" else value


AsOf = Annotated[Day | None, BeforeValidator(_given)]
Code = Annotated[Annotated[str, Field(pattern=r"^\d{6}$")] | None, BeforeValidator(_given)]


def _standing(value: Any) -> Any:
    return next((each for each in Standing if each.style == value), value) or None


Group = Annotated[Standing | None, BeforeValidator(_standing)]


SORTS: dict[str, Callable[[RegisteredDistrict], Any]] = {
    "county": lambda entry: (entry.county, entry.designated_on),
    "document": lambda entry: entry.document_number,
    "designated": lambda entry: (entry.designated_on, entry.case_id),
    "until": lambda entry: (entry.last_day, entry.case_id),
    "status": lambda entry: (list(Standing).index(entry.standing), entry.status, entry.county),
}


class RegisterQuery(BaseModel):
    """``q`` is sought in names and document numbers. ``on`` is the day that is asked about, ``known`` the last day
    whose record counts. ``sort`` is a column, with ``-`` before it from the last to the first."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[str, Field(max_length=100)] = ""
    prefecture: Code = None
    county: Code = None
    status: Group = None
    on: AsOf = None
    known: AsOf = None
    sort: Annotated[str, Field(pattern=f"^-?({'|'.join(SORTS)})$")] = AS_THEY_STAND
    page: Annotated[int, Exact, Field(ge=1, le=10_000)] = 1

    @property
    def known_at(self) -> str | None:
        """The last moment whose record counts, as lifecycle takes it."""
        return f"{self.known.isoformat()}T23:59:59.999999+08:00" if self.known else None

    def as_of(self, today: date) -> dict[str, str | None]:
        """The day that is asked about and the moment, as lifecycle takes them."""
        return {"on": (self.on or today).isoformat(), "known_at": self.known_at}

    def address(self, path: str, **instead: object) -> str:
        """An address of this question, with some of it otherwise; the first page, where that is not said."""
        asked = {name: value for name, value in self if value not in (None, "")} | {"page": 1} | instead
        values = {name: _written(value) for name, value in asked.items() if value not in (None, "", _DEFAULT.get(name))}
        return f"{path}?{urlencode(values)}" if values else path

    @property
    def narrowed(self) -> bool:
        """Whether anything is sought or filtered."""
        return bool(self.q.strip() or self.prefecture or self.county or self.status)


_DEFAULT = {"sort": AS_THEY_STAND, "page": 1}


def _written(value: object) -> str:
    if isinstance(value, Standing):
        return value.style
    return value.isoformat() if isinstance(value, date) else str(value)


AskedRegister = Annotated[RegisterQuery, Query()]


def chosen(entries: Sequence[RegisteredDistrict], asked: RegisterQuery) -> list[RegisteredDistrict]:
    """The entries that are asked for, in the order that is asked for; they come in that of their designation."""
    words = asked.q.casefold().split()
    county = code_today(asked.county) if asked.county else ""

    def wanted(entry: RegisteredDistrict) -> bool:
        return (
            (not asked.prefecture or entry.prefecture == asked.prefecture)
            and (not county or code_today(entry.county) == county)
            and (asked.status is None or entry.standing is asked.status)
            and all(word in entry.sought for word in words)
        )

    kept = [entry for entry in entries if wanted(entry)] if asked.narrowed else list(entries)
    if asked.sort == AS_THEY_STAND:
        return kept
    return sorted(kept, key=SORTS[asked.sort.removeprefix("-")], reverse=asked.sort.startswith("-"))


def county_codes(prefecture: str | None, county: str | None) -> Sequence[str]:
    """Every code that the counties asked for have or had; none, where all are."""
    if not prefecture and not county:
        return ()
    asked = {code_today(county)} if county else {each.code for each in counties()}
    if prefecture:
        asked &= {each.code for each in counties() if each.prefecture_code == prefecture}
    before = {former.code for former in former_codes() if former.current in asked}
    return sorted(asked | before) or ["000000"]


def county_choices(prefecture: str | None = None) -> Sequence[tuple[str, str]]:
    """Code and name of the counties, of all prefectures or of one."""
    return [
        (county.code, f"{county.prefecture}{county.name}")
        for county in counties()
        if prefecture in (None, county.prefecture_code)
    ]


__all__ = ["PAGE", "SORTS", "AskedRegister", "RegisterQuery", "chosen", "county_choices", "county_codes"]
