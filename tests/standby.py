"""A standby of an embedded PostgreSQL: streams from it, serves readers, and is promoted when the primary is lost."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from deploy.database.bootstrap import bootstrap
from deploy.local.client import run_client
from deploy.local.postgres import DATABASE, OWNER, EmbeddedPostgres
from tests.servers import PASSWORDS, Database


class Standby(EmbeddedPostgres):
    """Made of a running primary when first started (``pg_basebackup``); afterwards what it has is its own."""

    def __init__(self, state: Path, primary: EmbeddedPostgres, **settings: str) -> None:
        super().__init__(state, durable=False, settings=settings)
        self._primary = primary

    async def promote(self) -> None:
        """Become the primary, with what it has received."""
        connection = await asyncpg.connect(self.database_url("postgres"))
        try:
            assert await connection.fetchval("select pg_promote(true, 60)")
        finally:
            await connection.close()

    async def take_the_place_of(self, primary: EmbeddedPostgres) -> None:
        """Be promoted at the address of one that was killed."""
        await self.stop()
        self._fixed_port = primary.port
        await self.start()
        await self.promote()

    async def caught_up(self) -> None:
        """Wait until it has all that the primary has."""
        primary = await asyncpg.connect(self._primary.url, timeout=5)
        mine = await asyncpg.connect(self.url, timeout=5)
        try:
            end = await primary.fetchval("select pg_current_wal_flush_lsn()::text")
            while not await mine.fetchval("select pg_last_wal_replay_lsn() >= $1::text::pg_lsn", end):
                await asyncio.sleep(0.01)
        finally:
            await primary.close()
            await mine.close()

    def _lay_out(self) -> None:
        super()._lay_out()
        self._password = self._primary._password

    async def _initialise(self) -> None:
        building = self.data.with_name("postgres-new")
        shutil.rmtree(building, ignore_errors=True)
        words = ["--pgdata", str(building), "--write-recovery-conf", "--checkpoint=fast", "--no-sync"]
        await run_client("pg_basebackup", self._primary.database_url("postgres"), *words)
        for each in (building, *building.rglob("*")):
            self._account.own(each)
        building.rename(self.data)

    async def _create_database(self) -> None:
        with suppress(asyncpg.ReadOnlySQLTransactionError):
            await super()._create_database()


def either(one: EmbeddedPostgres, other: EmbeddedPostgres, database: str = DATABASE) -> str:
    """The owner's URL of whichever takes writes."""
    login = one.url.partition("://")[2].rpartition("@")[0]
    assert login.startswith(OWNER)
    hosts = f"127.0.0.1:{one.port},127.0.0.1:{other.port}"
    return f"postgresql://{login}@{hosts}/{database}?target_session_attrs=read-write"


@dataclass(frozen=True, slots=True)
class Pair:
    """A primary and its standby; ``database`` is whichever takes writes."""

    primary: EmbeddedPostgres
    standby: Standby
    database: Database

    async def fail_over(self) -> None:
        """Lose the primary for good, and promote the standby with what it has."""
        await self.primary.kill()
        await self.standby.start()
        await self.standby.promote()


@pytest.fixture
async def pair(state_dir: Path) -> AsyncIterator[Pair]:
    """A bootstrapped primary, and a standby that streams from it."""
    for name in ("primary", "standby"):
        (state_dir / name).mkdir(mode=0o711)
    async with EmbeddedPostgres(state_dir / "primary", durable=False) as primary:
        await bootstrap(primary.url, PASSWORDS)
        async with Standby(state_dir / "standby", primary) as standby:
            yield Pair(primary, standby, Database("juqu", either(primary, standby)))


async def cut(url: str, after: int) -> None:
    """What no role can do: the log without what came after a seq, as an older disk has it."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("set session_replication_role = replica")
        await connection.execute("delete from log.events where seq > $1", after)
    finally:
        await connection.close()
