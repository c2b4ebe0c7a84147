"""The local system without its services: servers, database, state folder."""

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis

from deploy.local.stack import PORTS, NotHealthy, PortTaken, Stack, StateInUse
from deploy.local.supervisor import Occurrence
from tests.servers import Database


@pytest.fixture
async def stack(state_dir: Path) -> AsyncIterator[Stack]:
    async with Stack(state_dir, ports="free", processes=()) as started:
        yield started


async def current_user(url: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval("select current_user")
    finally:
        await connection.close()


async def test_its_database_is_laid_out_and_its_roles_log_in(stack: Stack) -> None:
    assert await current_user(stack.role_url("juqu_notify")) == "juqu_notify"


async def test_a_process_is_told_where_everything_is(stack: Stack) -> None:
    environment = stack.environment("review")
    assert environment["JUQU_DATABASE_URL"] == stack.role_url("juqu_review")
    assert environment["JUQU_REDIS_URL"] == stack.redis_url
    assert environment["JUQU_PORT"] == str(stack.ports["review"])
    assert environment["JUQU_SERVICE"] == "review"
    assert environment["JUQU_CLOCK"] == "system"
    assert Path(environment["JUQU_KEYS_DIR"]).stat().st_mode & 0o777 == 0o700
    assert environment["JUQU_DOCUMENTS_URL"] == f"file://{stack.state}/documents"


async def test_a_state_folder_serves_one_system_at_a_time(stack: Stack) -> None:
    with pytest.raises(StateInUse):
        await Stack(stack.state, processes=()).start()
    assert await current_user(stack.role_url("juqu_intake")) == "juqu_intake"


async def test_the_next_start_finds_its_data_and_passwords(state_dir: Path) -> None:
    async with Stack(state_dir, processes=()) as first:
        url = first.role_url("juqu_intake")
        connection = await asyncpg.connect(url)
        await connection.execute("create table intake.kept (n int)")
        await connection.close()
    assert not (state_dir / "stack.json").exists()
    async with Stack(state_dir, processes=()) as second:
        assert second.role_url("juqu_intake") == url
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("select count(*) from intake.kept") == 0
        await connection.close()


@pytest.mark.parametrize("name", ["postgres", "valkey"])
async def test_a_killed_server_comes_back(state_dir: Path, name: str) -> None:
    back = asyncio.Event()

    def note(who: str, what: Occurrence) -> None:
        if (who, what) == (name, "started"):
            back.set()

    async with Stack(state_dir, processes=(), on_change=note) as stack:
        before = stack.pid(name)
        stack.kill(name)
        async with asyncio.timeout(30):
            await back.wait()
        assert stack.pid(name) != before
        assert await current_user(stack.role_url("juqu_relay")) == "juqu_relay"
        async with Redis.from_url(stack.redis_url) as client:
            assert await client.ping()


async def test_it_leaves_a_note_of_where_everything_is(stack: Stack) -> None:
    file = stack.state / "stack.json"
    note = json.loads(file.read_text())
    assert file.stat().st_mode & 0o777 == 0o600
    assert note["database"] == stack.database_url
    assert note["services"]["intake"] == stack.url("intake")


async def test_servers_named_in_the_environment_are_used(
    state_dir: Path, database: Database, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUQU_DATABASE_URL", database.owner_url)
    monkeypatch.setenv("JUQU_REDIS_URL", redis_url)
    stack = Stack(state_dir, processes=())
    assert stack.postgres is None
    assert stack.valkey is None
    assert stack.database_url == database.owner_url
    assert stack.redis_url == redis_url


async def test_a_process_that_never_answers_is_reported_with_its_log(state_dir: Path) -> None:
    stack = Stack(state_dir, ports="free", processes=("intake",), environment={"JUQU_DATABASE_URL": "nonsense://"})
    with pytest.raises(NotHealthy, match="intake"):
        await stack.start(healthy_seconds=0.5)
    assert stack.postgres is not None
    assert not stack.postgres.running
    assert stack.supervisor.names == ()


def test_ports_are_8100_to_8108_unless_said_otherwise() -> None:
    assert Stack().ports == PORTS == dict(zip(PORTS, range(8100, 8109), strict=True))
    assert Stack(ports={"intake": 9000}).ports == PORTS | {"intake": 9000}
    assert len(set(Stack(ports="free").ports.values())) == len(PORTS)


async def test_a_port_that_is_anothers_is_told_at_once(state_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"relay cannot listen on port {port}, .*pid {os.getpid()}"):
            await Stack(state_dir, ports={"relay": port}, processes=("relay",)).start()
