"""Real PostgreSQL and Valkey for the tests: one of each a run, a fresh database and an empty Redis a test.

Embedded servers by default; ``JUQU_TEST_SERVERS=containers`` takes containers, JUQU_TEST_DATABASE_URL (of a superuser)
with JUQU_TEST_REDIS_URL servers that are there already. With several test processes the first one owns the servers.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from redis.asyncio import Redis

from deploy.database.bootstrap import bootstrap
from deploy.database.roles import ROLES, service_url
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.valkey import EmbeddedValkey

PASSWORDS: Mapping[str, str] = {role: f"{role}-in-tests" for role in ROLES}
TEMPLATE = "juqu_template"
REDIS_DATABASES = 512
MEMORY = Path("/dev/shm")
ROOM = 4 << 30
"""Bytes: more than the servers of all test processes hold at a time."""


@dataclass(frozen=True, slots=True)
class Servers:
    """The run's servers: owner's URL of the maintenance database, URL of Redis database 0, how many Redis has."""

    postgres: str
    redis: str
    redis_databases: int


@dataclass(frozen=True, slots=True)
class Database:
    """A bootstrapped database of one test."""

    name: str
    owner_url: str

    def url(self, role: str) -> str:
        """As one of the roles: ``juqu_intake``, or ``intake`` for short."""
        full = role if role.startswith("juqu_") else f"juqu_{role}"
        return service_url(self.owner_url, full, PASSWORDS[full])


class _Node(Protocol):
    workerinput: dict[str, object]


_opened = pytest.StashKey[ExitStack]()
_servers = pytest.StashKey[Servers]()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: _Node) -> None:
    """Of pytest-xdist, in the first process, for each worker."""
    config: pytest.Config = node.config  # type: ignore[attr-defined]
    servers = _ensure(config)
    node.workerinput["juqu_servers"] = (servers.postgres, servers.redis, servers.redis_databases)


def pytest_unconfigure(config: pytest.Config) -> None:
    if (opened := config.stash.get(_opened, None)) is not None:
        opened.close()


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest) -> Servers:
    """The run's servers, started at the first use."""
    return _ensure(request.config)


@pytest.fixture
async def database(servers: Servers, worker_id: str, _numbers: Iterator[int]) -> AsyncIterator[Database]:
    """A fresh database with all migrations, gone after the test."""
    name = f"juqu_test_{worker_id}_{next(_numbers)}"
    connection = await asyncpg.connect(servers.postgres)
    try:
        await connection.execute(f"drop database if exists {name} with (force)")
        await connection.execute(f"create database {name} template {TEMPLATE} strategy file_copy")
        yield Database(name, _with_path(servers.postgres, name))
        await connection.execute(f"drop database {name} with (force)")
    finally:
        await connection.close()


@pytest.fixture
async def redis_url(servers: Servers, worker_id: str, _numbers: Iterator[int]) -> AsyncIterator[str]:
    """An empty logical database of the shared Valkey. FLUSHDB is fine in it; FLUSHALL needs ``own_valkey``."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    worker = int(worker_id.removeprefix("gw")) if worker_id != "master" else 0
    each = (servers.redis_databases - 1) // workers
    url = _with_path(servers.redis, str(1 + worker * each + next(_numbers) % each))
    client = Redis.from_url(url)
    try:
        await client.flushdb()
        yield url
        with suppress(ConnectionError):
            await client.flushdb()
    finally:
        await client.aclose()


@pytest.fixture
def state_dir() -> Iterator[Path]:
    """An empty folder that every account can enter (``tmp_path`` is closed to the account that PostgreSQL runs as)."""
    with state_folder() as folder:
        yield folder


@pytest.fixture
async def own_postgres(state_dir: Path) -> AsyncIterator[EmbeddedPostgres]:
    """A running, durable server of the test's own, to kill, pause and restart; its database is not bootstrapped."""
    async with EmbeddedPostgres(state_dir) as server:
        yield server


@pytest.fixture
async def own_database(own_postgres: EmbeddedPostgres) -> Database:
    """The bootstrapped database of ``own_postgres``."""
    await bootstrap(own_postgres.url, PASSWORDS)
    return Database("juqu", own_postgres.url)


