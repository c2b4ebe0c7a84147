"""The other processes, as the portal asks them: over HTTP, each with an address of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx
import msgspec

from services.portal.calling.explanation import AWAY, NotDone, explained

SECONDS = 10.0
"""How long an answer may take. A read model that lags answers 503 after five."""
_LONG = httpx.Timeout(SECONDS, read=120.0, write=120.0)


@dataclass(frozen=True, slots=True)
class Answered:
    """What a service answered: its JSON, the version of what it shows (0 where there is none), and, of a command, the
    last seq that it wrote."""

    body: Any
    version: int = 0
    seq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OnBehalf:
    """On whose behalf a request is sent: the token (empty for the public), the address of their browser, the seq that
    the answer must show, the id that ties together all that one page led to, and the delegation under which they act
    for another."""

    token: str = ""
    client: str = ""
    after_seq: int = 0
    correlation_id: str = ""
    delegation: str = ""

    def headers(self) -> dict[str, str]:
        """As HTTP says it."""
        said = {
            "Authorization": f"Bearer {self.token}" if self.token else "",
            "X-Forwarded-For": self.client,
            "Juqu-After-Seq": str(self.after_seq) if self.after_seq else "",
            "X-Correlation-Id": self.correlation_id,
            "Juqu-Acting-For": self.delegation,
        }
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Services:
    """Asks the services. Every method raises ``NotDone`` with what a service says, or that it cannot be reached."""

    addresses: Mapping[str, str]
    client: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(timeout=SECONDS, trust_env=False))

    async def get(self, sender: OnBehalf, service: str, path: str, query: Mapping[str, Any] | None = None) -> Answered:
        """What a service shows. Query values that are empty are left out."""
        asked = {name: value for name, value in (query or {}).items() if value not in (None, "")}
        return await self._call("GET", service, path, params=asked, headers=sender.headers())

    async def post(
        self,
        sender: OnBehalf,
        service: str,
        path: str,
        body: Mapping[str, Any],
        *,
        key: str,
        version: int | None = None,
    ) -> Answered:
        """Send a command. ``key`` makes sending it again safe; ``version`` is the one that it was decided on."""
        headers = _of_a_command(sender, key, version)
        return await self._call("POST", service, path, json=dict(body), headers=headers)

    async def upload(
        self,
        sender: OnBehalf,
        service: str,
        path: str,
        fields: Mapping[str, str],
        file: tuple[str, Any],
        *,
        key: str,
        version: int | None = None,
    ) -> Answered:
        """Send a file (its name, and bytes or an open file) with the fields beside it."""
        part = {"file": (*file, "application/octet-stream")}
        headers = _of_a_command(sender, key, version)
        return await self._call("POST", service, path, data=dict(fields), files=part, headers=headers, timeout=_LONG)

    @asynccontextmanager
    async def download(self, sender: OnBehalf, service: str, path: str) -> AsyncIterator[httpx.Response]:
        """A document as it comes: to be read in parts."""
        request = self.client.build_request(
            "GET", self.addresses[service] + path, headers=sender.headers(), timeout=_LONG
        )
        try:
            answer = await self.client.send(request, stream=True)
        except httpx.TransportError:
            raise NotDone(AWAY) from None
        try:
            if not answer.is_success:
                await answer.aread()
                raise _refused(answer)
            yield answer
        finally:
            await answer.aclose()

    async def close(self) -> None:
        """Let go of the connections."""
        await self.client.aclose()

    async def _call(self, method: str, service: str, path: str, **rest: Any) -> Answered:
        try:
            answer = await self.client.request(method, self.addresses[service] + path, **rest)
        except httpx.TransportError:
            raise NotDone(AWAY) from None
        if not answer.is_success:
            raise _refused(answer)
        as_json = "json" in answer.headers.get("content-type", "")
        body = msgspec.json.decode(answer.content) if as_json else answer.text
        return Answered(body, _number(answer.headers.get("etag", "")), _number(answer.headers.get("juqu-seq", "")))


def within(*parts: str) -> str:
    """A path of these parts, each written so that it stays one: what a person typed cannot lead elsewhere."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def _of_a_command(sender: OnBehalf, key: str, version: int | None) -> dict[str, str]:
    headers = sender.headers() | {"Idempotency-Key": key}
    return headers | ({"If-Match": f'"{version}"'} if version is not None else {})


def _number(header: str) -> int:
    digits = header.strip('W/"')
    return int(digits) if digits.isascii() and digits.isdecimal() else 0


def _refused(answer: httpx.Response) -> NotDone:
    try:
        problem = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    except ValueError:
        problem = {}
    return NotDone(explained(answer.status_code, problem if isinstance(problem, dict) else {}))


__all__ = ["Answered", "OnBehalf", "Services", "within"]
