"""The embedded Valkey: its data and its deaths."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from deploy.local.valkey import EmbeddedValkey


async def put(server: EmbeddedValkey, key: str) -> None:
    async with Redis.from_url(server.url) as client:
        await client.set(key, "kept")


async def keys(server: EmbeddedValkey) -> set[str]:
    async with Redis.from_url(server.url, decode_responses=True) as client:
        return {str(key) for key in await client.keys()}


async def test_a_restart_keeps_port_and_data(own_valkey: EmbeddedValkey) -> None:
    await put(own_valkey, "one")
    url = own_valkey.url
    await own_valkey.restart()
    assert own_valkey.url == url
    assert await keys(own_valkey) == {"one"}


async def test_a_kill_brings_back_what_was_written_before(own_valkey: EmbeddedValkey) -> None:
    await put(own_valkey, "one")
    await own_valkey.kill()
    assert not own_valkey.running
    await own_valkey.start()
    assert await keys(own_valkey) == {"one"}


async def test_files_that_it_cannot_read_are_begun_anew(own_valkey: EmbeddedValkey) -> None:
    for one in ("one", "two"):
        await put(own_valkey, one)
        await own_valkey.kill()
        for file in own_valkey.data.rglob("*.incr.aof"):
            file.write_bytes(b"spoilt" * 100)
        await own_valkey.start()
        assert await keys(own_valkey) == set()
    assert "append only file" in own_valkey.log_file.read_text()
    await put(own_valkey, "three")
    await own_valkey.restart()
    assert await keys(own_valkey) == {"three"}


async def test_without_appendonly_a_restart_is_empty(state_dir: Path) -> None:
    async with EmbeddedValkey(state_dir, appendonly=False) as server:
        await put(server, "one")
        await server.restart()
        assert await keys(server) == set()


async def test_starting_again_is_without_effect(own_valkey: EmbeddedValkey) -> None:
    before = own_valkey.pid
    await own_valkey.start()
    assert own_valkey.pid == before


async def test_a_paused_server_answers_once_resumed(own_valkey: EmbeddedValkey) -> None:
    own_valkey.pause()
    async with Redis.from_url(own_valkey.url, socket_timeout=0.2, retry_on_timeout=False) as client:
        with pytest.raises(Exception, match=r"(?i)time"):
            await client.ping()
    own_valkey.resume()
    assert await keys(own_valkey) == set()


async def test_tests_share_a_server_but_no_keys(redis_url: str) -> None:
    async with Redis.from_url(redis_url) as client:
        assert await client.dbsize() == 0
        assert not redis_url.endswith("/0")
