"""All events of one stream, provably: each stream's chain of hashes, and a map of all streams with one root.

The chain of a stream: chain_0 is 32 zero bytes, chain_v = SHA-256(0x02 || chain_(v-1) || leaf hash of version v). The
map has 65,536 buckets by the first two bytes of SHA-256(stream name). A bucket's root is the RFC 9162 tree root over
its entries, sorted by that key; the map's root is the tree root over the buckets' roots as leaf data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple, Self

from shared.notary.leaf import netstring
from shared.notary.merkle import EMPTY_ROOT, are_hashes, fold, hash_from_hex, leaf_hash, tree_root
from shared.notary.proofs import climb, inclusion_proof, verify_inclusion

BUCKETS = 65_536
NO_CHAIN = bytes(32)
_LEVELS = 16


class Entry(NamedTuple):
    """The state of a stream: its name, last version, that event's seq, and the chain up to it (32 bytes)."""

    stream: str
    version: int
    seq: int
    chain: bytes

    def data(self) -> bytes:
        """Its leaf data in its bucket: netstrings of stream, version, seq, chain in lower-case hex."""
        return b"".join(map(netstring, (self.stream, str(self.version), str(self.seq), self.chain.hex())))

    def next(self, seq: int, leaf: bytes) -> Entry:
        """After one more event."""
        return Entry(self.stream, self.version + 1, seq, extend_chain(self.chain, leaf))


def extend_chain(chain: bytes, leaf: bytes) -> bytes:
    """The chain after one more event, by that event's leaf hash. Raises ``ValueError`` for what are no hashes."""
    if not are_hashes(chain, leaf):
        raise ValueError("a chain and a leaf hash are of 32 bytes")
    return sha256(b"\x02" + chain + leaf).digest()


def chain_of(leaves: Iterable[bytes]) -> bytes:
    """The chain of a stream whose events have these leaf hashes, from version 1 on."""
    chain = NO_CHAIN
    for leaf in leaves:
        chain = extend_chain(chain, leaf)
    return chain


def stream_key(stream: str) -> bytes:
    """SHA-256 of the name."""
    return sha256(stream.encode()).digest()


