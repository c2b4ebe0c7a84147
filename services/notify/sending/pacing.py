"""When what was not sent is tried again, by the machine's clock: a driven clock stands still, a network does not."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.contracts.notify import Channel

_MINUTE, _HOUR = 60, 3600
_PAUSES = {
    Channel.MAIL: (_MINUTE, 5 * _MINUTE, 15 * _MINUTE, 30 * _MINUTE, _HOUR, 2 * _HOUR, 4 * _HOUR),
    Channel.SMS: (10, 30, 2 * _MINUTE, 5 * _MINUTE, 15 * _MINUTE, _HOUR, _HOUR),
    Channel.WEBHOOK: (5, 30, 2 * _MINUTE, 5 * _MINUTE, 15 * _MINUTE, _HOUR, 4 * _HOUR),
}
_PATIENCE = {
    Channel.MAIL: timedelta(hours=72),
    Channel.SMS: timedelta(hours=24),
    Channel.WEBHOOK: timedelta(hours=72),
}


def retry_at(
    channel: Channel,
    attempt: int,
    first_at: datetime,
    now: datetime,
    *,
    pace: float = 1.0,
    jitter: float = 0.0,
    statutory: bool = False,
) -> datetime | None:
    """When to try again after the ``attempt``-th (from 1); ``None`` once the channel's patience is over, which for what
    is ``statutory`` it never is.

    ``pace`` stretches every pause; ``jitter`` (0 to 1) adds up to a tenth, so that not all come back at once.
    """
    pauses = _PAUSES[channel]
    pause = pauses[min(attempt, len(pauses)) - 1]
    again = now + timedelta(seconds=pause * pace * (1 + jitter / 10))
    return again if statutory or again - first_at <= _PATIENCE[channel] * pace else None
