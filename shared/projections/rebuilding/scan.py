"""The log read for folding alone: the types that a projection folds, in a share of the streams.

A page is a range of seqs, so that none has to be counted or sorted. An event comes with a ``Glance`` of its envelope
where the projection says that this is enough, else with the whole of it: each column costs a third of a microsecond an
event, and all of them a fifth of the time in which deadlines are rebuilt.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import cast
from uuid import UUID

import asyncpg
import msgspec

from shared.contracts.core import Envelope, Event
from shared.eventlog.codec import COLUMNS, StoredEvent, decode_or_raw, upcasting
from shared.eventlog.envelopes import envelope as to_envelope
from shared.eventlog.errors import UnknownEventType
from shared.eventlog.personal import EventSealer
from shared.projections.projection import Projection
from shared.projections.rebuilding.feeds import Stretch

_LONGEST = 1_000_000
_SEALED = b'"sealed"'


class Glance(msgspec.Struct, gc=False):
    """What most folds need of an envelope, made at a fraction of the price of one; ``mine`` says whether the event's
    stream is of the share that was asked for."""

    event: Event
    mine: bool
    seq: int
    stream: str
    type: str
    schema_version: int
    policy_version: str
    effective_on: date

    @property
    def category(self) -> str:
        """The service whose stream this is."""
        return self.stream.partition("/")[0]


class Whole(Glance, gc=False):
    """All that an envelope says."""

    event_id: UUID
    version: int
    actor: str
    office: str
    recorded_at: datetime
    command_id: UUID
    correlation_id: str
    causation_id: UUID | None


_BEFORE_THE_COLUMNS = 2
"""``event`` and ``mine`` are no columns."""


@dataclass(frozen=True, slots=True)
class Share:
    """The streams whose id falls to the part ``part`` of ``of``; ``everywhere``: types wanted of all streams."""

    part: int = 0
    of: int = 1
    everywhere: frozenset[str] = frozenset()


class Scan:
    """A ``Feed`` of PostgreSQL's own; ``url`` names the role that reads. Connects when first used; ``close`` it."""

    def __init__(
        self,
        url: str,
        projection: Projection,
        share: Share,
        *,
        page: int,
        effective: date | None = None,
        sealer: EventSealer | None = None,
    ) -> None:
        self._url = url
        self._sealer = sealer
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._projection = projection
        self._share = share
        self._size = page
        self._effective = effective
        self._span = page
        self._form: type[Glance] = Glance if projection.at_a_glance else Whole

    async def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.terminate()

    async def pages(self, after: int, until: int) -> AsyncGenerator[Stretch, None]:
        """See ``Feed``."""
        if after >= until:
            return
        upto = min(after + self._span, until)
        form, following = self._form, self._ask(after, upto)
        try:
            while True:
                records, made = await following, form
                start, reached = after, upto
                if reached < until:
                    self._adjust(len(records), reached - start)
                    after, upto = reached, min(reached + self._span, until)
                    form, following = self._form, self._ask(after, upto)
                    await asyncio.sleep(0)
                yield Stretch(_opened(made, records, await self._plain(records)), reached)
                if reached == until:
                    return
        finally:
            await _settled(following)

    async def again(self, envelope: Envelope) -> Envelope:
        """The event with its whole envelope. It may be that this was missed: from here on every event has it."""
        self._form = Whole
        (stored,) = await self._whole([envelope.seq])
        return to_envelope(stored, decoding=decode_or_raw)

    async def _plain(self, records: Sequence[asyncpg.Record]) -> dict[int, str]:
        """The plain texts, by seq, of the events that hold something sealed."""
        if self._sealer is None:
            return {}
        seqs = [record["seq"] for record in records if _SEALED in record["data"]]
        return {event.seq: event.data for event in await self._whole(seqs)} if seqs else {}

    async def _whole(self, seqs: Sequence[int]) -> Sequence[StoredEvent]:
        """Events with all their columns, opened."""
        query = f"select {COLUMNS} from log.events where seq = any($1) order by seq"  # noqa: S608
        connection = await self._connected()
        try:
            rows = [StoredEvent(*record) for record in await connection.fetch(query, seqs)]
        finally:
            await connection.close()
        return await self._sealer.open(rows) if self._sealer is not None else rows

    async def _connected(self) -> asyncpg.Connection[asyncpg.Record]:
        return await asyncpg.connect(self._url, server_settings={"application_name": "juqu rebuild", "jit": "off"})

    async def _fetch(self, query: str, values: Sequence[object]) -> list[asyncpg.Record]:
        if self._connection is None:
            self._connection = await self._connected()
        return await self._connection.fetch(query, *values)

    def _adjust(self, count: int, span: int) -> None:
        """Let the next range be as long as gives a page's worth of events."""
        self._span = min(_LONGEST, max(self._size // 4, span * self._size // max(count, 1)), span * 4)

    def _ask(self, after: int, upto: int) -> asyncio.Task[list[asyncpg.Record]]:
        values: list[object] = [after, upto, list(self._projection.categories), self._projection.include_internal]
        conditions = "seq > $1 and seq <= $2 and category = any($3) and (not internal or $4)"
        if names := sorted(self._projection.of_no_interest):
            values.append(names)
            conditions += f" and not (schema_version = 1 and type = any(${len(values)}))"
        if self._effective is not None:
            values.append(self._effective)
            conditions += f" and effective_on <= ${len(values)}"
        mine = "true"
        if self._share.of > 1:
            values += [self._share.of, self._share.part]
            last = len(values)
            mine = f"(hashtext(split_part(stream, '/', -1)) & 2147483647) % ${last - 1}::int = ${last}::int"
            conditions += f" and ({mine}"
            if self._share.everywhere:
                values.append(sorted(self._share.everywhere))
                conditions += f" or type = any(${len(values)})"
            conditions += ")"
        columns = ", ".join(self._form.__struct_fields__[_BEFORE_THE_COLUMNS:])
        query = f"""
            select convert_to(data, 'UTF8') as data, {mine}, {columns} from log.events
            where {conditions} order by seq"""  # noqa: S608
        return asyncio.ensure_future(self._fetch(query, values))


def mine(envelope: Envelope) -> bool:
    """Whether an event is of the share that was asked for; every event of a whole feed is."""
    return bool(getattr(envelope, "mine", True))


def _opened(form: type[Glance], records: Sequence[asyncpg.Record], plain: Mapping[int, str]) -> list[Envelope]:
    """The records in a form of envelope; ``plain`` has the texts, by seq, of those that hold something sealed."""
    made = cast(Callable[..., Envelope], form)
    try:
        if not plain:
            return [made(_decoder(each["type"], each["schema_version"])(each[0]), *each[1:]) for each in records]
    except msgspec.MsgspecError:
        pass
    return [
        made(_event(each["type"], each["schema_version"], plain.get(each["seq"]) or each[0].decode()), *each[1:])
        for each in records
    ]


def _event(type_name: str, schema_version: int, data: str) -> Event:
    try:
        return _decoder(type_name, schema_version)(data)
    except msgspec.MsgspecError:
        return decode_or_raw(type_name, schema_version, data)


@cache
def _decoder(type_name: str, schema_version: int) -> Callable[[str | bytes], Event]:
    try:
        return upcasting(type_name, schema_version)
    except UnknownEventType:
        return lambda data: decode_or_raw(type_name, schema_version, data if isinstance(data, str) else data.decode())


async def _settled(task: asyncio.Task[list[asyncpg.Record]]) -> None:
    """Leave the connection free: a query that nobody waits for any more is cancelled on the server."""
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.exception()


__all__ = ["Glance", "Scan", "Share", "mine"]
