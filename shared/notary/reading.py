"""Reading what the notary keeps: tiles, checkpoints, keys, and proofs of events and streams.

Every function takes a connection or a pool of a role that may read the schema ``notary`` (``juqu_notary``,
``juqu_operator``). Raises what asyncpg raises; ``Absent`` where there is no such thing; ``SigningRefused``, which names
it, where what is stored cannot be read.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias, Union

import asyncpg

from shared.notary import merkle, proofs
from shared.notary.checkpoint import Checkpoint
from shared.notary.merkle import Node, NodeOf, Tile
from shared.notary.note import Note, Signature, Verifier, parse_note
from shared.notary.refusal import Flaw, SigningRefused
from shared.notary.streams import AbsenceProof, Entry, StreamProof, TopTree, bucket_of, prove_stream

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Database: TypeAlias = Union[Connection, "asyncpg.Pool[asyncpg.Record]"]

_NOTES = """
    select c.size, c.root, c.streams, coalesce(c.body, '') as body,
        array(select row(coalesce(s.name, ''), coalesce(s.key_id, ''), coalesce(s.payload, ''))
            from notary.signatures as s where s.size = c.size order by s.number) as signatures
    from notary.checkpoints as c"""
_SIZE = """
    select index * 256 + octet_length(hashes) / 32 from notary.tiles
    where level = 0 order by index desc limit 1"""
LEAVES = """
    select substring(hashes from first * 32 + 1 for (least($2 - index * 256, 256) - first)::int * 32)
    from notary.tiles, lateral (select greatest($1 - index * 256, 0)::int as first) as wanted
    where level = 0 and index >= $1 / 256 and index < ($2 + 255) / 256 order by index"""
"""The leaves after one seq up to another, by tile; only the tiles that hold them are looked at."""
_COSIGNED = "select max(size) from notary.signatures where octet_length(payload) = 72 and size <= $1"
_ENTRIES = """
    select s.bucket, s.stream, e.version, e.seq, e.chain
    from unnest($1::int[]) as wanted (bucket)
    join notary.streams as s on s.bucket = wanted.bucket
    cross join lateral (
        select e.version, e.seq, e.chain from notary.entries as e
        where e.key = s.key and e.size <= $2 order by e.size desc limit 1
    ) as e"""
_HEADS = """
    select s.stream, e.version, e.seq, e.chain
    from unnest($1::int[], $2::bytea[]) as wanted (bucket, key)
    join notary.streams as s on s.bucket = wanted.bucket and s.key = wanted.key
    cross join lateral (
        select e.version, e.seq, e.chain from notary.entries as e
        where e.key = s.key order by e.size desc limit 1
    ) as e"""
_BUCKETS = """
    select wanted.bucket, b.root
    from generate_series(0, 65535) as wanted (bucket)
    cross join lateral (
        select b.root from notary.buckets as b
        where b.bucket = wanted.bucket and b.size <= $1 order by b.size desc limit 1
    ) as b"""
SESSION = {"application_name": "juqu notary", "jit": "off", "search_path": "pg_catalog, pg_temp"}
"""Settings of the notary's connections. What stands in its login's own search path does not take the place of
PostgreSQL's functions."""

LATEST = 2**62
"""A size beyond every tree: what is newest."""


class Absent(LookupError):
    """The notary has no such tile, checkpoint or leaf; the message says which."""


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A stored checkpoint with its note."""

    checkpoint: Checkpoint
    note: Note


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The leaf hash of an event and its audit path (RFC 9162 section 2.1.3), both from the same tiles."""

    leaf: bytes
    path: list[bytes]


@dataclass(frozen=True, slots=True)
class StoredNote:
    """A checkpoint as its columns have it, whatever they say; ``note`` is made of them."""

    size: int
    root: bytes
    streams: bytes
    note: Note

    def open(self) -> SignedCheckpoint:
        """What it says. Raises ``SigningRefused`` where that cannot be read, or is of another size."""
        try:
            note = parse_note(self.note.encode())
            checkpoint = Checkpoint.parse(note.text)
        except ValueError as error:
            raise _unreadable(f"the checkpoint of size {self.size}: {error}") from None
        if checkpoint.size != self.size:
            raise _unreadable(f"the checkpoint of size {self.size} says that it is of {checkpoint.size}")
        return SignedCheckpoint(checkpoint, note)


async def tree_size(database: Database) -> int:
    """How many events are in the stored tree; it may be beyond the newest checkpoint."""
    return int(await database.fetchval(_SIZE) or 0)


async def read_note(database: Database, size: int | None = None) -> SignedCheckpoint | None:
    """The checkpoint of a size, or the newest; None where there is none."""
    if size is None:
        row = await database.fetchrow(f"{_NOTES} order by c.size desc limit 1")
    else:
        row = await database.fetchrow(f"{_NOTES} where c.size = $1", size)
    return _stored(row).open() if row is not None else None


async def find_note(database: Database, size: int | None = None) -> SignedCheckpoint:
    """Like ``read_note``; raises ``Absent``."""
    signed = await read_note(database, size)
    if signed is None:
        raise Absent("there is no checkpoint yet" if size is None else f"there is no checkpoint of size {size}")
    return signed


async def cosigned_size(database: Database, until: int) -> int:
    """The size, up to one, of the newest checkpoint that a witness cosigned; 0 where none has."""
    return int(await database.fetchval(_COSIGNED, until) or 0)


async def read_notes(database: Database, *, after: int = -1, page: int = 500) -> AsyncIterator[SignedCheckpoint]:
    """Every checkpoint of more than ``after`` events, in the order of their sizes."""
    async for stored in stored_notes(database, after=after, page=page):
        yield stored.open()


async def stored_notes(database: Database, *, after: int = -1, page: int = 500) -> AsyncIterator[StoredNote]:
    """Like ``read_notes``, also those that cannot be read."""
    while rows := await database.fetch(f"{_NOTES} where c.size > $1 order by c.size limit $2", after, page):
        for row in rows:
            yield _stored(row)
        after = rows[-1]["size"]


async def keys(database: Database) -> list[Verifier]:
    """The notary's verifier keys in the order of their use; the last one signs."""
    return [readable_key(vkey) for vkey in await listed_keys(database)]


async def listed_keys(database: Database) -> list[str]:
    """Like ``keys``, as they are listed."""
    return [row[0] or "" for row in await database.fetch("select vkey from notary.keys order by number")]


def readable_key(vkey: str) -> Verifier:
    """A key as it is listed. Raises ``SigningRefused``."""
    try:
        return Verifier.parse(vkey)
    except ValueError as error:
        raise _unreadable(f"a key that is listed: {error}") from None


async def read_tile(database: Database, level: int, index: int) -> Tile:
    """A tile as wide as it is now. Raises ``Absent``."""
    hashes = (await read_tiles(database, [(level, index)])).get((level, index))
    if hashes is None:
        raise Absent(f"there is no tile {index} of level {level}")
    return Tile(level, index, hashes)


async def read_tiles(database: Database, wanted: Collection[Node]) -> dict[Node, bytes]:
    """The hashes of those tiles that there are, by level and index."""
    rows = await database.fetch(
        "select t.level, t.index, t.hashes from unnest($1::smallint[], $2::bigint[]) as w (level, index) "
        "join notary.tiles as t on t.level = w.level and t.index = w.index",
        [level for level, _ in wanted],
        [index for _, index in wanted],
    )
    return {(row[0], row[1]): row[2] for row in rows}


async def leaf_hashes(database: Database, after: int, until: int) -> list[bytes]:
    """The stored leaf hashes of the events after one seq up to another. Raises ``Absent``."""
    hashes = merkle.split(b"".join([row[0] for row in await database.fetch(LEAVES, after, until)]))
    if len(hashes) != max(0, until - after):
        raise Absent(f"the tree does not have the leaves {after + 1} to {until}")
    return hashes


async def nodes(database: Database, wanted: Collection[Node]) -> NodeOf:
    """A source of these nodes, read in one go. Raises ``Absent``."""
    read = await read_tiles(database, {merkle.tile_of(level, index) for level, index in wanted})
    tiles = {place: Tile(*place, hashes) for place, hashes in read.items()}

    def node(level: int, index: int) -> bytes:
        try:
            return tiles[merkle.tile_of(level, index)].node(level, index)
        except LookupError:
            raise Absent(f"the tree has no node {index} of level {level}") from None

    return node


async def root_of(database: Database, size: int) -> bytes:
    """Root of the first leaves, from the tiles. Raises ``Absent``."""
    return proofs.root(size, await nodes(database, proofs.nodes_of([(0, size)])))


async def prove_inclusion(database: Database, seq: int, size: int) -> Inclusion:
    """That the event ``seq`` is in the tree of ``size``. Raises ``Absent``."""
    (proof,) = await prove_inclusions(database, [seq], size)
    return proof


async def prove_inclusions(database: Database, seqs: Sequence[int], size: int) -> list[Inclusion]:
    """That each of several events is in the tree of ``size``, in one read. Raises ``Absent``."""
    for seq in seqs:
        if not 0 < seq <= size:
            raise Absent(f"a tree of {size} has no event {seq}")
    wanted = {(0, seq - 1) for seq in seqs}
    for seq in seqs:
        wanted |= proofs.nodes_of(proofs.inclusion_ranges(seq - 1, size))
    node = await nodes(database, wanted)
    return [Inclusion(node(0, seq - 1), proofs.inclusion_proof(seq - 1, size, node)) for seq in seqs]


async def prove_consistency(database: Database, old: int, new: int) -> list[bytes]:
    """That the tree of size ``new`` grew out of that of size ``old``; empty for 0. Raises ``Absent``."""
    if not 0 <= old <= new:
        raise Absent(f"a tree of {new} does not grow out of one of {old}")
    if old == 0:
        return []
    source = await nodes(database, proofs.nodes_of(proofs.consistency_ranges(old, new)))
    return proofs.consistency_proof(old, new, source)


async def prove_stream_at(database: Database, stream: str, size: int) -> StreamProof | AbsenceProof:
    """That a stream has exactly its events, or none, at the checkpoint of a size. Raises ``Absent``."""
    await find_note(database, size)
    bucket = bucket_of(stream)
    entries = (await bucket_entries(database, [bucket], size)).get(bucket, [])
    return prove_stream(stream, entries, (await top_tree(database, size)).path(bucket))


async def bucket_entries(database: Database, buckets: Collection[int], size: int = LATEST) -> dict[int, list[Entry]]:
    """The entries of some buckets of the stream map as they were at a checkpoint."""
    found: dict[int, list[Entry]] = {}
    for row in await database.fetch(_ENTRIES, list(buckets), size):
        found.setdefault(row[0], []).append(Entry(row[1], row[2], row[3], row[4]))
    return found


async def stream_heads(database: Database, wanted: Sequence[tuple[int, bytes]]) -> list[Entry]:
    """The newest entries of streams, by bucket and key; none for those that no checkpoint knows."""
    rows = await database.fetch(_HEADS, [bucket for bucket, _ in wanted], [key for _, key in wanted])
    return [Entry(row[0], row[1], row[2], row[3]) for row in rows]


async def top_tree(database: Database, size: int = LATEST) -> TopTree:
    """The tree over the buckets as it was at a checkpoint."""
    top = TopTree()
    top.update({row[0]: row[1] for row in await database.fetch(_BUCKETS, size)})
    return top


def _stored(row: asyncpg.Record) -> StoredNote:
    signatures = tuple(Signature(name, key_id, payload) for name, key_id, payload in row["signatures"])
    return StoredNote(row["size"], row["root"] or b"", row["streams"] or b"", Note(row["body"], signatures))


def _unreadable(what: str) -> SigningRefused:
    return SigningRefused(Flaw("unreadable", None, what))
