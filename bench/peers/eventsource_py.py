"""What is measured of the library ``eventsource-py``: its PostgreSQL store and its Redis bus, tracing off."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

from eventsource import (
    AggregateRepository,
    AggregateRoot,
    DomainEvent,
    PostgreSQLEventStore,
    RedisEventBus,
    RedisEventBusConfig,
    StreamId,
    create_async_engine,
    register_event,
)
from eventsource.ports.envelopes import FeedReadOptions
from eventsource.ports.positions import ExpectedVersion
from pydantic import BaseModel

from bench.task import Round, Sample, Spec, Stopwatch, timed

_KIND = "Case"
_CASE = UUID("5b7c8a6e-8a53-4e8e-9a0a-0d9f5b8d8d11")
_PAGE = 500


@register_event
class EventSourceEndorsed(DomainEvent):
    """The event that juqu appends, with the same text."""

    event_type: str = "Endorsed"
    aggregate_type: str = _KIND
    case: UUID = _CASE
    endorser: str = "city:220100"
    opinion: str
    packet_sha256: str = "a" * 64


class State(BaseModel):
    """A case."""

    endorsements: int = 0
    opinion: str = ""


class EventSourceCase(AggregateRoot[State]):
    """Counts its events."""

    aggregate_type = _KIND
    _state: State | None

    def _get_initial_state(self) -> State:
        return State()

    def _apply(self, event: DomainEvent) -> None:
        known = self._state or State()
        self._state = State(endorsements=known.endorsements + 1, opinion=event.opinion)


_OPINION = "Agreed: the papers are complete and the district has what the notice asks for. " * 4 + "x" * 66


def _events(count: int) -> tuple[StreamId, list[DomainEvent]]:
    ident = uuid4()
    events = [EventSourceEndorsed(aggregate_id=ident, aggregate_version=n + 1, opinion=_OPINION) for n in range(count)]
    return StreamId(ident, _KIND), events


@asynccontextmanager
async def _store(spec: Spec) -> AsyncIterator[PostgreSQLEventStore]:
    url = "postgresql+asyncpg://" + spec.owner.partition("://")[2]
    engine = create_async_engine(url, pool_size=spec.callers, max_overflow=0)
    store = PostgreSQLEventStore(engine, create_schema=True)
    await store.append(*_events(1), ExpectedVersion.no_stream())
    yield store
    await engine.dispose()


@asynccontextmanager
async def append(spec: Spec) -> AsyncIterator[Round]:
    """Streams of ``size`` events, by so many callers, each with a connection."""
    async with _store(spec) as store:
        watch = Stopwatch(spec.callers, spec.seconds)
        events = max(1, spec.size)

        async def act(made: tuple[StreamId, Sequence[DomainEvent]]) -> None:
            await store.append(made[0], made[1], ExpectedVersion.no_stream())

        yield lambda: watch.measure(lambda: _events(events), act, weight=events)


@asynccontextmanager
async def load(spec: Spec) -> AsyncIterator[Round]:
    """One aggregate of ``size`` events loaded again and again."""
    async with _store(spec) as store:
        stream, events = _events(spec.size)
        await store.append(stream, events, ExpectedVersion.no_stream())
        repository = AggregateRepository(store, EventSourceCase, enable_tracing=False)
        watch = Stopwatch(1, spec.seconds)

        async def act(_: None) -> None:
            loaded = await repository.load(stream.aggregate_id)
            if loaded.state.endorsements != spec.size:
                raise AssertionError(f"loaded {loaded.state.endorsements} of {spec.size} events")

        yield lambda: watch.measure(lambda: None, act)


@asynccontextmanager
async def publish(spec: Spec) -> AsyncIterator[Round]:
    """``size`` events from the store to one Redis stream through its bus, 500 at a time; counts the entries."""
    async with _store(spec) as store:
        for _ in range(spec.size // 100):
            await store.append(*_events(100), ExpectedVersion.no_stream())
        bus = RedisEventBus(RedisEventBusConfig(redis_url=spec.redis, enable_tracing=False))
        await bus.connect()

        async def all_of_them() -> int:
            position, done = None, 0
            while True:
                page = [each async for each in store.read_all(position, FeedReadOptions(limit=_PAGE))]
                if not page:
                    return done
                await bus.publish([each.event for each in page])
                position, done = page[-1].position, done + len(page)

        async def round_() -> Sample:
            return await timed(all_of_them())

        yield round_
        await bus.disconnect()
