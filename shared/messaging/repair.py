"""Where a stream really ends: its last entry must be the log's event of that seq."""

from __future__ import annotations

from typing import cast

import structlog
from redis.asyncio import Redis
from redis.exceptions import WatchError

from shared.eventlog.log import EventLog
from shared.messaging.cloudevents import NotOurs, Published, parse
from shared.messaging.wire import NOTHING, entry_id, seq_of

LOOK_BACK = 100
"""With so many stray entries or fewer at its end a stream is made anew; more are somebody's purpose."""

_log = structlog.get_logger("messaging.publisher")


class ForeignStream(Exception):
    """A stream that the log did not write: another system's Redis, or a log restored to an earlier state."""


async def recover_tail(
    redis: Redis, log: EventLog, stream: str, categories: tuple[str, ...] | None, tail_id: str
) -> str:
    """The last id of a stream; where stray entries stand behind the last published event, of the stream made anew.

    Raises ``ForeignStream`` where it ends with well-formed events that the log does not hold, or holds nothing of ours.
    """
    if tail_id == NOTHING:
        return tail_id
    newest = cast("list[tuple[str, dict[str, str]]]", await redis.xrevrange(stream, count=LOOK_BACK))
    if not newest or newest[0][0] != tail_id:
        # The end was trimmed or deleted, so only its number is left to compare.
        if await _logged(log, categories, tail_id) is None:
            raise ForeignStream(f"{stream} gave out {tail_id}, which is no published event of this log")
        return tail_id
    stray: list[str] = []
    for found_id, entry in newest:
        event = _parsed(found_id, entry)
        if event is not None:
            if str(event.event.event_id) != await _logged(log, categories, found_id):
                raise ForeignStream(f"{stream} holds seq {event.seq} as {event.event.event_id}, this log does not")
            return await _discard(redis, stream, stray) if stray else found_id
        stray.append(found_id)
    raise ForeignStream(f"{stream} ends with {len(stray)} entries that are no events")


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


async def _discard(redis: Redis, stream: str, stray: list[str]) -> str:
    """Delete the whole copy: Redis does not let a stream's last id be lowered once entries behind it were deleted."""
    _log.warning("publisher.stray_entries", stream=stream, entries=stray)
    async with redis.pipeline(transaction=True) as together:
        await together.watch(stream)
        newest = await together.xrevrange(stream, count=1)
        if not newest or newest[0][0] != stray[0]:
            raise WatchError(f"{stream} changed meanwhile")
        together.multi()  # type: ignore[no-untyped-call]
        together.delete(stream)
        await together.execute()
    return NOTHING
