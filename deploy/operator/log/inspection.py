"""Compares events with the hashes that the notary keeps, and those with what was signed; names what does not agree.

Two comparisons, so that it is known which side was touched: each event's contents with its recorded hash, and the tree
of the recorded hashes with each signed checkpoint.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from deploy.operator.log.verdict import shown, under
from shared.notary.checkpoint import Checkpoint, opened
from shared.notary.leaf import COLUMNS, Row, leaf_data, leaf_hash
from shared.notary.merkle import Frontier, Tile
from shared.notary.note import Malformed, SignatureType, Unverified, Verifier
from shared.notary.streams import NO_CHAIN, Entry, TopTree, bucket_of, bucket_root, extend_chain

MOST = 100
"""Differences from what was kept that are named."""
DIAGNOSED = 200
"""So many differing events are tried at each other's places, to tell what was done to them."""

_TYPE, _STREAM = COLUMNS.index("type"), COLUMNS.index("stream")


@dataclass(frozen=True, slots=True)
class HashedEvent:
    """An event as it is found: its leaf hash now, and the one recorded for its seq."""

    seq: int
    stream: str
    version: int
    leaf: bytes
    recorded: bytes


class FromBefore(Protocol):
    """What was kept."""

    @property
    def path(self) -> Path: ...

    def differs(self, event: HashedEvent) -> bool: ...


class Inspection:
    """Takes events in the order of ``seq`` and checkpoints at their sizes; ``findings`` are what is wrong, in words.

    All checkpoints are of one log: that of ``origin``, or of the first.
    """

    def __init__(self, verifiers: Sequence[Verifier], origin: str | None = None) -> None:
        self.origin = origin
        self.signers: list[Verifier] = []
        self.findings: list[str] = []
        self.differing: dict[int, bytes] = {}
        self._absent: dict[int, bytes] = {}
        self.more = 0
        self.signed_by: set[str] = set()
        self.checkpoints = 0
        self.last: Checkpoint | None = None
        self._verifiers = verifiers
        self.streams = StreamMap()
        self._tree = Frontier()
        self._good = 0

    @property
    def size(self) -> int:
        """How many recorded hashes it was given."""
        return self._tree.size

    @property
    def sound(self) -> bool:
        """Whether every event so far gives its recorded hash, and none is missing."""
        return not (self.differing or self._absent)

    def take(self, events: Iterable[HashedEvent], recorded: Sequence[bytes]) -> list[Tile]:
        """Some events, and the recorded hashes of all seqs from those before on to the last of these. Gives the tiles
        that the hashes make wider, as they are then."""
        expected = self._tree.size + 1
        for event in events:
            if event.seq < expected:
                self.findings.append(
                    f"Event {event.seq} stands twice: {shown(event.stream)} was given one more, inserted."
                )
                continue
            self._miss(expected, event.seq - 1, recorded)
            expected = event.seq + 1
            if event.leaf != event.recorded:
                if len(self.differing) < DIAGNOSED:
                    self.differing[event.seq] = event.recorded
                else:
                    self.more += 1
            self._follow(event)
        self._miss(expected, self._tree.size + len(recorded), recorded)
        return self._tree.extend(recorded)

    def meet(self, note: str, *, kept: bool = False) -> None:
        """A checkpoint of the size that is reached now; ``kept``: from elsewhere than the events."""
        called = "A kept checkpoint" if kept else "The checkpoint"
        try:
            checkpoint, signers = opened(note, self._verifiers, self.origin)
        except (Malformed, Unverified) as error:
            self.findings.append(f"{called} at event {self.size} is not signed as it should be: {error}.")
            return
        self.origin = checkpoint.origin
        if checkpoint.root != self._tree.root():
            self.findings.append(
                f"{called} of size {checkpoint.size} has another root than the recorded hashes: one of events "
                f"{self._good + 1} to {checkpoint.size} was altered, dropped, inserted or reordered, and the notary's "
                "hash with it. An export kept from before tells which (--against)."
            )
        elif not self.findings and not self.differing and checkpoint.streams != self.streams.root():
            self.findings.append(f"{called} of size {checkpoint.size} has another map of streams than the events.")
        else:
            self._good = checkpoint.size
        self.signed_by |= {f"{each.name}+{each.key_id.hex()}" for each in signers if each.kind is SignatureType.LOG}
        self.checkpoints += 1
        if not kept:
            self.last, self.signers = checkpoint, signers

    def compare(self, events: Sequence[HashedEvent], kept: Sequence[FromBefore]) -> None:
        """Some events, in the order of ``seq``, with what was kept of them."""
        for each in kept:
            for event in events:
                if each.differs(event) and len(self.findings) < MOST:
                    self.findings.append(
                        f"Event {event.seq} ({shown(event.stream)}) is not as in {each.path}: altered, or put there, "
                        "since."
                    )

    def all_events(self) -> str:
        """What is proven, where nothing was found."""
        assert self.last is not None
        signers = " and ".join(sorted(self.signed_by)) or "nobody"
        count = f"{self.checkpoints:,} checkpoint{'s' if self.checkpoints != 1 else ''}"
        return (
            f"All {self.last.size:,} events of {self.last.origin} are as they were signed: none was altered, dropped, "
            f"inserted or reordered. {count}, signed by {signers}, agree; the last one is "
            f"{under(self.last).removeprefix('under ')}."
        )

    def diagnose(self, rows: Iterable[Row]) -> None:
        """Says what was done to the differing events, given as they are now."""
        by_seq = {int(row[0] or 0): row for row in rows}
        sentences = diagnosis(by_seq, self.differing | self._absent, cut=self.more > 0)
        self.findings = sentences + self.findings
        if self.more:
            self.findings.append(f"{self.more} more events differ from their recorded hashes.")

    def _miss(self, first: int, last: int, recorded: Sequence[bytes]) -> None:
        for seq in range(first, min(last + 1, first + DIAGNOSED)):
            self._absent[seq] = recorded[seq - self._tree.size - 1]
        if first == last:
            self.findings.append(f"Event {first} is missing: it was dropped.")
        elif first < last:
            self.findings.append(f"Events {first} to {last} are missing: they were dropped.")

    def _follow(self, event: HashedEvent) -> None:
        known = self.streams.follow(event)
        if event.version != known + 1 and event.leaf == event.recorded:
            self.findings.append(
                f"Event {event.seq} is version {event.version} of {shown(event.stream)} where {known + 1} should be."
            )


