"""Killed in the middle of a page: rows and position are as the last commit left them, and the next one goes on."""

import asyncio
import signal
import sys

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.projections.projection import project
from shared.projections.projector import Projector
from tests.projections.conftest import SCHEMA, engine_url
from tests.projections.ledger import LEDGER, history
from tests.projections.test_projector import follow, stored
from tests.servers import Database


@pytest.mark.parametrize(("where", "upto"), [("fold", 180), ("written", 180), ("answered", 240)])
async def test_kill_9_in_the_middle_of_a_page(engine: AsyncEngine, database: Database, where: str, upto: int) -> None:
    arguments = [engine_url(database), "60", "200", where]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.projections.applying", *arguments, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        assert await process.stdout.readline() == b"hanging\n"
    process.send_signal(signal.SIGKILL)
    await process.wait()
    projector = Projector(engine, LEDGER, SCHEMA)
    assert await projector.position() == upto
    assert await stored(engine) == project(LEDGER, history(500)[:upto])
    async with asyncio.timeout(60):
        await follow(projector, history(500))
    assert await stored(engine) == project(LEDGER, history(500))
