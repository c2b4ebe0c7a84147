"""The live projection on a real server: rows and position move together, whatever the pages and whoever applies."""

import asyncio
from collections.abc import Mapping, Sequence

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from shared.contracts.core import Envelope
from shared.projections.comparing.digest import digest_projection
from shared.projections.positions import PositionMoved, Superseded
from shared.projections.projection import Key, Projection, Row, project
from shared.projections.projector import Projector
from shared.projections.view_table import ViewTable
from tests.projections.conftest import SCHEMA, engine_url
from tests.projections.ledger import LEDGER, MENDED, Closed, Opened, Paid, history, recorded, views
from tests.servers import Database


async def stored(engine: AsyncEngine, projection: Projection = LEDGER, tag: str = "") -> dict[str, dict[Key, Row]]:
    """The rows of every view, as the folds gave them."""
    found: dict[str, dict[Key, Row]] = {}
    async with engine.connect() as connection:
        for view in projection.views:
            rows = await connection.execute(select(ViewTable(view, SCHEMA, tag).table))
            found[view.name] = {tuple(row[name] for name in view.key_columns): dict(row) for row in rows.mappings()}
    return found


async def follow(projector: Projector, events: Sequence[Envelope], page: int = 50) -> None:
    """Prepare, and apply what comes after the position, page by page."""
    await projector.prepare()
    rest = [each for each in events if each.seq > await projector.position()]
    for start in range(0, len(rest), page):
        part = rest[start : start + page]
        await projector.apply(part, part[-1].seq)


async def test_rows_equal_an_independent_fold(engine: AsyncEngine) -> None:
    events = history(700)
    projector = Projector(engine, LEDGER, SCHEMA)
    await follow(projector, events)
    assert await stored(engine) == project(LEDGER, events)
    assert await projector.position() == 700


async def test_the_same_page_again_changes_nothing(engine: AsyncEngine) -> None:
    events = history(60)
    projector = Projector(engine, LEDGER, SCHEMA)
    await follow(projector, events)
    await projector.apply(events, 60)
    await projector.apply(events[10:40], 40)
    assert await stored(engine) == project(LEDGER, events)


async def test_preparing_again_keeps_what_is_there(engine: AsyncEngine) -> None:
    await follow(Projector(engine, LEDGER, SCHEMA), history(60))
    again = Projector(engine, LEDGER, SCHEMA)
    await again.prepare()
    assert await again.position() == 60
    assert await stored(engine) == project(LEDGER, history(60))


async def test_a_row_made_and_deleted_within_a_page_leaves_nothing(engine: AsyncEngine) -> None:
    events = [recorded(1, "a", Opened(owner="安")), recorded(2, "a", Closed()), recorded(3, "b", Opened(owner="白"))]
    await follow(Projector(engine, LEDGER, SCHEMA), events)
    assert set((await stored(engine))["accounts"]) == {("b",)}


async def test_events_of_no_interest_move_the_position(engine: AsyncEngine) -> None:
    projector = Projector(engine, LEDGER, SCHEMA)
    await projector.prepare()
    await projector.position()
    await projector.apply([], 12)
    assert await projector.position() == 12


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), cuts=st.sets(st.integers(1, 149), max_size=12))
def test_any_division_into_pages_gives_the_same_digest(database: Database, seed: int, cuts: set[int]) -> None:
    events = history(150, seed=seed, accounts=6)

    async def digest(schema_of_pages: Sequence[int]) -> tuple[Mapping[str, str], dict[str, dict[Key, Row]]]:
        engine = create_async_engine(engine_url(database))
        try:
            async with engine.begin() as connection:
                await connection.execute(text("drop table if exists intake.checkpoints"))
                await connection.execute(text("drop table if exists intake.accounts, intake.days, intake.payments"))
            projector = Projector(engine, LEDGER, SCHEMA)
            await projector.prepare()
            after = await projector.position()
            for upto in [*schema_of_pages, 150]:
                await projector.apply([each for each in events if after < each.seq <= upto], upto)
                after = upto
            return (await digest_projection(engine, LEDGER, SCHEMA)).tables, await stored(engine)
        finally:
            await engine.dispose()

    in_one = asyncio.run(digest([]))
    in_many = asyncio.run(digest(sorted(cuts)))
    assert in_one == in_many
    assert in_one[1] == project(LEDGER, events)


