"""How much goes to a provider and to one address in a time, shared by all processes through Redis."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from limits import RateLimitItem, parse_many
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.exceptions import RedisError

from shared.eventlog.wording import describe
from shared.service.logs import log


def rates(text: str) -> tuple[RateLimitItem, ...]:
    """The rates of a setting (``100/second;5000/hour``), none of an empty one. Raises ``ValueError``."""
    return tuple(parse_many(text)) if text.strip() else ()


@dataclass(slots=True)
class Limiter:
    """Counts in Redis; where that is away, in this process alone."""

    redis_url: str
    _shared: SlidingWindowCounterRateLimiter | None = None
    _own: SlidingWindowCounterRateLimiter = field(
        default_factory=lambda: SlidingWindowCounterRateLimiter(MemoryStorage())
    )

    async def wait(self, items: Sequence[RateLimitItem], *about: str) -> float:
        """Take one place of each rate: 0 where there is one in all, else the seconds until there may be one."""
        for item in items:
            seconds = await self._taken(item, about)
            if seconds:
                return seconds
        return 0.0

    async def _taken(self, item: RateLimitItem, about: tuple[str, ...]) -> float:
        if self._shared is None:
            storage = RedisStorage(f"async+{self.redis_url}", implementation="redispy", key_prefix="juqu-limits")
            self._shared = SlidingWindowCounterRateLimiter(storage)
        try:
            return await _take(self._shared, item, about)
        except (RedisError, OSError) as error:
            log("sending").warning("limits_counted_here", error=describe(error))
            return await _take(self._own, item, about)


async def _take(counted: SlidingWindowCounterRateLimiter, item: RateLimitItem, about: tuple[str, ...]) -> float:
    if await counted.hit(item, *about):
        return 0.0
    window = await counted.get_window_stats(item, *about)
    return max(0.01, window.reset_time - time.time())
