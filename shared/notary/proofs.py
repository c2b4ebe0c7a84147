"""Proofs in the Merkle tree of RFC 9162 section 2.1, pure: which nodes they are made of, making and verifying them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shared.notary.merkle import EMPTY_ROOT, Node, NodeOf, are_hashes, node_hash

DEEPEST = 64
"""Hashes that an audit path has at most: no tree has more than 2**64 leaves."""


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
    roots = climb_both(leaf, index, size, proof)
    return roots[1] if roots else None


def climb_both(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """The root of the tree that ends with the leaf, and like ``climb`` that of the whole tree.

    What a path has to its left, and the leaf, is all of the first tree: so the path of its last leaf shows that the one
    grew into the other, as a consistency proof does.
    """
    if not 0 <= index < size or len(proof) > DEEPEST or not are_hashes(leaf, *proof):
        return None
    node, last, first, whole = index, size - 1, leaf, leaf
    for sibling in proof:
        if last == 0:
            return None
        if node % 2 or node == last:
            first, whole = node_hash(sibling, first), node_hash(sibling, whole)
            while node and not node % 2:
                node, last = node >> 1, last >> 1
        else:
            whole = node_hash(whole, sibling)
        node, last = node >> 1, last >> 1
    return (first, whole) if last == 0 else None


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
    node, last = old - 1, new - 1
    while node % 2:
        node, last = node >> 1, last >> 1
    earlier = later = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node % 2 or node == last:
            earlier, later = node_hash(sibling, earlier), node_hash(sibling, later)
            while node and not node % 2:
                node, last = node >> 1, last >> 1
        else:
            later = node_hash(later, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and earlier == old_root and later == new_root


def _half(size: int) -> int:
    """The largest power of two less than a size of at least two."""
    return 1 << ((size - 1).bit_length() - 1)
