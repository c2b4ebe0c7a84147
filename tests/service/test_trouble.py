"""What a server that is away, full or lost in the middle looks like to a client."""

from __future__ import annotations

import asyncio
import errno

import asyncpg
import pytest
import uvloop
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from obstore.exceptions import GenericError
from starlette.requests import ClientDisconnect

from shared.eventlog.trouble import passes
from shared.service.http.problems import install_problems


def lost_under_uvloop() -> Exception:
    """What uvloop really raises where a connection was lost before it is written to."""

    async def write_to_what_is_closed() -> Exception:
        server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
        async with server:
            _, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
            writer.transport.abort()
            await asyncio.sleep(0)
            try:
                writer.writelines([b"x"])
            except Exception as error:  # noqa: BLE001 - it is what is asked for
                return error
        raise AssertionError("it was written")

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(write_to_what_is_closed())


async def status_of(error: Exception) -> int:
    """The status that an endpoint's exception is answered with."""
    app = FastAPI()
    install_problems(app)

    @app.get("/")
    async def _fails() -> None:
        raise error

    async with AsyncClient(transport=ASGITransport(app, raise_app_exceptions=False), base_url="http://test") as client:
        return (await client.get("/")).status_code


def test_a_connection_that_uvloop_found_closed_passes() -> None:
    error = lost_under_uvloop()
    assert isinstance(error, RuntimeError)
    assert passes(error)
    assert not passes(RuntimeError("a fault in the code"))


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.InternalClientError("got result for unknown protocol state 3"),
        RuntimeError("unable to perform operation on <TCPTransport closed=True>; the handler is closed"),
        OSError(errno.ENOSPC, "No space left on device"),
        TimeoutError(),
        ConnectionResetError(),
        GenericError("Generic LocalFileSystem error: No space left on device (os error 28)"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_trouble_with_a_server_is_answered_503(error: Exception) -> None:
    assert await status_of(error) == 503


async def test_a_fault_in_the_code_is_answered_500() -> None:
    assert await status_of(RuntimeError("a fault in the code")) == 500
    assert await status_of(ZeroDivisionError()) == 500


async def test_a_client_that_went_away_is_no_fault_of_ours() -> None:
    assert await status_of(ClientDisconnect()) == 400
