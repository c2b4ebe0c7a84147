"""Several processes give what one gives, however the rows fall to them; killed, they are resumed; memory is bounded."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace

import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from services.notify.views import DELIVERIES
from shared.contracts.notify import DeliveryAccepted, DeliveryDelivered
from shared.eventlog.log import EventLog
from shared.projections.comparing.digest import digest_projection
from shared.projections.projection import Projection, View, stream_id
from shared.projections.projector import Projector
from shared.projections.rebuilding.filling import Effort, Progress
from shared.projections.rebuilding.rebuild import TimeAxis, rebuild, replay, replays
from shared.projections.rebuilding.shadow import InProgress
from tests.projections.deliveries import BEGAN, write
from tests.projections.rebuilding import OFTEN
from tests.servers import Database

COUNT = 4_000
TINY = Effort(page=64, rows=100, processes=3, worth=1)
ALONE = Effort(worth=10**9)


@pytest.fixture
async def log(database: Database) -> AsyncIterator[EventLog]:
    """As notify, with the deliveries' history."""
    await write(database.owner_url, COUNT)
    async with await EventLog.open(database.url("notify")) as opened:
        yield opened


@pytest.fixture
async def notify(database: Database) -> AsyncIterator[AsyncEngine]:
    made = create_async_engine(database.url("notify").replace("postgresql://", "postgresql+asyncpg://"))
    yield made
    await made.dispose()


async def follow(engine: AsyncEngine, log: EventLog) -> None:
    projector = Projector(engine, DELIVERIES, "notify")
    await projector.prepare()
    after = await projector.position()
    while page := await log.read_all(after, limit=500, categories=["notify"], include_internal=True, keep_unknown=True):
        after = page[-1].seq
        await projector.apply(page, after)


@pytest.mark.parametrize("effort", [TINY, OFTEN, replace(TINY, processes=1)], ids=["tiny", "often", "one"])
async def test_processes_side_by_side_give_the_live_rows(notify: AsyncEngine, log: EventLog, effort: Effort) -> None:
    await follow(notify, log)
    named = text("select indexname from pg_indexes where schemaname = 'notify' and indexname like 'deliveries_%'")
    async with notify.connect() as connection:
        indexes = set(await connection.scalars(named))
    assert indexes
    seen: list[Progress] = []
    for switch in (False, True):
        done = await rebuild(log, notify, DELIVERIES, "notify", switch=switch, effort=effort, progress=seen.append)
        assert done.equal
        assert (done.switched, done.parked, done.events) == (switch, 0, COUNT)
    assert (await digest_projection(notify, DELIVERIES, "notify")).seq == COUNT
    assert max(each.seq for each in seen) == COUNT
    assert await replays(notify, "notify") == []
    async with notify.connect() as connection:
        assert await connection.scalar(text("select count(*) from notify.rebuild_parts")) == 0
        assert set(await connection.scalars(named)) == indexes
        history = await connection.run_sync(
            lambda plain: sa.inspect(plain).get_pk_constraint("delivery_history", "notify")
        )
    assert (history["name"], history["constrained_columns"]) == ("delivery_history_pkey", ["delivery_id", "version"])


async def test_rows_in_memory_do_not_grow_with_the_log(notify: AsyncEngine, log: EventLog) -> None:
    done = await rebuild(log, notify, DELIVERIES, "notify", effort=replace(TINY, page=20))
    # Each process may hold two generations, and overshoot by a page's rows (three views).
    assert 0 < done.most_rows <= 2 * (TINY.rows + 3 * 3 * 20)
    async with notify.connect() as connection:
        rows = await connection.scalar(text("select count(*) from notify.delivery_history__rebuild"))
    assert rows == COUNT


async def test_two_events_that_claim_one_row_are_judged_in_the_logs_order(notify: AsyncEngine, log: EventLog) -> None:
    table = sa.Table("claims", sa.MetaData(), sa.Column("delivery_id", sa.Text, primary_key=True))
    claims = View(table, each=lambda at: (stream_id(at),))
    claims.on(DeliveryAccepted, DeliveryDelivered)(lambda row, _event, _at: row)
    model = Projection("notify.claims", 1, ("notify",), (claims,))
    done = await rebuild(log, notify, model, "notify", effort=TINY)
    async with notify.connect() as connection:
        rows = await connection.scalar(text("select count(*) from notify.claims__rebuild"))
    assert rows
    assert done.parked == done.events - rows > 0


async def test_an_altered_row_is_found(notify: AsyncEngine, log: EventLog, database: Database) -> None:
    await follow(notify, log)
    async with notify.begin() as connection:
        await connection.execute(
            text("update notify.provider_references set delivery_id = 'x' where reference = 'ref-7'")
        )
    done = await rebuild(log, notify, DELIVERIES, "notify", effort=TINY)
    assert done.differs == ("provider_references",)


async def test_an_event_that_nobody_can_read_is_parked_as_the_live_one_parks_it(
    notify: AsyncEngine, log: EventLog, database: Database
) -> None:
    await _spoil(database, 700)
    await follow(notify, log)
    done = await rebuild(log, notify, DELIVERIES, "notify", effort=TINY)
    assert done.equal
    assert done.parked > 0


async def test_killed_with_minus_9_it_goes_on_where_it_was(
    notify: AsyncEngine, log: EventLog, database: Database
) -> None:
    await follow(notify, log)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.projections.rebuilding",
        database.url("notify"),
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    async with asyncio.timeout(90):
        for _ in range(2):
            assert await process.stdout.readline() == b"hanging\n"
    os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
    async with asyncio.timeout(90):
        done = None
        while done is None:
            # A server on another machine, or in a container, takes a moment to notice that its client has gone.
            with suppress(InProgress):
                done = await rebuild(log, notify, DELIVERIES, "notify", resume=True, effort=OFTEN)
    assert done.equal
    assert 0 < done.events < COUNT


async def test_as_of_an_effective_date_processes_give_what_one_gives(notify: AsyncEngine, log: EventLog) -> None:
    for effort, tag in ((TINY, "many"), (ALONE, "one")):
        made = await replay(
            log, notify, DELIVERIES, "notify", tag, at=BEGAN.date(), axis=TimeAxis.EFFECTIVE, effort=effort
        )
        assert made.parked == 0
    many, one = [await digest_projection(notify, DELIVERIES, "notify", tag) for tag in ("many", "one")]
    assert many.tables == one.tables
    async with notify.connect() as connection:
        assert await connection.scalar(text("select count(*) from notify.delivery_history__many")) == 24 * 60 - 1


async def test_a_rebuild_leaves_the_log_and_the_deadlines_alone(
    notify: AsyncEngine, log: EventLog, database: Database
) -> None:
    await follow(notify, log)
    before = await log.head()
    await rebuild(log, notify, DELIVERIES, "notify", switch=True, effort=TINY)
    assert await log.head() == before


async def _spoil(database: Database, seq: int) -> None:
    """Make an event of the log one of a type that no build knows."""
    connection = await asyncpg.connect(database.owner_url)
    try:
        await connection.execute("alter table log.events disable trigger user")
        await connection.execute("update log.events set type = 'notify.Unheard' where seq = $1", seq)
        await connection.execute("alter table log.events enable trigger user")
    finally:
        await connection.close()
