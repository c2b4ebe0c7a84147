"""What a service has while it runs: the log, the database, its read models, who asks, the clock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date
from typing import Any, TypeVar

import asyncpg
from fastapi import Request
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.contracts.core import Actor, Decider, Role, day_in_china
from shared.eventlog.log import EventLog
from shared.privacy.opening import sealer_of
from shared.programme.policy import policy_in_force, refuse_edited
from shared.projections.engine import open_engine
from shared.projections.projector import Projector
from shared.projections.view_table import driver_of
from shared.service.background import Background
from shared.service.clock import Clock, DrivenClock, SystemClock
from shared.service.files.documents import Documents, open_store
from shared.service.follows import Follows
from shared.service.http.problems import Problem
from shared.service.http.reading import after_seq, beyond_the_log
from shared.service.identity.acting import acting, acting_for
from shared.service.identity.callers import Caller
from shared.service.identity.tokens import Authenticator, key_source
from shared.service.law import Law
from shared.service.limits.limiting import Limiter
from shared.service.limits.strangers import Strangers, read_rates
from shared.service.readings.recording import Readings
from shared.service.runner import Runner
from shared.service.settings import Settings

T = TypeVar("T")

READ_YOUR_WRITES = 5.0
"""Seconds that a query waits for the projection to show the command it names."""


class Service:
    """What commands and queries need. Made without opening anything; ``connect`` opens, ``close`` lets go.

    ``body_models`` are those of its routes' bodies, for its document. ``projectors`` keep its read models, by name;
    ``background`` are the loops beside its routes. What runs it (``shared.service.host``) fills both.
    """

    def __init__(
        self,
        follows: Follows,
        decider: Decider[Any, Any] | None,
        settings: Settings | None,
        make_own: Callable[[Service], object],
    ) -> None:
        self.follows = follows
        self.body_models: list[type[BaseModel]] = []
        self.background = Background()
        self.projectors: dict[str, Projector] = {}
        self.actor = self.caller()
        self.readings = Readings(self)
        self._decider = decider
        self._settings = settings
        self._make_own = make_own
        self._own: object = None
        self._closing = AsyncExitStack()

    @property
    def name(self) -> str:
        """Its name."""
        return self.follows.service

    @property
    def schema(self) -> str:
        """Its schema in the database."""
        return self.follows.service

    @property
    def settings(self) -> Settings:
        """Its settings; raises ``RuntimeError`` where it was made for its documents only."""
        if self._settings is None:
            raise RuntimeError("this service was made without settings and cannot run")
        return self._settings

    def own(self, kind: type[T]) -> T:
        """The object of this type that its definition made when it connected; raises ``LookupError`` where there is
        none."""
        if not isinstance(self._own, kind):
            raise LookupError(f"{self.name} has no {kind.__name__} of its own")
        return self._own

    async def connect(self) -> None:
        """Open the log, the database, identity, clock and documents, and make what it has of its own."""
        settings = self.settings
        sealer = sealer_of(
            settings.database_url,
            settings.keys_dir,
            settings.environment,
            sees_personal_data=self.follows.sees_personal_data,
        )
        self.log = await EventLog.open(settings.database_url, sealer=sealer)
        self._closing.push_async_callback(self.log.close)
        refuse_edited()
        self.law = Law(self.log)
        await self.law.read()
        self.engine: AsyncEngine = open_engine(settings.database_url)
        self._closing.push_async_callback(self.engine.dispose)
        self.clock: Clock = await self._open_clock()
        self.strangers = Strangers(Limiter(settings.redis_url), read_rates(settings.environment))
        self.identity = Authenticator(key_source(settings.issuer, settings.keys_dir), settings.audience)
        policy = policy_in_force(await self.today())
        store = open_store(settings.documents_url)
        self.documents = Documents(store, policy.attachment_bytes_max, policy.attachments_max)
        self.runner = Runner(self.log)
        self._own = self._make_own(self)

    async def today(self) -> date:
        """The date in China now."""
        return day_in_china(await self.clock.now())

    async def _open_clock(self) -> Clock:
        if self.settings.clock == "system":
            return SystemClock()
        pool = await asyncpg.create_pool(self.settings.database_url, min_size=1, max_size=4)
        clock = DrivenClock(pool, self.settings.database_url)
        self._closing.push_async_callback(pool.close)
        self._closing.push_async_callback(clock.close)
        return clock

    async def close(self) -> None:
        """Stop what runs and close what is open, the last first."""
        await self._closing.aclose()

    def caller(self, *roles: Role) -> Caller:
        """FastAPI dependency: the actor of a request, who has one of the roles (any, where none is named)."""

        async def identify(request: Request) -> Actor:
            return await self.who(request)

        return Caller(identify, *roles)

    async def who(self, request: Request) -> Actor:
        """The actor of a request: whoever's token it bears, or that person acting for another. Raises ``Problem``."""
        actor, delegation = await self.identity(request), acting_for(request)
        return await acting(self.log, actor, delegation, await self.today()) if delegation else actor

    async def anyone(self, request: Request) -> Actor | None:
        """FastAPI dependency: the actor, or ``None`` for the public."""
        named = "Authorization" in request.headers or acting_for(request)
        return await self.who(request) if named else None

    @asynccontextmanager
    async def reading(
        self,
        request: Request | None = None,
        projection: str | None = None,
        *,
        of: str = "",
        decider: Decider[Any, Any] | None = None,
        after: int = 0,
    ) -> AsyncIterator[AsyncConnection]:
        """A connection to the live read models, once they show the seq ``after``, or the request's ``Juqu-After-Seq``.
        They also show everything that the log now holds of the aggregate ``of`` (an id; ``decider`` where it is not
        the service's own): a query for one case never lags behind it.

        Raises ``Problem`` 422 for a seq that the log does not hold, and 503 when they do not show it within five
        seconds.
        """
        projector = self.projectors[projection or self.follows.projections[0].name]
        asked = max(after, after_seq(request))
        if asked > projector.reached and asked > (head := await self.log.head()):
            raise beyond_the_log(head)
        asked = await self._last_taken_in(asked, projector)
        last = max(asked, await self._last_of(of, decider or self._decider, projector))
        if last and not await projector.wait_until(last, within=READ_YOUR_WRITES):
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

    async def shown(self, projection: str, seq: int, *, within: float) -> bool:
        """Wait until a read model shows every event up to a seq that it takes in, at most ``within`` seconds; say
        whether it does. What it does not take in it is not waited for."""
        projector = self.projectors[projection]
        return await projector.wait_until(await self._last_taken_in(seq, projector), within=within)

    async def _last_taken_in(self, seq: int, projector: Projector) -> int:
        """The last event up to a seq that a read model takes in, where it is not known to be there already."""
        if seq <= projector.reached:
            return seq
        internal = projector.projection.include_internal
        return await self.log.head(projector.categories, until=seq, include_internal=internal)

    async def _last_of(self, ident: str, decider: Decider[Any, Any] | None, projector: Projector) -> int:
        if not ident:
            return 0
        internal = projector.projection.include_internal
        assert decider is not None, "only a service that decides has aggregates"
        return await self.log.last_of(decider.stream(ident), include_internal=internal)

    async def fetch(self, text: str, *values: object) -> list[asyncpg.Record]:
        """The rows of one statement ($1 ...) that commits by itself, past SQLAlchemy's machinery.

        Raises what the driver raises.
        """
        async with self.engine.connect() as pooled:
            connection = await driver_of(pooled)
            try:
                return await connection.fetch(text, *values)
            except BaseException:
                await pooled.invalidate()
                raise
