"""Which servers the tests run on, by the environment; the containers' images, settings and ports."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

import asyncpg
import pytest
from redis.asyncio import Redis

import tests.servers as chosen
from tests.servers import Servers

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Container:
    """Stands for one of testcontainers': it is told what it is to be, and answers where the run's own server is."""

    image: str
    told: dict[str, Any] = field(default_factory=dict)
    running: bool = False
    made: ClassVar[list[Container]] = []
    at: ClassVar[dict[int, tuple[str, int]]] = {}

    def __post_init__(self) -> None:
        self.made.append(self)

    def with_env(self, name: str, value: str) -> Self:
        self.told[name] = value
        return self

    def with_exposed_ports(self, port: int) -> Self:
        self.told["port"] = port
        return self

    def with_command(self, command: str) -> Self:
        self.told["command"] = command
        return self

    def waiting_for(self, strategy: object) -> Self:
        self.told["waits"] = strategy
        return self

    def get_container_host_ip(self) -> str:
        return self.at[self.told["port"]][0]

    def get_exposed_port(self, port: int) -> int:
        assert self.running
        return self.at[port][1]

    def __enter__(self) -> Self:
        self.running = True
        return self

    def __exit__(self, *_: object) -> None:
        self.running = False


@pytest.fixture
def containers(monkeypatch: pytest.MonkeyPatch, servers: Servers) -> list[Container]:
    """The containers that are asked for; they answer with the run's servers."""
    monkeypatch.setattr("testcontainers.core.container.DockerContainer", Container)
    made: list[Container] = []
    monkeypatch.setattr(Container, "made", made)
    places = {5432: urlsplit(servers.postgres), 6379: urlsplit(servers.redis)}
    at = {port: (place.hostname or "", place.port or 0) for port, place in places.items()}
    monkeypatch.setattr(Container, "at", at)
    return made


async def test_containers_are_postgresql_18_and_valkey_9_and_stop_in_the_end(
    containers: list[Container], servers: Servers
) -> None:
    with chosen._containers() as found:
        postgres, valkey = containers
        assert all(each.running for each in containers)
        assert (postgres.image, valkey.image) == ("postgres:18", "valkey/valkey:9")
        assert str(found.redis_databases) in valkey.told["command"]
        assert urlsplit(found.postgres).port == urlsplit(servers.postgres).port
        client = Redis.from_url(found.redis)
        assert await client.ping()
        await client.aclose()
        url = urlsplit(found.postgres)
        assert url.password == postgres.told["POSTGRES_PASSWORD"]
        connection = await asyncpg.connect(servers.postgres, host=url.hostname, port=url.port)
        assert await connection.fetchval("select 1") == 1
        await connection.close()
    assert not any(each.running for each in containers)


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, "embedded"),
        ({"JUQU_TEST_SERVERS": "containers"}, "containers"),
        ({"JUQU_TEST_DATABASE_URL": "postgresql://there/x", "JUQU_TEST_REDIS_URL": "redis://there/0"}, "given"),
    ],
)
def test_the_environment_chooses(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], wanted: str) -> None:
    for name in ("JUQU_TEST_SERVERS", "JUQU_TEST_DATABASE_URL", "JUQU_TEST_REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    laid: list[str] = []

    async def lay(url: str) -> None:
        laid.append(url)

    class Chosen:
        """Servers that only have a name."""

        def __init__(self, name: str) -> None:
            self._found = Servers(name, name, 16)

        def __enter__(self) -> Servers:
            return self._found

        def __exit__(self, *_: object) -> None:
            """Nothing to stop."""

    monkeypatch.setattr(chosen, "_lay_template", lay)
    monkeypatch.setattr(chosen, "_embedded", lambda: Chosen("embedded"))
    monkeypatch.setattr(chosen, "_containers", lambda: Chosen("containers"))
    with chosen._open() as found:
        assert found.postgres == ("postgresql://there/x" if wanted == "given" else wanted)
        assert laid == [found.postgres]


def test_without_a_container_engine_it_is_said_in_a_line() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("JUQU_", "PYTEST_"))}
    environment |= {"JUQU_TEST_SERVERS": "containers", "DOCKER_HOST": "tcp://127.0.0.1:1"}
    words = ["-q", "-p", "no:cacheprovider", "-n", "1", "tests/deploy/test_bootstrap.py"]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode != 0
    assert "takes a container engine, and none answers" in ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr
