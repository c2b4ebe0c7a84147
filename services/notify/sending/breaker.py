"""When a provider that is down is tried again: between messages, as seen by whoever sends.

Who waits for whom while one server is being connected to is for ``channels.entrance``.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

_PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)


@dataclass(slots=True)
class Breaker:
    """After each failure to reach a provider it is left alone, longer each time; a success ends that. Health shows the
    ``trouble``."""

    trouble: str = ""
    _failures: int = 0
    _closed_until: float = 0.0

    @property
    def open(self) -> bool:
        """Whether it may be tried."""
        return time.monotonic() >= self._closed_until

    def failed(self, why: str) -> None:
        """It could not be reached. Those who fail together with the first say the same, and count once."""
        self.trouble = why
        if not self.open:
            return
        pause = _PAUSES[min(self._failures, len(_PAUSES) - 1)]
        self._failures += 1
        self._closed_until = time.monotonic() + pause

    def succeeded(self) -> None:
        """It was reached."""
        self.trouble, self._failures, self._closed_until = "", 0, 0.0