async def test_an_error_of_the_server_leaves_rows_and_position_alone(engine: AsyncEngine) -> None:
    events = history(100)
    projector = Projector(engine, LEDGER, SCHEMA)
    await follow(projector, events[:50])
    async with engine.connect() as blocking:
        await blocking.execute(text("lock table intake.accounts in share mode"))
        pending = asyncio.create_task(projector.apply(events[50:], 100))
        await until_backends_wait(engine)
        async with engine.connect() as other:
            await other.execute(
                select(func.pg_terminate_backend(text("pid"))).select_from(text("pg_stat_activity")).where(_WAITS)
            )
        with pytest.raises(Exception, match=r"terminat|closed"):
            await pending
    assert await stored(engine) == project(LEDGER, events[:50])
    assert await projector.position() == 50
    assert await projector.parking.all() == []
    await projector.apply(events[50:], 100)
    assert await stored(engine) == project(LEDGER, events)


_WAITS = text("wait_event_type = 'Lock' and usename = current_user and datname = current_database()")


async def until_backends_wait(engine: AsyncEngine, count: int = 1) -> None:
    waiting = select(func.count()).select_from(text("pg_stat_activity")).where(_WAITS)
    async with asyncio.timeout(10), engine.connect() as connection:
        while (await connection.scalar(waiting) or 0) < count:
            await connection.rollback()
            await asyncio.sleep(0.01)


async def test_two_instances_at_once_apply_each_event_once(engine: AsyncEngine, database: Database) -> None:
    events = history(600)
    other = create_async_engine(engine_url(database))
    try:
        await asyncio.gather(
            follow(Projector(engine, LEDGER, SCHEMA), events, 17),
            follow(Projector(other, LEDGER, SCHEMA), events, 23),
            follow(Projector(other, LEDGER, SCHEMA), events, 5),
        )
    finally:
        await other.dispose()
    assert await stored(engine) == project(LEDGER, events)


async def test_one_that_comes_while_another_applies_waits_and_leaves_out_what_is_applied(engine: AsyncEngine) -> None:
    events = history(100)
    one, two = Projector(engine, LEDGER, SCHEMA), Projector(engine, LEDGER, SCHEMA)
    await one.prepare()
    await one.position()
    await two.position()
    async with engine.connect() as blocking:
        await blocking.execute(text("lock table intake.accounts in share mode"))
        first = asyncio.create_task(one.apply(events, 100))
        await until_backends_wait(engine, 1)
        second = asyncio.create_task(two.apply(events[:50], 50))
        await until_backends_wait(engine, 2)
    await asyncio.gather(first, second)
    assert await two.position() == 100
    assert await stored(engine) == project(LEDGER, events)


async def test_a_position_that_went_back_is_told_and_nothing_is_skipped(engine: AsyncEngine) -> None:
    events = history(100)
    projector = Projector(engine, LEDGER, SCHEMA)
    await follow(projector, events[:80])
    async with engine.begin() as connection:
        await connection.execute(text("update intake.checkpoints set seq = 0"))
        await connection.execute(text("truncate intake.accounts, intake.days, intake.payments"))
    with pytest.raises(PositionMoved, match="is at 0"):
        await projector.apply(events[80:], 100)
    await follow(projector, events)
    assert await stored(engine) == project(LEDGER, events)


async def test_a_projector_that_was_not_asked_for_its_position_applies_nothing(engine: AsyncEngine) -> None:
    projector = Projector(engine, LEDGER, SCHEMA)
    await projector.prepare()
    with pytest.raises(PositionMoved):
        await projector.apply(history(10), 10)