@pytest.fixture
async def own_valkey(state_dir: Path) -> AsyncIterator[EmbeddedValkey]:
    """A running server of the test's own, to kill, pause, flush and restart; it keeps its data over a restart."""
    async with EmbeddedValkey(state_dir) as server:
        yield server


@pytest.fixture(scope="session")
def _numbers() -> Iterator[int]:
    return count()


def _ensure(config: pytest.Config) -> Servers:
    if _servers not in config.stash:
        given = getattr(config, "workerinput", {}).get("juqu_servers")
        if given is not None:
            config.stash[_servers] = Servers(*given)
        else:
            opened = config.stash.setdefault(_opened, ExitStack())
            config.stash[_servers] = opened.enter_context(_open())
    return config.stash[_servers]


@contextmanager
def _open() -> Iterator[Servers]:
    with ExitStack() as opened:
        if os.environ.get("JUQU_TEST_DATABASE_URL"):
            servers = Servers(os.environ["JUQU_TEST_DATABASE_URL"], os.environ["JUQU_TEST_REDIS_URL"], 16)
        elif os.environ.get("JUQU_TEST_SERVERS") == "containers":
            servers = opened.enter_context(_containers())
        else:
            servers = opened.enter_context(_embedded())
        asyncio.run(_lay_template(servers.postgres))
        yield servers


@contextmanager
def _embedded() -> Iterator[Servers]:
    with state_folder() as state:
        postgres = EmbeddedPostgres(state, durable=False)
        valkey = EmbeddedValkey(state, appendonly=False, databases=REDIS_DATABASES)
        try:
            asyncio.run(postgres.start())
            asyncio.run(valkey.start())
            yield Servers(postgres.database_url("postgres"), valkey.url, REDIS_DATABASES)
        finally:
            asyncio.run(valkey.stop())
            asyncio.run(postgres.stop())


@contextmanager
def _containers() -> Iterator[Servers]:
    from docker.errors import DockerException
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.wait_strategies import LogMessageWaitStrategy

    try:
        postgres = DockerContainer("postgres:18")
    except DockerException as error:
        raise pytest.UsageError(
            f"JUQU_TEST_SERVERS=containers takes a container engine, and none answers: {error}"
        ) from None
    postgres = postgres.with_env("POSTGRES_PASSWORD", "postgres").with_exposed_ports(5432)
    postgres = postgres.with_command("postgres -c fsync=off -c max_connections=200")
    # It says so twice: once for the server that runs its set-up scripts, once for good.
    postgres = postgres.waiting_for(LogMessageWaitStrategy("ready to accept connections", times=2))
    valkey = DockerContainer("valkey/valkey:9").with_exposed_ports(6379)
    valkey = valkey.with_command(f"valkey-server --save '' --databases {REDIS_DATABASES}")
    valkey = valkey.waiting_for(LogMessageWaitStrategy("Ready to accept connections"))
    with postgres, valkey:
        yield Servers(
            f"postgresql://postgres:postgres@{postgres.get_container_host_ip()}:{postgres.get_exposed_port(5432)}/postgres",
            f"redis://{valkey.get_container_host_ip()}:{valkey.get_exposed_port(6379)}/0",
            REDIS_DATABASES,
        )


@contextmanager
def state_folder() -> Iterator[Path]:
    """An empty folder that every account can enter, in memory where there is room for servers' data."""
    folder = Path(tempfile.mkdtemp(prefix="juqu-test-", dir=_in_memory()))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _in_memory() -> Path | None:
    """A file system in memory with room, if there is one: a database is 350 files, made and removed for each test,
    and there are disks (ext4 without a journal) on which that takes longer than the test."""
    try:
        return MEMORY if shutil.disk_usage(MEMORY).free >= ROOM and os.access(MEMORY, os.W_OK) else None
    except OSError:
        return None


async def _lay_template(maintenance_url: str) -> None:
    connection = await asyncpg.connect(maintenance_url)
    try:
        await connection.execute(f"drop database if exists {TEMPLATE} with (force)")
        await connection.execute(f"create database {TEMPLATE}")
    finally:
        await connection.close()
    await bootstrap(_with_path(maintenance_url, TEMPLATE), PASSWORDS)


def _with_path(url: str, path: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{path}"))
