"""A service that runs: everything its definition needs, opened in order and closed in the reverse."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from typing import Any, TypeVar

import asyncpg
from fastapi import Request
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.contracts.core import Actor, Context, Decider, Envelope, Event, Role, derived_id, event_type
from shared.eventlog.log import EventLog
from shared.messaging.cloudevents import ALL
from shared.messaging.follower import Follower
from shared.messaging.streams import Subscriptions
from shared.privacy.opening import personal_data
from shared.programme.policy import policy_in_force
from shared.projections.engine import open_engine
from shared.projections.projector import Projector
from shared.projections.view_table import driver_of
from shared.service.background import Background
from shared.service.clock import Clock, DrivenClock, SystemClock, day
from shared.service.deadlines import DeadlineSet, Scheduler
from shared.service.definition import Definition
from shared.service.files.documents import Documents, open_store
from shared.service.http.problems import Problem
from shared.service.http.reading import after_seq, beyond_the_log
from shared.service.identity.callers import Caller
from shared.service.identity.tokens import Identity, key_source
from shared.service.limits.limiting import Limiter
from shared.service.limits.strangers import Strangers, read_rates
from shared.service.logs import logger_of
from shared.service.reactions import Reactions, Todo, by_itself, system_actor
from shared.service.runner import Runner
from shared.service.settings import Settings

T = TypeVar("T")
READ_YOUR_WRITES = 5.0
"""Seconds that a query waits for the projection to show the command it names."""


class Service:
    """A service's parts. Made without opening anything; ``open`` connects, ``close`` lets go."""

    def __init__(self, definition: Definition, settings: Settings | None) -> None:
        self.definition = definition
        self.body_models: list[type[BaseModel]] = []
        self.background = Background()
        self.projectors: dict[str, Projector] = {}
        self.reactions: Reactions | None = None
        self.actor = self.caller()
        self.scheduler: Scheduler | None = None
        self.begun_anew: list[str] = []
        self._settings = settings
        self._own: object = None
        self._closing = AsyncExitStack()

    @property
    def settings(self) -> Settings:
        """Its settings; raises ``RuntimeError`` where it was made for its documents only."""
        if self._settings is None:
            raise RuntimeError("this service was made without settings and cannot run")
        return self._settings

    @property
    def schema(self) -> str:
        """Its schema in the database: its name."""
        return self.definition.name

    def own(self, kind: type[T]) -> T:
        """What its definition made of this kind as it connected; raises ``LookupError`` where it made nothing such."""
        if not isinstance(self._own, kind):
            raise LookupError(f"{self.definition.name} has no {kind.__name__} of its own")
        return self._own

    async def connect(self) -> None:
        """Open the log, the database, identity, clock and documents: what commands and queries need."""
        settings = self.settings
        personal = personal_data(settings.database_url, settings.keys_dir, settings.environment)
        self.log = await EventLog.open(settings.database_url, sealer=personal)
        self._closing.push_async_callback(self.log.close)
        self.engine: AsyncEngine = open_engine(settings.database_url)
        self._closing.push_async_callback(self.engine.dispose)
        self.clock: Clock = await self._open_clock()
        self.strangers = Strangers(Limiter(settings.redis_url), read_rates(settings.environment))
        self.identity = Identity(key_source(settings.issuer, settings.keys_dir), settings.audience)
        policy = policy_in_force(day(await self.clock.now()))
        store = open_store(settings.documents_url)
        self.documents = Documents(store, policy.attachment_bytes_max, policy.attachments_max)
        self.runner = Runner(self.log)
        self._own = self.definition.own(self)
        await self._prepare()

    async def _open_clock(self) -> Clock:
        if self.settings.clock == "system":
            return SystemClock()
        pool = await asyncpg.create_pool(self.settings.database_url, min_size=1, max_size=4)
        clock = DrivenClock(pool, self.settings.database_url)
        self._closing.push_async_callback(pool.close)
        self._closing.push_async_callback(clock.close)
        return clock

    async def _prepare(self) -> None:
        definition, follows = self.definition, self.definition.follows
        if follows.timetable is not None:
            self.scheduler = Scheduler(self.engine, self.schema, self.clock, self._fire)
            await self.scheduler.prepare()
        for projection in follows.kept:
            projector = Projector(self.engine, projection, self.schema)
            self._note_anew(projector.name, unfounded=await projector.prepare(self.log.head))
            self.projectors[projector.name] = projector
        if follows.reacts_to:
            name = f"{definition.name}.reactions"
            consider = definition.considering(self) if definition.considering else by_itself(definition.react)
            self.reactions = Reactions(self.engine, self.schema, name, consider, self._react)
            self._note_anew(name, unfounded=await self.reactions.prepare(self.log.head))

    def _note_anew(self, follower: str, *, unfounded: bool) -> None:
        """Remember a follower that begins anew: what it had taken in the log has lost."""
        if unfounded:
            self.begun_anew.append(follower)
            logger_of("service").error(
                "begun anew", follower=follower, reason="it took in events that the log has lost"
            )

    async def start(self) -> None:
        """Subscribe, and run the scheduler and the service's own loops."""
        self.subscriptions = Subscriptions(self.log, self.settings.redis_url)
        for projector in self.projectors.values():
            folded = projector.projection
            self._subscribe(projector, projector.categories, folded.include_internal, folded.leaves_out)
        if self.reactions is not None:
            follows = self.definition.follows
            self._subscribe(
                self.reactions,
                follows.reacts_to,
                follows.reacts_to_internal,
                _known(follows.leaves_alone),
            )
        await self.subscriptions.start()
        self._closing.push_async_callback(self.subscriptions.stop)
        if self.scheduler is not None:
            self.background.start("deadlines", self.scheduler.run)
        for name, loop in self.definition.loops(self).items():
            self.background.start(name, loop)
        self._closing.push_async_callback(self.background.stop)

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

    def caller(self, *roles: Role) -> Caller:
        """FastAPI dependency: the actor of a request, who has one of the roles (any, where none is named)."""

        async def identify(request: Request) -> Actor:
            return await self.identity(request)

        return Caller(identify, *roles)

    async def anyone(self, request: Request) -> Actor | None:
        """FastAPI dependency: the actor, or ``None`` for the public."""
        return await self.identity.anyone(request)

    @asynccontextmanager
    async def reading(
        self, request: Request | None = None, projection: str | None = None, *, of: str = ""
    ) -> AsyncIterator[AsyncConnection]:
        """A connection on the live read models, once they show what the request's ``Juqu-After-Seq`` names, and all
        that the log now holds of the aggregate ``of`` (an id): who asks for one thing is not told less than was done.

        Raises ``Problem`` 422 for a seq that the log does not hold, and 503 when they do not show it within five
        seconds.
        """
        projector = self.projectors[projection or self.definition.follows.projections[0].name]
        asked = after_seq(request)
        if asked > projector.reached and asked > (head := await self.log.head()):
            raise beyond_the_log(head)
        after = max(asked, await self._last_of(of, projector))
        if after and not await projector.wait_until(after, within=READ_YOUR_WRITES):
            raise Problem(
                503,
                "read-model-is-current",
                "The read model is behind",
                title_zh="查询数据尚未更新到最新",
                headers={"Retry-After": "1"},
            )
        async with self.engine.connect() as connection:
            yield await connection.execution_options(
                schema_translate_map={None: self.schema}, isolation_level="AUTOCOMMIT"
            )

    async def _last_of(self, ident: str, projector: Projector) -> int:
        if not ident:
            return 0
        internal = projector.projection.include_internal
        return await self.log.last_of(self.definition.decider.stream(ident), include_internal=internal)

    async def fetch(self, text: str, *values: object) -> list[asyncpg.Record]:
        """The rows of one statement ($1 ...) that commits by itself, without the steps of SQLAlchemy's machinery.

        Raises what the driver raises.
        """
        async with self.engine.connect() as pooled:
            connection = await driver_of(pooled)
            try:
                return await connection.fetch(text, *values)
            except BaseException:
                await pooled.invalidate()
                raise

    async def health(self) -> tuple[bool, dict[str, Any]]:
        """Whether everything runs, and how far each part has come: ``lag`` is in seqs of the log, asked for now."""
        parts = self.subscriptions.status()
        dead = self.background.dead()
        healthy = all(part.healthy for part in parts) and not dead and not self.background.hinders
        report: dict[str, Any] = {
            "status": "ok" if healthy else "failing",
            "service": self.definition.name,
            "followers": {
                part.name: asdict(part) | {"lag": min(part.lag, 0) or await self._lag(part.name, part.position)}
                for part in parts
            },
            "ended": dead,
            "hindered": dict(self.background.hinders),
            "epoch": str(self.log.epochs.current or ""),
            "begun_anew": self.begun_anew,
            "parked": await self._parked(),
        }
        if self.scheduler is not None:
            agenda = await self.scheduler.agenda()
            report["deadlines"] = {"due": agenda.due, "next": agenda.next.isoformat() if agenda.next else None}
        return healthy, report | await self.definition.reports(self)

    async def _lag(self, follower: str, position: int) -> int:
        projector = self.projectors.get(follower)
        categories = projector.categories if projector else self.definition.follows.reacts_to
        internal = projector.projection.include_internal if projector else self.definition.follows.reacts_to_internal
        return max(0, await self.log.head(categories, include_internal=internal) - position)

    async def _parked(self) -> int:
        followers: list[Projector | Reactions] = [*self.projectors.values()]
        if self.reactions is not None:
            followers.append(self.reactions)
        return sum([len(await each.parking.all(each.name)) for each in followers])

    def _decider(self, todo: Todo) -> Decider[Any, Any]:
        return todo.decider or self.definition.decider

    async def _react(self, todo: Todo, envelope: Envelope) -> None:
        context = Context(
            actor=system_actor(self.definition.name),
            now=await self.clock.now(),
            effective_on=envelope.effective_on,
            command_id=derived_id(envelope.event_id, todo.name, todo.ident),
            correlation_id=envelope.correlation_id,
            causation_id=envelope.event_id,
            policy_version=envelope.policy_version,
        )
        await self.runner.execute(self._decider(todo), todo.ident, todo.command(context), new=todo.new)

    async def _fire(self, deadline: DeadlineSet) -> None:
        todo = self.definition.when_due(deadline)
        effective_on = day(deadline.due)
        command_id = derived_id(self.definition.name, deadline.ident, deadline.kind, deadline.due.isoformat())
        context = Context(
            actor=system_actor(self.definition.name),
            now=await self.clock.now(),
            effective_on=effective_on,
            command_id=command_id,
            correlation_id=str(command_id),
            policy_version=policy_in_force(effective_on).version,
        )
        done = await self.runner.execute(self._decider(todo), todo.ident, todo.command(context))
        logger_of("deadlines").info(
            "fired", kind=deadline.kind, ident=deadline.ident, due=deadline.due.isoformat(), seq=done.seq
        )


def _known(classes: frozenset[type[Event]]) -> Callable[[str, int], bool]:
    """Whether a stored type is of these classes, by its name and a schema version that this build knows."""
    kinds = {kind.name: kind.version for kind in map(event_type, classes)}
    return lambda name, schema_version: schema_version <= kinds.get(name, 0)
