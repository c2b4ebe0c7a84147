"""The other processes, as the portal asks them: over HTTP, each with an address of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from urllib.parse import quote, urlencode

import msgspec
from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar, FormData
from yarl import URL

from services.portal.calling.explanation import AWAY, NotDone, explained

SECONDS: Final = 10.0
"""How long an answer may take. A read model that lags answers 503 after five."""
_PATIENCE: Final = ClientTimeout(total=SECONDS)
_OF_FILES: Final = ClientTimeout(total=None, sock_connect=SECONDS, sock_read=120.0)
GONE: Final = (ClientError, TimeoutError)
"""What is raised where a service cannot be reached."""


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


class Services:
    """Asks the services, each at its address. Every method raises ``NotDone`` with what a service says, or that it
    cannot be reached."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self.addresses = addresses

    @cached_property
    def client(self) -> ClientSession:
        """Keeps its connections. It remembers no cookies: what one person is told is nobody else's."""
        return ClientSession(cookie_jar=DummyCookieJar(), timeout=_PATIENCE)

    async def get(self, sender: OnBehalf, service: str, path: str, query: Mapping[str, Any] | None = None) -> Answered:
        """What a service shows. Query values that are empty are left out."""
        asked = {name: value for name, value in (query or {}).items() if value not in (None, "")}
        return await self._call("GET", service, path, query=asked, headers=sender.headers())

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
        headers = _of_a_command(sender, key, version) | {"Content-Type": "application/json"}
        return await self._call("POST", service, path, data=msgspec.json.encode(body), headers=headers)

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
        """Send a file (its name, and bytes or an open file, which is closed then) with the fields beside it."""
        name, content = file
        form = FormData(fields, quote_fields=False, default_to_multipart=True)
        form.add_field("file", content, filename=name, content_type="application/octet-stream")
        headers = _of_a_command(sender, key, version)
        return await self._call("POST", service, path, data=form, headers=headers, timeout=_OF_FILES)

    @asynccontextmanager
    async def download(self, sender: OnBehalf, service: str, path: str) -> AsyncIterator[ClientResponse]:
        """A document as it comes: to be read in parts."""
        headers = sender.headers()
        try:
            answer = await self.client.get(self._address(service, path), headers=headers, timeout=_OF_FILES)
            async with answer:
                if not answer.ok:
                    raise _refused(answer, await answer.read())
                yield answer
        except GONE:
            raise NotDone(AWAY) from None

    async def close(self) -> None:
        """Let go of the connections."""
        await self.client.close()

    def _address(self, service: str, path: str, query: Mapping[str, Any] | None = None) -> URL:
        asked = f"?{urlencode(query)}" if query else ""
        return URL(f"{self.addresses[service]}{path}{asked}", encoded=True)

    async def _call(
        self, method: str, service: str, path: str, *, query: Mapping[str, Any] | None = None, **rest: Any
    ) -> Answered:
        where = self._address(service, path, query)
        try:
            async with self.client.request(method, where, allow_redirects=False, **rest) as answer:
                content = await answer.read()
        except GONE:
            raise NotDone(AWAY) from None
        if not 200 <= answer.status < 300:
            raise _refused(answer, content)
        body = msgspec.json.decode(content) if _is_json(answer) else content.decode("utf-8", "replace")
        said = answer.headers
        return Answered(body, _number(said.get("etag", "")), _number(said.get("juqu-seq", "")))


def within(*parts: str) -> str:
    """A path of these parts, each written so that it stays one: what a person typed cannot lead elsewhere."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def _of_a_command(sender: OnBehalf, key: str, version: int | None) -> dict[str, str]:
    headers = sender.headers() | {"Idempotency-Key": key}
    return headers | ({"If-Match": f'"{version}"'} if version is not None else {})


def _number(header: str) -> int:
    digits = header.strip('W/"')
    return int(digits) if digits.isascii() and digits.isdecimal() else 0


def _is_json(answer: ClientResponse) -> bool:
    return "json" in answer.headers.get("content-type", "")


def _refused(answer: ClientResponse, content: bytes) -> NotDone:
    try:
        problem = msgspec.json.decode(content) if _is_json(answer) else {}
    except ValueError:
        problem = {}
    return NotDone(explained(answer.status, problem if isinstance(problem, dict) else {}))


__all__ = ["GONE", "Answered", "OnBehalf", "Services", "within"]
