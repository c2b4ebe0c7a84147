"""Rebuild a projection beside the live one and prove it equal; replay one to any seq or date; look, switch, drop.

Everything runs as the service's own role and stays in its schema: see ``shared/projections/rebuilding/shadow.py``.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.eventlog.log import EventLog
from shared.projections.comparing.digest import Digest, digest_tables
from shared.projections.parking import Parking
from shared.projections.partitions import Partitions
from shared.projections.positions import Position, Positions
from shared.projections.projection import Projection
from shared.projections.rebuilding import parallel, switching
from shared.projections.rebuilding.feeds import LogFeed, Source, last_recorded
from shared.projections.rebuilding.filling import Effort, OutOfOrder, Report
from shared.projections.rebuilding.shadow import Shadow, drop_shadow, open_shadow
from shared.projections.view_table import ViewTable

REBUILD = "rebuild"
"""The tag of a rebuild's tables."""

_SECOND = "second"

_NEARLY = 1_000

_DEADLOCKS = 5
"""So often a switch is tried again whose locks others crossed: whoever reads several of its tables, say."""


class TimeAxis(StrEnum):
    """Which time a date is of."""

    RECORDED = "recorded"
    """When the log recorded the event."""
    EFFECTIVE = "effective"
    """When the fact took legal effect; later records of earlier facts are taken in."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild found at its digest's seq.

    ``live`` is ``None`` where the live tables are missing or of another version; ``differs`` names the views whose rows
    are not the same. ``parked`` counts the events that the rebuild could not fold. ``agreed``: there was nothing live
    to compare with, so the log was folded once more, by one process in the log's order, and gave the same.
    """

    shadow: Digest
    live: Digest | None
    differs: tuple[str, ...]
    parked: int
    switched: bool
    events: int
    agreed: bool = False
    most_rows: int = 0
    """The most rows that were in memory at once."""
    memory: int = 0
    """Bytes that the largest of several processes took at most; 0 where one was enough."""

    @property
    def equal(self) -> bool:
        """Whether every row is the same as the live one."""
        return self.live is not None and not self.differs


@dataclass(frozen=True, slots=True)
class Replay:
    """A projection as it was at ``seq``: its tables by view, what was asked for (``note``), how many events parked."""

    projection: str
    tag: str
    seq: int
    note: str
    tables: Mapping[str, str]
    parked: int = 0


async def rebuild(
    source: Source,
    engine: AsyncEngine,
    projection: Projection,
    schema: str,
    *,
    switch: bool = False,
    force: bool = False,
    resume: bool = False,
    progress: Report | None = None,
    effort: Effort | None = None,
) -> Rebuilt:
    """Build a projection anew from the log while the live one serves, and compare both at the live one's seq.

    ``switch`` puts the new tables in place of the live ones, in one transaction, if the digests are equal or ``force``
    is given (the code of the folds was changed). Where there are no live tables of this version, a second fold has to
    agree instead. The new tables are dropped if they are equal and not switched, and kept for looking at (as replay
    "rebuild") if they differ. ``resume`` goes on where an interrupted rebuild by the same code was. From an
    ``EventLog``, long stretches are folded by several processes. Raises ``InProgress``; connection and server errors.
    """
    positions = Positions(schema)
    async with open_shadow(engine, projection, schema, REBUILD, effort=effort) as shadow:
        await shadow.begin("rebuild", resume=resume)
        await _catch_up(source, engine, positions, shadow, progress)
        agreed = switch and not force and await _agrees(source, engine, positions, shadow)
        deadlocks = 0
        while True:
            try:
                rebuilt = await _conclude(
                    source, engine, shadow, switch=switch, sure=force or agreed, progress=progress
                )
                return replace(rebuilt, agreed=agreed)
            except DBAPIError as error:
                deadlocks += 1
                if deadlocks > _DEADLOCKS or not _is_deadlock(error):
                    raise


async def _conclude(
    source: Source, engine: AsyncEngine, shadow: Shadow, *, switch: bool, sure: bool, progress: Report | None
) -> Rebuilt:
    """Stop the live projection, come to the same seq, compare, and switch or drop: one transaction."""
    projection, schema = shadow.projection, shadow.schema
    positions = Positions(schema)
    async with engine.begin() as connection:
        await positions.close(connection, projection.name)
        live = await positions.lock(connection, projection.name)
        await shadow.advance(_in_order(source, shadow), live.seq if live else shadow.seq, progress=progress)
        digest, live_digest = await _compare(connection, shadow, live, schema)
        differs = digest.differs(live_digest) if live_digest else tuple(sorted(digest.tables))
        same = live_digest is not None and not differs
        parked = len(await Parking(engine, schema).all(shadow.name))
        switched = switch and (same or sure)
        if switched:
            await switching.switch(connection, schema, shadow, live)
        elif same:
            await drop_shadow(connection, schema, shadow.name)
    return Rebuilt(
        digest,
        live_digest,
        differs,
        parked,
        switched,
        shadow.events,
        most_rows=shadow.most,
        memory=shadow.memory,
    )


def _is_deadlock(error: DBAPIError) -> bool:
    return error.orig is not None and isinstance(error.orig.__cause__, asyncpg.DeadlockDetectedError)


