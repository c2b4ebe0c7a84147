"""A notify that runs on real servers, with a real mail server and a real SMS centre."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from deploy.local.mail_peer import serve_mail
from deploy.local.ports import free_ports
from deploy.local.sms_peer import serve_sms
from services.notify.aggregates.delivery import DELIVERY
from services.notify.app import service as notify
from services.notify.own import Notify
from services.notify.sending.providers import Provider
from shared.contracts.core import Actor, Context, Event, Role
from shared.eventlog.log import EventLog
from shared.messaging.follower import SubscriptionPace
from shared.messaging.streams import Subscriptions
from shared.service.app import build_app
from shared.service.identity.development_issuer import DevelopmentIssuer
from shared.service.service import Service
from shared.service.settings import Settings, read_settings
from tests.notify.messages import SYSTEM, requested
from tests.notify.peers.mail_script import ScriptedMail, scripted_mail
from tests.notify.peers.sms_script import ScriptedCentre, scripted_centre
from tests.notify.waiting import GENEROUS
from tests.servers import Database
from tests.specification import actor, context


@dataclass
class Peers:
    """Where the peers are and what they hold."""

    mail_port: int
    sms_port: int
    maildir: Path
    texts_file: Path

    @property
    def mail_url(self) -> str:
        return f"smtp://127.0.0.1:{self.mail_port}"

    @property
    def sms_url(self) -> str:
        return f"smpp://juqu:local@127.0.0.1:{self.sms_port}"

    def mails(self) -> list[dict[str, Any]]:
        return _lines(self.maildir / "index.jsonl")

    def texts(self) -> list[dict[str, Any]]:
        return _lines(self.texts_file)


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


@pytest.fixture
async def peers(tmp_path: Path) -> AsyncIterator[Peers]:
    mail_port, sms_port = free_ports(2)
    found = Peers(mail_port, sms_port, tmp_path / "mail", tmp_path / "sms.jsonl")
    mail = await serve_mail(mail_port, found.maildir)
    sms, task = await serve_sms(sms_port, found.texts_file)
    yield found
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await sms.stop()
    mail.close()


@dataclass
class Running:
    """A notify under test."""

    service: Service
    client: httpx.AsyncClient
    settings: Settings
    logs: Callable[[str], Awaitable[EventLog]]

    def headers(self, office: str, *roles: Role) -> dict[str, str]:
        who = Actor(office, office, office, frozenset(roles))
        return {"Authorization": f"Bearer {DevelopmentIssuer(self.settings.keys_dir).token(who)}"}

    async def request(self, *notices: Any) -> None:
        """Have deliveries requested."""
        for notice in notices:
            await self.service.runner.execute(DELIVERY, notice.delivery_id, requested(notice, ctx=fresh(SYSTEM)))

    async def request_at(self, notice: Any, now: datetime) -> None:
        """Have a delivery requested at a moment."""
        asked = requested(notice, ctx=replace(fresh(SYSTEM), now=now))
        await self.service.runner.execute(DELIVERY, notice.delivery_id, asked)

    async def row(self, delivery_id: str) -> dict[str, Any]:
        answer = await self.client.get(f"/notices/{delivery_id}", headers=self.headers("operator", Role.OPERATOR))
        assert answer.status_code in {200, 404}, answer.text
        return dict(answer.json()) if answer.status_code == 200 else {"state": ""}

    def provider(self, name: str) -> Provider:
        """A provider as this notify has it."""
        provider = self.service.own(Notify).office.provider(name)
        assert provider is not None, name
        return provider

    def transport(self, name: str) -> Any:
        """A provider's transport, to shorten its patience."""
        return self.provider(name).transport

    async def until(self, delivery_id: str, *states: str, within: float = GENEROUS) -> dict[str, Any]:
        """Wait for a state, at most so many seconds."""
        row: dict[str, Any] = {}
        async with asyncio.timeout(within):
            while True:
                row = await self.row(delivery_id)
                if row["state"] in states:
                    return row
                await asyncio.sleep(0.02)

    async def happened(self, service: str, stream: str, *events: Event, on: str = "2018-06-11") -> None:
        """Let another service record events."""
        log = await self.logs(service)
        before = await log.read_stream(stream)
        who = context(actor("province", Role.PROVINCE), on)
        await log.append(stream, len(before), events, fresh(who))

    async def at_rest(self, within: float = GENEROUS) -> dict[str, Any]:
        """Wait until every event is taken in and nothing is left to send, seen twice with nothing new between."""
        before = -1
        async with asyncio.timeout(within):
            while True:
                head = await self.service.log.head()
                report: dict[str, Any] = (await self.client.get("/health")).json()
                lags = [part["lag"] for part in report["followers"].values()]
                busy = any(lags) or report["sending"] or report["deadlines"]["due"]
                if not busy and before == head:
                    return report
                before = -1 if busy else head
                await asyncio.sleep(0.05)


def kinds(row: dict[str, Any]) -> list[str]:
    """What is recorded of a notice after its request, in time order."""
    return [one["event"] for one in row["history"]][1:]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ScriptedMail]:
    """A mail server that says what a test tells it to."""
    async with scripted_mail(tmp_path / "scripted") as made:
        yield made


@pytest.fixture
async def centre() -> AsyncIterator[ScriptedCentre]:
    """An SMS centre whose every word a test decides."""
    async with scripted_centre() as made:
        yield made


def fresh(ctx: Context) -> Context:
    """The same context for another command."""
    from uuid import uuid4

    return replace(ctx, command_id=uuid4())


Start = Callable[..., Any]


@pytest.fixture
async def start(
    database: Database, redis_url: str, tmp_path: Path, peers: Peers, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Start]:
    """Starts a notify: ``async with start(JUQU_SMTP_URL="") as running``; again for a second process' worth.

    Nobody publishes here, so Redis is not given a second to bring what the log has.
    """
    opened: dict[str, EventLog] = {}
    monkeypatch.setattr("shared.service.host.Subscriptions", partial(Subscriptions, pace=SubscriptionPace(grace=0.1)))

    async def logs(service: str) -> EventLog:
        if service not in opened:
            opened[service] = await EventLog.open(database.url(service))
        return opened[service]

    @asynccontextmanager
    async def running(**environment: str) -> AsyncIterator[Running]:
        settings = read_settings(
            "notify",
            {
                "JUQU_DATABASE_URL": database.url("notify"),
                "JUQU_REDIS_URL": redis_url,
                "JUQU_STATE_DIR": str(tmp_path / "state"),
                "JUQU_OIDC_ISSUER": "development",
                "JUQU_SMTP_URL": peers.mail_url,
                "JUQU_SMPP_URL": peers.sms_url,
                "JUQU_TEST_ADDRESSES": "1",
                "JUQU_RETRY_PACE": "0.005",
                "JUQU_CLOCK": "driven",
            }
            | environment,
        )
        app = build_app(notify(), settings)
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://notify") as client:
                yield Running(app.state.host.service, client, settings, logs)

    owner = await asyncpg.connect(database.owner_url)
    await owner.execute("select clock.set('2018-06-11T09:00:00+08:00')")
    await owner.close()
    yield running
    for log in opened.values():
        await log.close()
