"""The people of the demonstration at their desks: each calls the public APIs with a token of their own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from shared.contracts.core import Actor
from shared.service.identity.development_issuer import DevelopmentIssuer

PATIENCE = 240.0
"""Seconds that a desk goes on trying while a service is away; the same Idempotency-Key makes that safe."""


class ProblemAnswer(Exception):
    """A service answered with a problem (RFC 9457)."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        words = (str(problem.get(name, "")) for name in ("title", "detail", "reasons"))
        super().__init__(f"{status} {' '.join(words)}")
        self.status = status
        self.problem = problem


@dataclass
class Desks:
    """Calls the services as this or that person."""

    client: httpx.AsyncClient
    issuer: DevelopmentIssuer
    services: Mapping[str, str]

    async def post(
        self, who: Actor | None, service: str, path: str, body: Mapping[str, Any], *, key: str
    ) -> dict[str, Any]:
        """Send a command (``None``: as the public); raises ``ProblemAnswer``. ``key`` makes trying again safe."""
        headers = self._headers(who) | {"Idempotency-Key": key}
        return await self._call("POST", service, path, headers=headers, json=dict(body))

    async def upload(
        self, who: Actor, service: str, path: str, fields: Mapping[str, str], file: tuple[str, bytes], *, key: str
    ) -> dict[str, Any]:
        """Send a document; raises ``ProblemAnswer``."""
        headers = self._headers(who) | {"Idempotency-Key": key}
        part = {"file": (*file, "application/octet-stream")}
        return await self._call("POST", service, path, headers=headers, data=dict(fields), files=part)

    async def get(self, who: Actor | None, service: str, path: str, *, after: int = 0) -> Any:
        """Ask; raises ``ProblemAnswer``. ``after`` is the seq that the answer must show."""
        headers = self._headers(who)
        if after:
            headers["Juqu-After-Seq"] = str(after)
        return await self._call("GET", service, path, headers=headers)

    def _headers(self, who: Actor | None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.issuer.token(who)}"} if who else {}

    async def _call(self, method: str, service: str, path: str, **rest: Any) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                answer = await self.client.request(method, self.services[service] + path, **rest)
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or time.monotonic() > end:
                    break
            except httpx.TransportError:
                if time.monotonic() > end:
                    raise
            await asyncio.sleep(0.2)
        if answer.is_success:
            body: dict[str, Any] = answer.json()
            return body
        problem = answer.json() if "json" in answer.headers.get("content-type", "") else {"title": answer.text[:200]}
        raise ProblemAnswer(answer.status_code, problem)
