"""What is public, remembered for a few seconds: many look at the same, and nobody waits for it to be asked anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from services.portal.calling.services import OnBehalf, Services
from shared.expiring import ExpiringCache

T = TypeVar("T")
REMEMBERED = 10.0
"""Seconds."""
MOST = 16
"""Answers: a register of 10,000 districts is some 10 MB."""


@dataclass(frozen=True, slots=True)
class PublicAnswers:
    """Asks without a token, and remembers what was made of the answer."""

    services: Services
    _answers: ExpiringCache[tuple[object, ...], Any] = field(default_factory=lambda: ExpiringCache(REMEMBERED, MOST))

    async def get(
        self,
        sender: OnBehalf,
        service: str,
        path: str,
        make: Callable[[Any], T],
        query: Mapping[str, Any],
    ) -> T:
        """What ``make`` makes of a service's answer to everybody. Raises ``NotDone``.

        Whoever changed something sees it at once: what is remembered is the answer as of that change.
        """
        key = (make, service, path, sender.after_seq, *sorted((name, str(value)) for name, value in query.items()))
        known: T | None = self._answers.get(key)
        if known is None:
            public = OnBehalf(client=sender.client, after_seq=sender.after_seq, correlation_id=sender.correlation_id)
            known = make((await self.services.get(public, service, path, query)).body)
            self._answers.put(key, known)
        return known


__all__ = ["PublicAnswers"]
