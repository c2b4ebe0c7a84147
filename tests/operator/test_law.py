"""``juqu calendar load`` and ``juqu policy load`` at the command line: asked of an office that runs."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from deploy.local.ports import free_ports
from shared.service.identity.development_issuer import DevelopmentIssuer
from tests.notify.waiting import eventually
from tests.office.notices import FILE
from tests.office.people import LEAD
from tests.operator.conftest import System
from tests.starting import start


async def _healthy(url: str) -> bool:
    async with httpx.AsyncClient(trust_env=False) as client:
        try:
            return (await client.get(f"{url}/health")).is_success
        except httpx.TransportError:
            return False


@pytest.fixture
async def office(system: System, redis_url: str) -> AsyncIterator[System]:
    """A system in which office runs."""
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    system.note(services={"office": url})
    environment = {
        **os.environ,
        "JUQU_DATABASE_URL": system.database.url("office"),
        "JUQU_REDIS_URL": redis_url,
        "JUQU_STATE_DIR": str(system.state),
        "JUQU_OIDC_ISSUER": "development",
        "JUQU_PORT": str(port),
    }
    process = await start("services.office.app", environment=environment)
    try:
        await eventually(lambda: _healthy(url))
        yield system
    finally:
        process.send_signal(signal.SIGKILL)
        await process.wait()


async def announced(system: System) -> int:
    """How many notices the log has."""
    connection = await asyncpg.connect(system.database.owner_url)
    try:
        return int(await connection.fetchval("select count(*) from log.events where stream like 'office/calendar/%'"))
    finally:
        await connection.close()


async def test_a_notice_is_loaded_once_and_a_wrong_one_is_refused(office: System, tmp_path: Path) -> None:
    right, wrong = FILE.read_text(encoding="utf-8"), tmp_path / "wrong.toml"

    async def refused(text: str) -> str:
        wrong.write_text(text, encoding="utf-8")
        return (await office.juqu("calendar", "load", str(wrong))).refused

    weekday = await refused(right.replace('"周五"', '"周四"', 1))
    for words in (
        "holidays.0.first_weekday",
        "2027-01-01 周五",
        "日期与星期不符",
        "国办年度放假安排通知",
        "核对日期和星期",
    ):
        assert words in weekday
    assert "2027-04-05 清明节" in await refused(_without(right, "清明节"))
    assert "holidays.0.days" in await refused(right.replace("days = 3", "days = 4", 1))
    assert "holidays.0.hollow" in await refused(right.replace("days = 3", "days = 3\nhollow = true", 1))
    assert "no TOML" in await refused("year = ")
    assert await announced(office) == 0

    said = await office.juqu("calendar", "load", str(FILE))
    assert (said.code, "is announced" in said.out) == (0, True), said
    assert "known already" in (await office.juqu("calendar", "load", str(FILE))).out
    other = right.replace("last = 2027-10-07", "last = 2027-10-08").replace('"周四"\ndays = 7', '"周五"\ndays = 8')
    known = (await refused(other)).partition("already: ")[2][:64]
    said = await office.juqu("calendar", "load", str(wrong), "--replaces", known)
    assert said.code == 0, said
    assert await announced(office) == 2


async def test_a_lead_adopts_a_policy_and_nobody_else(office: System, tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text('version = "2030.1"\nbased_on = "2027.1"\npass_mark = 200\n', encoding="utf-8")
    words = ("policy", "load", str(file), "--from", "2099-03-01")
    assert (await office.juqu(*words)).code == 1
    lead = DevelopmentIssuer(office.state / "keys").token(LEAD)
    absurd = (await office.juqu(*words, JUQU_TOKEN=lead)).refused
    for each in ("text.pass_mark", "四（四）", "it is 1 to 100", "应为1至100", "policy.md"):
        assert each in absurd
    file.write_text(file.read_text(encoding="utf-8").replace("200", "65"), encoding="utf-8")
    said = await office.juqu(*words, JUQU_TOKEN=lead)
    assert (said.code, "in force from 2099-03-01" in said.out) == (0, True), said
    assert "adopted already" in (await office.juqu(*words, JUQU_TOKEN=lead)).out


def _without(notice: str, name: str) -> str:
    """The notice without a holiday."""
    head, *holidays = notice.split("[[holidays]]")
    return "[[holidays]]".join([head, *(each for each in holidays if name not in each)])
