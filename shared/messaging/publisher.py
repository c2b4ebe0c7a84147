"""The publisher: follows the log by ``seq`` and keeps a copy of its published events in Redis Streams.

Each event goes to ``events.<service>`` and to ``events.all`` under the entry id ``<seq>-0``. Where a stream ends is
asked of Redis, so a publisher keeps no state of its own: a restarted one, a second one and one that finds the server
flushed, restarted or replaced all go on from there.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import asyncpg
import structlog
from redis.exceptions import RedisError

from shared.eventlog.codec import StoredEvent
from shared.eventlog.errors import LogUnavailable
from shared.eventlog.log import EventLog
from shared.messaging.cloudevents import ALL, fields, stream_of, with_prev
from shared.messaging.leadership import LOCK, Leadership
from shared.messaging.repair import ForeignStream, recover_tail
from shared.messaging.wire import NOTHING, Batch, Entry, StreamAppender, entry_id, heed_cancellation, seq_of


class Contended(Exception):
    """Somebody else wrote to the stream while it was brought up; look again."""


TROUBLE = (Contended, RedisError, asyncpg.PostgresError, asyncpg.InterfaceError, LogUnavailable, OSError, TimeoutError)
"""What passes by itself: a server that is away, restarting or failing over."""

_log = structlog.get_logger("messaging.publisher")


@dataclass(slots=True)
class Copy:
    """One stream: the seq of its last event, the last id it gave out, and why it is left alone where it is."""

    name: str
    categories: tuple[str, ...] | None
    tail: int = 0
    tail_id: str = NOTHING
    aligned: bool = False
    fault: str = ""

    def ends_at(self, tail_id: str) -> None:
        """Note where it ends."""
        self.tail_id, self.tail = tail_id, seq_of(tail_id)


@dataclass(frozen=True, slots=True)
class PublisherStatus:
    """How the publisher does. ``lag`` counts the log's events that are not published yet (internal ones included);
    ``faults`` names the streams it leaves alone, and why; ``trouble`` is why it does not get on now."""

    role: str
    head: int
    position: int
    lag: int
    tails: dict[str, int]
    faults: dict[str, str]
    trouble: str

    @property
    def healthy(self) -> bool:
        """Whether it leads or stands by without trouble or fault."""
        return self.role in {"leading", "standby"} and not self.trouble and not self.faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """``page`` events are read at once; the streams are looked at every ``look`` seconds, trimmed every ``trim``
    seconds to events younger than ``retention``, counted back from the newest event."""

    page: int = 500
    look: float = 1.0
    trim: float = 600.0
    retention: timedelta = timedelta(days=30)


@dataclass(slots=True)
class _Term:
    """One term of leadership: its session, its connection to Redis, and what it remembers."""

    leadership: Leadership
    appender: StreamAppender
    copies: list[Copy]
    position: int
    looked: float = float("-inf")
    trimmed: float = float("-inf")


class Publisher:
    """Publishes while it leads, stands by otherwise. ``services`` are the categories that have a stream of their
    own."""

    def __init__(
        self,
        log: EventLog,
        *,
        database_url: str,
        redis_url: str,
        services: Sequence[str],
        pace: Pace | None = None,
        lock: int = LOCK,
    ) -> None:
        self._log = log
        self._database_url = database_url
        self._redis_url = redis_url
        self._services = tuple(services)
        self._pace = pace or Pace()
        self._lock = lock
        self._role = "stopped"
        self._trouble = ""
        self._head = 0
        self._term: _Term | None = None

    async def run(self) -> None:
        """Lead or stand by until cancelled; goes on by itself when Redis or PostgreSQL come back."""
        pause = 0.1
        try:
            while True:
                started = time.monotonic()
                try:
                    heed_cancellation()
                    await self._serve()
                except TROUBLE as error:
                    self._trouble = f"{type(error).__name__}: {error}"
                    _log.warning("publisher.trouble", error=self._trouble, role=self._role)
                pause = 0.1 if time.monotonic() - started > 5 else min(pause * 2, 2.0)
                await asyncio.sleep(pause)
        finally:
            self._role = "stopped"

    def status(self) -> PublisherStatus:
        """How it does now; ``head`` as last seen, at most ``Pace.look`` seconds ago."""
        copies = self._term.copies if self._term else []
        position = self._term.position if self._term else self._head
        return PublisherStatus(
            role=self._role,
            head=self._head,
            position=position,
            lag=max(0, self._head - position),
            tails={copy.name: copy.tail for copy in copies},
            faults={copy.name: copy.fault for copy in copies if copy.fault},
            trouble=self._trouble,
        )

    async def _serve(self) -> None:
        async with Leadership(self._database_url, lock=self._lock) as leadership:
            self._role = "standby"
            while not await leadership.claim():
                heed_cancellation()
                self._trouble = ""
                self._head = await self._log.wait_for_news(2**63, self._pace.look)
            async with StreamAppender(self._redis_url) as appender:
                try:
                    copies = [Copy(stream_of(service), (service,)) for service in self._services]
                    head = self._head = await self._log.head()
                    self._term = _Term(leadership, appender, [Copy(ALL, None), *copies], head)
                    self._role = "leading"
                    await self._lead(self._term)
                finally:
                    self._role, self._term = "standby", None

    async def _lead(self, term: _Term) -> None:
        while True:
            heed_cancellation()
            now = time.monotonic()
            if now - term.looked >= self._pace.look:
                await term.leadership.claim()
                await self._look(term)
                self._trouble, term.looked = "", now
            if now - term.trimmed >= self._pace.trim:
                await self._trim(term)
                term.trimmed = now
            self._head = await self._log.wait_for_news(term.position, self._pace.look)
            if self._head > term.position:
                await self._publish(term, self._head)

    async def _look(self, term: _Term) -> None:
        """Compare where each stream ends with where it should, and bring those up that differ."""
        found = await term.appender.append([Batch(copy.name, copy.tail_id, ()) for copy in term.copies])
        for copy, tail_id in zip(term.copies, found, strict=True):
            if tail_id != copy.tail_id or not copy.aligned:
                await self._align(term, copy, tail_id, term.position)

    async def _publish(self, term: _Term, head: int) -> None:
        """Publish the next page of what the log held up to ``head``."""
        page = await self._log.read_raw(term.position, limit=self._pace.page, until=head)
        reached = page[-1].seq if len(page) == self._pace.page else head
        flats = [fields(event, 0) for event in page]
        batches = [(copy, _batch(copy, page, flats)) for copy in term.copies if copy.aligned]
        batches = [(copy, batch) for copy, batch in batches if batch.entries]
        found = await term.appender.append([batch for _, batch in batches])
        for (copy, batch), tail_id in zip(batches, found, strict=True):
            if tail_id == batch.tail:
                copy.ends_at(tail_id)
            else:
                await self._align(term, copy, tail_id, reached)
        term.position = reached

    async def _align(self, term: _Term, copy: Copy, tail_id: str, upto: int) -> None:
        """Bring one stream up to a seq from wherever it ends, or leave it alone and say why."""
        known, copy.aligned = copy.fault, False
        try:
            tail_id = await recover_tail(term.appender.redis, self._log, copy.name, copy.categories, tail_id)
        except ForeignStream as error:
            copy.fault, copy.tail_id = str(error), tail_id
            if copy.fault != known:
                _log.error("publisher.foreign_stream", stream=copy.name, reason=copy.fault)
            return
        _log.info("publisher.align", stream=copy.name, found=tail_id, upto=upto)
        copy.ends_at(tail_id)
        await self._refill(term, copy, upto)
        copy.aligned, copy.fault = True, ""

    async def _refill(self, term: _Term, copy: Copy, upto: int) -> None:
        after = await self._log.seq_before(self._pace.retention)
        if copy.tail < after:
            copy.tail = await self._log.head(copy.categories, until=after)
        after = max(copy.tail, after)
        while page := await self._log.read_raw(after, limit=self._pace.page, categories=copy.categories, until=upto):
            batch = _batch(copy, page, [fields(event, 0) for event in page])
            (found,) = await term.appender.append([batch])
            if found != batch.tail:
                raise Contended(copy.name)
            copy.ends_at(found)
            after = copy.tail
            await term.leadership.claim()
            heed_cancellation()

    async def _trim(self, term: _Term) -> None:
        """Drop what is older than the retention; whole nodes of the stream at a time, so a little stays longer."""
        oldest = await self._log.seq_before(self._pace.retention) + 1
        for copy in term.copies:
            if copy.aligned:
                await term.appender.redis.xtrim(copy.name, minid=entry_id(oldest), approximate=True)


def _batch(copy: Copy, page: Sequence[StoredEvent], flats: Sequence[list[str]]) -> Batch:
    """What of a page belongs into a stream, each with the seq before it there."""
    entries = []
    tail = copy.tail
    for event, flat in zip(page, flats, strict=True):
        if event.seq > tail and (copy.categories is None or event.category in copy.categories):
            entries.append(Entry(entry_id(event.seq), with_prev(flat, tail)))
            tail = event.seq
    return Batch(copy.name, copy.tail_id, entries)
