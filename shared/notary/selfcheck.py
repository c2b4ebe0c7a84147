"""Whether the log still is what the tree says, and the tree what was signed.

What is held against a signed root is read once, and that is what is given on: nothing is asked for a second time that
could have been changed meanwhile.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass, field

from shared.notary import merkle, proofs
from shared.notary.checkpoint import Checkpoint
from shared.notary.growing import compare, read_leaves, stored_edge
from shared.notary.leaf import Leaf
from shared.notary.merkle import EMPTY_ROOT, TILE_WIDTH, Frontier, Tile
from shared.notary.note import Unverified, Verifier, verified
from shared.notary.reading import (
    Absent,
    Connection,
    SignedCheckpoint,
    nodes,
    prove_consistency,
    read_note,
    read_tiles,
    top_tree,
    tree_size,
)
from shared.notary.refusal import Flaw, SigningRefused
from shared.notary.streams import TopTree

_HEAD = "select seq from log.head()"
_SPOILT = """
    select c.size from notary.checkpoints as c
    where split_part(c.body, E'\\n', 2) is distinct from c.size::text
        or octet_length(split_part(c.body, E'\\n', 3)) <> 44 or octet_length(split_part(c.body, E'\\n', 4)) <> 52
        or not starts_with(split_part(c.body, E'\\n', 4), 'streams ')
        or not exists (select from notary.signatures as s where s.size = c.size)
    order by c.size limit 1"""


@dataclass(frozen=True, slots=True)
class Base:
    """The newest checkpoint, and what it was found to be signed over: the tree's edge, and the tree of the stream map.
    ``edge`` grows where it is grown on; ``size`` and ``root`` stay."""

    newest: SignedCheckpoint | None = None
    edge: Frontier = field(default_factory=Frontier)
    top: TopTree = field(default_factory=TopTree)

    @property
    def size(self) -> int:
        return 0 if self.newest is None else self.newest.checkpoint.size

    @property
    def root(self) -> bytes:
        return EMPTY_ROOT if self.newest is None else self.newest.checkpoint.root


async def check(
    reading: Connection, beside: Connection, keys: Collection[Verifier], *, full: bool = False, samples: int = 16
) -> Flaw | None:
    """The first thing found wrong: the newest checkpoint's signature, which is to be of one of these keys, and roots;
    the log's length; and leaves - of ``samples`` tiles and the newest one, or of all events, the inner nodes included,
    where it is ``full``.

    Takes two connections, as it reads ahead.
    """
    try:
        base = await checked_base(beside, keys)
        await check_base(reading, beside, base, full=full, samples=samples)
    except SigningRefused as refused:
        return refused.finding
    return None


async def checked_base(connection: Connection, keys: Collection[Verifier]) -> Base:
    """What is to be built on.

    Raises ``SigningRefused`` where none of these keys signed the newest checkpoint, or the stored tree or map is not
    what it says.
    """
    newest = await read_note(connection)
    if newest is None:
        return Base()
    try:
        verified(newest.note, keys)
    except Unverified as error:
        raise SigningRefused(Flaw("signature", None, str(error))) from None
    size = newest.checkpoint.size
    edge = await stored_edge(connection, size)
    if edge.root() != newest.checkpoint.root:
        raise SigningRefused(Flaw("root", None, f"checkpoint of size {size}"))
    top = await top_tree(connection, size)
    if top.root != newest.checkpoint.streams:
        raise SigningRefused(Flaw("streams", None, f"checkpoint of size {size}"))
    return Base(newest, edge, top)


async def check_base(
    reading: Connection, beside: Connection, base: Base, *, full: bool = False, samples: int = 16
) -> None:
    """Raises ``SigningRefused`` where the log is not what the base was signed over, or a checkpoint cannot be read.

    Compares the log's length, and leaves as ``check`` does.
    """
    size = await tree_size(beside)
    await check_length(beside, max(size, base.size))
    await check_notes(beside)
    if full:
        await _check_all(reading, beside, base, size)
        return
    await check_some(beside, base.size, base.root, samples)
    if size > base.size:
        async for leaves in read_leaves(beside, max(base.size, size - TILE_WIDTH), size):
            await compare(beside, leaves)


async def check_length(connection: Connection, size: int) -> None:
    """Raises ``SigningRefused`` where the log is shorter than the tree."""
    head = await connection.fetchval(_HEAD)
    if head < size:
        raise SigningRefused(Flaw("shorter", head + 1))


async def check_notes(connection: Connection) -> None:
    """Raises ``SigningRefused`` where any checkpoint plainly cannot be read, or nobody signed it."""
    spoilt = await connection.fetchval(_SPOILT)
    if spoilt is not None:
        raise SigningRefused(Flaw("unreadable", None, f"the checkpoint of size {spoilt}"))


async def check_some(connection: Connection, size: int, root: bytes, samples: int) -> None:
    """Compares events with a tree of so many that has this root: those of its newest tile and of some others. Raises
    ``SigningRefused``."""
    tiles = -(-size // TILE_WIDTH)
    for index in sorted({tiles - 1, *random.sample(range(tiles), min(samples, tiles))} - {-1}):
        async for leaves in read_leaves(connection, index * TILE_WIDTH, min(size, (index + 1) * TILE_WIDTH)):
            await compare(connection, leaves)
            await _check_tile(connection, leaves, size, root)


async def check_grown(connection: Connection, old: Checkpoint, new: Checkpoint) -> None:
    """Raises ``SigningRefused`` where one checkpoint did not grow out of another that is not larger."""
    if old.size == new.size:
        grown = (old.root, old.streams) == (new.root, new.streams)
    else:
        try:
            proof = await prove_consistency(connection, old.size, new.size)
        except Absent as error:
            raise SigningRefused(Flaw("tree", None, str(error))) from None
        grown = proofs.verify_consistency(old.size, new.size, old.root, new.root, proof)
    if not grown:
        raise SigningRefused(
            Flaw("history", None, f"the checkpoint of {new.size} did not grow out of the signed one of {old.size}")
        )


async def check_remembered(reading: Connection, base: Base, remembered: Checkpoint | None) -> None:
    """Raises ``SigningRefused`` where the log does not have the history of a checkpoint that was signed before.

    Either the newest checkpoint did not grow out of it, or the log did not grow to it.
    """
    if remembered is None:
        return
    if base.newest is not None and remembered.size <= base.size:
        await check_grown(reading, remembered, base.newest.checkpoint)
        return
    await check_reached(reading, remembered)
    edge = Frontier(base.edge.size, [list(each) for each in base.edge.edges])
    async for leaves in read_leaves(reading, edge.size, remembered.size):
        edge.extend([leaf.hash for leaf in leaves])
    if edge.root() != remembered.root:
        raise SigningRefused(
            Flaw("history", None, f"its first {remembered.size} events are not those that were signed")
        )


async def check_reached(connection: Connection, remembered: Checkpoint) -> None:
    """Raises ``SigningRefused`` where the log is shorter than a checkpoint that was signed before."""
    head = await connection.fetchval(_HEAD)
    if head < remembered.size:
        raise SigningRefused(Flaw("history", None, f"it signed {remembered.size} events, and the log has {head}"))


async def _check_tile(connection: Connection, leaves: list[Leaf], size: int, root: bytes) -> None:
    """Raises ``SigningRefused`` where a tile of these leaves is not in the tree of a root."""
    first = leaves[0].seq - 1
    tile = Tile(0, first // TILE_WIDTH, b"".join(leaf.hash for leaf in leaves))
    wanted = proofs.nodes_of(proofs.inclusion_ranges(first, size))
    try:
        stored = await nodes(connection, {each for each in wanted if merkle.tile_of(*each) != (0, tile.index)})

        def node(level: int, index: int) -> bytes:
            return (tile.node if merkle.tile_of(level, index) == (0, tile.index) else stored)(level, index)

        path = proofs.inclusion_proof(first, size, node)
    except Absent as error:
        raise SigningRefused(Flaw("tree", None, str(error))) from None
    if proofs.climb(leaves[0].hash, first, size, path) != root:
        raise SigningRefused(Flaw("tree", None, f"tile {tile.index} of level 0 is not in the tree of {size} events"))


async def _check_all(reading: Connection, beside: Connection, base: Base, size: int) -> None:
    frontier = Frontier()
    for until in sorted({base.size, max(size, base.size)}):
        async for leaves in read_leaves(reading, frontier.size, until):
            await compare(beside, leaves)
            tiles = {(t.level, t.index): t.hashes for t in frontier.extend([leaf.hash for leaf in leaves])}
            stored = await read_tiles(beside, tiles)
            for place, hashes in tiles.items():
                if not stored.get(place, b"").startswith(hashes):
                    raise SigningRefused(Flaw("tree", None, f"tile {place[1]} of level {place[0]}"))
        if until == base.size and frontier.root() != base.root:
            raise SigningRefused(Flaw("root", None, f"checkpoint of size {until}"))


__all__ = [
    "Base",
    "check",
    "check_base",
    "check_grown",
    "check_length",
    "check_notes",
    "check_reached",
    "check_remembered",
    "check_some",
    "checked_base",
]
