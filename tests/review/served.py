"""Review served on real servers: its HTTP API, its followers, its deadlines, and a clock that is driven."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from services.review.app import service as definition
from services.review.case import commands
from shared.contracts.core import CST, Actor, Event
from shared.eventlog.log import EventLog
from shared.messaging.publisher import Publisher
from shared.programme.values.json_values import as_json
from shared.service.app import build_app
from shared.service.host import Host
from shared.service.identity.development_issuer import DevelopmentIssuer
from shared.service.service import Service
from shared.service.settings import read_settings
from tests.review import histories as h
from tests.servers import Database
from tests.specification import context

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf500f00038001"
    "80b2a3f6cb0000000049454e44ae426082"
)
CASE = f"/cases/{h.CASE}"


def body(command: commands.CaseCommand) -> dict[str, Any]:
    """What a client sends for a command."""
    fields: dict[str, Any] = {
        name: as_json(getattr(command, name))
        for name in command.__dataclass_fields__
        if name not in ("context", "case_id", "recorded", "objection_id", "client")
    }
    return fields


def rule_of(answer: httpx.Response, status: int) -> str:
    """The rule that a problem names."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    return str(answer.json()["type"]).removeprefix("urn:juqu:rule:")


@dataclass
class Served:
    """A running service, and how tests speak to it."""

    host: Host
    http: httpx.AsyncClient
    issuer: DevelopmentIssuer
    database: Database

    @property
    def service(self) -> Service:
        """What it has."""
        return self.host.service

    async def clock(self, on: str) -> None:
        """Move the clock to nine in the morning of a day, and wait until what is due has events."""
        connection = await asyncpg.connect(self.database.owner_url)
        await connection.execute("select clock.set($1)", datetime.combine(date.fromisoformat(on), time(9), CST))
        await connection.close()
        await self.settled()

    async def settled(self) -> None:
        """Wait until the followers have taken in the whole log and no deadline is due."""
        async with asyncio.timeout(30):
            while not await self._is_settled():
                await asyncio.sleep(0.02)

    async def _is_settled(self) -> bool:
        host, service = self.host, self.host.service
        assert host.scheduler is not None
        assert host.reactions is not None
        own, intakes = await service.log.head(["review"]), await service.log.head(["intake"])
        behind = [projector for projector in service.projectors.values() if await projector.position() < own]
        reacting = await host.reactions.position() < intakes
        due = (await host.scheduler.agenda()).due
        return not (behind or reacting or due) and own == await service.log.head(["review"])

    def headers(self, who: Actor | None, key: str | None = None) -> dict[str, str]:
        """A token, and an idempotency key of its own unless one is given."""
        token = {"Authorization": f"Bearer {self.issuer.token(who)}"} if who else {}
        return token | {"Idempotency-Key": key or str(uuid4())}

    async def post(
        self, who: Actor | None, path: str, fields: object = None, *, key: str | None = None, **headers: str
    ) -> httpx.Response:
        """Give a command."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.post(f"{CASE}{path}", json=fields or {}, headers=self.headers(who, key) | named)

    async def done(self, who: Actor | None, path: str, fields: object = None) -> list[str]:
        """Give a command that is not refused, wait until the followers know, and answer its events."""
        answer = await self.post(who, path, fields)
        assert answer.status_code == 200, answer.text
        await self.settled()
        return [name.removeprefix("review.") for name in answer.json()["events"]]

    async def get(self, who: Actor | None, path: str = "", **parameters: str) -> Any:
        """Ask a query of the case that is answered."""
        return await self.ask(who, f"{CASE}{path}", **parameters)

    async def ask(self, who: Actor | None, path: str, **parameters: str) -> Any:
        """Ask a query that is answered."""
        answer = await self.http.get(path, params=parameters, headers=self.headers(who))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def upload(self, who: Actor, name: str, content: bytes) -> httpx.Response:
        """Upload a photograph."""
        return await self.http.post(f"{CASE}/photographs", files={"file": (name, content)}, headers=self.headers(who))

    async def hear(self, version: int, event: Event, on: str) -> None:
        """Let intake record an event, and wait until review reacted."""
        async with await EventLog.open(self.database.url("intake")) as log:
            said_by = context(h.COUNTY, on, policy_version=h.POLICY.version)
            await log.append(f"intake/application/{h.CASE}", version, (event,), said_by)
        await self.settled()

    async def file(self, opening: commands.OpenCase | None = None) -> None:
        """Let intake file the application on 20 June 2018."""
        await self.clock("2018-06-20")
        await self.hear(0, (opening or h.open_case()).filing, "2018-06-20")

    async def go_to_the_panel(self) -> None:
        """File, accept, judge, convene."""
        await self.file()
        await self.clock("2018-06-25")
        await self.done(h.OFFICER, "/acceptance")
        for condition in ("industry_and_innovators", "service_coverage"):
            await self.done(h.OFFICER, "/judgements", body(h.judge(condition)))
        await self.done(h.OFFICER, "/panel", body(h.convene()))

    async def declare(self, *numbers: int) -> None:
        """Let experts declare their impartiality."""
        for number in numbers:
            await self.done(h.impartial(f"e{number}").context.actor, "/panel/impartiality")

    async def go_to_publicity(self) -> None:
        """All sheets in, the visit made, the panel concluded, publicity from 20 August."""
        await self.go_to_the_panel()
        await self.clock("2018-07-20")
        await self.declare(1, 2, 3, 4, 5)
        for number in range(1, 6):
            who = h.expert_at(f"expert:e{number}")("2018-07-20").actor
            await self.done(who, "/score-sheet", body(h.submit(f"e{number}")))
        await self.done(h.OFFICER, "/site-visit", body(h.schedule()))
        await self.clock("2018-08-09")
        photograph = (await self.upload(h.OFFICER, "大厅.png", PNG)).json()
        await self.done(h.OFFICER, "/site-visit/report", body(h.report_visit()) | {"photographs": [photograph]})
        await self.clock("2018-08-17")
        await self.done(h.OFFICER, "/panel/conclusion")
        await self.done(h.OFFICER, "/publicity", body(h.start_publicity()))


@asynccontextmanager
async def publishing(database: Database, redis_url: str) -> AsyncIterator[None]:
    """A publisher beside it, so that its followers hear at once."""
    url = database.url("relay")
    async with await EventLog.open(url) as log:
        publisher = Publisher(log, database_url=url, redis_url=redis_url, services=("intake", "review"))
        task = asyncio.create_task(publisher.run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@asynccontextmanager
async def serving(database: Database, redis_url: str, state_dir: Path) -> AsyncIterator[Served]:
    """Review on a database and a Redis of its own."""
    environment = {
        "JUQU_DATABASE_URL": database.url("review"),
        "JUQU_REDIS_URL": redis_url,
        "JUQU_CLOCK": "driven",
        "JUQU_STATE_DIR": str(state_dir),
        "JUQU_OIDC_ISSUER": "development",
    }
    settings = read_settings("review", environment)
    app = build_app(definition(), settings)
    host: Host = app.state.host
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        publishing(database, redis_url),
        httpx.AsyncClient(transport=transport, base_url="http://review") as http,
    ):
        try:
            await host.connect()
            await host.start()
            yield Served(host, http, DevelopmentIssuer(settings.keys_dir), database)
        finally:
            await host.close()
