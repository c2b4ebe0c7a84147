"""The rows of one partition of a rebuild: which of an event's rows fall to this process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from zlib import crc32

from shared.contracts.core import Envelope, Event, event_type
from shared.projections.partitions import Partition
from shared.projections.projection import Projection
from shared.projections.view import Key, by_stream
from shared.projections.working_set import Route, RowCache, Spans, Store, WorkingSet


class PartitionRows(WorkingSet):
    """The rows of one partition. Raises ``Spans`` where a row turns out to be of several."""

    def __init__(
        self, projection: Projection, stores: Mapping[str, Store], partition: Partition, *, empty: bool
    ) -> None:
        self._partition = partition
        super().__init__(projection, stores, empty=empty)
        self._foreign: dict[type[Event], tuple[Route, ...]] = {}

    def routes(self, envelope: Envelope) -> tuple[Route, ...]:
        """The views that an event touches in this partition."""
        routes = super().routes(envelope)
        if getattr(envelope, "mine", True):
            return routes
        cls = type(envelope.event)
        foreign = self._foreign.get(cls)
        if foreign is None:
            spanning = self._partition.spanning
            foreign = self._foreign[cls] = tuple(route for route in routes if route[0].view.name in spanning)
        return foreign

    def _route(self, cache: RowCache, cls: type[Event]) -> Route:
        keys, handler = cache.view.route(cls)
        if cache.view.each is not None:
            return cache, keys, handler
        if cache.view.name in self._partition.spanning:
            return cache, _falling_to(keys, self._partition), handler
        return cache, keys if keys is by_stream else _within_id(keys, cache.view.name), handler


def everywhere(projection: Projection, spanning: Sequence[str]) -> frozenset[str]:
    """The stored names of the types that each partition needs of all streams."""
    wanted = {cls for view in projection.views if view.name in spanning for cls in view.handles}
    return frozenset(event_type(cls).name for cls in wanted if cls in projection.touched)


def _falling_to(
    keys: Callable[[Any, Envelope], Iterable[Key]], partition: Partition
) -> Callable[[Any, Envelope], list[Key]]:
    def mine(event: Event, at: Envelope) -> list[Key]:
        return [key for key in keys(event, at) if crc32(repr(key).encode()) % partition.of == partition.part]

    return mine


def _within_id(keys: Callable[[Any, Envelope], Iterable[Key]], view: str) -> Callable[[Any, Envelope], tuple[Key, ...]]:
    def checked(event: Event, at: Envelope) -> tuple[Key, ...]:
        touched = tuple(keys(event, at))
        ident = at.stream.rpartition("/")[2]
        if any(ident not in key for key in touched):
            raise Spans(view)
        return touched

    return checked


__all__ = ["PartitionRows", "everywhere"]
