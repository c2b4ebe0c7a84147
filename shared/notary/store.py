"""Writing what the notary keeps. Each function is one transaction that looks at where things stand before it writes, so
that a notary that lost its leadership without knowing cannot write over another's work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from shared.notary.checkpoint import Checkpoint
from shared.notary.merkle import Tile
from shared.notary.note import Signature, Verifier
from shared.notary.reading import Connection, keys, tree_size
from shared.notary.streams import Entry, bucket_of, stream_key

_TURN = "select pg_advisory_xact_lock(x'6e6f7461'::int, 1)"
_WIDEN = """
    insert into notary.tiles as t (level, index, hashes)
    select * from unnest($1::smallint[], $2::bigint[], $3::bytea[])
    on conflict (level, index) do update set hashes = excluded.hashes"""
_SIGN = """
    insert into notary.signatures (size, name, key_id, payload)
    values ($1, $2, $3, $4) on conflict (size, name, key_id) do nothing"""


class Overtaken(Exception):
    """Another notary wrote in between; look again."""


@dataclass(frozen=True, slots=True)
class MapChange:
    """What a checkpoint changes in the stream map: entries of streams that went on, which of them are new, and roots of
    their buckets."""

    entries: Sequence[Entry]
    fresh: Iterable[str]
    buckets: Mapping[int, bytes]


async def grow(connection: Connection, expected: int, tiles: Sequence[Tile]) -> None:
    """Stores tiles that became wider, where the tree still has the size ``expected``. Raises ``Overtaken``."""
    async with connection.transaction():
        await connection.execute(_TURN)
        if await tree_size(connection) != expected:
            raise Overtaken(f"the tree is not of size {expected} any more")
        columns = [t.level for t in tiles], [t.index for t in tiles], [t.hashes for t in tiles]
        await connection.execute(_WIDEN, *columns)


async def in_turn(connection: Connection, act: Callable[[], None]) -> None:
    """Does something, on a thread, while no notary of this database writes."""
    async with connection.transaction():
        await connection.execute(_TURN)
        await asyncio.to_thread(act)


async def put_checkpoint(
    connection: Connection,
    made: Checkpoint,
    change: MapChange,
    *,
    before: int,
    signer: Verifier,
    signature: Signature,
    remember: Callable[[], None],
) -> None:
    """Stores a signed checkpoint, where the newest is still that of size ``before`` (-1: none), once ``remember``, on a
    thread, has written it down elsewhere: what anybody can be shown is remembered.

    Raises ``Overtaken``, also where the key is not the one that signs, and what ``remember`` raises.
    """
    async with connection.transaction():
        await connection.execute(_TURN)
        newest = await connection.fetchval("select max(size) from notary.checkpoints")
        if (-1 if newest is None else newest) != before:
            raise Overtaken(f"the newest checkpoint is not that of size {before} any more")
        listed = await keys(connection)
        if not listed:
            await _list_key(connection, signer, made.size)
        elif listed[-1] != signer:
            raise Overtaken("the key was rotated")
        await asyncio.to_thread(remember)
        await connection.execute(
            "insert into notary.checkpoints (size, root, streams, body) values ($1, $2, $3, $4)",
            made.size,
            made.root,
            made.streams,
            made.body(),
        )
        await _sign(connection, made.size, signature)
        await _put_map(connection, made.size, change)


async def hand_over(
    connection: Connection,
    size: int,
    old: Verifier,
    new: Verifier,
    signatures: Iterable[Signature],
    *,
    remember: Callable[[], None],
) -> bool:
    """Lists a new key, and both keys' signatures of the newest checkpoint, once ``remember`` has written it down, as in
    ``put_checkpoint``; False where ``old`` is not in force."""
    async with connection.transaction():
        await connection.execute(_TURN)
        newest = await connection.fetchval("select max(size) from notary.checkpoints")
        if (await keys(connection))[-1:] != [old] or newest != size:
            return False
        await asyncio.to_thread(remember)
        for signature in signatures:
            await _sign(connection, size, signature)
        await _list_key(connection, new, size)
        return True


async def add_cosignature(connection: Connection, size: int, signature: Signature) -> bool:
    """Puts a cosignature, found to hold, under a stored checkpoint; False where the witness's is there already."""
    return bool((await connection.execute(_SIGN, *_columns(size, signature))).endswith(" 1"))


async def _sign(connection: Connection, size: int, signature: Signature) -> None:
    await connection.execute(_SIGN, *_columns(size, signature))


def _columns(size: int, signature: Signature) -> tuple[int, str, bytes, bytes]:
    return size, signature.name, signature.key_id, signature.payload


async def _list_key(connection: Connection, verifier: Verifier, size: int) -> None:
    await connection.execute("insert into notary.keys (vkey, since_size) values ($1, $2)", verifier.vkey, size)


async def _put_map(connection: Connection, size: int, change: MapChange) -> None:
    tables: dict[str, list[tuple[object, ...]]] = {
        "streams": [(bucket_of(name), stream_key(name), name) for name in change.fresh],
        "entries": [(stream_key(e.stream), size, e.version, e.seq, e.chain) for e in change.entries],
        "buckets": [(bucket, size, root) for bucket, root in change.buckets.items()],
    }
    for table, records in tables.items():
        if records:
            await connection.copy_records_to_table(table, schema_name="notary", records=records)
