"""Rate limits, counted in Redis for all processes: messages to a provider, requests of a client."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from limits import RateLimitItem, parse_many
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter as Counted
from redis.exceptions import RedisError

from shared.eventlog.wording import describe
from shared.service.logs import logger_of
from shared.service.settings import SettingError

logger = logger_of("limits")

Permit: TypeAlias = tuple[RateLimitItem, tuple[str, ...]]
"""One of so many in a time, and of whose."""
UNLIMITED = 1_000_000
T = TypeVar("T")
ANSWERS_WITHIN = 0.5
"""Seconds that Redis has to count."""
LEFT_ALONE = 5.0
"""Seconds that a Redis which did not answer is not asked again."""


def rates(text: str) -> tuple[RateLimitItem, ...]:
    """The rates of a setting (``100/second;5000/hour``), none of an empty one or ``none``. Raises ``ValueError``."""
    return () if text.strip() in {"", "none"} else tuple(parse_many(text))


def read_rate(environment: Mapping[str, str], name: str, otherwise: str) -> str:
    """A setting that is a rate; raises ``SettingError`` where it is none."""
    text = environment.get(name, otherwise)
    try:
        rates(text)
    except ValueError:
        raise SettingError(f"{name} is {text!r}; it takes rates, as 20/minute;200/day, or none") from None
    return text


@dataclass(slots=True)
class Limiter:
    """Counts in Redis. While Redis is away or silent each process counts alone, and allows as much as all together
    may."""

    redis_url: str
    _shared: Counted | None = None
    _own: Counted = field(default_factory=lambda: Counted(MemoryStorage()))
    _away_until: float = 0.0

    async def take(self, permits: Sequence[Permit]) -> float:
        """Take every permit, or none: 0 where they are taken, else the seconds until there may be one of each."""
        for number, permit in enumerate(permits):
            seconds = await self._counted(_take, permit)
            if seconds:
                await self.give_back(permits[:number])
                return seconds
        return 0.0

    async def give_back(self, permits: Sequence[Permit]) -> None:
        """Give back permits that were taken and not used."""
        for permit in permits:
            await self._counted(_give_back, permit)

    async def left(self, permits: Sequence[Permit]) -> int:
        """How many there are of each permit now; none is taken."""
        return min([await self._counted(_left, permit) for permit in permits], default=UNLIMITED)

    async def _counted(self, action: Callable[[Counted, Permit], Awaitable[T]], permit: Permit) -> T:
        if self._shared is None:
            storage = RedisStorage(f"async+{self.redis_url}", implementation="redispy", key_prefix="juqu-limits")
            self._shared = Counted(storage)
        if time.monotonic() < self._away_until:
            return await action(self._own, permit)
        try:
            async with asyncio.timeout(ANSWERS_WITHIN):
                return await action(self._shared, permit)
        except (RedisError, OSError) as error:
            self._away_until = time.monotonic() + LEFT_ALONE
            logger.warning("limits_counted_here", error=describe(error))
            return await action(self._own, permit)


async def _take(counted: Counted, permit: Permit) -> float:
    item, about = permit
    if await counted.hit(item, *about):
        return 0.0
    window = await counted.get_window_stats(item, *about)
    return max(0.01, window.reset_time - time.time())


async def _give_back(counted: Counted, permit: Permit) -> None:
    item, about = permit
    await counted.hit(item, *about, cost=-1)


async def _left(counted: Counted, permit: Permit) -> int:
    item, about = permit
    return (await counted.get_window_stats(item, *about)).remaining