async def test_a_new_version_begins_anew_and_stops_the_old_one(engine: AsyncEngine) -> None:
    events = history(100)
    old = Projector(engine, LEDGER, SCHEMA)
    await follow(old, events[:60])
    smaller = Projection(LEDGER.name, 2, LEDGER.categories, views(mended=True)[:2])
    new = Projector(engine, smaller, SCHEMA)
    await new.prepare()
    assert await new.position() == 0
    with pytest.raises(Superseded, match="version 2, this is 1"):
        await old.apply(events[60:], 100)
    with pytest.raises(Superseded):
        await Projector(engine, LEDGER, SCHEMA).prepare()
    await follow(new, events)
    assert await stored(engine, smaller) == project(smaller, events)
    async with engine.connect() as connection:
        assert await connection.scalar(text("select to_regclass('intake.payments')")) is None


async def test_a_changed_table_begins_anew_without_a_new_version(engine: AsyncEngine) -> None:
    await follow(Projector(engine, LEDGER, SCHEMA), history(30))
    fewer = Projector(engine, Projection(LEDGER.name, 1, LEDGER.categories, LEDGER.views[:2]), SCHEMA)
    await fewer.prepare()
    assert await fewer.position() == 0


async def test_a_changed_fold_alone_keeps_the_rows(engine: AsyncEngine) -> None:
    await follow(Projector(engine, LEDGER, SCHEMA), history(30))
    mended = Projector(engine, MENDED, SCHEMA)
    await mended.prepare()
    assert await mended.position() == 30


async def test_an_unprepared_projector_says_so(engine: AsyncEngine) -> None:
    await Projector(engine, MENDED, SCHEMA).prepare()
    other = Projection("intake.other", 1, ("intake",), LEDGER.views)
    with pytest.raises(LookupError, match="prepare it"):
        await Projector(engine, other, SCHEMA).position()


async def test_a_query_waits_for_what_it_wants_to_see(engine: AsyncEngine, database: Database) -> None:
    events = history(20)
    projector = Projector(engine, LEDGER, SCHEMA)
    elsewhere = create_async_engine(engine_url(database))
    try:
        await follow(projector, events[:10])
        reader = Projector(elsewhere, LEDGER, SCHEMA)
        assert await reader.wait_until(10, within=5)
        assert not await reader.wait_until(11, within=0.1)
        waiting = [asyncio.create_task(each.wait_until(20, within=30)) for each in (projector, reader)]
        await projector.apply(events[10:], 20)
        assert await asyncio.gather(*waiting) == [True, True]
    finally:
        await elsewhere.dispose()


async def test_who_follows_the_tables_is_told_when_they_have_moved(engine: AsyncEngine) -> None:
    events = history(20)
    projector = Projector(engine, LEDGER, SCHEMA)
    await follow(projector, events[:10])
    await projector.moved(9, within=30)
    await projector.moved(10, within=0.01)
    assert projector.reached == 10
    waiting = asyncio.create_task(projector.moved(10, within=30))
    await projector.apply(events[10:], 20)
    await waiting
    assert projector.reached == 20


async def test_waiting_does_not_lose_the_place(engine: AsyncEngine) -> None:
    events = history(40)
    one, two = Projector(engine, LEDGER, SCHEMA), Projector(engine, LEDGER, SCHEMA)
    await follow(one, events[:10])
    await two.prepare()
    await two.position()
    await one.apply(events[10:30], 30)
    assert await two.wait_until(30, within=5)
    await two.apply(events[10:40], 40)
    assert await stored(engine) == project(LEDGER, events)


async def test_the_role_needs_nothing_but_its_own_schema(database: Database, engine: AsyncEngine) -> None:
    owner = await asyncpg.connect(database.owner_url)
    try:
        assert not await owner.fetchval("select has_database_privilege('juqu_intake', current_database(), 'CREATE')")
    finally:
        await owner.close()
    await follow(Projector(engine, LEDGER, SCHEMA), [recorded(1, "a", Paid(amount=1))])
    reader = await asyncpg.connect(database.url("operator"))
    try:
        assert await reader.fetchval("select balance from intake.accounts") == 1
    finally:
        await reader.close()
