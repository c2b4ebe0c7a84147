"""The real command as a process of its own, on a database with one case in its log."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from deploy.database.roles import ROLES
from deploy.operator.frame.definitions import follows
from shared.contracts.core import Actor, Context, Event, Role, derived_id
from shared.contracts.notify import AttemptStarted, Channel, DeliveryDelivered, DeliveryRequested, Language
from shared.eventlog.log import EventLog
from shared.projections.projector import Projector
from tests.review import histories
from tests.servers import Database
from tests.specification import actor
from tests.starting import run

ROOT = Path(__file__).resolve().parents[2]
CASE = histories.CASE
DELIVERY = "0d0e1f2a-0000-5000-8000-000000000009"
CITY = actor("city:220100", Role.CITY, subject="city-clerk")
NOTIFY = actor("system:notify", Role.SYSTEM)


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> list[Any]:
        """The output as JSON, one value a line."""
        return [json.loads(each) for each in self.out.splitlines()]

    @property
    def refused(self) -> str:
        """What it said instead of doing it; fails where it did, or where it shows a traceback."""
        assert self.code in {1, 2}, self
        assert "Traceback" not in self.err
        return self.err


@dataclass(frozen=True, slots=True)
class System:
    """A system that looks as if it ran: its note in the state folder, its database."""

    state: Path
    database: Database

    async def juqu(self, *words: str, **environment: str) -> Said:
        """Run the command and wait for its end."""
        return await juqu(*words, JUQU_STATE_DIR=str(self.state), **environment)

    def note(self, *, clock: str = "system", services: Mapping[str, str] | None = None) -> None:
        """Write the note that `juqu up` leaves."""
        facts = {
            "clock": clock,
            "database": self.database.owner_url,
            "roles": {role: self.database.url(role) for role in ROLES},
            "redis": "redis://127.0.0.1:1/0",
            "services": dict(services or {}),
        }
        (self.state / "stack.json").write_text(json.dumps(facts))

    async def append(
        self, role: str, stream: str, who: Actor, on: str, *events: Event, cause: UUID | None = None
    ) -> UUID:
        """Append as a service; gives the id of the first event."""
        day = datetime.fromisoformat(on).date()
        context = Context(
            actor=who,
            now=datetime.now(UTC),
            effective_on=day,
            command_id=derived_id("test", stream, on),
            correlation_id="one-request",
            causation_id=cause,
            policy_version="2018-04-28.1",
        )
        async with await EventLog.open(self.database.url(role)) as log:
            found = await log.read_raw(0, limit=1000, include_internal=True)
            version = sum(each.stream == stream for each in found)
            appended = await log.append(stream, version, events, context)
            (first,) = await log.read_raw(appended.first_seq - 1, limit=1, include_internal=True)
        return first.event_id

    async def follow(self, service: str, upto: int | None = None) -> None:
        """Let a service's projections take in the log, up to a seq."""
        engine = create_async_engine(self.database.url(service).replace("postgresql://", "postgresql+asyncpg://"))
        async with await EventLog.open(self.database.url(service)) as log:
            end = await log.head() if upto is None else upto
            for each in follows(service).kept:
                projector = Projector(engine, each, service)
                await projector.prepare()
                page = await log.read_all(
                    await projector.position(),
                    limit=1000,
                    categories=each.categories,
                    until=end,
                    include_internal=each.include_internal,
                )
                await projector.apply(page, end)
        await engine.dispose()


async def juqu(*words: str, **environment: str) -> Said:
    """Run the command as a process of its own, its output in pipes, and wait for its end."""
    code, out, err = await run("deploy.operator.app", *words, environment=plain() | environment, seconds=120)
    return Said(code, out.decode(), err.decode())


def plain() -> dict[str, str]:
    """Our environment without settings of juqu."""
    return {name: value for name, value in os.environ.items() if not name.startswith("JUQU_")}


@pytest.fixture
def system(database: Database, tmp_path: Path) -> System:
    """A system with an empty log."""
    made = System(tmp_path, database)
    made.note()
    return made


@pytest.fixture
async def lived(system: System) -> System:
    """A system in which a case was filed, reviewed and approved, and the filing was told to the city."""
    filing = await system.append("intake", f"intake/application/{CASE}", CITY, "2018-06-20", histories.FILING)
    first, *rest = histories.approved()
    stream = f"review/case/{CASE}"
    case = await system.append("review", stream, histories.SYSTEM, "2018-06-20", first, cause=filing)
    await system.append("review", stream, histories.OFFICER, "2018-08-31", *rest)
    told = await system.append(
        "notify", f"notify/delivery/{DELIVERY}", NOTIFY, "2018-06-20", requested(case), cause=case
    )
    await system.append("notify", f"notify/delivery/{DELIVERY}", NOTIFY, "2018-06-21", *delivered(), cause=told)
    return system


def requested(cause: UUID) -> DeliveryRequested:
    """A mail to the city about the case's opening."""
    return DeliveryRequested(
        delivery_id=DELIVERY,
        case_id=CASE,
        cause_id=cause,
        cause_type="review.CaseOpened",
        rule="opened",
        rule_version=1,
        occurrence="",
        role="city",
        recipient="city:220100",
        recipient_name="王样例",
        channel=Channel.MAIL,
        address="demo0002@example.invalid",
        subject="收到申报材料",
        body="……",
        message_id="<1@example.invalid>",
        dated=datetime(2018, 6, 20, 1, tzinfo=UTC),
        reminder_id="",
        expires_at=None,
        language=Language.CHINESE,
        template="opened@1",
        html="",
        sms_template="",
        variables="",
        content_sha256="",
        statutory=True,
        urgent=True,
        unsubscribe_url="",
    )


def delivered() -> tuple[Event, ...]:
    """An attempt, and its success."""
    at = datetime(2018, 6, 20, 1, tzinfo=UTC)
    started = AttemptStarted(
        delivery_id=DELIVERY,
        attempt=1,
        provider="local",
        out_id="o1",
        worker="w1",
        segments=1,
        started_at=at,
        lease_until=at + timedelta(minutes=1),
        possible_duplicate=False,
    )
    return started, DeliveryDelivered(delivery_id=DELIVERY, attempt=1, receipt="r1")
