"""The Merkle tree of RFC 9162 section 2.1 (RFC 6962's), pure: hashes, tiles, a growing tree. Proofs are in ``proofs``.

A *node* ``(level, index)`` is the root of the 2**level leaves from ``index * 2**level``; only whole ones are nodes.
Trees are kept in *tiles* of 256 hashes (C2SP tlog-tiles): tile (L, N) holds the nodes of level 8 L from 256 N on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256

HASH_SIZE = 32
TILE_WIDTH = 256
TILE_HEIGHT = 8
EMPTY_ROOT = sha256(b"").digest()
"""Root of the tree without leaves."""

Node = tuple[int, int]
NodeOf = Callable[[int, int], bytes]
"""Gives the hash of a node by its level and index."""

_HEX = re.compile("[0-9a-f]{64}")


def are_hashes(*given: bytes) -> bool:
    """Whether each is of 32 bytes. Not to be taken for granted: what is shorter or longer moves the border between two
    neighbours under one hash."""
    return set(map(len, given)) <= {HASH_SIZE}


def hash_from_hex(text: object) -> bytes:
    """A hash from its one right form in hex: 64 characters, lower case. Raises ``ValueError``."""
    if not isinstance(text, str) or not _HEX.fullmatch(text):
        raise ValueError("a hash is not 64 hexadecimal characters in lower case")
    return bytes.fromhex(text)


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 || data)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> list[bytes]:
    """The parents of an even number of neighbouring nodes."""
    pairs = iter(hashes)
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]


def tree_root(hashes: Iterable[bytes]) -> bytes:
    """MTH of leaves given by their leaf hashes. Raises ``ValueError`` for what are no hashes."""
    level = list(hashes)
    if not are_hashes(*level):
        raise ValueError("a tree's leaf is not of 32 bytes")
    if not level:
        return EMPTY_ROOT
    while len(level) > 1:
        odd = [level.pop()] if len(level) % 2 else []
        level = fold(level) + odd
    return level[0]


@dataclass(frozen=True, slots=True)
class Tile:
    """Tile (level, index) with the hashes that it has: 1 to 256 of 32 bytes each."""

    level: int
    index: int
    hashes: bytes

    @property
    def width(self) -> int:
        return len(self.hashes) // HASH_SIZE

    def node(self, level: int, index: int) -> bytes:
        """A node that this tile holds or implies. Raises ``IndexError`` where it holds too few hashes."""
        rise = level - TILE_HEIGHT * self.level
        first = (index << rise) - self.index * TILE_WIDTH
        last = first + (1 << rise)
        if not (0 <= rise < TILE_HEIGHT and first >= 0 and last <= self.width):
            raise IndexError(f"tile ({self.level}, {self.index}) of width {self.width} has no node ({level}, {index})")
        if not self.level:
            return _leaves_root(self.hashes[first * HASH_SIZE : last * HASH_SIZE])
        at = (first >> rise) * HASH_SIZE
        return _implied(self.hashes)[rise][at : at + HASH_SIZE]


@lru_cache(maxsize=256)
def _leaves_root(hashes: bytes) -> bytes:
    """Root of neighbouring leaves. Remembered (4 KB each): every proof to a size meets those at its right edge."""
    return tree_root(split(hashes))


@lru_cache(maxsize=256)
def _implied(hashes: bytes) -> list[bytes]:
    """The whole nodes over a tile's hashes, joined, by their height in it. Remembered (24 KB each): proofs meet the few
    tiles above the lowest level again and again, and would else hash a tile more for every 256-fold of the log."""
    levels = [hashes]
    while len(levels[-1]) >= 2 * HASH_SIZE:
        below = split(levels[-1])
        levels.append(b"".join(fold(below[: len(below) // 2 * 2])))
    return levels


def split(hashes: bytes) -> list[bytes]:
    """Joined hashes one by one. Raises ``ValueError`` where the last is cut."""
    if len(hashes) % HASH_SIZE:
        raise ValueError(f"{len(hashes)} bytes are no whole number of hashes")
    return [hashes[at : at + HASH_SIZE] for at in range(0, len(hashes), HASH_SIZE)]


def tile_of(level: int, index: int) -> Node:
    """Level and index of the tile that holds or implies a node."""
    rise = level % TILE_HEIGHT
    return level // TILE_HEIGHT, (index << rise) // TILE_WIDTH


@dataclass(slots=True)
class Frontier:
    """The right edge of a growing tree: its size and, for each tile level, the hashes of the tile not yet full."""

    size: int = 0
    edges: list[list[bytes]] = field(default_factory=list)

    def extend(self, leaves: Sequence[bytes]) -> list[Tile]:
        """Adds leaf hashes. Gives every tile that became wider, each as it is now, lower levels first. Raises
        ``ValueError`` for what are no hashes."""
        if not are_hashes(*leaves):
            raise ValueError("a tree's leaf is not of 32 bytes")
        self.size += len(leaves)
        changed: list[Tile] = []
        added: Sequence[bytes] = leaves
        level = 0
        while added:
            if level == len(self.edges):
                self.edges.append([])
            edge = self.edges[level]
            first = (self.size >> TILE_HEIGHT * level) - len(edge) - len(added)
            edge.extend(added)
            index = first // TILE_WIDTH
            added, taken = [], 0
            while len(edge) - taken >= TILE_WIDTH:
                full = edge[taken : taken + TILE_WIDTH]
                changed.append(Tile(level, index, b"".join(full)))
                added.append(tree_root(full))
                index, taken = index + 1, taken + TILE_WIDTH
            del edge[:taken]
            if edge:
                changed.append(Tile(level, index, b"".join(edge)))
            level += 1
        return changed

    def root(self) -> bytes:
        """Root of the tree as it is now."""
        root: bytes | None = None
        for edge in self.edges:
            level = list(edge)
            while level:
                if len(level) % 2:
                    last = level.pop()
                    root = last if root is None else node_hash(last, root)
                level = fold(level)
        return EMPTY_ROOT if root is None else root

    @classmethod
    def of(cls, size: int, tile: Callable[[int, int], bytes]) -> Frontier:
        """The edge of a stored tree; ``tile(level, index)`` gives a tile's joined hashes, or more than there were."""
        edges: list[list[bytes]] = []
        nodes = size
        while nodes:
            index, width = divmod(nodes, TILE_WIDTH)
            hashes = tile(len(edges), index)[: width * HASH_SIZE] if width else b""
            if len(hashes) != width * HASH_SIZE:
                raise IndexError(f"tile ({len(edges)}, {index}) is narrower than {width}")
            edges.append(split(hashes))
            nodes = index
        return cls(size, edges)


def edge_tiles(size: int) -> list[Node]:
    """The tiles that ``Frontier.of`` asks for."""
    tiles, level = [], 0
    while size:
        size, width = divmod(size, TILE_WIDTH)
        if width:
            tiles.append((level, size))
        level += 1
    return tiles
