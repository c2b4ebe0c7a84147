"""The Merkle tree of RFC 9162 section 2.1 (RFC 6962's), pure: hashes, a growing tree, proofs and their verification.

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
DEEPEST = 64
"""Hashes that an audit path has at most: no tree has more than 2**64 leaves."""


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


def range_nodes(start: int, end: int) -> list[Node]:
    """The nodes, left to right, that make up the subtree of leaves ``start`` to ``end``; ``start`` is where such a
    subtree begins (0, or a multiple of the power of two not less than its length)."""
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def range_hash(start: int, end: int, node: NodeOf) -> bytes:
    """MTH(D[start:end]) of such a subtree, from nodes."""
    root: bytes | None = None
    for level, index in reversed(range_nodes(start, end)):
        left = node(level, index)
        root = left if root is None else node_hash(left, root)
    return EMPTY_ROOT if root is None else root


def root(size: int, node: NodeOf) -> bytes:
    """Root of the first ``size`` leaves. Raises ``IndexError`` for a size below 0."""
    if size < 0:
        raise IndexError(f"there is no tree of {size}")
    return range_hash(0, size, node)


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """The subtrees whose hashes make up PATH(index, D_size), RFC 9162 section 2.1.3.1. Raises ``IndexError``."""
    if not 0 <= index < size:
        raise IndexError(f"there is no leaf {index} in a tree of {size}")
    ranges = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _half(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old: int, new: int) -> list[tuple[int, int]]:
    """The subtrees whose hashes make up PROOF(old, D_new), RFC 9162 section 2.1.4.1. Raises ``IndexError``."""
    if not 0 < old <= new:
        raise IndexError(f"a tree of {new} does not grow out of one of {old}")
    ranges = []
    start, end = 0, new
    while end != old:
        middle = start + _half(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start > 0:
        ranges.append((start, end))
    return ranges[::-1]


def inclusion_proof(index: int, size: int, node: NodeOf) -> list[bytes]:
    """PATH(index, D_size). Raises ``IndexError`` for an index outside the tree."""
    return [range_hash(start, end, node) for start, end in inclusion_ranges(index, size)]


def consistency_proof(old: int, new: int, node: NodeOf) -> list[bytes]:
    """PROOF(old, D_new) for 0 < old <= new, empty where they are equal. Raises ``IndexError``."""
    return [range_hash(start, end, node) for start, end in consistency_ranges(old, new)]


def nodes_of(ranges: Iterable[tuple[int, int]]) -> set[Node]:
    """All nodes that the hashes of some subtrees are made of."""
    return {node for start, end in ranges for node in range_nodes(start, end)}


def climb(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that an audit path leads to (RFC 9162 section 2.1.3.2); None where it is too short or too long, or
    holds what is no hash."""
    found = climb_both(leaf, index, size, proof)
    return found[1] if found else None


def climb_both(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """The root of the tree that ends with the leaf, and like ``climb`` that of the whole tree.

    What a path has to its left, and the leaf, is all of the first tree: so the path of its last leaf shows that the one
    grew into the other, as a consistency proof does.
    """
    if not 0 <= index < size or len(proof) > DEEPEST or not are_hashes(leaf, *proof):
        return None
    place, last, first, found = index, size - 1, leaf, leaf
    for sibling in proof:
        if last == 0:
            return None
        if place % 2 or place == last:
            first, found = node_hash(sibling, first), node_hash(sibling, found)
            while place and not place % 2:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return (first, found) if last == 0 else None


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a leaf hash is at an index of the tree of a root, RFC 9162 section 2.1.3.2."""
    return climb(leaf, index, size, proof) == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of ``new_root`` grew out of that of ``old_root``, RFC 9162 section 2.1.4.2. Out of the empty
    tree grew every one; but of size 0 there is only that."""
    if not 0 <= old <= new or len(proof) > DEEPEST or not are_hashes(old_root, new_root, *proof):
        return False
    if old == 0:
        return not proof and old_root == EMPTY_ROOT and (new > 0 or new_root == EMPTY_ROOT)
    if old == new:
        return not proof and old_root == new_root
    return bool(proof) and _grew(old, new, old_root, new_root, proof)


def _grew(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    place, last = old - 1, new - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    earlier = later = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            earlier, later = node_hash(sibling, earlier), node_hash(sibling, later)
            while place and not place % 2:
                place, last = place >> 1, last >> 1
        else:
            later = node_hash(later, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and earlier == old_root and later == new_root


def _half(size: int) -> int:
    """The largest power of two less than a size of at least two."""
    return 1 << ((size - 1).bit_length() - 1)
