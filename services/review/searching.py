"""Which cases a list shows, and in which order: what its query may ask, as clauses of SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, or_, select

from services.review.queries import CASES, inside
from services.review.views import names
from shared.contracts.core import Actor
from shared.projections.names import may_hold
from shared.service.http.requests import Day, Exact

StageName = Literal[
    "examining",
    "correcting",
    "accepted",
    "material-review",
    "on-site",
    "concluded",
    "in-publicity",
    "publicity-over",
    "approved",
    "not-yet",
    "not-accepted",
    "discontinued",
]
_ANY_STAGE: Final = "|".join(get_args(StageName))
SEARCHED: Final = tuple(
    CASES.c[name] for name in ("county_name", "endorser_name", "county_unit", "key_unit", "document_number")
)
"""What words are looked for in."""

ORDERS: Final[Mapping[str, Sequence[ColumnElement[Any]]]] = {
    "newest": (CASES.c.filed_on.desc(),),
    "due": (CASES.c.last_day, CASES.c.filed_on),
    "county": (CASES.c.county, CASES.c.filed_on.desc()),
}


class CaseFilter(BaseModel):
    """Which cases: ``stages`` parted by commas; ``words`` that each stand in a name; ``late`` past its last day;
    ``holder`` by subject, or by a part of the name."""

    model_config = ConfigDict(extra="forbid")

    stages: str = Field("", pattern=rf"^(({_ANY_STAGE})(,({_ANY_STAGE}))*)?$", max_length=200)
    county: str | None = Field(None, pattern=r"^\d{6}$")
    due_by: Day | None = None
    late: bool = False
    words: str = Field("", max_length=100)
    held: Literal["by-me", "by-nobody"] | None = None
    holder: str = Field("", max_length=200)

    def clauses(self, today: date, actor: Actor) -> list[ColumnElement[bool]]:
        """The same as clauses of a query, less the words."""
        clauses: list[ColumnElement[bool]] = []
        if self.stages:
            clauses.append(CASES.c.stage.in_(self.stages.split(",")))
        if self.county is not None:
            clauses.append(CASES.c.county == self.county)
        if self.due_by is not None:
            clauses.append(CASES.c.last_day <= self.due_by)
        if self.late:
            clauses.append(CASES.c.last_day < today)
        return clauses + self._of_the_holder(actor)

    def _of_the_holder(self, actor: Actor) -> list[ColumnElement[bool]]:
        """Whoever is not told who holds a case does not find it by that."""
        if not inside(actor):
            return []
        named = or_(CASES.c.holder == self.holder, CASES.c.holder_name.icontains(self.holder, autoescape=True))
        wanted = {"by-me": CASES.c.holder == actor.subject, "by-nobody": CASES.c.holder.is_(None)}
        return ([wanted[self.held]] if self.held else []) + ([named] if self.holder else [])

    @property
    def hold(self) -> list[ColumnElement[bool]]:
        """That each word stands in a name, by looking."""
        return [_somewhere(word) for word in self.words.split()]

    @property
    def may_hold(self) -> list[ColumnElement[bool]]:
        """The same, by the index."""
        found = [may_hold(names, word) for word in self.words.split()]
        return [CASES.c.case_id.in_(select(names.table.c.case_id).where(*found))] if found else []


class CaseList(CaseFilter):
    """Which of them, one page at a time."""

    stage: StageName | None = None
    sort: Literal["newest", "due", "county"] = "newest"
    limit: Annotated[int, Exact] = Field(50, ge=1, le=200)
    offset: Annotated[int, Exact] = Field(0, ge=0, le=100_000)

    def clauses(self, today: date, actor: Actor) -> list[ColumnElement[bool]]:
        """Those of the filter, and the one stage that is asked for."""
        one = [CASES.c.stage == self.stage] if self.stage is not None else []
        return super().clauses(today, actor) + one


def _somewhere(word: str) -> ColumnElement[bool]:
    return or_(*(column.icontains(word, autoescape=True) for column in SEARCHED))


__all__ = ["ORDERS", "CaseFilter", "CaseList"]
