"""Where a stream really ends: its last entry must be the log's event of that seq.

Events that the log lost in a failover or restore are taken out of the stream. They are kept in ``events.lost``, so that
one can find out what was done because of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import structlog
from redis.asyncio import Redis
from redis.exceptions import WatchError

from shared.eventlog.log import EventLog
from shared.messaging.cloudevents import NotOurs, Published, parse
from shared.messaging.wire import NOTHING, entry_id, seq_of

LOOK_BACK = 100
"""Up to this many stray entries at its end a stream is made anew; more were put there on purpose."""
LOST = "events.lost"
"""What was taken out of the streams, each entry as it was, with ``lost.stream``."""
_KEPT_MOST = 20_000

Entry = tuple[str, dict[str, str]]
logger = structlog.get_logger("messaging.publisher")


class ForeignStream(Exception):
    """A stream that the log did not write: another system's Redis, or that of a later life of this log."""


@dataclass(frozen=True, slots=True)
class End:
    """Where a stream ends, and a sentence on what was taken out because the log has lost it."""

    tail_id: str
    lost: str = ""


async def recover_tail(
    redis: Redis, log: EventLog, stream: str, categories: tuple[str, ...] | None, tail_id: str
) -> End:
    """Where a stream ends; where stray entries stand behind the last published event, or events that the log does not
    hold, of the stream made anew.

    Raises ``ForeignStream`` where it holds nothing of ours, or what a later life of the log wrote.
    """
    if tail_id == NOTHING:
        return End(tail_id)
    newest = await _entries(redis, stream, "+", LOOK_BACK)
    if not newest or newest[0][0] != tail_id:
        # The end was trimmed or deleted, so only its number is left to compare.
        if await _logged(log, categories, tail_id) is not None:
            return End(tail_id)
        if not newest:
            return End(await _discard(redis, stream, None, ()))
    stray: list[str] = []
    for found_id, entry in newest:
        event = _parsed(found_id, entry)
        if event is None:
            stray.append(found_id)
        elif str(event.event.event_id) != await _logged(log, categories, found_id):
            return await _cut(redis, log, stream, categories, event)
        elif stray or found_id != tail_id:
            logger.warning("publisher.stray_entries", stream=stream, entries=stray)
            return End(await _discard(redis, stream, newest[0][0], ()))
        else:
            return End(found_id)
    raise ForeignStream(f"{stream} ends with {len(stray)} entries that are no events")


async def _cut(redis: Redis, log: EventLog, stream: str, categories: tuple[str, ...] | None, newest: Published) -> End:
    """Take out what the log has lost; the stream is then filled from the log."""
    epochs, said = log.epochs, newest.epoch
    known = said is not None and any(epoch.id == said for epoch in epochs.all)
    if said is not None and not known and epochs.current is not None and said > epochs.current:
        raise ForeignStream(f"{stream} is of epoch {said}, of a later life of the log: is this server outdated?")
    tail = await _entries(redis, stream, "+", 1)
    lost = await _lost(redis, log, stream, categories)
    if not lost.after_ours and not known:
        raise ForeignStream(
            f"{stream} holds seq {newest.seq} as {newest.event.event_id}, this log does not, nor anything else of it"
        )
    loss = f"seq {lost.first} to {seq_of(tail[0][0])} ({lost.count} events), which the log has lost; kept in {LOST}"
    end = End(await _discard(redis, stream, tail[0][0], lost.newest), loss)
    logger.error("publisher.lost_events", stream=stream, told=loss, epoch=str(said))
    if said is not None and said == epochs.of(newest.seq):
        await log.declare_loss()
    return end


@dataclass(slots=True)
class _Lost:
    """The entries behind the last one that the log holds, and whether there is such a one."""

    newest: list[Entry]
    first: int = 0
    count: int = 0
    after_ours: bool = False


async def _lost(redis: Redis, log: EventLog, stream: str, categories: tuple[str, ...] | None) -> _Lost:
    lost = _Lost([])
    before = "+"
    while page := await _entries(redis, stream, before, LOOK_BACK):
        held = await _held(log, categories, page)
        for found_id, entry in page:
            if entry.get("id") == held.get(found_id, ""):
                lost.after_ours = True
                return lost
            lost.first, lost.count = seq_of(found_id), lost.count + 1
            if lost.count <= _KEPT_MOST:
                lost.newest.append((found_id, entry))
        before = f"({page[-1][0]}"
    return lost


async def _entries(redis: Redis, stream: str, before: str, count: int) -> list[Entry]:
    return cast("list[Entry]", await redis.xrevrange(stream, max=before, count=count))


async def _held(log: EventLog, categories: tuple[str, ...] | None, page: Sequence[Entry]) -> dict[str, str]:
    """The ids of the log's events by the entry ids that they belong under."""
    seqs = [seq_of(found_id) for found_id, _ in page]
    rows = await log.read_raw(min(seqs) - 1, limit=len(page) * 50, categories=categories, until=max(seqs))
    return {entry_id(row.seq): str(row.event_id) for row in rows}


def _parsed(found_id: str, entry: dict[str, str]) -> Published | None:
    try:
        event = parse(entry)
    except NotOurs:
        return None
    return event if found_id == entry_id(event.seq) else None


async def _logged(log: EventLog, categories: tuple[str, ...] | None, found_id: str) -> str | None:
    """The id of the published event that belongs under an entry id."""
    seq = seq_of(found_id)
    if found_id != entry_id(seq):
        return None
    page = await log.read_raw(seq - 1, limit=1, categories=categories, until=seq)
    return str(page[0].event_id) if page else None


async def _discard(redis: Redis, stream: str, tail_id: str | None, kept: Sequence[Entry]) -> str:
    """Delete the whole copy: Redis does not let a stream's last id be lowered once entries behind it were deleted."""
    async with redis.pipeline(transaction=True) as together:
        await together.watch(stream)
        newest = await together.xrevrange(stream, count=1)
        if (newest[0][0] if newest else None) != tail_id:
            raise WatchError(f"{stream} changed meanwhile")
        together.multi()  # type: ignore[no-untyped-call]
        for _, entry in reversed(kept):
            word: dict[Any, Any] = {**entry, "lost.stream": stream}
            together.xadd(LOST, word, maxlen=_KEPT_MOST, approximate=True)
        together.delete(stream)
        await together.execute()
    return NOTHING
