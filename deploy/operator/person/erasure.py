"""An erasure, step by step, so that it can break off anywhere and be gone on with.

1. ``ErasureOrdered`` in the log: from here on it is to happen, whatever fails.
2. The key is destroyed.
3. Wait until no process remembers it: the lease of keys, and again as long.
4. Every read model with personal data is made anew from the log, replays are dropped.
5. ``PersonErased`` in the log.

Doing a step again changes nothing. The log alone tells whose erasure was ordered and is not done. So it does when a
restored key store has destroyed keys again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from deploy.database.roles import SERVICES
from deploy.operator.frame import records
from deploy.operator.frame.definitions import Owned, follows, projections
from deploy.operator.frame.failures import Unable
from deploy.operator.frame.system import System, require_login
from deploy.operator.frame.times import system_now
from deploy.operator.person.remains import stream_of
from shared.contracts.core import Context, Event, day_in_china, derived_id
from shared.contracts.operator import ErasureOrdered, PersonErased
from shared.eventlog.log import EventLog, VersionConflict
from shared.privacy.keystore import KeyStore, PersonUnknown
from shared.privacy.places import groups
from shared.projections.engine import open_engine
from shared.projections.rebuilding.rebuild import drop_replay, rebuild, replays


@dataclass(frozen=True, slots=True)
class Erased:
    """Who was erased now, who had been before, whom the key store does not know; the read models made anew."""

    erased: tuple[UUID, ...]
    before: tuple[UUID, ...]
    unknown: tuple[UUID, ...]
    read_models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Standing:
    """How far the erasure of a person has come, by the log."""

    person: UUID
    version: int
    ordered: ErasureOrdered | None
    done: bool


class Erasing:
    """Erases people with the operators' access to the log and the key store; ``tell`` is told what takes time."""

    def __init__(self, system: System, log: EventLog, store: KeyStore, tell: Callable[[str], None]) -> None:
        self._system = system
        self._log = log
        self._store = store
        self._tell = tell

    async def erase(self, people: Mapping[UUID, str]) -> Erased:
        """Erase people whose erasure is ordered, or is ordered now on the basis that stands beside each.

        Raises ``PersonUnknown`` for somebody who was not ordered to be erased and whom the key store does not know.
        """
        standing = [await self._ordered(each, basis) for each, basis in people.items()]
        fresh: list[_Standing] = []
        unknown: list[UUID] = []
        for each in standing:
            try:
                if await self._destroy(each) or not each.done:
                    fresh.append(each)
            except PersonUnknown:
                unknown.append(each.person)
        at = datetime.now(UTC)
        before = tuple(each.person for each in standing if each not in fresh and each.person not in unknown)
        if not fresh:
            return Erased((), before, tuple(unknown), ())
        models = await self._cleansed()
        for each in fresh:
            await self._confirm(each, at, models)
        return Erased(tuple(each.person for each in fresh), before, tuple(unknown), models)

    async def _ordered(self, person: UUID, basis: str) -> _Standing:
        standing = await _standing(self._log, person)
        if standing.ordered is not None:
            return standing
        await self._store.keys([person])
        order = ErasureOrdered(person_id=str(person), legal_basis=basis)
        await self._record(standing, order, derived_id("erasure ordered", person))
        return await _standing(self._log, person)

    async def _destroy(self, standing: _Standing) -> bool:
        assert standing.ordered is not None
        return await self._store.destroy(standing.person, standing.ordered.legal_basis)

    async def _cleansed(self) -> tuple[str, ...]:
        """Make every read model with personal data anew, once nobody remembers the keys."""
        wait = 2 * self._store.lease
        self._tell(f"The key is destroyed; in {wait:g} s no process remembers it.")
        await asyncio.sleep(wait)
        seeing = [service for service in SERVICES if follows(service).sees_personal_data]
        for service in seeing:
            await self._drop_replays(service)
        names = []
        for owned in projections():
            if owned.service in seeing and any(groups(cls) for cls in owned.projection.touched):
                self._tell(f"Making {owned.projection.name} anew ...")
                await self._rebuild(owned)
                names.append(owned.projection.name)
        return tuple(names)

    async def _drop_replays(self, service: str) -> None:
        url = await require_login(self._system, f"juqu_{service}")
        engine = open_engine(url)
        try:
            for each in await replays(engine, service):
                await drop_replay(engine, service, each.projection, each.tag)
        finally:
            await engine.dispose()

    async def _rebuild(self, owned: Owned) -> None:
        url = await require_login(self._system, owned.role)
        engine = open_engine(url)
        try:
            async with records.opened(url, self._system) as log:
                await rebuild(log, engine, owned.projection, owned.service, switch=True, force=True)
        finally:
            await engine.dispose()

    async def _confirm(self, standing: _Standing, at: datetime, models: tuple[str, ...]) -> None:
        assert standing.ordered is not None
        basis = standing.ordered.legal_basis
        done = PersonErased(person_id=str(standing.person), legal_basis=basis, destroyed_at=at, read_models=models)
        await self._record(standing, done, derived_id("person erased", standing.person, str(standing.version)))

    async def _record(self, standing: _Standing, event: Event, command_id: UUID) -> None:
        now = await system_now(self._system)
        context = Context(
            actor=records.person(),
            now=now,
            effective_on=day_in_china(now),
            command_id=command_id,
            correlation_id=str(derived_id("erasure", standing.person)),
        )
        try:
            await self._log.append(stream_of(standing.person), standing.version, [event], context)
        except VersionConflict:
            raise Unable(f"Somebody else is erasing {standing.person}.", "Wait for it, and do it again.") from None


async def _standing(log: EventLog, person: UUID) -> _Standing:
    events = [each.event for each in await log.read_stream(stream_of(person))]
    order = next((each for each in events if isinstance(each, ErasureOrdered)), None)
    return _Standing(person, len(events), order, any(isinstance(each, PersonErased) for each in events))


__all__ = ["Erased", "Erasing"]
