"""Notices to other systems, in the Standard Webhooks form (standardwebhooks.com, version 1).

The body is the notice's own, frozen when it was requested: the same octets at every attempt. ``webhook-id`` is the
delivery's id, so the receiver knows a repetition by it, answers it with 2xx and does nothing. That is why an attempt
without an answer counts as not sent and is made again, unlike with mails and short messages.

Any 2xx is delivery. 410 means that the endpoint wants no more, and its subscription ends. Every other answer, also a
redirect, is tried again later, and not before ``Retry-After``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.notify.channels.outcome import GONE, NotSent, Receipt, Result, Session, Submitted, TurnedDown
from services.notify.channels.public_address import is_public, look_up
from services.notify.channels.webhook_signing import sign, sign_by, webhook_secret
from shared.contracts.notify import DeliveryRequested

ANSWER = 15.0
"""Seconds for the whole of a request."""
LONGEST_WAIT = 86_400.0
"""Seconds for which an endpoint is left alone at most, whatever it asks for."""


async def only_the_first(_recipient: str) -> tuple[int, ...]:
    """The secrets of a recipient who has never changed it."""
    return (0,)


def asked_to_wait(answer: httpx.Response, now: datetime) -> float:
    """The seconds of ``Retry-After`` (RFC 9110 10.2.3, seconds or a date), 0 where it has none that can be read."""
    value = answer.headers.get("retry-after", "").strip()
    try:
        seconds = float(value) if value.isdecimal() else (parsedate_to_datetime(value) - now).total_seconds()
    except (ValueError, TypeError):
        return 0.0
    return min(max(seconds, 0.0), LONGEST_WAIT)


@dataclass(slots=True)
class WebhookTransport:
    """Other systems. The recipients' secrets follow from ``master``; ``signer`` signs besides, for those who would
    rather keep a public key. ``private_networks`` (tests, or a ministry's own network) allows addresses that are not
    public, and plain HTTP. ``on_receipt`` is told of each 2xx: that is the delivery. ``secrets`` gives the numbers of a
    recipient's secrets that are valid now; there is a signature with each."""

    master: bytes
    on_receipt: Callable[[Receipt], Awaitable[None]]
    signer: Ed25519PrivateKey | None = None
    private_networks: bool = False
    answer: float = ANSWER
    name: str = "webhook"
    verify_tls: bool | str = True
    secrets: Callable[[str], Awaitable[tuple[int, ...]]] = only_the_first
    _client: httpx.AsyncClient | None = field(default=None, repr=False)

    @property
    def lease_seconds(self) -> float:
        return 4 * self.answer

    def segments(self, _notice: DeliveryRequested) -> int:
        return 1

    async def open(self) -> Session:
        """Each endpoint is another's; there is nothing to connect before."""
        return _Posting(self)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def client(self) -> httpx.AsyncClient:
        """The client of all endpoints: no proxies, no redirects, no cookies of others."""
        if self._client is None:
            self._client = httpx.AsyncClient(
                verify=self.verify_tls,
                trust_env=False,
                follow_redirects=False,
                timeout=self.answer,
                limits=httpx.Limits(max_keepalive_connections=0),
            )
        return self._client

    def headers(
        self, notice: DeliveryRequested, body: bytes, now: int, secrets: tuple[int, ...] = (0,)
    ) -> dict[str, str]:
        """The three headers of the standard, signed with each of these secrets."""
        keys = (webhook_secret(self.master, notice.recipient, number) for number in secrets)
        signatures = [sign(key, notice.delivery_id, now, body) for key in keys]
        if self.signer is not None:
            signatures.append(sign_by(self.signer, notice.delivery_id, now, body))
        return {
            "webhook-id": notice.delivery_id,
            "webhook-timestamp": str(now),
            "webhook-signature": " ".join(signatures),
        }


@dataclass(slots=True)
class _Posting:
    provider: WebhookTransport

    async def send(self, notice: DeliveryRequested, _out_id: str) -> Result:
        """One POST to an address that was looked up and checked just before."""
        try:
            async with asyncio.timeout(self.provider.answer):
                request = await self._request(notice)
                if not isinstance(request, httpx.Request):
                    return request
                answer = await self.provider.client().send(request, stream=True)
                await answer.aclose()
        except (httpx.HTTPError, TimeoutError, OSError) as error:
            return NotSent("connection", f"{type(error).__name__}; the receiver knows a repetition by its webhook-id")
        return await self._meaning(notice, answer)

    async def release(self) -> None:
        """Nothing to give back."""

    async def _request(self, notice: DeliveryRequested) -> httpx.Request | Result:
        try:
            url = httpx.URL(notice.address)
        except httpx.InvalidURL:
            return TurnedDown("address", "it is no URL")
        schemes = {"https", "http"} if self.provider.private_networks else {"https"}
        if url.scheme not in schemes or not url.host or url.userinfo:
            return TurnedDown("address", "it is no URL of https without a password")
        try:
            addresses = await look_up(url.host, url.port or (443 if url.scheme == "https" else 80))
        except (OSError, UnicodeError):
            return NotSent("name", "the endpoint's name cannot be resolved")
        if not self.provider.private_networks and not all(map(is_public, addresses)):
            return TurnedDown("address", "the endpoint's name leads to an address that is not public")
        body, secrets = notice.body.encode(), await self.provider.secrets(notice.recipient)
        return self.provider.client().build_request(
            "POST",
            url.copy_with(host=str(addresses[0])),
            content=body,
            headers={
                "Host": url.netloc.decode("ascii"),
                "Content-Type": "application/json",
                "User-Agent": "juqu-notices",
                **self.provider.headers(notice, body, int(time.time()), secrets),
            },
            extensions={"sni_hostname": url.raw_host.decode("ascii")},
        )

    async def _meaning(self, notice: DeliveryRequested, answer: httpx.Response) -> Result:
        status, text = answer.status_code, f"HTTP {answer.status_code}"
        if answer.is_success:
            await self.provider.on_receipt(Receipt(notice.delivery_id, "DELIVRD", text, self.provider.name))
            return Submitted((notice.delivery_id,), text)
        if str(status) == GONE:
            return TurnedDown(GONE, "the endpoint wants no more")
        return NotSent(str(status), text, wait=asked_to_wait(answer, datetime.now(UTC)))
