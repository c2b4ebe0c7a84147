"""Projector, rebuild, replay and release on the event log itself, as the service's own role."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import Column, Date, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.contracts.core import Actor, Context, Envelope, Role
from shared.contracts.intake import ApplicationWithdrawn, AttachmentRemoved
from shared.eventlog.log import EventLog
from shared.projections.projection import Projection, Row, View, project
from shared.projections.projector import Projector
from shared.projections.rebuilding.rebuild import TimeAxis, rebuild, replay
from tests.projections.conftest import SCHEMA
from tests.projections.test_projector import stored
from tests.servers import Database

cases = View(
    Table(
        "cases",
        MetaData(),
        Column("case_id", Text, primary_key=True),
        Column("removed", JSONB, nullable=False, default=list),
        Column("withdrawn_on", Date),
    )
)


@cases.on(AttachmentRemoved)
def _removed(row: Row, event: AttachmentRemoved, at: Envelope) -> Row:
    return row | {"removed": [*row["removed"], event.attachment_id]}


@cases.on(ApplicationWithdrawn)
def _withdrawn(row: Row, event: ApplicationWithdrawn, at: Envelope) -> Row:
    return row | {"withdrawn_on": at.effective_on}


CASES = Projection("intake.cases", version=1, categories=("intake",), views=(cases,))
CLERK = Actor("clerk", "A. Clerk", "county:110105", frozenset({Role.COUNTY}))


@pytest.fixture
async def log(database: Database) -> AsyncIterator[EventLog]:
    """Twelve cases, each with three attachments removed, the even ones then withdrawn, in effect from January 1 on."""
    async with await EventLog.open(database.url("intake")) as opened:
        for case in range(12):
            stream = f"intake/application/case-{case}"
            removed = [AttachmentRemoved(case_id=f"case-{case}", attachment_id=f"{case}.{n}") for n in range(3)]
            await opened.append(stream, 0, removed, _context(case))
            if case % 2 == 0:
                gone = ApplicationWithdrawn(case_id=f"case-{case}", reason="重新申报", office=CLERK.office)
                await opened.append(stream, 3, [gone], _context(case))
        yield opened


def _context(case: int) -> Context:
    return Context(
        actor=CLERK,
        now=datetime(2026, 3, 1, tzinfo=UTC),
        effective_on=date(2026, 1, 1 + case),
        command_id=uuid4(),
        correlation_id=str(case),
        policy_version="1",
    )


async def _followed(engine: AsyncEngine, log: EventLog) -> list[Envelope]:
    events = await log.read_all(0, limit=1000, categories=("intake",))
    projector = Projector(engine, CASES, SCHEMA)
    await projector.prepare()
    after = await projector.position()
    await projector.apply([each for each in events if each.seq > after], events[-1].seq)
    return events


async def test_a_rebuild_from_the_log_equals_the_live_tables(engine: AsyncEngine, log: EventLog) -> None:
    events = await _followed(engine, log)
    assert len(events) == 42
    done = await rebuild(log, engine, CASES, SCHEMA, switch=True)
    assert done.equal
    assert done.switched
    assert await stored(engine, CASES) == project(CASES, events)


async def test_a_replay_from_the_log_to_a_seq_and_to_dates(engine: AsyncEngine, log: EventLog) -> None:
    events = await _followed(engine, log)
    await replay(log, engine, CASES, SCHEMA, "then", until=17)
    assert await stored(engine, CASES, "then") == project(CASES, events[:17])
    await replay(log, engine, CASES, SCHEMA, "then", at=events[16].recorded_at)
    assert await stored(engine, CASES, "then") == project(CASES, events[:17])
    await replay(log, engine, CASES, SCHEMA, "then", at=date(2026, 1, 5), axis=TimeAxis.EFFECTIVE)
    by_then = [each for each in events if each.effective_on <= date(2026, 1, 5)]
    assert await stored(engine, CASES, "then") == project(CASES, by_then)


async def test_a_release_reads_the_event_from_the_log_again(engine: AsyncEngine, log: EventLog) -> None:
    events = await _followed(engine, log)
    projector = Projector(engine, CASES, SCHEMA)
    async with engine.begin() as connection:
        await projector.parking.park(connection, CASES.name, events[0], ValueError("for a while"))
    assert (await projector.release(log, events[0].stream)).applied == (1,)
    assert (await stored(engine, CASES))["cases"][("case-0",)]["removed"] == ["0.0", "0.1", "0.2", "0.0"]
