"""Whether the log still is what the tree says, and the tree what was signed."""

from __future__ import annotations

import random

from shared.notary.growing import compare, read_leaves
from shared.notary.merkle import TILE_WIDTH, Frontier
from shared.notary.note import Unverified, verified
from shared.notary.reading import (
    Absent,
    Connection,
    keys,
    read_note,
    read_tiles,
    root_of,
    top_tree,
    tree_size,
)
from shared.notary.refusal import Finding, Refused

_HEAD = "select seq from log.head()"


async def check(reading: Connection, beside: Connection, *, full: bool = False, samples: int = 16) -> Finding | None:
    """The first thing found wrong: the newest checkpoint's signature and roots, the log's length, and leaves - of
    ``samples`` tiles and the newest one, or of all events, the inner nodes included, where it is ``full``.

    Takes two connections, as it reads ahead.
    """
    try:
        await check_signed(beside)
        size = await tree_size(beside)
        await check_length(beside, size)
        if full:
            await _check_all(reading, beside, size)
        else:
            await check_some(beside, size, samples)
    except Refused as refused:
        return refused.finding
    return None


async def check_signed(connection: Connection) -> None:
    """Raises ``Refused`` where the stored tree or map is not what the newest checkpoint says."""
    newest = await read_note(connection)
    if newest is None:
        return
    try:
        verified(newest.note, await keys(connection))
    except Unverified as error:
        raise Refused(Finding("signature", None, str(error))) from None
    size = newest.checkpoint.size
    try:
        root = await root_of(connection, size)
    except Absent as error:
        raise Refused(Finding("tree", None, str(error))) from None
    if root != newest.checkpoint.root:
        raise Refused(Finding("root", None, f"checkpoint of size {size}"))
    if (await top_tree(connection, size)).root != newest.checkpoint.streams:
        raise Refused(Finding("streams", None, f"checkpoint of size {size}"))


async def check_length(connection: Connection, size: int) -> None:
    """Raises ``Refused`` where the log is shorter than the tree."""
    head = await connection.fetchval(_HEAD)
    if head < size:
        raise Refused(Finding("shorter", head + 1))


async def check_some(connection: Connection, size: int, samples: int) -> None:
    """Compares the newest tile and some others with the log. Raises ``Refused``."""
    tiles = -(-size // TILE_WIDTH)
    for index in sorted({tiles - 1, *random.sample(range(tiles), min(samples, tiles))} - {-1}):
        async for leaves in read_leaves(connection, index * TILE_WIDTH, min(size, (index + 1) * TILE_WIDTH)):
            await compare(connection, leaves)


async def _check_all(reading: Connection, beside: Connection, size: int) -> None:
    frontier = Frontier()
    async for leaves in read_leaves(reading, 0, size):
        await compare(beside, leaves)
        tiles = {(t.level, t.index): t.hashes for t in frontier.extend([leaf.hash for leaf in leaves])}
        stored = await read_tiles(beside, tiles)
        for place, hashes in tiles.items():
            if not stored.get(place, b"").startswith(hashes):
                raise Refused(Finding("tree", None, f"tile {place[1]} of level {place[0]}"))


__all__ = ["check", "check_length", "check_signed", "check_some"]
