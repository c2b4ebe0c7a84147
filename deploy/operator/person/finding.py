"""Finding the people that events hold data of."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from deploy.operator.frame import records
from deploy.operator.frame.failures import Unable
from deploy.operator.frame.system import System
from deploy.operator.person.documents_named import documents_with
from shared.eventlog.log import EventLog, Search, StoredEvent
from shared.privacy.keystore import KeyStore, KnownPerson
from shared.privacy.opening import personal_data
from shared.privacy.sealer import PersonalData
from shared.programme.values.personal import Personal


@dataclass(frozen=True, slots=True)
class Sighting:
    """A person and the events that hold something of them, sealed."""

    known: KnownPerson
    events: Sequence[StoredEvent]

    @property
    def cases(self) -> list[str]:
        """The cases that those events are about."""
        return sorted({records.case_of(event) for event in self.events} - {""})


async def find_people(
    log: EventLog, system: System, traits: Mapping[Personal, str], *, expert: str, document: str
) -> list[Sighting]:
    """The people that all of it fits: texts by their kind, an expert's id, words of a document's title or file name."""
    async with _opened(system) as personal:
        wanted = [personal.identifier.traits(kind, text) for kind, text in traits.items()]
        wanted += [(personal.identifier.trait_of_id("expert", expert),)] if expert else []
        lists = [await _having(personal.store, trait) for trait in wanted]
        lists += [await documents_with(log, personal, document)] if document else []
    fitting = [person for person in lists[0] if all(person in others for others in lists[1:])]
    return [Sighting(person, await occurrences(log, person.person_id)) for person in fitting]


async def occurrences(log: EventLog, person: UUID) -> list[StoredEvent]:
    """The events that hold something of a person, by seq."""
    return await log.search(Search(in_data=f'"{person}"'), limit=records.ALL, newest_first=False)


@asynccontextmanager
async def key_store(system: System) -> AsyncIterator[KeyStore]:
    """The persons' keys, as the operators' role."""
    async with _opened(system) as personal:
        yield personal.store


def read_id(text: str) -> UUID:
    """A person's id; raises ``Unable``."""
    try:
        return UUID(text)
    except ValueError:
        raise Unable(f"{text!r} is no person's id.", "Look the person up: `juqu person find --name NAME`") from None


async def _having(store: KeyStore, traits: Sequence[bytes]) -> list[KnownPerson]:
    """The living persons with one of the traits, each once."""
    return list(dict.fromkeys([person for trait in traits for person in await store.having(trait)]))


@asynccontextmanager
async def _opened(system: System) -> AsyncIterator[PersonalData]:
    personal = personal_data(system.operator_url, system.keys, system.environment)
    try:
        yield personal
    finally:
        await personal.close()


__all__ = ["Sighting", "find_people", "key_store", "occurrences", "read_id"]
