"""A running system in which one person is a county's contact, a city's contact and a subscriber."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import asyncpg
import httpx
from redis.asyncio import Redis

from deploy.database.roles import KEYS, beside
from deploy.local.peers import Peers
from deploy.local.stack import Stack
from shared.eventlog.codec import COLUMNS
from shared.programme.forms import Person
from shared.service.identity.development_issuer import DevelopmentIssuer
from tests.intake import cases
from tests.intake.serving import START, Desk
from tests.operator.conftest import Said, juqu

NAME, PHONE, EMAIL = "欧阳独一", "0000-7654321", "unique7654321@example.invalid"
CONTACT = Person(name=NAME, post="科长", phone=PHONE, email=EMAIL)
LEASE = "0.3"


@dataclass(frozen=True, slots=True)
class Town:
    """A running system, what people left in it, and those who told them of it."""

    stack: Stack
    peers: Peers
    desk: Desk
    notify: httpx.AsyncClient

    async def juqu(self, *words: str) -> Said:
        """Run the command on this system."""
        return await juqu(*words, JUQU_STATE_DIR=str(self.stack.state), JUQU_KEY_LEASE=LEASE)

    async def live(self) -> None:
        """Let the person be known to it, and be told things."""
        path = await self.desk.written(cases.form(county_contact=CONTACT))
        sha = await self.desk.seal(path, cases.COUNTY, cases.KEY)
        headers = {"Authorization": f"Bearer {self.desk.issuer.token(cases.CITY)}"}
        contact = {"name": NAME, "phone": PHONE, "email": EMAIL}
        answers = [
            await self.notify.post(f"/contacts/{cases.CITY.office}", json=contact, headers=headers),
            await self.notify.post("/subscriptions", json={"channel": "mail", "address": EMAIL}),
            await self.desk.post(cases.COUNTY, f"{path}/endorsement-request"),
            await self.desk.post(cases.CITY, f"{path}/endorsement", {"opinion": "同意申报", "packet_sha256": sha}),
        ]
        assert all(answer.is_success for answer in answers), [answer.text for answer in answers]
        await self.at_rest()

    async def rows(self) -> list[tuple[object, ...]]:
        """The log, byte by byte."""
        connection = await asyncpg.connect(self.stack.database_url)
        try:
            return [tuple(row) for row in await connection.fetch(f"select {COLUMNS} from log.events order by seq")]
        finally:
            await connection.close()

    async def keys(self) -> dict[str, bytes]:
        """The key store's wrapped keys by person."""
        connection = await asyncpg.connect(beside(self.stack.database_url, KEYS))
        try:
            return {str(row["person_id"]): row["key"] for row in await connection.fetch("select * from keys.wrapped")}
        finally:
            await connection.close()

    async def at_rest(self) -> None:
        """Wait until every follower has taken in everything and nothing is left to send."""
        async with asyncio.timeout(120):
            while not await self._rests():
                await asyncio.sleep(0.1)

    async def _rests(self) -> bool:
        async with httpx.AsyncClient(trust_env=False) as client:
            for name in ("intake", "review", "lifecycle", "notify"):
                answer = await client.get(f"{self.stack.url(name)}/health")
                report = answer.json()
                if not answer.is_success or any(each["lag"] for each in report["followers"].values()):
                    return False
                if report.get("sending"):
                    return False
        return True

    async def told(self) -> str:
        """Everything that databases, Redis, exports and the processes' logs hold, as one text."""
        parts = [await dumped(self.stack.database_url), await dumped(beside(self.stack.database_url, KEYS))]
        redis = Redis.from_url(self.stack.redis_url)
        for key in await redis.keys("*"):
            kind = await redis.type(key)
            held = await redis.xrange(key) if kind == b"stream" else await redis.dump(key)
            parts.append(repr(held) + (held.decode(errors="replace") if isinstance(held, bytes) else _text(held)))
        await redis.aclose()
        logs = sorted((self.stack.state / "logs").glob("*.log"))
        # The peers are the recipients' own mailboxes.
        parts += [file.read_text(errors="replace") for file in logs if "peer" not in file.name]
        parts.append((await self.juqu("log", "tail", "-n", "1000", "--json")).out)
        return "\n".join(parts)


@asynccontextmanager
async def open_town(state: Path) -> AsyncIterator[Town]:
    """The system in a state folder, running, as it was left there."""
    peers = Peers(state)
    environment = peers.environment | {"JUQU_KEY_LEASE": LEASE}
    stack = Stack(state, ports="free", clock="driven", before=peers.programs, environment=environment)
    async with (
        stack,
        httpx.AsyncClient(base_url=stack.url("intake"), trust_env=False, timeout=30) as intake,
        httpx.AsyncClient(base_url=stack.url("notify"), trust_env=False, timeout=30) as notify,
    ):
        connection = await asyncpg.connect(stack.database_url)
        await connection.execute("select clock.set($1)", START)
        await connection.close()
        desk = Desk(intake, DevelopmentIssuer(stack.state / "keys"), cast(Any, None), cast(Any, None))
        yield Town(stack, peers, desk, notify)


async def dumped(url: str) -> str:
    """Every row of every table of a database, as text."""
    connection = await asyncpg.connect(url)
    try:
        tables = await connection.fetch(
            "select format('%I.%I', schemaname, tablename) from pg_tables "
            "where schemaname not in ('pg_catalog', 'information_schema')"
        )
        found = []
        for (table,) in tables:
            found += [str(row[0]) for row in await connection.fetch(f"select t::text from {table} as t")]
        return "\n".join(found)
    finally:
        await connection.close()


def _text(entries: Any) -> str:
    return "\n".join(value.decode() for _, entry in entries for value in entry.values())


__all__ = ["EMAIL", "LEASE", "NAME", "PHONE", "Town", "dumped", "open_town"]
