"""Counting standing deadlines again once the calendar that they were counted by has changed.

A look at the table, not an answer to an event: whichever process knows the new calendar looks for deadlines that it may
concern and were not counted by it yet, and gives their aggregates a command whose id follows from the deadline and the
calendar. So one that was set while the announcement was still on its way is found too, and none is counted twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.eventlog.wording import describe
from shared.programme.dates.announced import SHIPPED, Announced, announced, latest
from shared.programme.dates.days import first_moment_of
from shared.projections.parking import is_poison
from shared.retrying import Pauses, run_for_ever
from shared.service.logs import logger_of

logger = logger_of("recounting")

POLL = 1.0
"""Seconds between looks."""
AT_ONCE = 100
"""Deadlines that are taken up at a time."""


@dataclass(frozen=True, slots=True)
class StandingDeadline:
    """A deadline as it stands: ``due`` is the first moment too late, ``set_on`` the day of legal effect of what set
    it."""

    ident: str
    kind: str
    due: datetime
    set_on: date


Recount = Callable[[StandingDeadline, str], Awaitable[None]]
"""Has a deadline counted again by the calendar of a name; doing it again changes nothing."""

_DEADLINES = sa.Table(
    "deadlines",
    sa.MetaData(),
    *(sa.Column(name) for name in ("ident", "kind", "due", "set_on")),
    sa.Column("provisional", sa.Boolean),
)
_COUNTED = sa.Table(
    "deadlines_counted",
    sa.MetaData(),
    sa.Column("ident", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("due", sa.DateTime(timezone=True), primary_key=True),
    sa.Column("calendar", sa.Text, primary_key=True),
    sa.Column("error", sa.Text, nullable=False, server_default=""),
)


class Recounting:
    """Has the deadlines of a service counted again, each once for every calendar that may move it."""

    def __init__(self, engine: AsyncEngine, schema: str, recount: Recount) -> None:
        self._engine = engine.execution_options(schema_translate_map={None: schema})
        self._recount = recount

    async def prepare(self) -> None:
        """Make the table of what was counted, where it is missing."""
        async with self._engine.begin() as connection:
            await connection.run_sync(_COUNTED.metadata.create_all)

    async def run(self) -> None:
        """Look for ever. Trouble with a server is waited out."""
        await run_for_ever(self.count_again, troubled=_troubled, pauses=Pauses(POLL), rest=POLL)

    async def count_again(self) -> int:
        """Have those counted that the present calendar may move; give how many there were."""
        name = latest()
        if name == SHIPPED:
            return 0
        async with self._engine.connect() as connection:
            rows = (await connection.execute(_uncounted(announced(name)))).all()
        for row in rows:
            await self._count_one(StandingDeadline(*row), name)
        return len(rows)

    async def _count_one(self, deadline: StandingDeadline, calendar: str) -> None:
        failure = ""
        try:
            await self._recount(deadline, calendar)
        except Exception as error:
            if not is_poison(error):
                raise
            failure = describe(error)
            logger.error("refused", ident=deadline.ident, kind=deadline.kind, error=failure)
        row = {"ident": deadline.ident, "kind": deadline.kind, "due": deadline.due, "calendar": calendar}
        async with self._engine.begin() as connection:
            await connection.execute(insert(_COUNTED).values(row | {"error": failure}).on_conflict_do_nothing())


def _uncounted(by: Announced) -> sa.Select[Any]:
    """The standing deadlines that a calendar may move and that were not counted by it: those that are provisional, and
    those of years that had been known otherwise."""
    same = [_DEADLINES.c[name] == _COUNTED.c[name] for name in ("ident", "kind", "due")]
    concerned = [_DEADLINES.c.provisional, *(_around(year) for year in sorted(by.corrected))]
    return (
        sa.select(*(_DEADLINES.c[name] for name in ("ident", "kind", "due", "set_on")))
        .outerjoin(_COUNTED, sa.and_(*same, _COUNTED.c.calendar == by.name))
        .where(_COUNTED.c.ident.is_(None), sa.or_(*concerned))
        .order_by(_DEADLINES.c.due, _DEADLINES.c.ident)
        .limit(AT_ONCE)
    )


def _around(year: int) -> sa.ColumnElement[bool]:
    """Whether days of a year may count for a deadline: it falls into the year, or soon after it."""
    return _DEADLINES.c.due.between(first_moment_of(date(year, 1, 1)), first_moment_of(date(year + 1, 12, 31)))


def _troubled(error: Exception) -> None:
    logger.warning("cannot look at the deadlines now", exc_info=error)


__all__ = ["Recounting", "StandingDeadline"]
