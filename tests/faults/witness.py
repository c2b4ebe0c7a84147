"""Desks that write down every command they send and every answer, and that make mischief in between."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

import httpx

from deploy.demo.desks import Desks, ProblemAnswer
from shared.contracts.core import Actor
from shared.service.command_id import command_id
from tests.faults.said import LOST, Attempt, Evidence

NO_COMMANDS = ("/documents", "/photographs")
"""Ends of paths that keep a file and record nothing."""


class NoAnswer(Exception):
    """A client gave up asking; whether its command was executed is not known."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A command as it was sent: enough to send it again, or another like it."""

    who: Actor | None
    service: str
    path: str
    body: Mapping[str, Any]
    key: str


@dataclass
class Witness(Desks):
    """One client's desks. ``after`` is called with each command of the plot once it is answered."""

    evidence: Evidence = field(default_factory=Evidence)
    dice: random.Random = field(default_factory=random.Random)
    tries: int = 12
    after: Callable[[Asked], Awaitable[None]] | None = None

    async def post(
        self, who: Actor | None, service: str, path: str, body: Mapping[str, Any], *, key: str
    ) -> dict[str, Any]:
        asked = Asked(who, service, path, body, key)
        try:
            return cast("dict[str, Any]", await self._insist(lambda: self.once(asked)))
        finally:
            if self.after is not None:
                await self.after(asked)

    async def upload(
        self, who: Actor, service: str, path: str, fields: Mapping[str, str], file: tuple[str, bytes], *, key: str
    ) -> dict[str, Any]:
        headers = self._headers(who) | {"Idempotency-Key": key}
        said = [hashlib.sha256(file[1]).hexdigest(), *(f"{name}={fields[name]}" for name in sorted(fields))]
        ident = _command(who, path, key, "\x1f".join(said).encode())

        async def once() -> httpx.Response | None:
            part = {"file": (*file, "application/octet-stream")}
            answer: httpx.Response | None = None
            try:
                answer = await self._request("POST", service, path, headers=headers, data=dict(fields), files=part)
            finally:
                if not path.endswith(NO_COMMANDS):
                    self._note(ident, service, path, who, answer)
            return answer

        return cast("dict[str, Any]", await self._insist(once))

    async def get(self, who: Actor | None, service: str, path: str, *, after: int = 0) -> Any:
        headers = self._headers(who) | ({"Juqu-After-Seq": str(after)} if after else {})

        async def once() -> httpx.Response | None:
            answer = await self._request("GET", service, path, headers=headers)
            if answer is not None and answer.status_code == 500:
                self._note(command_id("query", path, b""), service, f"GET {path}", who, answer)
            return answer

        return await self._insist(once)

    async def once(self, asked: Asked, **more: str) -> httpx.Response | None:
        """Send a command a single time, ``more`` being further headers; ``None`` where no answer came."""
        content = json.dumps(dict(asked.body), ensure_ascii=False).encode()
        headers = self._headers(asked.who) | {"Idempotency-Key": asked.key, "Content-Type": "application/json", **more}
        ident = _command(asked.who, asked.path, asked.key, content)
        answer: httpx.Response | None = None
        try:
            answer = await self._request("POST", asked.service, asked.path, headers=headers, content=content)
        finally:
            self._note(ident, asked.service, asked.path, asked.who, answer)
        return answer

    async def _request(self, method: str, service: str, path: str, **rest: Any) -> httpx.Response | None:
        try:
            return await self.client.request(method, self.services[service] + path, **rest)
        except httpx.TransportError:
            return None

    async def _insist(self, once: Callable[[], Awaitable[httpx.Response | None]]) -> Any:
        """The answer, asking again while there is none; sometimes giving up early. Raises ``ProblemAnswer`` and
        ``NoAnswer``."""
        for _ in range(self.tries):
            answer = await once()
            if answer is not None and answer.status_code != 503:
                break
            if self.dice.random() < 0.08:
                raise NoAnswer
            await asyncio.sleep(self.dice.uniform(0.05, 0.8))
        else:
            raise NoAnswer
        if answer.is_success:
            return answer.json()
        raise ProblemAnswer(answer.status_code, _problem(answer))

    def _note(self, ident: UUID, service: str, path: str, who: Actor | None, answer: httpx.Response | None) -> None:
        subject = who.subject if who else "public"
        if answer is None:
            self.evidence.note(Attempt(ident, service, path, subject, LOST))
            return
        if not answer.is_success:
            rule = str(_problem(answer).get("type", "")).rpartition(":")[2]
            self.evidence.note(Attempt(ident, service, path, subject, answer.status_code, rule, said=answer.text[:300]))
            return
        body = answer.json()
        self.evidence.note(
            Attempt(
                ident,
                service,
                path,
                subject,
                answer.status_code,
                seq=body["seq"],
                version=body["version"],
                replayed=body["replayed"],
                types=tuple(body["events"]),
            )
        )


def _command(who: Actor | None, path: str, key: str, asked: bytes) -> UUID:
    request = b"\x1f".join([b"POST", path.encode(), asked])
    return command_id(who.subject if who else "public", key, request)


def _problem(answer: httpx.Response) -> dict[str, Any]:
    if "json" not in answer.headers.get("content-type", ""):
        return {"title": answer.text[:200]}
    problem: dict[str, Any] = answer.json()
    return problem


__all__ = ["Asked", "NoAnswer", "Witness"]
