"""The tree against the published vectors of Certificate Transparency, and against the RFC's recursive definition."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.notary import merkle, proofs
from shared.notary.merkle import Frontier, Tile

# certificate-transparency-go and transparency-dev/merkle, testonly/reference: inputs, and the root of each prefix.
INPUTS = [
    bytes.fromhex(each)
    for each in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}
CONSISTENCY = {
    (1, 1): [],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def mth(leaves: list[bytes]) -> bytes:
    """MTH of leaf hashes as RFC 9162 section 2.1.1 defines it."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256().digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\x01" + mth(leaves[:half]) + mth(leaves[half:])).digest()


def leaves_of(count: int) -> list[bytes]:
    return [merkle.leaf_hash(b"%d" % number) for number in range(count)]


def node_of(leaves: list[bytes]) -> merkle.NodeOf:
    def node(level: int, index: int) -> bytes:
        found = leaves[index << level : (index + 1) << level]
        assert len(found) == 1 << level, "asked for a node that is not whole"
        return mth(found)

    return node


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size: int) -> None:
    leaves = [merkle.leaf_hash(data) for data in INPUTS[:size]]
    frontier = Frontier()
    frontier.extend(leaves)
    assert merkle.tree_root(leaves).hex() == frontier.root().hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_inclusion_proofs_are_the_published_ones(index: int, size: int) -> None:
    leaves = [merkle.leaf_hash(data) for data in INPUTS[:size]]
    proof = proofs.inclusion_proof(index, size, node_of(leaves))
    assert [each.hex() for each in proof] == INCLUSION[index, size]
    assert proofs.verify_inclusion(leaves[index], index, size, proof, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_consistency_proofs_are_the_published_ones(old: int, new: int) -> None:
    proof = proofs.consistency_proof(old, new, node_of([merkle.leaf_hash(data) for data in INPUTS[:new]]))
    assert [each.hex() for each in proof] == CONSISTENCY[old, new]
    assert proofs.verify_consistency(old, new, bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new]), proof)


@given(st.lists(st.integers(0, 700), max_size=6))
def test_a_tree_grown_in_any_steps_is_the_tree_of_its_leaves(steps: list[int]) -> None:
    leaves = leaves_of(sum(steps))
    frontier, tiles = Frontier(), dict[tuple[int, int], Tile]()
    for step in steps:
        for tile in frontier.extend(leaves[frontier.size : frontier.size + step]):
            before = tiles.get((tile.level, tile.index))
            assert before is None or tile.hashes.startswith(before.hashes), "a tile only grows"
            tiles[tile.level, tile.index] = tile
        again = Frontier.of(frontier.size, lambda level, index: tiles[level, index].hashes)
        assert again == frontier or again.root() == frontier.root()
    assert frontier.root() == mth(leaves)
    assert proofs.root(len(leaves), _from(tiles)) == mth(leaves)
    assert b"".join(tile.hashes for (level, _), tile in sorted(tiles.items()) if level == 0) == b"".join(leaves)


@given(st.data())
def test_any_inclusion_holds_and_no_other(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 600))
    index = data.draw(st.integers(0, size - 1))
    leaves, root = leaves_of(size), mth(leaves_of(size))
    proof = proofs.inclusion_proof(index, size, _from(_tiles(leaves)))
    assert proofs.verify_inclusion(leaves[index], index, size, proof, root)
    other = data.draw(st.integers(-1, size).filter(lambda each: each != index))
    assert not proofs.verify_inclusion(leaves[index], other, size, proof, root)
    assert not proofs.verify_inclusion(bytes(32), index, size, proof, root)
    assert not proofs.verify_inclusion(leaves[index], index, size, [*proof, bytes(32)], root)
    assert not proof or not proofs.verify_inclusion(leaves[index], index, size, proof[:-1], root)
    with pytest.raises(IndexError):
        proofs.inclusion_proof(size, size, node_of(leaves))


@given(st.data())
def test_any_consistency_holds_and_no_other(data: st.DataObject) -> None:
    new = data.draw(st.integers(1, 600))
    old = data.draw(st.integers(1, new))
    leaves = leaves_of(new)
    old_root, root = mth(leaves[:old]), mth(leaves)
    proof = proofs.consistency_proof(old, new, _from(_tiles(leaves)))
    assert proofs.verify_consistency(old, new, old_root, root, proof)
    assert not proofs.verify_consistency(old, new, bytes(32), root, proof)
    assert not proofs.verify_consistency(old, new, old_root, bytes(32), proof)
    assert not proofs.verify_consistency(old, new, old_root, root, [*proof, bytes(32)])
    assert not proof or not proofs.verify_consistency(old, new, old_root, root, proof[:-1])