async def replay(
    source: Source,
    engine: AsyncEngine,
    projection: Projection,
    schema: str,
    tag: str,
    *,
    until: int | None = None,
    at: date | datetime | None = None,
    axis: TimeAxis = TimeAxis.RECORDED,
    progress: Report | None = None,
    effort: Effort | None = None,
) -> Replay:
    """A projection as it was after the seq ``until``, or ``at`` a moment (a date: the end of that day in China).

    Its tables stay beside the live ones under the tag (up to 20 of a-z, 0-9 and _) until ``drop_replay``; a replay of
    the same tag is replaced. An effective time is a date. Raises ``ValueError``, ``InProgress``.
    """
    if (until is None) == (at is None) or (until or 0) < 0 or tag in (REBUILD, _SECOND):
        raise ValueError("a replay goes until a seq (from 0) or to a moment, under a tag of its own")
    if isinstance(at, datetime) and (axis is TimeAxis.EFFECTIVE or at.tzinfo is None):
        raise ValueError("a replay's moment has a time zone; an effective time is a date")
    head = await source.head(projection.categories)
    note = f"seq {until}" if at is None else f"{axis} {at.isoformat()}"
    async with open_shadow(engine, projection, schema, tag, effort=effort) as shadow:
        await shadow.begin(note, resume=False)
        if at is None:
            await _fill(source, shadow, min(until or 0, head), progress=progress)
        elif axis is TimeAxis.EFFECTIVE:
            await _fill(source, shadow, head, effective=at, progress=progress)
        else:
            await _fill(source, shadow, await last_recorded(source, projection, head, at), progress=progress)
        parked = len(await Parking(engine, schema).all(shadow.name))
        tables = {each.view.name: each.table.name for each in shadow.tables}
        return Replay(projection.name, tag, shadow.seq, note, tables, parked)


async def replays(engine: AsyncEngine, schema: str) -> list[Replay]:
    """The replays (and an unfinished or differing rebuild) that stand in a schema."""
    async with engine.connect() as connection:
        stored = [each for each in await Positions(schema).all(connection) if "@" in each.name]
    parked = Counter(each.follower for each in await Parking(engine, schema).all())
    standing = []
    for each in stored:
        name, _, tag = each.name.partition("@")
        tables = {table.removesuffix(f"__{tag}"): table for table in each.tables}
        standing.append(Replay(name, tag, each.seq, each.note, tables, parked[each.name]))
    return standing


async def drop_replay(engine: AsyncEngine, schema: str, projection: str, tag: str) -> bool:
    """Drop a replay's tables; say whether there was one. Again: ``False``."""
    async with engine.begin() as connection:
        await Positions(schema).create(connection)
        await Partitions(schema).create(connection)
        return await drop_shadow(connection, schema, f"{projection}@{tag}")


async def _catch_up(
    source: Source, engine: AsyncEngine, positions: Positions, shadow: Shadow, progress: Report | None
) -> None:
    """Follow the live position while it moves, until the rest is small enough to stop it for."""
    while True:
        async with engine.connect() as connection:
            live = await positions.read(connection, shadow.projection.name)
        target = live.seq if live else await source.head(shadow.projection.categories)
        behind = target - shadow.seq
        await _fill(source, shadow, target, progress=progress)
        if behind <= _NEARLY:
            return


async def _fill(
    source: Source, shadow: Shadow, until: int, *, effective: date | None = None, progress: Report | None = None
) -> None:
    """Fill up to a seq: long stretches, and what was divided already, with several processes."""
    effort = shadow.effort
    if isinstance(source, EventLog) and (until - shadow.seq >= effort.worth or await shadow.divided()):
        processes = effort.processes or len(os.sched_getaffinity(0))
        try:
            await parallel.fill(
                shadow, until, processes=processes, sealer=source.sealer, effective=effective, progress=progress
            )
        except OutOfOrder:
            await shadow.clear()
    await shadow.advance(_in_order(source, shadow, effective), until, progress=progress)


def _in_order(source: Source, shadow: Shadow, effective: date | None = None) -> LogFeed:
    return LogFeed(source, shadow.projection, page=shadow.effort.page, effective=effective)


async def _agrees(source: Source, engine: AsyncEngine, positions: Positions, shadow: Shadow) -> bool:
    """Whether, where nothing live is of this version, a second fold in the log's order gives the same rows."""
    projection, schema = shadow.projection, shadow.schema
    async with engine.connect() as connection:
        live = await positions.read(connection, projection.name)
    if live is not None and (live.version, live.definition) == (projection.version, projection.definition):
        return False
    async with open_shadow(engine, projection, schema, _SECOND, effort=shadow.effort) as second:
        await second.begin("second", resume=False)
        await second.advance(_in_order(source, second), shadow.seq)
        mine, other = await asyncio.gather(shadow.digest(), second.digest())
        async with engine.begin() as connection:
            await drop_shadow(connection, schema, second.name)
    return mine == other


async def _compare(
    connection: AsyncConnection, shadow: Shadow, live: Position | None, schema: str
) -> tuple[Digest, Digest | None]:
    projection = shadow.projection
    same = live is not None and (live.version, live.definition) == (projection.version, projection.definition)
    tables = [ViewTable(view, schema) for view in projection.views] if same else []
    mine, theirs = await asyncio.gather(shadow.digest(), digest_tables(connection, tables))
    digest = Digest(projection.name, projection.version, shadow.seq, mine)
    return digest, Digest(projection.name, live.version, live.seq, theirs) if live is not None and same else None


__all__ = ["REBUILD", "Rebuilt", "Replay", "TimeAxis", "drop_replay", "rebuild", "replay", "replays"]
