"""Titles and file names of documents in which somebody's name stands: each is sealed under an id of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import UUID

from deploy.operator.frame.vocabulary import vocabulary
from shared.contracts.core import EventType
from shared.eventlog.log import EventLog, Search, StoredEvent
from shared.privacy.keystore import KnownPerson
from shared.privacy.places import find, groups
from shared.privacy.sealer import PERSON, PersonalData
from shared.programme.values.writing import name_key

_DOCUMENTS = frozenset({"attachment", "file"})
_PAGE = 500


async def documents_with(log: EventLog, personal: PersonalData, words: str) -> list[KnownPerson]:
    """The ids of the titles and names that the words stand in, however written, the oldest first. It reads all."""
    people: dict[UUID, KnownPerson] = {}
    for kind in _with_documents():
        after = 0
        while page := await log.search(Search(type_prefix=kind.name), after=after, limit=_PAGE, newest_first=False):
            after = page[-1].seq
            own = [row for row in page if row.type == kind.name]
            for sealed, plain in zip(own, await personal.open(own), strict=True):
                for ident in _naming(kind, sealed, plain, name_key(words)):
                    people.setdefault(ident, KnownPerson(ident, sealed.recorded_at))
    return sorted(people.values(), key=lambda person: person.since)


def _with_documents() -> list[EventType]:
    return [kind for kind in vocabulary() if any(_DOCUMENTS & set(group.ids.values()) for group in groups(kind.cls))]


def _naming(kind: EventType, sealed: StoredEvent, plain: StoredEvent, words: str) -> Iterator[UUID]:
    stored, opened = find(kind.cls, json.loads(sealed.data)), find(kind.cls, json.loads(plain.data))
    for kept, read in zip(stored, opened, strict=True):
        for key in read.sealed if _DOCUMENTS & set(read.ids.values()) else ():
            value = kept.holder[key]
            if isinstance(value, dict) and words in name_key(read.holder[key]):
                yield UUID(value[PERSON])


__all__ = ["documents_with"]