def test_everything_grew_out_of_nothing() -> None:
    assert proofs.verify_consistency(0, 3, merkle.EMPTY_ROOT, bytes(32), [])
    assert not proofs.verify_consistency(0, 3, bytes(32), bytes(32), [])
    with pytest.raises(IndexError):
        proofs.consistency_proof(0, 3, node_of(leaves_of(3)))
    with pytest.raises(IndexError):
        proofs.consistency_proof(4, 3, node_of(leaves_of(3)))


def test_out_of_nothing_grows_only_what_is_a_tree_and_to_nothing_only_nothing() -> None:
    assert proofs.verify_consistency(0, 0, merkle.EMPTY_ROOT, merkle.EMPTY_ROOT, [])
    assert not proofs.verify_consistency(0, 0, merkle.EMPTY_ROOT, bytes(32), [])
    assert not proofs.verify_consistency(0, 3, merkle.EMPTY_ROOT, bytes(31), [])
    assert not proofs.verify_consistency(0, -1, merkle.EMPTY_ROOT, merkle.EMPTY_ROOT, [])
    assert not proofs.verify_consistency(-1, 3, merkle.EMPTY_ROOT, bytes(32), [])
    assert not proofs.verify_consistency(3, 2, bytes(32), bytes(32), [])


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_what_is_no_hash_is_in_no_proof(length: int) -> None:
    """Else the border between two neighbours could be moved: the hash over both stays the same."""
    leaves = leaves_of(8)
    node, root = node_of(leaves), mth(leaves)
    path = proofs.inclusion_proof(5, 8, node)
    moved = (path[0] + leaves[5])[: 64 - length], (path[0] + leaves[5])[64 - length :]
    assert merkle.node_hash(*moved) == merkle.node_hash(path[0], leaves[5])
    assert not proofs.verify_inclusion(moved[1], 5, 8, [moved[0], *path[1:]], root)
    assert proofs.climb_both(bytes(length), 5, 8, path) is None
    assert proofs.climb_both(leaves[5], 5, 8, [*path[:-1], bytes(length)]) is None
    assert not proofs.verify_consistency(8, 8, bytes(length), bytes(length), [])
    grown = proofs.consistency_proof(5, 8, node)
    assert not proofs.verify_consistency(5, 8, mth(leaves[:5]), root, [*grown[:-1], bytes(length)])
    if length % 32:
        with pytest.raises(ValueError, match="32 bytes"):
            Frontier().extend([bytes(length)])
        with pytest.raises(ValueError, match="32 bytes"):
            merkle.tree_root([bytes(length)])
        with pytest.raises(ValueError, match="hashes"):
            merkle.split(bytes(length))


def test_a_path_has_an_end() -> None:
    leaf = leaves_of(1)[0]
    assert proofs.climb_both(leaf, 0, 1, [leaf] * 100_000) is None
    assert not proofs.verify_consistency(1, 2**70, leaf, leaf, [leaf] * 100_000)
    with pytest.raises(IndexError):
        proofs.root(-1, node_of([]))


def test_a_hash_in_hex_has_one_form() -> None:
    right = bytes(range(32)).hex()
    assert merkle.hash_from_hex(right) == bytes(range(32))
    for wrong in (
        right.upper(),
        right[:-2],
        right + "00",
        " " + right[1:],
        right[:-1] + "\n",
        right[:-1] + "٠",
        5,
        None,
    ):
        with pytest.raises(ValueError, match="hexadecimal"):
            merkle.hash_from_hex(wrong)


def test_a_tile_knows_what_it_implies() -> None:
    leaves = leaves_of(256 + 3)
    tiles = _tiles(leaves)
    assert tiles[0, 0].node(3, 1) == mth(leaves[8:16])
    assert tiles[0, 1].node(1, 128) == mth(leaves[256:258])
    assert tiles[1, 0].node(8, 0) == mth(leaves[:256])
    with pytest.raises(IndexError):
        tiles[0, 1].node(2, 64)


def _tiles(leaves: list[bytes]) -> dict[tuple[int, int], Tile]:
    return {(tile.level, tile.index): tile for tile in Frontier().extend(leaves)}


def _from(tiles: dict[tuple[int, int], Tile]) -> merkle.NodeOf:
    return lambda level, index: tiles[merkle.tile_of(level, index)].node(level, index)
