"""Values that are remembered for a few seconds, and no longer."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class ExpiringCache(Generic[K, V]):
    """Values by their keys, each for ``seconds``, at most ``most`` of them: then the oldest goes.

    What has run out is given to nobody, and let go of at once. To be used while an event loop runs.
    """

    def __init__(self, seconds: float, most: int) -> None:
        self._seconds = seconds
        self._most = most
        self._values: OrderedDict[K, tuple[float, V]] = OrderedDict()
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: K) -> V | None:
        """A value that is remembered."""
        entry = self._values.get(key)
        return entry[1] if entry is not None and time.monotonic() < entry[0] else None

    def put(self, key: K, value: V, *, since: float | None = None) -> None:
        """Remember a value, from now or from a moment (of ``time.monotonic``) on."""
        self._values.pop(key, None)
        self._let_go()
        if len(self._values) >= self._most:
            self._values.popitem(last=False)
        moment = time.monotonic() if since is None else since
        self._values[key] = (moment + self._seconds, value)
        if self._timer is None:
            self._set_timer()

    def renew(self, key: K, value: V) -> None:
        """Put a value in the place of the one that is remembered, for as long as that still is."""
        entry = self._values.get(key)
        if entry is not None:
            self._values[key] = (entry[0], value)

    def pop(self, key: K) -> V | None:
        """Forget a value and give it."""
        value = self.get(key)
        self._values.pop(key, None)
        return value

    def values(self) -> list[V]:
        """All that is remembered, the oldest first."""
        now = time.monotonic()
        return [value for end, value in self._values.values() if now < end]

    def clear(self) -> None:
        """Forget all."""
        self._values.clear()

    def _let_go(self) -> None:
        now = time.monotonic()
        while self._values and self._first_end() <= now:
            self._values.popitem(last=False)

    def _first_end(self) -> float:
        return next(iter(self._values.values()))[0]

    def _set_timer(self) -> None:
        """One timer serves all values: one for each would cost more than they are worth."""
        rest = max(0.0, self._first_end() - time.monotonic())
        self._timer = asyncio.get_running_loop().call_later(rest, self._ring)

    def _ring(self) -> None:
        self._timer = None
        self._let_go()
        if self._values:
            self._set_timer()


__all__ = ["ExpiringCache"]
