"""What comes from strangers: requests without a token, counted by client, by what they are about, and in all.

Each kind of act has limits of its own, so that a flood of one kind does not affect the others. Requests with a token
are not counted here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from fastapi import Request
from limits import RateLimitItem

from shared.contracts.core import Actor
from shared.service.http.problems import Problem
from shared.service.limits.limiting import Limiter, Permit, rates, read_rate

PUBLIC: Final = Actor("public", "公众", "public", frozenset())
"""Whoever asks without a token."""

BODY_LIMIT = 65_536
"""Bytes of a stranger's request: the longest text there may be, escaped as JSON escapes it."""

_SITE = 64
"""Bits of an IPv6 address that name a site: its owner chooses the rest."""

OF_A_CLIENT = "20/minute;200/day"
ABOUT_ONE = "60/minute;500/day"
IN_ALL = "200/minute;5000/day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How many requests of one kind are taken: of one client, about one case (or subscription), and in all."""

    of_a_client: Sequence[RateLimitItem]
    about_one: Sequence[RateLimitItem]
    in_all: Sequence[RateLimitItem]


@dataclass(frozen=True, slots=True)
class Strangers:
    """Lets so many of them in."""

    limiter: Limiter
    rates: Rates

    async def admit(self, request: Request, act: str, about: str = "") -> None:
        """Count a request of a kind of act about something; raises ``Problem`` 429 once there were too many. A refused
        request uses up nobody else's permit."""
        client = client_of(request)
        permits: list[Permit] = [(item, ("stranger", act, "client", client)) for item in self.rates.of_a_client]
        if about:
            permits += [(item, ("stranger", act, "about", about)) for item in self.rates.about_one]
        permits += [(item, ("stranger", act, "all")) for item in self.rates.in_all]
        wait = await self.limiter.take(permits)
        if wait:
            raise too_many(wait)


def client_of(request: Request) -> str:
    """Whom a request is from: an IPv4 address, or the site of an IPv6 one; empty where that is not known."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host[:64]
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((address, _SITE), strict=False))
    return str(address)


def too_many(wait: float) -> Problem:
    """429, to come again after so many seconds."""
    seconds = max(1, math.ceil(wait))
    return Problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        "requests-are-not-too-many",
        "There were too many requests in this time",
        f"try again in {seconds} s, or with a token",
        title_zh="请求过于频繁，请稍后重试",
        detail_zh=f"请在{seconds}秒后重试，或登录后办理",
        headers={"Retry-After": str(seconds)},
    )


def read_rates(environment: Mapping[str, str]) -> Rates:
    """The numbers of ``JUQU_PUBLIC_CLIENT_RATE``, ``JUQU_PUBLIC_CASE_RATE`` and ``JUQU_PUBLIC_RATE``; raises
    ``SettingError``."""
    return Rates(
        of_a_client=rates(read_rate(environment, "JUQU_PUBLIC_CLIENT_RATE", OF_A_CLIENT)),
        about_one=rates(read_rate(environment, "JUQU_PUBLIC_CASE_RATE", ABOUT_ONE)),
        in_all=rates(read_rate(environment, "JUQU_PUBLIC_RATE", IN_ALL)),
    )


__all__ = ["BODY_LIMIT", "PUBLIC", "Rates", "Strangers", "client_of", "read_rates", "too_many"]
