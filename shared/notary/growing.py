"""The tree in memory, and how it grows by what the log has: read, hash, extend, store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from shared.notary import store
from shared.notary.checkpoint import Checkpoint
from shared.notary.heads import Heads
from shared.notary.leaf import LEAF, Leaf, leaf_hash
from shared.notary.merkle import Frontier, Tile, edge_tiles
from shared.notary.reading import Absent, Connection, leaf_hashes, read_tiles, tree_size
from shared.notary.refusal import Flaw, SigningRefused
from shared.notary.streams import TopTree

READ = 2048
"""Events read at once: as many as the server can have under way while those before are hashed."""

STORE = 16_384
"""Events whose tiles are stored in one transaction."""

_PAGE = f"""
    select seq, coalesce(stream, ''), coalesce(version, 0), {LEAF} from log.events
    where seq > $1 and seq <= $2 order by seq"""  # noqa: S608


async def read_leaves(connection: Connection, after: int, until: int) -> AsyncIterator[list[Leaf]]:
    """The leaves of the events after one seq up to another, page by page; the next page is read ahead.

    Raises ``SigningRefused`` where a seq is missing.
    """

    def begin(start: int) -> asyncio.Task[list[tuple[int, str, int, str]]]:
        return asyncio.create_task(connection.fetch(_PAGE, start, min(start + READ, until)))  # type: ignore[arg-type]

    ahead = begin(after) if after < until else None
    try:
        while ahead is not None:
            rows = await ahead
            expected, after = after + 1, min(after + READ, until)
            ahead = begin(after) if after < until else None
            await asyncio.sleep(0)
            leaves = [Leaf(seq, stream, version, leaf_hash(data.encode())) for seq, stream, version, data in rows]
            for place, leaf in enumerate(leaves, expected):
                if leaf.seq != place:
                    raise SigningRefused(Flaw("missing", place))
            if len(leaves) != after - expected + 1:
                raise SigningRefused(Flaw("missing", expected + len(leaves)))
            yield leaves
    finally:
        if ahead is not None:
            ahead.cancel()
            await asyncio.gather(ahead, return_exceptions=True)


@dataclass(slots=True)
class Tree:
    """The stored tree's edge, and the streams as they are at its size. ``reading`` and ``writing`` are two connections
    of the role ``juqu_notary``. ``promised`` is a checkpoint of a size yet to come, whose root it must have."""

    reading: Connection
    writing: Connection
    frontier: Frontier
    heads: Heads
    promised: Checkpoint | None = None

    @property
    def size(self) -> int:
        return self.frontier.size

    @classmethod
    async def load(cls, reading: Connection, writing: Connection, checkpointed: int) -> Tree:
        """From what is stored, up to a checkpoint's size as it is, and from there as ``resume`` does. Raises
        ``SigningRefused``, ``Overtaken``."""
        tree = cls(reading, writing, await stored_edge(writing, checkpointed), Heads(writing))
        await tree.resume()
        return tree

    async def resume(self) -> None:
        """Takes in what the store has and no checkpoint covers: hashed anew from the log, and compared with what is
        stored. Raises ``SigningRefused``, ``Overtaken``."""
        before = self.size
        stored: dict[tuple[int, int], bytes] = {}
        async for leaves in read_leaves(self.reading, before, await tree_size(self.writing)):
            await compare(self.writing, leaves)
            await self._follow(leaves, before)
            stored |= {(t.level, t.index): t.hashes for t in self._extend(leaves) if t.level}
        tiles = await read_tiles(self.writing, stored)
        for place, hashes in stored.items():
            if not tiles.get(place, b"").startswith(hashes):
                raise SigningRefused(Flaw("tree", None, f"tile {place[1]} of level {place[0]}"))

    async def grow(self, until: int) -> int:
        """Takes in and stores at most ``STORE`` events up to a seq; gives how many.

        Raises ``SigningRefused`` for a log that has a gap or an unordered stream, or is not what was promised.
        Raises ``Overtaken`` where another notary wrote. After either the tree is of no more use.
        """
        before = self.size
        last = min(until, (before // STORE + 1) * STORE)
        wider: dict[tuple[int, int], Tile] = {}
        async for leaves in read_leaves(self.reading, before, last):
            await self._follow(leaves, before)
            wider |= {(t.level, t.index): t for t in self._extend(leaves)}
        if wider:
            await store.grow(self.writing, before, list(wider.values()))
        return self.size - before

    async def change(self, top: TopTree, signed: int) -> store.MapChange:
        """What the next checkpoint changes in the map, of which ``top`` is the state at ``signed`` events. Raises
        ``SigningRefused``, ``Overtaken``."""
        async with self._unless_overtaken(signed):
            return await self.heads.change(top)

    def _extend(self, leaves: list[Leaf]) -> list[Tile]:
        hashes = [leaf.hash for leaf in leaves]
        promised = self.promised
        if promised is None or self.size + len(hashes) < promised.size:
            return self.frontier.extend(hashes)
        first = promised.size - self.size
        wider = self.frontier.extend(hashes[:first])
        if self.frontier.root() != promised.root:
            raise SigningRefused(
                Flaw("history", None, f"its first {promised.size} events are not those that were signed")
            )
        self.promised = None
        return wider + self.frontier.extend(hashes[first:])

    async def _follow(self, leaves: list[Leaf], before: int) -> None:
        """Carry the streams on from a checkpoint, or a tree, of ``before``. What another notary signed since then has
        newer heads than these events: that is no disorder of the log, but to be overtaken."""
        async with self._unless_overtaken(before):
            await self.heads.follow(leaves)

    @asynccontextmanager
    async def _unless_overtaken(self, before: int) -> AsyncIterator[None]:
        """What does not fit is no finding where another notary has signed more than ``before`` events meanwhile."""
        try:
            yield
        except SigningRefused:
            newest = await self.writing.fetchval("select max(size) from notary.checkpoints")
            if newest is not None and newest > before:
                raise store.Overtaken("another notary has signed meanwhile") from None
            raise


async def stored_edge(connection: Connection, size: int) -> Frontier:
    """The edge of the stored tree when it was of a size. Raises ``SigningRefused``."""
    tiles = await read_tiles(connection, edge_tiles(size))
    try:
        return Frontier.of(size, lambda level, index: tiles.get((level, index), b""))
    except IndexError as error:
        raise SigningRefused(Flaw("tree", None, str(error))) from None


async def compare(connection: Connection, leaves: list[Leaf]) -> None:
    """Raises ``SigningRefused`` for the first leaf that is not as the tree has it."""
    try:
        stored = await leaf_hashes(connection, leaves[0].seq - 1, leaves[-1].seq)
    except Absent as error:
        raise SigningRefused(Flaw("tree", leaves[0].seq, str(error))) from None
    for leaf, known in zip(leaves, stored, strict=True):
        if leaf.hash != known:
            raise SigningRefused(Flaw("altered", leaf.seq))


__all__ = ["READ", "STORE", "Tree", "compare", "read_leaves", "stored_edge"]
