"""Seals the personal fields of events on their way into the log, and opens them on their way out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

import msgspec

from shared.contracts.core import Event, derived_id, event_type, find_event_type
from shared.eventlog.codec import StoredEvent, encode
from shared.privacy.cipher import Forged, PersonKey, place_of
from shared.privacy.identity import Identifier
from shared.privacy.keystore import Holder, KeyStore
from shared.privacy.places import Found, Json, find, groups
from shared.programme.values.personal import ERASED

PERSON, SEALED = "person", "sealed"
_SIGN = f'"{SEALED}":"'


class PersonalData:
    """What an ``EventLog`` seals and opens with (``shared.eventlog.personal.EventSealer``)."""

    def __init__(self, store: KeyStore) -> None:
        self.store = store
        self._identifier: Identifier | None = None

    @property
    def identifier(self) -> Identifier:
        """Makes identities under the key store's secret."""
        if self._identifier is None:
            self._identifier = Identifier(self.store.master.naming)
        return self._identifier

    def concerns(self, events: Sequence[Event]) -> bool:
        """Whether one of the events is of a class with personal fields."""
        return any(groups(type(event)) for event in events)

    async def seal(self, events: Sequence[Event], command_id: UUID) -> list[str]:
        """The events' texts as they are stored, in order. Raises what the key store raises."""
        return [
            await self._sealed(event, derived_id(command_id, str(ordinal))) if groups(type(event)) else encode(event)
            for ordinal, event in enumerate(events)
        ]

    def is_sealed(self, type_name: str, schema_version: int, data: str) -> bool:
        """Whether a stored text of a type and version holds something sealed."""
        return is_sealed(type_name, schema_version, data)

    async def open(self, rows: Sequence[StoredEvent]) -> list[StoredEvent]:
        """The events with plain texts, in order; ``ERASED`` stands where a person is erased.

        An event with a value that was sealed elsewhere stays as it is and cannot be decoded. Raises what the key store
        raises.
        """
        parsed = {row.seq: _parsed(row.data) for row in rows if self.is_sealed(row.type, row.schema_version, row.data)}
        persons = {node.person for _, nodes in parsed.values() for node in nodes}
        if not persons:
            return list(rows)
        keys = await self.store.keys(persons)
        return [_opened(row, *parsed[row.seq], keys) if row.seq in parsed else row for row in rows]

    def __reduce__(self) -> tuple[type[PersonalData], tuple[KeyStore]]:
        return PersonalData, (self.store,)

    async def close(self) -> None:
        """Let go of the key store."""
        await self.store.close()

    async def _sealed(self, event: Event, event_id: UUID) -> str:
        text = encode(event)
        fields: Json = msgspec.json.decode(text)
        kind = event_type(event)
        held = [(found, places) for found in find(type(event), fields) if (places := _to_seal(found))]
        identities = [self.identifier.identify(found, fields, str(event_id)) for found, _ in held]
        holders = await asyncio.gather(*map(self.store.holder, identities))
        for (found, places), holder in zip(held, holders, strict=True):
            _seal(found, places, holder, event_id, kind.name)
        return msgspec.json.encode(fields).decode() if held else text


def is_sealed(type_name: str, schema_version: int, data: str) -> bool:
    """Whether a stored text of a type and version holds something sealed."""
    return _may_be_sealed(type_name, schema_version) and _SIGN in data


def withheld(row: StoredEvent) -> StoredEvent:
    """The row with ``ERASED`` in the place of each sealed value, as though every person were erased."""
    fields, nodes = _parsed(row.data)
    return _opened(row, fields, nodes, dict.fromkeys(node.person for node in nodes))


def _to_seal(found: Found) -> list[str | int]:
    return [place for place in found.sealed if found.holder[place] not in ("", ERASED)]


def _seal(found: Found, places: Sequence[str | int], holder: Holder, event_id: UUID, type_name: str) -> None:
    for place in places:
        if holder.key is None:
            found.holder[place] = ERASED
            continue
        where = place_of(event_id, type_name, f"{found.where}{place}", holder.person)
        sealed = holder.key.seal(found.holder[place], where)
        found.holder[place] = {PERSON: str(holder.person), SEALED: sealed}


@dataclass(slots=True)
class _Node:
    """A sealed value: what holds it, under which name or index, whose it is, the text, and where it stands."""

    holder: Any
    place: str | int
    person: UUID
    sealed: str
    where: str


def _opened(
    row: StoredEvent, fields: Json, nodes: Sequence[_Node], keys: Mapping[UUID, PersonKey | None]
) -> StoredEvent:
    """The row with its values opened; as it is where one was sealed elsewhere, so that decoding it says so."""
    for node in nodes:
        key = keys[node.person]
        try:
            node.holder[node.place] = ERASED if key is None else _plain(key, row, node)
        except Forged:
            return row
    return msgspec.structs.replace(row, data=msgspec.json.encode(fields).decode())


def _plain(key: PersonKey, row: StoredEvent, node: _Node) -> str:
    """What is sealed in a value; raises ``Forged`` where it was sealed elsewhere or under another key."""
    return key.open(node.sealed, place_of(row.event_id, row.type, node.where, node.person))


def _opens(key: PersonKey, row: StoredEvent, node: _Node) -> bool:
    try:
        _plain(key, row, node)
    except Forged:
        return False
    return True


def _parsed(data: str) -> tuple[Json, list[_Node]]:
    """A stored text's fields, and every sealed value in them."""
    fields: Json = msgspec.json.decode(data)
    nodes: list[_Node] = []
    _collect(fields, "", nodes)
    return fields, nodes


def _collect(value: Any, where: str, into: list[_Node]) -> None:
    for place, each in value.items() if type(value) is dict else enumerate(value):
        kind = type(each)
        if kind is dict and len(each) == 2 and SEALED in each and PERSON in each:
            person = _person(each[PERSON])
            if person is not None:
                into.append(_Node(value, place, person, str(each[SEALED]), f"{where}{place}"))
        elif each and (kind is dict or kind is list):
            _collect(each, f"{where}{place}.", into)


@lru_cache(maxsize=50_000)
def _person(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def tried(row: StoredEvent, person: UUID, key: PersonKey | None) -> tuple[int, int]:
    """How many values an event holds sealed for a person, and how many of those the key opens."""
    held = [node for node in _parsed(row.data)[1] if node.person == person]
    return len(held), sum(key is not None and _opens(key, row, node) for node in held)


@cache
def _may_be_sealed(type_name: str, schema_version: int) -> bool:
    kind = find_event_type(type_name, schema_version)
    return kind is None or bool(groups(kind.cls))


__all__ = ["PersonalData", "is_sealed", "tried", "withheld"]
