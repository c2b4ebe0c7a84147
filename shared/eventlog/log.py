"""The event log, as everything else sees it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from asyncpg import Record
from msgspec.structs import astuple

from shared.contracts.core import Context, Envelope, Event
from shared.eventlog.append import Appended, Appender
from shared.eventlog.codec import RawEvent, StoredEvent, decode, decode_or_raw
from shared.eventlog.envelopes import envelopes
from shared.eventlog.epochs import Epochs
from shared.eventlog.errors import (
    CategoryForbidden,
    CommandReused,
    EventLogError,
    LogUnavailable,
    UnknownEventType,
    UnreadableEvent,
    VersionConflict,
)
from shared.eventlog.news import News
from shared.eventlog.personal import EventSealer
from shared.eventlog.reader import Reader, Search


class EventLog:
    """One process's access to the log, under its database role. Connects when first used and again when it must.

    Every method raises ``LogUnavailable`` when the server did not answer for ``patience`` seconds. ``sealer`` seals and
    opens personal data; the log closes it when it is closed. A log without one stores personal data in plain text and
    cannot decode sealed values.
    """

    def __init__(
        self,
        url: str,
        *,
        readers: int = 4,
        patience: float = 15.0,
        look_every: float = 1.0,
        sealer: EventSealer | None = None,
    ) -> None:
        self._sealer = sealer
        self.epochs = Epochs()
        self._appender = Appender(url, patience=patience, epochs=self.epochs)
        self._reader = Reader(url, connections=readers, patience=patience, epochs=self.epochs)
        self._news = News(url, every=look_every, epochs=self.epochs)

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        readers: int = 4,
        patience: float = 15.0,
        look_every: float = 1.0,
        sealer: EventSealer | None = None,
    ) -> EventLog:
        """The log of a database, once it answers. ``url`` names the role; ``readers`` reads run at a time."""
        log = cls(url, readers=readers, patience=patience, look_every=look_every, sealer=sealer)
        try:
            await log.head()
        except BaseException:
            await log.close()
            raise
        return log

    @property
    def sealer(self) -> EventSealer | None:
        """What personal data is sealed and opened with."""
        return self._sealer

    async def close(self) -> None:
        """Finish the appends under way and disconnect."""
        await self._appender.close()
        await self._news.close()
        await self._reader.close()
        if self._sealer is not None:
            await self._sealer.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def append(self, stream: str, expected_version: int, events: Sequence[Event], context: Context) -> Appended:
        """Write a command's events to a stream whose version is ``expected_version`` (0: it does not exist yet).

        Durable when it returns. The same command again (same id, stream, actor and events) gives its first result with
        ``replayed``. Raises ``VersionConflict``, ``CommandReused``, ``CategoryForbidden``, ``LogUnavailable``;
        ``ValueError`` for no events or text that cannot be stored.
        """
        texts = None
        if self._sealer is not None and self._sealer.concerns(events):
            texts = await self._sealer.seal(events, context.command_id)
        appended = await self._appender.append(stream, expected_version, events, context, texts)
        self.epochs.saw(appended.last_seq)
        return appended

    async def read_stream(self, stream: str, after_version: int = 0) -> list[Envelope]:
        """A stream's events after a version, in order. Raises ``UnknownEventType`` and ``UnreadableEvent``."""
        return envelopes(await self._opened_rows(await self._reader.stream(stream, after_version)))

    async def read_streams(self, streams: Sequence[str]) -> list[list[Envelope]]:
        """Several streams' events in one round trip, in the order asked for. Raises as ``read_stream`` does."""
        by_stream: dict[str, list[Envelope]] = {}
        for envelope in envelopes(await self._opened_rows(await self._reader.streams(streams))):
            by_stream.setdefault(envelope.stream, []).append(envelope)
        return [by_stream.get(stream, []) for stream in streams]

    async def read_all(
        self,
        after: int,
        *,
        limit: int = 1000,
        categories: Sequence[str] | None = None,
        until: int | None = None,
        include_internal: bool = False,
        keep_unknown: bool = False,
    ) -> list[Envelope]:
        """At most ``limit`` events after ``after`` and up to ``until`` (both ``seq``), in order.

        ``categories`` are the services wanted. With ``keep_unknown`` what this build does not know or cannot read comes
        as a ``RawEvent``; otherwise it raises ``UnknownEventType`` or ``UnreadableEvent``. Fewer than ``limit`` means
        that there are no more up to ``until`` - for a caller who gave one that was the head before.
        """
        decoding = decode_or_raw if keep_unknown else decode
        page = await self.read_raw(
            after, limit=limit, categories=categories, until=until, include_internal=include_internal
        )
        return envelopes(map(astuple, await self.opened(page)), decoding=decoding)

    async def opened(self, rows: Sequence[StoredEvent]) -> Sequence[StoredEvent]:
        """Stored events with what is sealed in them opened; the same ones where nothing is, or without a sealer.

        One with a sealed value that was moved or altered stays as it is, and ``decode`` refuses it. Raises what the key
        store raises.
        """
        sealer = self._sealer
        if sealer is None or not any(sealer.is_sealed(row.type, row.schema_version, row.data) for row in rows):
            return rows
        return await sealer.open(rows)

    async def _opened_rows(self, rows: Sequence[Record]) -> Iterable[Iterable[Any]]:
        """Like ``opened``; rows without sealed values are returned as they are."""
        sealer = self._sealer
        if sealer is None or not any(sealer.is_sealed(row["type"], row["schema_version"], row["data"]) for row in rows):
            return rows
        return map(astuple, await sealer.open([StoredEvent(*row) for row in rows]))

    async def read_raw(
        self,
        after: int,
        *,
        limit: int = 1000,
        categories: Sequence[str] | None = None,
        until: int | None = None,
        include_internal: bool = False,
    ) -> list[StoredEvent]:
        """Like ``read_all``, with the stored text in place of the event."""
        return await self._reader.page(
            after, limit=limit, categories=categories, until=until, include_internal=include_internal
        )

    async def head(
        self, categories: Sequence[str] | None = None, *, until: int | None = None, include_internal: bool | None = None
    ) -> int:
        """The last ``seq`` of the log; given any argument, the last one that ``read_all`` gives for it. 0: none."""
        if categories is None and until is None and include_internal is None:
            return await self._reader.head()
        return await self._reader.last(categories, until, bool(include_internal))

    async def last_of(self, stream: str, *, include_internal: bool = False) -> int:
        """The last ``seq`` of a stream; 0 where there is no such stream. Raises ``LogUnavailable``."""
        return await self._reader.last_of(stream, include_internal)

    async def declare_loss(self) -> None:
        """Have the next epoch opened, because events of this one are missing and no server said so. A second call does
        nothing."""
        if not self.epochs.declared:
            await self._reader.declare_loss()

    async def seq_before(self, moment: datetime | timedelta) -> int:
        """The last ``seq`` recorded before a moment, or longer ago than a span before the newest event. 0: none."""
        return await self._reader.seq_before(moment)

    async def wait_for_news(self, after: int, within: float) -> int:
        """The head, once it is beyond ``after`` (a ``seq``), the log was rolled back, or ``within`` seconds are over.

        A server that is away raises nothing; the head is then the last one known.
        """
        return await self._news.wait(after, within)

    async def search(
        self, wanted: Search, *, after: int = 0, limit: int = 100, newest_first: bool = True
    ) -> list[StoredEvent]:
        """For the operator: events that match, from one end of the log to the other, internal ones included."""
        return await self._reader.search(wanted, after=after, limit=limit, newest_first=newest_first)


__all__ = [
    "Appended",
    "CategoryForbidden",
    "CommandReused",
    "EventLog",
    "EventLogError",
    "LogUnavailable",
    "RawEvent",
    "Search",
    "StoredEvent",
    "UnknownEventType",
    "UnreadableEvent",
    "VersionConflict",
]
