"""Of an X-Correlation-Id only what cannot be personal is kept: it outlives everybody's erasure."""

from __future__ import annotations

from uuid import UUID

import pytest
from fastapi import FastAPI, Request
from httpx import ASGITransport, AsyncClient

from shared.service.http.correlation import Correlation, kept

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize(
    "drawn", ["0b6f1f0e-52a5-4a0e-9d5e-6a1f0d8c7b21", "0B6F1F0E-52A5-7A0E-9D5E-6A1F0D8C7B21", TRACE]
)
def test_an_id_that_a_machine_drew_is_kept(drawn: str) -> None:
    assert kept(drawn.encode()) == drawn
    assert kept(f"00-{TRACE}-00f067aa0ba902b7-01".encode()) == f"00-{TRACE}-00f067aa0ba902b7-01"


@pytest.mark.parametrize(
    "given",
    [
        "",
        "wang@jl.gov.cn",
        "王芳".encode(),
        "13800138000",
        "220104199001011234",
        "9" * 32,
        "91220702DEM000129G",
        "wang-fang-0b6f1f0e-52a5-4a0e-9d5e-6a1f0d8c7b21",
        "00000000-0000-0000-0000-013800138000",
        "0b6f1f0e-52a5-4a0e-9d5e-6a1f0d8c7b21\n",
    ],
)
def test_whatever_else_it_says_a_new_one_is_drawn(given: str | bytes) -> None:
    drawn = kept(given if isinstance(given, bytes) else given.encode())
    assert str(UUID(drawn)) == drawn != given


async def test_the_answer_tells_the_id_that_is_kept() -> None:
    app = FastAPI()
    app.add_middleware(Correlation)

    @app.get("/")
    async def told(request: Request) -> str:
        return str(request.state.correlation_id)

    async with AsyncClient(transport=ASGITransport(app), base_url="http://juqu") as client:
        for given, same in ((TRACE, True), ("wang@jl.gov.cn", False)):
            answer = await client.get("/", headers={"X-Correlation-Id": given})
            assert answer.json() == answer.headers["X-Correlation-Id"]
            assert (answer.json() == given) is same
