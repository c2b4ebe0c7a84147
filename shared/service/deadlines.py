"""Durable deadlines: what must happen exactly once when time runs out, whatever crashes.

The standing deadlines are a projection of the events (a timetable). Firing one is a command whose id follows from the
deadline, so firing it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.contracts.core import Envelope, Event, event_types
from shared.eventlog.wording import describe
from shared.projections.parking import is_poison
from shared.projections.projection import Key, Projection, Row, View
from shared.retrying import Pauses, run_for_ever
from shared.service.clock import Clock
from shared.service.logs import logger_of

logger = logger_of("deadlines")

POLL = 0.5
"""Seconds between looks at the table while nothing is due."""


@dataclass(frozen=True, slots=True)
class DeadlineSet:
    """From ``due`` (aware; the first moment too late) something happens to the case ``ident``; one of each kind.
    ``provisional``: the holidays that its days were counted by were not announced then."""

    ident: str
    kind: str
    due: datetime
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class DeadlineMoved:
    """The deadline of this kind, where it stands, falls due at another moment: its days were counted again."""

    ident: str
    kind: str
    due: datetime
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class DeadlineCleared:
    """The deadline of this kind no longer stands."""

    ident: str
    kind: str


Change = DeadlineSet | DeadlineMoved | DeadlineCleared
Timetable = Callable[[Envelope], Sequence[Change]]
"""What an event does to the deadlines."""

Fire = Callable[[DeadlineSet], Awaitable[None]]
"""Does what a deadline leads to; doing it again changes nothing."""


@dataclass(frozen=True, slots=True)
class Agenda:
    """How many deadlines are due and have not fired yet, and when the next one is."""

    due: int
    next: datetime | None


def deadline_projection(
    service: str, timetable: Timetable, *, leaves_alone: frozenset[type[Event]] = frozenset()
) -> Projection:
    """The projection that keeps a service's standing deadlines, by its own events.

    The timetable is not asked about classes in ``leaves_alone``; it has no answer for them. About any other event it is
    asked for the rows that change, and once more for each of these. That is a few microseconds, for few events.
    """
    view = View(
        sa.Table(
            "deadlines",
            sa.MetaData(),
            sa.Column("ident", sa.Text, primary_key=True),
            sa.Column("kind", sa.Text, primary_key=True),
            sa.Column("due", sa.DateTime(timezone=True), nullable=False, index=True),
            sa.Column("provisional", sa.Boolean, nullable=False),
            sa.Column("set_on", sa.Date, nullable=False),
        )
    )

    def keys(_event: Event, envelope: Envelope) -> Iterable[Key]:
        return dict.fromkeys((change.ident, change.kind) for change in timetable(envelope))

    def fold(row: Row, _event: Event, envelope: Envelope) -> Row | None:
        standing: Row | None = row if row["due"] else None
        for change in timetable(envelope):
            if (change.ident, change.kind) == (row["ident"], row["kind"]):
                standing = _changed(row, standing, change, envelope)
        return standing

    own = (kind.cls for kind in event_types() if kind.service == service and kind.cls not in leaves_alone)
    view.on(*own, keys=keys)(fold)
    return Projection(f"{service}.deadlines", version=2, categories=(service,), views=(view,), at_a_glance=True)


def _changed(row: Row, standing: Row | None, change: Change, envelope: Envelope) -> Row | None:
    """The row after a change. ``set_on`` stays the day of legal effect of what set it, wherever it moves to."""
    match change:
        case DeadlineSet():
            return row | {"due": change.due, "provisional": change.provisional, "set_on": envelope.effective_on}
        case DeadlineMoved():
            return standing and standing | {"due": change.due, "provisional": change.provisional}
        case DeadlineCleared():
            return None


_METADATA = sa.MetaData()
_DEADLINES = sa.Table("deadlines", _METADATA, sa.Column("ident"), sa.Column("kind"), sa.Column("due"))
_FIRED = sa.Table(
    "deadlines_fired",
    sa.MetaData(),
    sa.Column("ident", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("due", sa.DateTime(timezone=True), primary_key=True),
    sa.Column("error", sa.Text, nullable=False, server_default=""),
)


class Scheduler:
    """Fires the deadlines of a service as they come due, in order of time."""

    def __init__(self, engine: AsyncEngine, schema: str, clock: Clock, fire: Fire) -> None:
        self._engine = engine.execution_options(schema_translate_map={None: schema})
        self._clock = clock
        self._fire = fire
        self._standing = (
            sa.select(_DEADLINES)
            .outerjoin(
                _FIRED,
                sa.and_(*(_DEADLINES.c[name] == _FIRED.c[name] for name in ("ident", "kind", "due"))),
            )
            .where(_FIRED.c.ident.is_(None))
        )

    async def prepare(self) -> None:
        """Make the table of what fired, where it is missing."""
        async with self._engine.begin() as connection:
            await connection.run_sync(_FIRED.metadata.create_all)

    async def agenda(self) -> Agenda:
        """What is due now, and what comes next."""
        now = await self._clock.now()
        standing = self._standing.subquery()
        due = sa.func.count().filter(standing.c.due <= now)
        coming = sa.func.min(standing.c.due).filter(standing.c.due > now)
        async with self._engine.connect() as connection:
            row = (await connection.execute(sa.select(due, coming).select_from(standing))).one()
        return Agenda(row[0], row[1])

    async def run(self) -> None:
        """Fire what is due, for ever. Trouble with a server is waited out."""
        await run_for_ever(self._look, troubled=_troubled, pauses=Pauses(POLL))

    async def _look(self) -> None:
        if not await self.fire_due():
            await self._clock.moved(POLL)

    async def fire_due(self) -> int:
        """Fire what is due now; give how many did."""
        now = await self._clock.now()
        query = self._standing.where(_DEADLINES.c.due <= now).order_by(_DEADLINES.c.due, _DEADLINES.c.ident).limit(100)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).all()
        for ident, kind, due in rows:
            await self._fire_one(DeadlineSet(ident, kind, due))
        return len(rows)

    async def _fire_one(self, deadline: DeadlineSet) -> None:
        failure = ""
        try:
            await self._fire(deadline)
        except Exception as error:
            if not is_poison(error):
                raise
            failure = describe(error)
            logger.error("refused", ident=deadline.ident, kind=deadline.kind, error=failure)
        async with self._engine.begin() as connection:
            row = {"ident": deadline.ident, "kind": deadline.kind, "due": deadline.due, "error": failure}
            await connection.execute(insert(_FIRED).values(row).on_conflict_do_nothing())


def _troubled(error: Exception) -> None:
    logger.warning("cannot look at the deadlines now", exc_info=error)
