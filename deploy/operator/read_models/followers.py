"""Everything that follows the log: projections, process managers, replays; how far each is, and how much it parked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.database.roles import SERVICES
from deploy.operator.frame.definitions import follows
from deploy.operator.frame.records import opened
from deploy.operator.frame.system import System
from shared.eventlog.log import EventLog
from shared.projections.engine import open_engine
from shared.projections.parking import Parking
from shared.projections.positions import Position, Positions
from shared.projections.projection import Projection
from shared.service.follows import Follows


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowerState:
    """A follower: ``lag`` is from its ``seq`` to the newest event of the services it follows, in seqs of the log; below
    0 by as much as it stands beyond the log's end."""

    service: str
    name: str
    kind: str
    version: int
    seq: int
    lag: int
    parked: int
    note: str = ""
    behind_code: bool = False
    """Whether the database has another version of it than this code, or none yet."""


async def find_followers(
    system: System, *, services: Sequence[str] = SERVICES, replays: bool = False
) -> list[FollowerState]:
    """The followers of services, those that the code has and the database has not yet among them."""
    engine = open_engine(system.operator_url)
    try:
        async with opened(system.operator_url) as log:
            return [
                follower
                for service in services
                for follower in await _of_service(log, engine, follows(service), replays=replays)
            ]
    finally:
        await engine.dispose()


async def _of_service(log: EventLog, engine: AsyncEngine, of: Follows, *, replays: bool) -> list[FollowerState]:
    stored: dict[str, Position] = {}
    if await _has(engine, of.service, "checkpoints"):
        async with engine.connect() as connection:
            stored = {position.name: position for position in await Positions(of.service).all(connection)}
    counts: Counter[str] = Counter()
    if await _has(engine, of.service, "parked"):
        counts = Counter(parked.follower for parked in await Parking(engine, of.service).all())
    known = {projection.name: projection for projection in of.kept}
    names = [*known, *(name for name in stored if name not in known and (replays or "@" not in name))]
    return [
        await _follower(log, of, name, projection=known.get(name), position=stored.get(name), parked=counts[name])
        for name in names
    ]


async def _follower(
    log: EventLog, of: Follows, name: str, *, projection: Projection | None, position: Position | None, parked: int
) -> FollowerState:
    categories = projection.categories if projection else of.reacts_to
    internal = projection.include_internal if projection else False
    head = await log.head(categories, include_internal=internal) if categories and "@" not in name else 0
    seq = position.seq if position else 0
    end = await log.head()
    return FollowerState(
        service=of.service,
        name=name,
        kind="replay" if "@" in name else "projection" if projection else "reactions",
        version=position.version if position else projection.version if projection else 0,
        seq=seq,
        lag=min(0, end - seq) or max(0, head - seq),
        parked=parked,
        note=_lost(position, end) or _note(projection, position),
        behind_code=projection is not None and not _same(projection, position),
    )


def _lost(position: Position | None, head: int) -> str:
    if position is not None and position.seq > head:
        return f"BEYOND the log's end, {head}: it was rolled back; restart the service, which begins it anew"
    if position is not None and not position.held:
        return "took in events that the log has LOST: restart the service, which begins it anew"
    return ""


def _note(projection: Projection | None, position: Position | None) -> str:
    if position is None:
        return "not begun: the service makes it when it starts"
    if projection and not _same(projection, position):
        return f"the code has version {projection.version}, or other tables: the service rebuilds it when it starts"
    return position.note


def _same(projection: Projection, position: Position | None) -> bool:
    return position is not None and (position.version, position.definition) == (
        projection.version,
        projection.definition,
    )


async def _has(engine: AsyncEngine, schema: str, table: str) -> bool:
    async with engine.connect() as connection:
        there = await connection.scalar(text("select to_regclass(:name) is not null"), {"name": f"{schema}.{table}"})
    return bool(there)


__all__ = ["FollowerState", "find_followers"]
