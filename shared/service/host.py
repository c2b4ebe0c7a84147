"""What runs a service: its read models, reactions, deadlines and loops, and how they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict
from typing import Any

from shared.contracts.core import Envelope, Event, event_type
from shared.messaging.cloudevents import ALL
from shared.messaging.follower import Follower
from shared.messaging.streams import Subscriptions
from shared.projections.projector import Projector
from shared.service import contexts
from shared.service.deadlines import DeadlineSet, Scheduler
from shared.service.definition import Definition
from shared.service.logs import logger_of
from shared.service.reactions import Reactions, by_itself
from shared.service.recounting import Recounting, StandingDeadline
from shared.service.service import Service
from shared.service.settings import Settings
from shared.service.todos import Todo

logger = logger_of("service")


class Host:
    """A service and what runs it. ``connect`` opens what it needs, ``start`` sets it going, ``close`` ends both."""

    def __init__(self, definition: Definition, settings: Settings | None) -> None:
        self.definition = definition
        self.service = Service(definition.follows, definition.decider, settings, definition.own)
        self.reactions: Reactions | None = None
        self.scheduler: Scheduler | None = None
        self.recounting: Recounting | None = None
        self.begun_anew: list[str] = []
        self._closing = AsyncExitStack()

    async def connect(self) -> None:
        """Open what the service needs, and prepare its read models, reactions and deadlines."""
        self._closing.push_async_callback(self.service.close)
        await self.service.connect()
        service, follows = self.service, self.definition.follows
        if follows.timetable is not None:
            self.scheduler = Scheduler(service.engine, service.schema, service.clock, self._fire)
            await self.scheduler.prepare()
        if self.definition.again is not None:
            self.recounting = Recounting(service.engine, service.schema, self._recount)
            await self.recounting.prepare()
        for projection in follows.kept:
            projector = Projector(service.engine, projection, service.schema)
            self._note_anew(projector.name, unfounded=await projector.prepare(service.log.head))
            service.projectors[projector.name] = projector
        if follows.reacts_to:
            self.reactions = self._reactions()
            self._note_anew(self.reactions.name, unfounded=await self.reactions.prepare(service.log.head))

    def _reactions(self) -> Reactions:
        service, definition = self.service, self.definition
        consider = definition.considering(service) if definition.considering else by_itself(definition.react)
        return Reactions(service.engine, service.schema, f"{service.name}.reactions", consider, self.react)

    def _note_anew(self, follower: str, *, unfounded: bool) -> None:
        """Remember a follower that begins anew because the log has lost what it had taken in."""
        if unfounded:
            self.begun_anew.append(follower)
            logger.error("begun anew", follower=follower, reason="it took in events that the log has lost")

    async def start(self) -> None:
        """Subscribe, and run the scheduler and the service's own loops."""
        service, follows = self.service, self.definition.follows
        self.subscriptions = Subscriptions(service.log, service.settings.redis_url)
        for projector in service.projectors.values():
            folded = projector.projection
            self._subscribe(projector, projector.categories, folded.include_internal, folded.leaves_out)
        if self.reactions is not None:
            known = _known(follows.leaves_alone)
            self._subscribe(self.reactions, follows.reacts_to, follows.reacts_to_internal, known)
        await self.subscriptions.start()
        self._closing.push_async_callback(self.subscriptions.stop)
        service.background.start("law", service.law.follow)
        if self.scheduler is not None:
            service.background.start("deadlines", self.scheduler.run)
        if self.recounting is not None:
            service.background.start("recounting", self.recounting.run)
        for name, loop in self.definition.loops(service).items():
            service.background.start(name, loop)
        self._closing.push_async_callback(service.background.stop)

    def _subscribe(
        self, follower: Follower, categories: Sequence[str], internal: bool, leaves_out: Callable[[str, int], bool]
    ) -> None:
        source = f"events.{categories[0]}" if len(categories) == 1 else ALL
        self.subscriptions.add(
            follower,
            source=None if internal else source,
            categories=categories,
            include_internal=internal,
            concerned_with=lambda event: not leaves_out(event.type, event.schema_version),
        )

    async def close(self) -> None:
        """Stop what runs and close what is open, the last first."""
        await self._closing.aclose()

    async def health(self) -> tuple[bool, dict[str, Any]]:
        """Whether everything runs, and how far each part has come: ``lag`` is in seqs of the log, asked for now."""
        parts = self.subscriptions.status()
        dead = self.service.background.dead()
        healthy = all(part.healthy for part in parts) and not dead and not self.service.background.hinders
        report: dict[str, Any] = {
            "status": "ok" if healthy else "failing",
            "service": self.service.name,
            "followers": {
                part.name: asdict(part) | {"lag": min(part.lag, 0) or await self._lag(part.name, part.position)}
                for part in parts
            },
            "ended": dead,
            "hindered": dict(self.service.background.hinders),
            "epoch": str(self.service.log.epochs.current or ""),
            "begun_anew": self.begun_anew,
            "parked": await self._parked(),
        }
        if self.scheduler is not None:
            agenda = await self.scheduler.agenda()
            report["deadlines"] = {"due": agenda.due, "next": agenda.next.isoformat() if agenda.next else None}
        return healthy, report | await self.definition.reports(self.service)

    async def _lag(self, follower: str, position: int) -> int:
        projector = self.service.projectors.get(follower)
        categories = projector.categories if projector else self.definition.follows.reacts_to
        internal = projector.projection.include_internal if projector else self.definition.follows.reacts_to_internal
        return max(0, await self.service.log.head(categories, include_internal=internal) - position)

    async def _parked(self) -> int:
        followers: list[Projector | Reactions] = [*self.service.projectors.values()]
        if self.reactions is not None:
            followers.append(self.reactions)
        return sum([len(await follower.parking.all(follower.name)) for follower in followers])

    async def react(self, todo: Todo, cause: Envelope) -> None:
        """Do what an event leads to; once it is done, doing it again changes nothing."""
        context = contexts.of_reaction(self.service.name, await self.service.clock.now(), todo, cause)
        await self.service.runner.execute(
            self.definition.decider_of(todo), todo.ident, todo.command(context), new=todo.new
        )

    async def _fire(self, deadline: DeadlineSet) -> None:
        todo = self.definition.when_due(deadline)
        context = contexts.of_deadline(self.service.name, await self.service.clock.now(), deadline)
        done = await self.service.runner.execute(self.definition.decider_of(todo), todo.ident, todo.command(context))
        logger_of("deadlines").info(
            "fired", kind=deadline.kind, ident=deadline.ident, due=deadline.due.isoformat(), seq=done.seq
        )

    async def _recount(self, deadline: StandingDeadline, calendar: str) -> None:
        assert self.definition.again is not None
        todo = self.definition.again(deadline)
        if todo is not None:
            context = contexts.of_recount(self.service.name, await self.service.clock.now(), deadline, calendar)
            await self.service.runner.execute(self.definition.decider_of(todo), todo.ident, todo.command(context))


def _known(classes: frozenset[type[Event]]) -> Callable[[str, int], bool]:
    """Whether a stored type is of these classes, by its name and a schema version that this build knows."""
    kinds = {kind.name: kind.version for kind in map(event_type, classes)}
    return lambda name, schema_version: schema_version <= kinds.get(name, 0)
