"""Seals the personal fields of events on their way into the log, and opens them on their way out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

import msgspec

from shared.contracts.core import Event, derived_id, event_type, find_event_type
from shared.contracts.personal import ERASED
from shared.eventlog.codec import StoredEvent, encode
from shared.privacy.cipher import Forged, PersonKey, place_of
from shared.privacy.identity import Identifier
from shared.privacy.keystore import Holder, KeyStore
from shared.privacy.places import Found, Json, find, groups

PERSON, SEALED = "person", "sealed"
_SIGN = f'"{SEALED}":"'


class PersonalData:
    """What an ``EventLog`` seals and opens with (``shared.eventlog.personal.Sealer``)."""

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

    def is_sealed(self, row: StoredEvent) -> bool:
        """Whether an event's text holds something sealed."""
        return _may_be_sealed(row.type, row.schema_version) and _SIGN in row.data

    async def open(self, rows: Sequence[StoredEvent]) -> list[StoredEvent]:
        """The events with plain texts, in order; ``ERASED`` stands where a person is erased.

        An event with a value that was sealed elsewhere stays as it is and cannot be decoded. Raises what the key store
        raises.
        """
        parsed = {row.seq: msgspec.json.decode(row.data) for row in rows if self.is_sealed(row)}
        persons = {UUID(node[PERSON]) for event in parsed.values() for _, _, node, _ in _nodes(event, "")}
        if not persons:
            return list(rows)
        keys = await self.store.keys(persons)
        return [_opened(row, parsed[row.seq], keys) if row.seq in parsed else row for row in rows]

    def __reduce__(self) -> tuple[type[PersonalData], tuple[KeyStore]]:
        return PersonalData, (self.store,)

    async def close(self) -> None:
        """Let go of the key store."""
        await self.store.close()

    async def _sealed(self, event: Event, event_id: UUID) -> str:
        text = encode(event)
        fields: Json = msgspec.json.decode(text)
        kind = event_type(event)
        changed = False
        for found in find(type(event), fields):
            places = [place for place in found.sealed if found.holder[place] not in ("", ERASED)]
            if places:
                identity = self.identifier.identify(found, fields, str(event_id))
                _seal(found, places, await self.store.holder(identity), event_id, kind.name)
                changed = True
        return msgspec.json.encode(fields).decode() if changed else text


def _seal(found: Found, places: Sequence[str | int], holder: Holder, event_id: UUID, type_name: str) -> None:
    for place in places:
        if holder.key is None:
            found.holder[place] = ERASED
            continue
        where = place_of(event_id, type_name, f"{found.where}{place}", holder.person)
        sealed = holder.key.seal(found.holder[place], where)
        found.holder[place] = {PERSON: str(holder.person), SEALED: sealed}


def _opened(row: StoredEvent, fields: Json, keys: Mapping[UUID, PersonKey | None]) -> StoredEvent:
    """The row with its values opened; as it is where one was sealed elsewhere, so that decoding it says so."""
    for holder, place, node, where in list(_nodes(fields, "")):
        person = UUID(node[PERSON])
        key = keys[person]
        try:
            bound = place_of(row.event_id, row.type, where, person)
            holder[place] = ERASED if key is None else key.open(node[SEALED], bound)
        except Forged:
            return row
    return msgspec.structs.replace(row, data=msgspec.json.encode(fields).decode())


def _nodes(value: Any, where: str) -> Iterator[tuple[Any, str | int, Json, str]]:
    """Every sealed value within a JSON value: its holder, its place there, itself, and where it stands."""
    inside: Iterator[tuple[str | int, Any]]
    if isinstance(value, dict):
        inside = iter(value.items())
    elif isinstance(value, list):
        inside = iter(enumerate(value))
    else:
        return
    for place, each in inside:
        if isinstance(each, dict) and each.keys() == {PERSON, SEALED}:
            yield value, place, each, f"{where}{place}"
        elif isinstance(each, dict | list):
            yield from _nodes(each, f"{where}{place}.")


def persons_in(data: str) -> set[UUID]:
    """The persons whose data a stored text holds sealed."""
    if _SIGN not in data:
        return set()
    return {UUID(node[PERSON]) for _, _, node, _ in _nodes(msgspec.json.decode(data), "")}


@cache
def _may_be_sealed(type_name: str, schema_version: int) -> bool:
    kind = find_event_type(type_name, schema_version)
    return kind is None or bool(groups(kind.cls))


__all__ = ["PersonalData", "persons_in"]
