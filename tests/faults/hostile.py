"""Clients who mean harm: heads that never end, readers that do not read, floods, bodies beyond all bounds."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from urllib.parse import urlsplit

from deploy.demo.desks import ProblemAnswer
from deploy.local.issuer.people import OFFICER
from shared.contracts.core import Actor, Role
from tests.faults.mischief import Mischief
from tests.faults.timeline import Timeline
from tests.faults.witness import Asked, NoAnswer, Witness

CONSUMER = Actor("consumer-h", "读者（虚构）", "consumer:hostile", frozenset({Role.CONSUMER}))
AT_ONCE = 20
"""Connections or requests of one attack."""
LASTS = 3.0
"""Seconds that an attack is kept up."""
PAUSE = 1.0
ANSWERS = {0, 200, 201, 400, 401, 403, 404, 408, 409, 412, 413, 422, 429, 431, 503}
"""What a hostile client may be told (0: nothing); anything else is a finding."""


class Hostile:
    """Attacks one after the other until cancelled. What could be recorded is written down as any client's is."""

    def __init__(self, desks: Witness, mischief: Mischief, dice: random.Random, timeline: Timeline) -> None:
        self.told: Counter[int] = Counter()
        self._desks = desks
        self._mischief = mischief
        self._dice = dice
        self._timeline = timeline
        self._count = 0
        self._attacks: tuple[Callable[[], Awaitable[None]], ...] = (
            self.never_end_heads,
            self.never_read,
            self.flood_objections,
            self.flood_subscriptions,
            self.send_too_much,
        )

    async def run(self) -> None:
        """Each kind in turn."""
        while True:
            for attack in self._attacks:
                self._timeline.note("attack", kind=attack.__name__)
                with suppress(OSError, TimeoutError, NoAnswer, ProblemAnswer):
                    await attack()
                await asyncio.sleep(PAUSE)

    def findings(self) -> list[str]:
        """What a hostile client was told that nobody should be."""
        wrong = {status: count for status, count in self.told.items() if status not in ANSWERS}
        return [f"a hostile client was told {status}, {count} times" for status, count in sorted(wrong.items())]

    async def never_end_heads(self) -> None:
        """Connections of which each sends a header a second, for ever."""
        service = self._dice.choice(sorted(self._desks.services))
        await self._hold(service, b"GET /health HTTP/1.1\r\nHost: juqu\r\n", b"X-Slow: yes\r\n")

    async def never_read(self) -> None:
        """Readers of the feed who do not read."""
        token = self._desks.issuer.token(CONSUMER)
        head = ["GET /events HTTP/1.1", "Host: juqu", "Accept: text/event-stream", f"Authorization: Bearer {token}"]
        await self._hold("relay", "\r\n".join([*head, "", ""]).encode(), b"")

    async def _hold(self, service: str, first: bytes, then: bytes) -> None:
        place = urlsplit(self._desks.services[service])
        opened = [asyncio.open_connection(place.hostname, place.port, limit=1024) for _ in range(AT_ONCE)]
        found = [each for each in await asyncio.gather(*opened, return_exceptions=True) if isinstance(each, tuple)]
        try:
            for _, writer in found:
                writer.write(first)
            for _ in range(int(LASTS)):
                await asyncio.sleep(1)
                for _, writer in found:
                    writer.write(then)
        finally:
            for _, writer in found:
                writer.transport.abort()

    async def flood_objections(self) -> None:
        """Objections from a few addresses, where publicity runs if it does; then an officer sets them aside in one
        act."""
        running = [each["case_id"] for each in await self._desks.get(None, "review", "/publicity")]
        if not running and not self._mischief.cases:
            return
        case = self._dice.choice(running or self._mischief.cases)
        bodies = [{"objector": "某人（虚构）", "text": f"反对{self._dice.randrange(3)}"} for _ in range(AT_ONCE)]
        answers = await self._flood("review", f"/cases/{case}/objections", bodies)
        taken = [each for each in answers if each == 200]
        if taken:
            await self._set_aside(case)

    async def _set_aside(self, case: str) -> None:
        found = await self._desks.get(OFFICER, "review", f"/cases/{case}/objections")
        open_ones = [each["objection_id"] for each in found if each["upheld"] is None and not each["set_aside"]]
        body = {"objection_ids": open_ones, "reason": "批量提交（虚构）"}
        await self._once(Asked(OFFICER, "review", f"/cases/{case}/objections/set-aside", body, self._key()))

    async def flood_subscriptions(self) -> None:
        """Everybody wants a code sent to one address."""
        address = f"victim{self._dice.randrange(2)}@example.invalid"
        await self._flood("notify", "/subscriptions", [{"channel": "mail", "address": address}] * AT_ONCE)

    async def send_too_much(self) -> None:
        """Bodies and heads larger than anything is."""
        body = {"channel": "mail", "address": "x" * 3_000_000}
        await self._flood("notify", "/subscriptions", [body] * 3)
        await self._hold("intake", b"GET /health HTTP/1.1\r\nX: " + b"x" * 100_000, b"x" * 100_000)

    async def _flood(self, service: str, path: str, bodies: list[dict[str, str]]) -> list[int]:
        asked = [Asked(None, service, path, body, self._key()) for body in bodies]
        return await asyncio.gather(*(self._once(each, **self._from_somewhere()) for each in asked))

    async def _once(self, asked: Asked, **headers: str) -> int:
        answer = await self._desks.once(asked, **headers)
        status = answer.status_code if answer is not None else 0
        self.told[status] += 1
        return status

    def _from_somewhere(self) -> Mapping[str, str]:
        return {"X-Forwarded-For": f"203.0.113.{self._dice.randrange(4)}"}

    def _key(self) -> str:
        self._count += 1
        return f"hostile-{self._count}"


__all__ = ["Hostile"]
