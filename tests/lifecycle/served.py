"""Lifecycle served on real servers: its HTTP API, its followers, its deadlines, and a clock that is driven."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from services.lifecycle.app import service as definition
from services.relay.app import Relay
from shared.contracts.core import CST, Actor, Context, Role, derived_id
from shared.contracts.review import DesignationApproved
from shared.eventlog.log import EventLog
from shared.messaging.publisher import PublisherPace
from shared.programme.forms import ApplicationForm, Unit
from shared.service.app import build_app
from shared.service.host import Host
from shared.service.identity.development_issuer import DevelopmentIssuer
from shared.service.service import Service
from shared.service.settings import read_settings
from tests.lifecycle.situations import TITLE, place_of
from tests.servers import Database
from tests.specification import actor

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"


def pdf(text: str) -> bytes:
    """A small PDF that differs by a comment."""
    return PDF + f"% {text}\n".encode()


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
        own, asked = await service.log.head(["lifecycle"]), await service.log.head(["review"])
        behind = [one for one in service.projectors.values() if await one.position() < own]
        reacting = await host.reactions.position() < asked
        due = (await host.scheduler.agenda()).due
        return not (behind or reacting or due) and own == await service.log.head(["lifecycle"])

    def headers(self, who: Actor | None, key: str | None = None) -> dict[str, str]:
        """A token, and an idempotency key of its own unless one is given."""
        token = {"Authorization": f"Bearer {self.issuer.token(who)}"} if who else {}
        return token | {"Idempotency-Key": key or str(uuid4())}

    async def post(
        self, who: Actor | None, path: str, body: object = None, *, key: str | None = None, **headers: str
    ) -> httpx.Response:
        """Give a command."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.post(path, json=body or {}, headers=self.headers(who, key) | named)

    async def done(self, who: Actor, path: str, body: object = None) -> list[str]:
        """Give a command that is not refused, wait until the followers know, and answer its events."""
        answer = await self.post(who, path, body)
        assert answer.status_code == 200, answer.text
        await self.settled()
        return [name.removeprefix("lifecycle.") for name in answer.json()["events"]]

    async def get(self, who: Actor | None, path: str, **parameters: str) -> Any:
        """Ask a query that is answered."""
        answer = await self.http.get(path, params=parameters, headers=self.headers(who))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def upload(self, who: Actor, case_id: str, name: str, content: bytes) -> httpx.Response:
        """Upload a document."""
        files = {"file": (name, content)}
        return await self.http.post(f"/districts/{case_id}/documents", files=files, headers=self.headers(who))

    async def stored(self, who: Actor, case_id: str, name: str) -> dict[str, Any]:
        """Upload a PDF and answer what a filing names it by."""
        answer = await self.upload(who, case_id, name, pdf(name))
        assert answer.status_code == 201, answer.text
        stored: dict[str, Any] = answer.json()
        return stored

    async def approve(self, case_id: str, on: str, county: str, key_unit: Unit) -> None:
        """Let review approve a district, and wait until it is designated."""
        await self.clock(on)
        day = date.fromisoformat(on)
        event = DesignationApproved(
            case_id=case_id,
            document_number=f"吉科发专〔{day.year}〕88号",
            approved_on=day,
            title=TITLE,
            place=place_of(county, on),
            county_unit=Unit(name="县（区）科技主管部门（虚构）"),
            key_unit=key_unit,
            form=ApplicationForm(county_code=county),
            average=Decimal("71.00"),
            policy_version="2018-04-28.1",
            decided_by="head",
        )
        context = Context(
            actor=actor("province", Role.PROVINCE_LEAD),
            now=datetime.combine(day, time(9), CST),
            effective_on=day,
            command_id=derived_id("approve", case_id),
            correlation_id="approval",
            policy_version="2018-04-28.1",
        )
        async with await EventLog.open(self.database.url("review")) as log:
            await log.append(f"review/case/{case_id}", 0, (event,), context)
        await self.settled()


@asynccontextmanager
async def serving(database: Database, redis_url: str, state_dir: Path) -> AsyncIterator[Served]:
    """Lifecycle on a database and a Redis of its own."""
    environment = {
        "JUQU_DATABASE_URL": database.url("lifecycle"),
        "JUQU_REDIS_URL": redis_url,
        "JUQU_CLOCK": "driven",
        "JUQU_STATE_DIR": str(state_dir),
        "JUQU_OIDC_ISSUER": "development",
    }
    settings = read_settings("lifecycle", environment)
    app = build_app(definition(), settings)
    host: Host = app.state.host
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    relay = Relay(replace(settings, service="relay", database_url=database.url("relay")), PublisherPace())
    async with relay.run(), httpx.AsyncClient(transport=transport, base_url="http://lifecycle") as http:
        try:
            await host.connect()
            await host.start()
            yield Served(host, http, DevelopmentIssuer(settings.keys_dir), database)
        finally:
            await host.close()
