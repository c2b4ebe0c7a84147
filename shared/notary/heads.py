"""The streams as they are at the tree's size, and what of the stream map changes with the next checkpoint."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shared.notary.leaf import Leaf
from shared.notary.reading import Connection, bucket_entries, stream_heads
from shared.notary.refusal import Flaw, SigningRefused
from shared.notary.store import MapChange
from shared.notary.streams import Entry, TopTree, bucket_of, bucket_root, extend_chain, stream_key

_NOTHING = (0, 0, bytes(32))
_REMEMBERED = 50_000
_BUCKETS_AT_ONCE = 4096


class Heads:
    """Follows each stream's chain. Streams that went on since the newest checkpoint are kept in memory, some others are
    remembered, and the rest is looked up."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._moved: dict[str, tuple[int, int, bytes]] = {}
        self._bases: dict[str, tuple[int, int, bytes]] = {}
        self._fresh: set[str] = set()
        self._remembered: dict[str, tuple[int, int, bytes]] = {}

    async def follow(self, leaves: Sequence[Leaf]) -> None:
        """Carries the streams of these events on, in the order of ``seq``.

        Raises ``SigningRefused`` for a wrong version.
        """
        await self._look_up({leaf.stream for leaf in leaves if leaf.version > 1} - self._moved.keys())
        moved = self._moved
        for seq, stream, version, leaf in leaves:
            known, _, chain = moved.get(stream, _NOTHING)
            if version != known + 1:
                raise SigningRefused(Flaw("disordered", seq))
            if version == 1:
                self._fresh.add(stream)
            moved[stream] = (version, seq, extend_chain(chain, leaf))

    async def change(self, top: TopTree) -> MapChange:
        """What the next checkpoint changes in the map, whose newest state is ``top``; ``settled`` says that it was
        stored.

        Raises ``SigningRefused`` where stored entries are not those of the map, or not those that the streams were
        carried on from.
        """
        entries = [Entry(stream, *state) for stream, state in self._moved.items()]
        by_bucket: dict[int, dict[str, Entry]] = {}
        for entry in entries:
            by_bucket.setdefault(bucket_of(entry.stream), {})[entry.stream] = entry
        buckets = sorted(by_bucket)
        roots: dict[int, bytes] = {}
        for start in range(0, len(buckets), _BUCKETS_AT_ONCE):
            some = buckets[start : start + _BUCKETS_AT_ONCE]
            stored = await bucket_entries(self._connection, some)
            for bucket in some:
                if not top.holds(bucket, bucket_root(stored.get(bucket, ()))):
                    raise SigningRefused(Flaw("streams", None, f"bucket {bucket}"))
                before = {entry.stream: entry for entry in stored.get(bucket, ())}
                for stream in by_bucket[bucket]:
                    if self._bases.get(stream) != (before[stream][1:] if stream in before else None):
                        raise SigningRefused(Flaw("streams", None, f"bucket {bucket}"))
                roots[bucket] = bucket_root((before | by_bucket[bucket]).values())
        return MapChange(entries, tuple(self._fresh), roots)

    def settled(self) -> None:
        """The change was stored with a checkpoint."""
        self._remembered |= self._moved
        while len(self._remembered) > _REMEMBERED:
            del self._remembered[next(iter(self._remembered))]
        self._moved, self._bases, self._fresh = {}, {}, set()

    @property
    def moved(self) -> int:
        """How many streams went on since the newest checkpoint."""
        return len(self._moved)

    async def _look_up(self, streams: Iterable[str]) -> None:
        missing = []
        for stream in streams:
            state = self._remembered.pop(stream, None)
            if state is not None:
                self._moved[stream] = self._bases[stream] = state
            else:
                missing.append((bucket_of(stream), stream_key(stream)))
        if missing:
            for entry in await stream_heads(self._connection, missing):
                self._moved[entry.stream] = self._bases[entry.stream] = entry[1:]
