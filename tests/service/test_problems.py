"""Trouble that passes by itself is told as such; anything else says nothing of the inside."""

from __future__ import annotations

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError

from shared.eventlog.errors import LogUnavailable, VersionConflict
from shared.service.http.problems import MOST_REASONS, install_problems, malformed

PASSING = [
    LogUnavailable("no answer"),
    ConnectionResetError("reset by peer"),
    TimeoutError(),
    asyncpg.AdminShutdownError("terminating connection due to administrator command"),
    asyncpg.CannotConnectNowError("the database system is starting up"),
    asyncpg.InterfaceError("connection is closed"),
    asyncpg.InternalClientError("cannot switch to state 15; another operation (2) is in progress"),
    DBAPIError("select 1", {}, asyncpg.CannotConnectNowError("starting up")),
]
FAULTS = [
    asyncpg.UndefinedTableError('relation "secret" does not exist'),
    DBAPIError("select secret", {}, asyncpg.UndefinedTableError("secret")),
    ZeroDivisionError("secret"),
]


async def _answer(error: Exception, headers: dict[str, str] | None = None) -> httpx.Response:
    app = FastAPI()
    install_problems(app, DBAPIError)

    @app.get("/")
    async def fail() -> None:
        raise error

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://juqu") as client:
        return await client.get("/", headers=headers)


@pytest.mark.parametrize("error", PASSING, ids=lambda error: type(error).__name__)
async def test_trouble_that_passes_asks_to_try_again(error: Exception) -> None:
    answer = await _answer(error)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert answer.json()["type"] == "urn:juqu:rule:servers-are-available"


@pytest.mark.parametrize("error", FAULTS, ids=lambda error: type(error).__name__)
async def test_a_fault_of_ours_says_nothing_of_the_inside(error: Exception) -> None:
    answer = await _answer(error)

    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text


async def test_412_is_told_only_to_who_named_a_version() -> None:
    contended = VersionConflict("intake/application/x", 1, 2)

    named = await _answer(contended, {"If-Match": '"1"'})
    unnamed = await _answer(contended)

    assert (named.status_code, named.json()["type"]) == (412, "urn:juqu:rule:version-is-current")
    assert (unnamed.status_code, unnamed.json()["type"]) == (503, "urn:juqu:rule:others-are-done")
    assert unnamed.headers["Retry-After"]


def test_an_answer_names_no_more_reasons_than_anybody_reads() -> None:
    wrong: list[dict[str, object]] = [
        {"loc": ("names", number, "x" * 9_000), "type": "string_type", "msg": "no"} for number in range(50_000)
    ]

    answer = malformed(wrong).response()

    assert answer.status_code == 422
    assert bytes(answer.body).count(b'"rule"') == MOST_REASONS
    assert len(answer.body) < 100_000
