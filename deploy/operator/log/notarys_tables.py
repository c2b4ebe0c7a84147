"""The notary's own tables against what the events give: upper tiles, checkpoints' columns, the stream map, and keys.

No checkpoint is signed over these rows as they stand, and yet proofs are made of them: where one is altered, what is
proven from it does not verify, or cannot be proven at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import asyncpg

from deploy.operator.log.inspection import HashedEvent, Inspection
from shared.notary.merkle import Tile
from shared.notary.note import Unverified, Verifier, verified
from shared.notary.reading import Connection, StoredNote, read_note, readable_key
from shared.notary.refusal import SigningRefused
from shared.notary.streams import bucket_of, stream_key

NAMED = 100
"""Rows that are named of each table, at most."""
_PAGE = 2000

_ENTRIES = "select size, key, version, seq, chain from notary.entries order by size, key"
_BUCKETS = "select size, bucket, root from notary.buckets order by size, bucket"
_STREAMS = "select bucket, key, stream from notary.streams order by bucket, key"
_UPPER = "select level, index, hashes from notary.tiles where level > 0 order by level, index"
_KEYS = """
    select k.number, coalesce(k.vkey, '') as vkey, k.since_size
    from notary.keys as k order by k.number"""
_FIRST = "select min(size) from notary.signatures where name = $1 and key_id = $2"


class NotarysTables:
    """Takes the events and the stored checkpoints that a verification meets, in its order; ``finish`` says what is
    wrong, in words. Takes a transaction."""

    def __init__(self, connection: Connection, inspection: Inspection) -> None:
        self._connection = connection
        self._inspection = inspection
        self._moved: set[str] = set()
        self._known: set[str] = set()
        self._upper: dict[tuple[int, int], bytes] = {}
        self._entries = _BySize(connection, _ENTRIES)
        self._buckets = _BySize(connection, _BUCKETS)
        self._findings: list[str] = []
        self._compared = True

    def take(self, events: Iterable[HashedEvent], wider: Iterable[Tile]) -> None:
        """Some events, and the tiles that they made wider."""
        self._moved.update(event.stream for event in events)
        self._upper.update({(each.level, each.index): each.hashes for each in wider if each.level})

    async def meet(self, stored: StoredNote) -> None:
        """A stored checkpoint, at its size."""
        self._meet_columns(stored)
        entries, buckets = await self._entries.of(stored.size), await self._buckets.of(stored.size)
        self._known |= self._moved
        if not self._inspection.sound:  # what is not as it was recorded is named, and its streams with it
            self._compared = False
        if self._compared:
            self._meet_map(stored.size, entries, buckets)
        self._moved.clear()

    async def finish(self) -> list[str]:
        """The findings, once all events and checkpoints were met."""
        self._findings += [
            f"notary.{table} has rows of the size {size}, of which there is no checkpoint."
            for table, rows in (("entries", self._entries), ("buckets", self._buckets))
            for size in await rows.passed_over()
        ]
        if self._compared and self._inspection.sound:
            await self._check_streams()
            await self._check_upper()
        await self._check_keys()
        return self._findings

    def _meet_columns(self, stored: StoredNote) -> None:
        try:
            checkpoint = stored.open().checkpoint
        except SigningRefused as refused:
            self._find(f"A row of notary.checkpoints cannot be used: {refused.finding.detail}.")
            return
        if (stored.root, stored.streams) != (checkpoint.root, checkpoint.streams):
            self._find(f"The columns of the checkpoint of size {stored.size} do not say what its text says.")

    def _meet_map(self, size: int, entries: list[asyncpg.Record], buckets: list[asyncpg.Record]) -> None:
        streams = self._inspection.streams
        streams.root()
        expected = {stream_key(name): (name, streams.ends[name]) for name in self._moved}
        stored = {row["key"]: (row["version"], row["seq"], row["chain"]) for row in entries}
        for key in sorted(expected.keys() | stored.keys()):
            name, end = expected.get(key, (key.hex(), None))
            if stored.get(key) != end:
                self._find(f"The entry of {name} in notary.entries, of size {size}, is not what the events give.")
        roots = {row["bucket"]: row["root"] for row in buckets}
        changed = {bucket_of(name) for name in self._moved}
        for bucket in sorted(changed | roots.keys()):
            if roots.get(bucket) != (streams.roots.get(bucket) if bucket in changed else None):
                self._find(
                    f"The root of bucket {bucket} in notary.buckets, of size {size}, is not what the events give."
                )

    async def _check_streams(self) -> None:
        missing = set(self._known)
        async for row in self._connection.cursor(_STREAMS, prefetch=_PAGE):
            name = row["stream"] or ""
            if name not in self._known or (row["bucket"], row["key"]) != (bucket_of(name), stream_key(name)):
                self._find(f"notary.streams has {name}, which is no stream of a checkpoint, or not in its place.")
            missing.discard(name)
        for name in sorted(missing):
            self._find(f"notary.streams lacks {name}.")

    async def _check_upper(self) -> None:
        missing = dict(self._upper)
        async for level, index, hashes in self._connection.cursor(_UPPER, prefetch=_PAGE):
            if missing.pop((level, index), None) != hashes:
                self._find(f"Tile {index} of level {level} in notary.tiles is not what the recorded hashes give.")
        for level, index in sorted(missing):
            self._find(f"Tile {index} of level {level} is missing from notary.tiles.")

    async def _check_keys(self) -> None:
        before: Verifier | None = None
        for row in await self._connection.fetch(_KEYS):
            try:
                key = readable_key(row["vkey"])
                await self._check_key(key, before, row["since_size"])
            except SigningRefused as refused:
                self._find(f"Key {row['number']} of notary.keys cannot be used: {refused.finding.detail}.")
                continue
            except Unverified as error:
                self._find(f"Key {row['number']} of notary.keys was not put in force by the one before it: {error}.")
            before = key

    async def _check_key(self, key: Verifier, before: Verifier | None, since: int) -> None:
        """Raises ``Unverified`` where a key, and the one before it, did not sign the checkpoint that it signs since."""
        note = await read_note(self._connection, since)
        if note is None:
            raise Unverified(f"there is no checkpoint of size {since}")
        for each in (key, before):
            if each is not None:
                verified(note.note, [each])
        first = await self._connection.fetchval(_FIRST, key.name, key.key_id)
        if first != since:
            raise Unverified(f"it signs since the checkpoint of size {first}, not {since}")

    def _find(self, sentence: str) -> None:
        if len(self._findings) < NAMED:
            self._findings.append(sentence)


class _BySize:
    """Rows in the order of their first column, a size at a time; read page by page."""

    def __init__(self, connection: Connection, query: str) -> None:
        self._rows = self._read(connection, query)
        self._next: asyncpg.Record | None = None
        self._begun = False
        self._passed: dict[int, None] = {}

    async def of(self, size: int) -> list[asyncpg.Record]:
        """The rows of a size; those of smaller ones that are met are passed over."""
        rows = []
        async for row in self._until(size):
            if row[0] == size:
                rows.append(row)
            else:
                self._passed[row[0]] = None
        return rows

    async def passed_over(self) -> list[int]:
        """The sizes that were never asked for."""
        async for row in self._until(2**63):
            self._passed[row[0]] = None
        return list(self._passed)[:NAMED]

    async def _until(self, size: int) -> Any:
        if not self._begun:
            self._begun, self._next = True, await anext(self._rows, None)
        while self._next is not None and self._next[0] <= size:
            yield self._next
            self._next = await anext(self._rows, None)

    @staticmethod
    async def _read(connection: Connection, query: str) -> Any:
        async for row in connection.cursor(query, prefetch=_PAGE):
            yield row


__all__ = ["NotarysTables"]
