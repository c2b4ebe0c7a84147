"""Chains, the map of streams, and what is proven by them."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.notary import streams
from shared.notary.merkle import leaf_hash, tree_root
from shared.notary.streams import AbsenceProof, Entry, StreamProof, TopTree
from tests.notary.ledger import top_of


def entry(name: str, events: int = 2) -> Entry:
    leaves = leaves_of(name, events)
    return Entry(name, events, events * 3, streams.chain_of(leaves))


def leaves_of(name: str, events: int) -> list[bytes]:
    return [leaf_hash(f"{name} {number}".encode()) for number in range(events)]


def same_bucket(count: int) -> list[str]:
    """Names of streams that fall into one bucket, found by trying."""
    wanted, number = streams.bucket_of("intake/application/0"), 0
    found: list[str] = []
    while len(found) < count:
        if streams.bucket_of(name := f"intake/application/{number}") == wanted:
            found.append(name)
        number += 1
    return found


NEIGHBOURS = same_bucket(4)


def test_the_chain_is_what_the_definition_says() -> None:
    first, second = leaves_of("a", 2)
    one = sha256(b"\x02" + bytes(32) + first).digest()
    assert streams.chain_of([first, second]) == sha256(b"\x02" + one + second).digest()
    assert streams.chain_of([second, first]) != streams.chain_of([first, second])
    assert Entry("a", 1, 5, one).next(9, second) == Entry("a", 2, 9, streams.chain_of([first, second]))


def test_an_entry_s_bytes_are_netstrings() -> None:
    assert Entry("a/b/é", 2, 31, bytes(32)).data() == b"6:a/b/\xc3\xa9,1:2,2:31,64:" + b"0" * 64 + b","


def test_the_map_is_what_the_definition_says() -> None:
    entries = [entry(f"intake/application/{number}") for number in range(50)]
    roots = [sha256(b"").digest()] * 65_536
    for each in entries:
        bucket = int.from_bytes(sha256(each.stream.encode()).digest()[:2], "big")
        inside = [e for e in entries if sha256(e.stream.encode()).digest()[:2] == bucket.to_bytes(2, "big")]
        inside.sort(key=lambda e: sha256(e.stream.encode()).digest())
        roots[bucket] = tree_root([leaf_hash(e.data()) for e in inside])
    assert top_of(entries).root == tree_root([leaf_hash(root) for root in roots])
    assert TopTree().root == tree_root([leaf_hash(sha256(b"").digest())] * 65_536)


@given(st.integers(0, 3), st.integers(1, 4))
def test_all_events_of_a_stream_are_proven_and_nothing_less(place: int, count: int) -> None:
    place %= count
    bucket = [entry(name, number + 1) for number, name in enumerate(NEIGHBOURS[:count])]
    top = top_of([*bucket, entry("elsewhere")])
    name = NEIGHBOURS[place]
    proof = streams.prove_stream(name, bucket, top.path(streams.bucket_of(name)))
    assert isinstance(proof, StreamProof)
    leaves = leaves_of(name, place + 1)
    assert streams.verify_complete(proof, leaves, top.root)
    assert not streams.verify_complete(proof, leaves[:-1], top.root)
    assert not streams.verify_complete(proof, [*leaves, bytes(32)], top.root)
    assert not streams.verify_complete(proof, leaves, bytes(32))
    shorter = replace(proof, entry=Entry(name, place, 1, streams.chain_of(leaves[:-1])))
    assert not streams.verify_complete(shorter, leaves[:-1], top.root)
    assert not streams.verify_stream(replace(proof, index=proof.index + 1), top.root)
    assert StreamProof.from_json(json.loads(json.dumps(proof.to_json()))) == proof


def test_what_is_no_hash_number_or_name_is_in_no_proof_of_a_stream() -> None:
    bucket = [entry(name) for name in NEIGHBOURS]
    proof = streams.prove_stream(NEIGHBOURS[0], bucket, top_of(bucket).path(streams.bucket_of(NEIGHBOURS[0])))
    given_ = proof.to_json()
    for name, value in (
        ("version", "2"), ("version", 2.0), ("version", True), ("seq", -1), ("seq", 2**63), ("index", None),
        ("stream", 5), ("chain", given_["chain"].upper()), ("chain", "00"), ("top_path", ["0" * 62]),
        ("bucket_path", 5),
    ):  # fmt: skip
        with pytest.raises((TypeError, ValueError)):
            StreamProof.from_json({**given_, name: value})
    for chain, leaf in ((bytes(31), bytes(33)), (bytes(32), b"")):
        with pytest.raises(ValueError, match="32 bytes"):
            streams.extend_chain(chain, leaf)
    for roots in ({65_536: bytes(32)}, {-1: bytes(32)}, {1: bytes(31)}):
        with pytest.raises(ValueError, match="65,536"):
            TopTree().update(roots)


def test_a_stream_without_events_is_proven_absent() -> None:
    present, absent = NEIGHBOURS[:3], NEIGHBOURS[3]
    bucket = [entry(name) for name in present]
    top = top_of([*bucket, entry("elsewhere")])
    path = top.path(streams.bucket_of(absent))
    proof = streams.prove_stream(absent, bucket, path)
    assert isinstance(proof, AbsenceProof)
    assert streams.verify_absence(proof, top.root)
    assert AbsenceProof.from_json(json.loads(json.dumps(proof.to_json()))) == proof
    assert not streams.verify_absence(replace(proof, entries=proof.entries[1:]), top.root)
    assert not streams.verify_absence(replace(proof, stream=present[0]), top.root)
    assert not streams.verify_absence(replace(proof, stream="in another bucket"), top.root)
    nowhere = streams.prove_stream("in another bucket", [], top.path(streams.bucket_of("in another bucket")))
    assert isinstance(nowhere, AbsenceProof)
    assert streams.verify_absence(nowhere, top.root)


def test_the_top_tree_takes_changes_one_by_one() -> None:
    entries = [entry(f"review/case/{number}") for number in range(20)]
    top = top_of(entries[:10])
    for each in entries[10:]:
        top.update({streams.bucket_of(each.stream): streams.bucket_root([each])})
    assert top.root == top_of(entries).root
