"""What there is of a person: what the log says of the erasure, and how much of what is sealed for them still opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.contracts.core import Envelope
from shared.contracts.operator import ErasureOrdered, PersonErased
from shared.eventlog.log import EventLog, StoredEvent
from shared.privacy.keystore import KeyStore, PersonUnknown
from shared.privacy.sealer import tried

_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Remains:
    """Of a person: the log's word of the erasure (``story``), how many ``events`` hold something, in them ``sealed``
    values of which ``opened`` can be read now. ``known``: the key store knows the person."""

    person: UUID
    story: Sequence[Envelope]
    events: int
    sealed: int
    opened: int
    known: bool

    @property
    def ordered(self) -> bool:
        """Whether the log orders the erasure."""
        return any(isinstance(each.event, ErasureOrdered) for each in self.story)

    @property
    def owed(self) -> bool:
        """Whether the log orders an erasure that was not carried out to its end."""
        done = any(isinstance(each.event, PersonErased) for each in self.story)
        return self.ordered and (self.opened > 0 or (self.known and not done))

    @property
    def verdict(self) -> str:
        """All of it in a sentence."""
        values = f"{self.sealed:,} sealed values in {self.events:,} events"
        if self.owed:
            return f"NOT erased, although the log orders it: {self.opened:,} of {values} open."
        if not self.known:
            return f"Not in this key store, with which none of {values} opens."
        if self.ordered:
            return f"Erased: none of {values} opens."
        return f"Living: {self.opened:,} of {values} open."


async def remains_of(log: EventLog, store: KeyStore, person: UUID, events: Sequence[StoredEvent]) -> Remains:
    """What there is of a person in these events; no content of them is kept. Raises what the key store raises."""
    try:
        key, known = (await store.keys([person]))[person], True
    except PersonUnknown:
        key, known = None, False
    held = [counts for each in events if (counts := tried(each, person, key))[0]]
    sealed, opened = (sum(count[index] for count in held) for index in (0, 1))
    return Remains(person, await log.read_stream(stream_of(person)), len(held), sealed, opened, known)


async def ordered(log: EventLog) -> list[UUID]:
    """Everybody whose erasure the log orders, in that order."""
    people: dict[UUID, None] = {}
    after = 0
    while page := await log.read_all(after, limit=_PAGE, categories=["operator"], keep_unknown=True):
        for each in page:
            if isinstance(each.event, ErasureOrdered):
                people[UUID(each.event.person_id)] = None
        after = page[-1].seq
    return list(people)


def stream_of(person: UUID) -> str:
    """The stream of what the log orders and knows of a person's erasure."""
    return f"operator/person/{person}"


__all__ = ["Remains", "ordered", "remains_of", "stream_of"]
