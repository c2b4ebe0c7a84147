"""A notify in a process of its own, stopped between two steps and killed there."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from deploy.local.forking import ForkedProcess
from deploy.local.ports import free_ports
from tests.notify.waiting import eventually
from tests.servers import Database
from tests.starting import start

LOCK = 4711
_STOP = """
create function log.wait_in_tests() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock({lock});
    return new;
end $$;
create trigger wait_in_tests before insert on log.events for each row
    when (new.type = '{kind}' and new.version >= {version}) execute function log.wait_in_tests();
select pg_advisory_lock({lock});
"""
_GO = """
drop trigger wait_in_tests on log.events;
drop function log.wait_in_tests();
select pg_advisory_unlock({lock});
"""
_WAITING_TO_APPEND = f"select pid from pg_locks where locktype = 'advisory' and objid = {LOCK} and not granted"
_WAITING_TO_KEEP = "select pid from pg_locks where relation = 'notify.receipts_in'::regclass and not granted"


@asynccontextmanager
async def own_process(settings: Mapping[str, str], **environment: str) -> AsyncIterator[ForkedProcess]:
    """Notify with these settings and others besides, on a free port unless one is named, killed in the end."""
    given = {**os.environ, "JUQU_PORT": str(free_ports(1)[0]), **settings, **environment}
    process = await start("services.notify.app", environment=given)
    try:
        yield process
    finally:
        await kill(process)


async def kill(process: ForkedProcess) -> None:
    """kill -9, and its end."""
    process.send_signal(signal.SIGKILL)
    await process.wait()


async def recorded(database: Database, kind: str) -> None:
    """Wait until the log has an event of a type."""
    owner = await asyncpg.connect(database.owner_url)
    try:

        async def found() -> bool:
            return bool(await owner.fetchval("select exists (select from log.events where type = $1)", kind))

        await eventually(found)
    finally:
        await owner.close()


@dataclass
class Stopped:
    """Whoever wants to write something waits."""

    owner: asyncpg.Connection
    waiting: str

    async def reached(self) -> None:
        """Wait until somebody wants to."""
        await eventually(self._somebody)

    async def forget(self) -> None:
        """What waits to be written never is: those who brought it are cut off."""
        for pid in await self._waiting():
            await self.owner.execute("select pg_terminate_backend($1, 60000)", pid)

    async def _waiting(self) -> list[int]:
        return [row["pid"] for row in await self.owner.fetch(self.waiting)]

    async def _somebody(self) -> bool:
        return bool(await self._waiting())


@asynccontextmanager
async def stopped_before(database: Database, kind: str, version: int = 1) -> AsyncIterator[Stopped]:
    """Stop whoever brings the log an event of a type, at this version of its stream or later; on leaving the log is as
    it was."""
    owner = await asyncpg.connect(database.owner_url)
    try:
        await owner.execute(_STOP.format(kind=kind, version=version, lock=LOCK))
        stopped = Stopped(owner, _WAITING_TO_APPEND)
        yield stopped
        await stopped.forget()
        await owner.execute(_GO.format(lock=LOCK))
    finally:
        await owner.close()


@asynccontextmanager
async def stopped_before_a_receipt(database: Database) -> AsyncIterator[Stopped]:
    """Stop whoever is about to keep a receipt, so that the centre is not answered."""
    owner = await asyncpg.connect(database.owner_url)
    try:
        async with owner.transaction():
            await owner.execute("lock table notify.receipts_in in share row exclusive mode")
            stopped = Stopped(owner, _WAITING_TO_KEEP)
            yield stopped
            await stopped.forget()
    finally:
        await owner.close()
