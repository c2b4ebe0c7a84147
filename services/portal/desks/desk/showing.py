"""What a desk shows, made of the rows of the read models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from services.portal.desks.delegating.showing import ShownDelegation
from services.portal.desks.desk.acts import ACT_WORDS
from services.portal.desks.feedback.listing import ListedFeedback
from services.portal.desks.letters.listing import ListedLetter
from services.portal.desks.words import HOLDERS, STAGES, Bilingual
from services.portal.frame.remaining import working_days_left
from services.portal.reading.todos import Found, OnTheDesk
from services.portal.views.todos import WhoseTurn
from shared.contracts.core import Role
from shared.programme.divisions import authority

_YEARLY = ("report", "receipt", "receipt-of-city")


@dataclass(frozen=True, slots=True)
class ShownTodo:
    """A to-do. ``left`` are the working days until its last day, below zero once it is past; none where it has no
    last day."""

    path: str
    county: str
    does: Bilingual
    about: Bilingual
    holder: Bilingual
    due_on: date | None
    left: int | None

    @property
    def act_zh(self) -> str:
        """As a Chinese desk words it."""
        return f"{self.county}：{self.does.zh}"

    @property
    def act(self) -> str:
        """As an English desk words it."""
        return f"{self.county}: {self.does.en}"


@dataclass(frozen=True, slots=True)
class Signed:
    """The notary's newest checkpoint: so many events, and so many witnesses who cosigned it."""

    size: int
    witnesses: int


@dataclass(frozen=True, slots=True)
class CountedSearch:
    """A search that somebody keeps, and how many cases it has: so many, or ``more``."""

    text: str
    number: int
    more: bool

    @property
    def path(self) -> str:
        """Where it leads."""
        return f"/search?{urlencode({'q': self.text})}"


@dataclass(frozen=True, slots=True)
class DeskPage:
    """A desk. ``count`` is how many things there are to do in cases, where not all are shown. Under the delegations
    ``to_me`` this person may act today; ``kept`` are their searches. ``letters`` and
    ``feedback`` wait for an answer; ``None`` where nobody can say which do."""

    own: Sequence[ShownTodo]
    count: int
    awaited: Sequence[ShownTodo]
    near: Sequence[ShownTodo]
    signed: Signed | None
    kept: Sequence[CountedSearch]
    does_work: bool
    to_me: Sequence[ShownDelegation] = ()
    letters: Sequence[ListedLetter] | None = ()
    feedback: Sequence[ListedFeedback] | None = ()


def desk_page(
    found: OnTheDesk,
    roles: frozenset[Role],
    today: date,
    signed: Signed | None,
    to_me: Sequence[ShownDelegation] = (),
    *,
    kept: Sequence[CountedSearch] = (),
) -> DeskPage:
    """The desk of somebody with these roles."""

    def shown(rows: Sequence[Found]) -> list[ShownTodo]:
        return [shown_todo(row, roles, today) for row in rows]

    return DeskPage(
        own=shown(found.own),
        count=found.count,
        awaited=shown(found.awaited),
        near=shown(found.near),
        signed=signed,
        kept=kept,
        does_work=roles.isdisjoint({Role.AUDITOR, Role.OPERATOR}),
        to_me=to_me,
    )


def shown_todo(row: Found, roles: frozenset[Role], today: date) -> ShownTodo:
    """One of its lines."""
    words, parts = ACT_WORDS[row["act"]], _parts(row)
    return ShownTodo(
        path=f"/{_room(row, roles)}/{row['case_id']}",
        county=row["county_name"],
        does=words.does,
        about=Bilingual(
            f"{STAGES[row['stage']].zh} · {words.about.zh.format(parts=parts.zh)}",
            f"{STAGES[row['stage']].en} · {words.about.en.format(parts=parts.en)}",
        ),
        holder=_holder(row),
        due_on=row["due_on"],
        left=working_days_left(row["due_on"], today),
    )


def checkpoint_said(note: str) -> Signed | None:
    """What a signed note says; ``None`` for what is none. Nothing is verified here: the page of proofs does that."""
    lines = note.split("\n")
    if len(lines) < 6 or not lines[1].isdecimal():
        return None
    signatures = sum(line.startswith("— ") for line in lines)
    return Signed(int(lines[1]), max(signatures - 1, 0))


def _room(row: Found, roles: frozenset[Role]) -> str:
    """Where somebody looks at it: an expert at their assignments, the province at its cases once they are filed."""
    if Role.EXPERT in roles:
        return "assignments"
    applying = roles & {Role.COUNTY, Role.KEY_UNIT, Role.CITY}
    if ACT_WORDS[row["act"]].room == "applications":
        return "applications" if applying or row["service"] == "intake" else "cases"
    return "districts" if row["service"] == "lifecycle" else "cases"


def _holder(row: Found) -> Bilingual:
    city = authority(row["endorser"], row["since"]) if row["holder"] == WhoseTurn.CITY else None
    return Bilingual(city.name, city.name) if city else HOLDERS[WhoseTurn(row["holder"])]


def _parts(row: Found) -> Bilingual:
    """What is still open: the years of reports, else how many."""
    parts: list[Any] = row["parts"]
    if row["act"] not in _YEARLY:
        return Bilingual(str(len(parts)), str(len(parts)))
    years = [str(part[0] if isinstance(part, list) else part) for part in parts]
    begun = years[:1] if row["act"] == "report" else years
    return Bilingual("、".join(begun), ", ".join(begun))


__all__ = [
    "CountedSearch",
    "DeskPage",
    "ShownTodo",
    "Signed",
    "checkpoint_said",
    "desk_page",
    "shown_todo",
]
