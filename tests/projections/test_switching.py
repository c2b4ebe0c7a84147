"""A switch whose tables others use at the same time."""

import asyncio
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.projections.positions import Position
from shared.projections.projection import project
from shared.projections.projector import Projector
from shared.projections.rebuilding import switching
from shared.projections.rebuilding.rebuild import rebuild
from shared.projections.rebuilding.shadow import Shadow
from tests.projections.conftest import SCHEMA
from tests.projections.ledger import LEDGER, Recording, history
from tests.projections.test_projector import follow, stored, until_backends_wait
from tests.projections.test_rebuild import tables_of
from tests.servers import Database


async def test_a_vacuum_that_comes_while_it_is_renamed_crosses_no_locks(
    engine: AsyncEngine, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = history(120)
    await follow(Projector(engine, LEDGER, SCHEMA), events)
    names, cleaning, real = await tables_of(engine), list[asyncio.Task[str]](), AsyncConnection.execute
    cleaner = await asyncpg.connect(database.url("intake"))

    async def execute(connection: AsyncConnection, statement: Any, *rest: Any, **more: Any) -> Any:
        done = await real(connection, statement, *rest, **more)
        if " rename to " in str(statement) and not cleaning:
            cleaning.append(asyncio.create_task(cleaner.execute("vacuum (analyze) intake.accounts__rebuild")))
            await until_backends_wait(engine)
        return done

    monkeypatch.setattr(AsyncConnection, "execute", execute)
    assert (await rebuild(Recording(events), engine, LEDGER, SCHEMA, switch=True)).switched
    with pytest.raises(asyncpg.UndefinedTableError):
        await cleaning[0]
    await cleaner.close()
    assert await tables_of(engine) == names
    assert await stored(engine) == project(LEDGER, events)


@pytest.mark.parametrize("crossed", [2, 20], ids=["twice", "for good"])
async def test_a_switch_whose_locks_others_cross_is_tried_again(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch, crossed: int
) -> None:
    events = history(120)
    await follow(Projector(engine, LEDGER, SCHEMA), events)
    names, tries = await tables_of(engine), 0
    real = switching.switch

    async def switch(connection: AsyncConnection, schema: str, shadow: Shadow, live: Position | None) -> None:
        nonlocal tries
        tries += 1
        await real(connection, schema, shadow, live)
        if tries <= crossed:
            await connection.execute(text("do $$ begin raise using errcode = 'deadlock_detected'; end $$"))

    monkeypatch.setattr(switching, "switch", switch)
    if crossed == 2:
        assert (await rebuild(Recording(events), engine, LEDGER, SCHEMA, switch=True)).switched
        assert await tables_of(engine) == names
    else:
        with pytest.raises(DBAPIError, match="deadlock"):
            await rebuild(Recording(events), engine, LEDGER, SCHEMA, switch=True)
    assert await stored(engine) == project(LEDGER, events)