class StreamMap:
    """The map of streams of the events so far. ``ends`` are the last version, its seq and the chain of each stream;
    ``roots`` those of the buckets, as ``root`` left them."""

    def __init__(self) -> None:
        self.ends: dict[str, tuple[int, int, bytes]] = {}
        self.roots: dict[int, bytes] = {}
        self._buckets: dict[int, set[str]] = {}
        self._changed: set[str] = set()
        self._top = TopTree()

    def follow(self, event: HashedEvent) -> int:
        """Takes an event in; gives the version that its stream had before."""
        version, _, chain = self.ends.get(event.stream, (0, 0, NO_CHAIN))
        self.ends[event.stream] = event.version, event.seq, extend_chain(chain, event.recorded)
        self._changed.add(event.stream)
        return version

    def root(self) -> bytes:
        buckets = set()
        for stream in self._changed:
            buckets.add(bucket := bucket_of(stream))
            self._buckets.setdefault(bucket, set()).add(stream)
        self._changed.clear()
        changed = {each: bucket_root(Entry(name, *self.ends[name]) for name in self._buckets[each]) for each in buckets}
        self._top.update(changed)
        self.roots |= changed
        return self._top.root


def diagnosis(rows: dict[int, Row], recorded: dict[int, bytes], *, cut: bool = False) -> list[str]:
    """What was done to events that do not give their recorded hashes: each is tried at the others' places.

    Of a run of events that all moved by the same distance, the first is named. ``cut``: there are more than these.
    """
    places = {known: seq for seq, known in recorded.items()}
    went: dict[int, int] = {}
    for seq, row in rows.items():
        for other in recorded:
            if places.get(leaf_hash(leaf_data([str(other), *row[1:]]))) == other:
                went[seq] = other
    came = {was: now for now, was in went.items()}
    sentences, before, distance = [], -1, None
    for seq, row in sorted(rows.items()):
        moved = went[seq] - seq if seq in went else None
        follows = before == seq - 1 and moved is not None and moved == distance
        told_already = seq in went and went[seq] == came.get(seq) and went[seq] < seq
        if not (follows or told_already or (cut and seq == max(rows))):
            sentences.append(_sentence(seq, row, went.get(seq), came.get(seq)))
        before, distance = seq, moved
    return sentences


def _sentence(seq: int, row: Row, went: int | None, came: int | None) -> str:
    if went and went == came:
        return f"Events {min(seq, went)} and {max(seq, went)} have changed places."
    if went and came:
        return f"The order was changed: at {seq} stands what was event {went}; what was event {seq} stands at {came}."
    if went:
        return f"Event {seq} was dropped, and others moved up: in its place stands what was event {went}."
    if came:
        return f"{named(row)} was inserted, and others moved down: what was event {seq} stands at {came}."
    return f"{named(row)} was altered: it does not give its recorded hash."


def named(row: Row) -> str:
    """An event by its seq, type and stream."""
    return f"Event {shown(row[0])} ({shown(row[_TYPE])}, {shown(row[_STREAM])})"


__all__ = ["DIAGNOSED", "HashedEvent", "Inspection", "StreamMap", "diagnosis", "named"]