def bucket_of(stream: str) -> int:
    """The number of the bucket, 0 to 65,535, that a stream is in."""
    return int.from_bytes(stream_key(stream)[:2], "big")


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Entries of one bucket in the order of their keys."""
    return sorted(entries, key=lambda entry: stream_key(entry.stream))


def bucket_root(entries: Iterable[Entry]) -> bytes:
    """Root of one bucket; of an empty one SHA-256 of nothing."""
    return tree_root(leaf_hash(entry.data()) for entry in in_order(entries))


@dataclass(slots=True)
class TopTree:
    """The tree over the buckets' roots; an update costs 16 hashes a changed bucket, at most."""

    _levels: list[list[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        each = leaf_hash(EMPTY_ROOT)
        for level in range(_LEVELS + 1):
            self._levels.append([each] * (BUCKETS >> level))
            (each,) = fold([each, each])

    @property
    def root(self) -> bytes:
        """The map's root."""
        return self._levels[_LEVELS][0]

    def update(self, roots: Mapping[int, bytes]) -> None:
        """Puts new roots of buckets in. Raises ``ValueError`` for what is no root, or no bucket's number."""
        if not are_hashes(*roots.values()) or not all(0 <= bucket < BUCKETS for bucket in roots):
            raise ValueError("a bucket has a number below 65,536 and a root of 32 bytes")
        changed = set(roots)
        for bucket, root in roots.items():
            self._levels[0][bucket] = leaf_hash(root)
        for below, above in zip(self._levels, self._levels[1:], strict=False):
            changed = {place >> 1 for place in changed}
            for place in changed:
                (above[place],) = fold(below[2 * place : 2 * place + 2])

    def holds(self, bucket: int, root: bytes) -> bool:
        """Whether a bucket has this root."""
        return self._levels[0][bucket] == leaf_hash(root)

    def path(self, bucket: int) -> list[bytes]:
        """Audit path of a bucket."""
        return inclusion_proof(bucket, BUCKETS, lambda level, index: self._levels[level][index])


@dataclass(frozen=True, slots=True)
class StreamProof:
    """That a stream has exactly the versions 1 to ``entry.version``: ``entry`` is number ``index`` of ``size`` in its
    bucket."""

    entry: Entry
    index: int
    size: int
    bucket_path: tuple[bytes, ...]
    top_path: tuple[bytes, ...]

    @property
    def stream(self) -> str:
        return self.entry.stream

    def to_json(self) -> dict[str, Any]:
        """For an export; hashes in lower-case hex."""
        return {
            "stream": self.stream,
            "version": self.entry.version,
            "seq": self.entry.seq,
            "chain": self.entry.chain.hex(),
            "bucket": bucket_of(self.stream),
            "index": self.index,
            "size": self.size,
            "bucket_path": [each.hex() for each in self.bucket_path],
            "top_path": [each.hex() for each in self.top_path],
        }

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Self:
        """From ``to_json``. Raises ``KeyError``, ``TypeError`` or ``ValueError`` for what it never gives."""
        return cls(
            _entry(given["stream"], given["version"], given["seq"], given["chain"]),
            _number(given["index"]),
            _number(given["size"]),
            tuple(map(hash_from_hex, given["bucket_path"])),
            tuple(map(hash_from_hex, given["top_path"])),
        )


@dataclass(frozen=True, slots=True)
class AbsenceProof:
    """That there is no event of a stream: all entries of the bucket that it would be in."""

    stream: str
    entries: tuple[Entry, ...]
    top_path: tuple[bytes, ...]

    def to_json(self) -> dict[str, Any]:
        """For an export: ``absent`` is true, ``entries`` are lists of stream, version, seq and chain."""
        return {
            "stream": self.stream,
            "absent": True,
            "bucket": bucket_of(self.stream),
            "entries": [[each.stream, each.version, each.seq, each.chain.hex()] for each in self.entries],
            "top_path": [each.hex() for each in self.top_path],
        }

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Self:
        """From ``to_json``. Raises ``KeyError``, ``TypeError`` or ``ValueError`` for what it never gives."""
        entries = tuple(_entry(*each) for each in given["entries"])
        return cls(_text(given["stream"]), entries, tuple(map(hash_from_hex, given["top_path"])))


def _entry(stream: object, version: object, seq: object, chain: object) -> Entry:
    return Entry(_text(stream), _number(version), _number(seq), hash_from_hex(chain))


def _text(given: object) -> str:
    if not isinstance(given, str):
        raise TypeError("a stream's name is a text")
    return given


def _number(given: object) -> int:
    """A number as JSON has it: neither a text nor a fraction, nor true, which is 1."""
    if type(given) is not int or not 0 <= given < 1 << 63:
        raise ValueError("a version, seq, index or size is no whole number")
    return given


def prove_stream(stream: str, bucket: Iterable[Entry], top_path: Sequence[bytes]) -> StreamProof | AbsenceProof:
    """The proof from all entries of the stream's bucket, and that bucket's path in the map."""
    entries = in_order(bucket)
    place = next((number for number, entry in enumerate(entries) if entry.stream == stream), None)
    if place is None:
        return AbsenceProof(stream, tuple(entries), tuple(top_path))
    leaves = [leaf_hash(each.data()) for each in entries]

    def node(level: int, index: int) -> bytes:
        return tree_root(leaves[index << level : index + 1 << level])

    path = inclusion_proof(place, len(entries), node)
    return StreamProof(entries[place], place, len(entries), tuple(path), tuple(top_path))


def verify_stream(proof: StreamProof, streams: bytes) -> bool:
    """Whether the map of a root has the proof's entry."""
    root = climb(leaf_hash(proof.entry.data()), proof.index, proof.size, proof.bucket_path)
    return root is not None and _in_map(proof.stream, root, proof.top_path, streams)


def verify_complete(proof: StreamProof, leaves: Iterable[bytes], streams: bytes) -> bool:
    """Whether events with these leaf hashes, from version 1 on, are all of the stream in the map of a root."""
    hashes = list(leaves)
    return (
        are_hashes(*hashes)
        and len(hashes) == proof.entry.version
        and chain_of(hashes) == proof.entry.chain
        and verify_stream(proof, streams)
    )


def verify_absence(proof: AbsenceProof, streams: bytes) -> bool:
    """Whether the map of a root has no such stream: what an auditor does with an absence from ``/proof/stream``."""
    bucket = bucket_of(proof.stream)
    names = [entry.stream for entry in proof.entries]
    if proof.stream in names or any(bucket_of(name) != bucket for name in names):
        return False
    return _in_map(proof.stream, bucket_root(proof.entries), proof.top_path, streams)


def _in_map(stream: str, root: bytes, path: Sequence[bytes], streams: bytes) -> bool:
    return verify_inclusion(leaf_hash(root), bucket_of(stream), BUCKETS, path, streams)


__all__ = [
    "BUCKETS",
    "NO_CHAIN",
    "AbsenceProof",
    "Entry",
    "StreamProof",
    "TopTree",
    "bucket_of",
    "bucket_root",
    "chain_of",
    "extend_chain",
    "in_order",
    "prove_stream",
    "stream_key",
    "verify_absence",
    "verify_complete",
    "verify_stream",
]
