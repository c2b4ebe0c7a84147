"""Deadlines and reactions on real servers: done once for each cause, whatever crashes between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import asyncpg
from fastapi import APIRouter

from shared.contracts.core import Envelope, Role, derived_id
from shared.eventlog.log import EventLog
from shared.projections.engine import open_engine
from shared.service.definition import Definition
from shared.service.follows import Follows
from shared.service.host import Host
from shared.service.reactions import Reactions, by_itself
from shared.service.service import Service
from shared.service.settings import read_settings
from tests.servers import Database
from tests.service.tally import intake
from tests.specification import actor, context

START = datetime(2018, 6, 11, 1, tzinfo=UTC)
DEFINITION = Definition(
    follows=Follows(service="intake", projections=(), reacts_to=("intake",), timetable=intake.timetable),
    title="tally",
    decider=intake.tally,
    routes=lambda _service: APIRouter(),
    react=intake.react,
    when_due=intake.when_due,
)


@asynccontextmanager
async def serving(database: Database, redis_url: str, definition: Definition = DEFINITION) -> AsyncIterator[Host]:
    environment = {
        "JUQU_DATABASE_URL": database.url("intake"),
        "JUQU_REDIS_URL": redis_url,
        "JUQU_CLOCK": "driven",
        "JUQU_STATE_DIR": "/nonexistent",
        "JUQU_OIDC_ISSUER": "development",
        "JUQU_DOCUMENTS_URL": "memory:///",
    }
    host = Host(definition, read_settings("intake", environment))
    await host.connect()
    await host.start()
    try:
        yield host
    finally:
        await host.close()


async def set_clock(database: Database, at: datetime) -> None:
    connection = await asyncpg.connect(database.owner_url)
    await connection.execute("select clock.set($1)", at)
    await connection.close()


async def ask(service: Service, ident: str, by: int = 1) -> None:
    who = context(actor("county:220113", Role.COUNTY), command_id=derived_id(ident, str(by)))
    await service.runner.execute(intake.tally, ident, intake.Count(context=who, case_id=ident, by=by))


async def reaches(log: EventLog, head: int) -> list[Envelope]:
    """Wait until the log has so many events, and a moment longer for one too many."""
    async with asyncio.timeout(20):
        while await log.head() < head:
            await log.wait_for_news(head - 1, 1)
    assert await log.wait_for_news(head, 0.7) == head
    return await log.read_all(0)


async def test_an_event_leads_to_its_command_with_cause_and_correlation(database: Database, redis_url: str) -> None:
    await set_clock(database, START)
    async with serving(database, redis_url) as host:
        await ask(host.service, "a")
        asked, echoed = await reaches(host.service.log, 2)
        assert (echoed.stream, echoed.causation_id) == ("intake/tally/echo-a", asked.event_id)
        assert (echoed.correlation_id, echoed.office) == (asked.correlation_id, "system:intake")


async def test_a_deadline_fires_once_on_its_own_day(database: Database, redis_url: str) -> None:
    await set_clock(database, START)
    async with serving(database, redis_url) as host:
        await ask(host.service, "a")
        await reaches(host.service.log, 2)
        await set_clock(database, START + timedelta(days=9))
        late = (await reaches(host.service.log, 3))[-1]
        assert isinstance(late.event, intake.Counted)
        assert (late.event.why, late.effective_on.isoformat()) == ("late", "2018-06-12")


async def test_a_deadline_survives_the_service_and_is_fired_by_the_next(database: Database, redis_url: str) -> None:
    await set_clock(database, START)
    async with serving(database, redis_url) as host:
        await ask(host.service, "a")
        await reaches(host.service.log, 2)
    await set_clock(database, START + timedelta(days=9))
    async with serving(database, redis_url) as host:
        await reaches(host.service.log, 3)


async def test_two_instances_fire_and_react_once(database: Database, redis_url: str) -> None:
    await set_clock(database, START)
    async with serving(database, redis_url) as host, serving(database, redis_url):
        await ask(host.service, "a")
        await reaches(host.service.log, 2)
        await set_clock(database, START + timedelta(days=9))
        await reaches(host.service.log, 3)


async def test_a_crash_after_the_append_and_before_the_position_repeats_nothing(
    database: Database, redis_url: str
) -> None:
    await set_clock(database, START)
    async with serving(database, redis_url) as host:
        service = host.service
        await ask(service, "a")
        events = await reaches(service.log, 2)
        engine = open_engine(service.settings.database_url)
        anew = Reactions(engine, "intake", "intake.once-more", by_itself(intake.react), host.react)
        await anew.prepare()
        await anew.position()
        await anew.apply(events, 2)
        assert await service.log.head() == 2
        assert await anew.position() == 2
        await engine.dispose()


async def test_a_refused_reaction_is_parked_its_stream_held_and_the_rest_goes_on(
    database: Database, redis_url: str
) -> None:
    await set_clock(database, START)
    async with serving(database, redis_url) as host:
        service = host.service
        echo_full = intake.Count(
            context=context(actor("county:220113", Role.COUNTY), command_id=derived_id("full")),
            case_id="echo-bad",
            by=5,
            why="echo",
        )
        await service.runner.execute(intake.tally, "echo-bad", echo_full)
        await ask(service, "bad", 1)
        await ask(service, "bad", 2)
        await ask(service, "good", 1)
        await reaches(service.log, 5)
        assert host.reactions is not None
        parked = await host.reactions.parking.all()
        assert [(each.stream, each.state) for each in parked] == [
            ("intake/tally/bad", "failed"),
            ("intake/tally/bad", "held"),
        ]
        assert "A tally goes to five" in parked[0].error
        released = await host.reactions.release(service.log, "intake/tally/bad")
        assert released.failed_seq == parked[0].seq


async def test_health_fails_when_a_subscription_has_died(database: Database, redis_url: str) -> None:
    async with serving(database, redis_url) as host:
        assert (await host.health())[0]
        for task in asyncio.all_tasks():
            if task.get_name() == "subscription intake.reactions":
                task.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        healthy, report = await host.health()
        assert not healthy
        assert report["status"] == "failing"


async def test_health_fails_when_the_scheduler_has_died(database: Database, redis_url: str) -> None:
    async with serving(database, redis_url) as host:
        service = host.service
        service.background.tasks["deadlines"].cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        healthy, report = await host.health()
        assert (healthy, report["ended"]) == (False, ["deadlines"])
