"""Did every message that came leave for a cause, and once; and is each notice told as it is?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import asyncpg

from deploy.local.peers import Received
from shared.contracts.core import Envelope
from shared.contracts.notify import AttemptStarted, Channel, DeliveryRequested

SENT = {"accepted", "delivered", "undelivered", "no-receipt"}
SETTLED = SENT | {"suppressed", "superseded", "expired", "unknown", "rejected"}


async def sent_once(owner_url: str, received: Received, envelopes: Sequence[Envelope]) -> list[str]:
    """Nothing came twice or without an attempt in the log, every notice is settled, and what came is what was sent or
    may have been."""
    connection = await asyncpg.connect(owner_url)
    try:
        rows = await connection.fetch("select channel, state, count(*) from notify.deliveries group by 1, 2")
    finally:
        await connection.close()
    findings = [f"{r['count']} notices by {r['channel']} are {r['state']}" for r in rows if r["state"] not in SETTLED]
    for channel, came in ((Channel.MAIL, len(received.mails)), (Channel.SMS, len(received.texts))):
        counts = {row["state"]: row["count"] for row in rows if row["channel"] == channel}
        findings += _told_wrongly(channel, came, counts)
    attempted = _Attempted.of(envelopes)
    mails = Counter(str(mail["message_id"]) for mail in received.mails)
    texts = Counter((_digits(str(text["to"])), str(text["text"])) for text in received.texts)
    findings += [
        f"mail {each} came {n} times for {attempted.mails[each]}" for each, n in (mails - attempted.mails).items()
    ]
    findings += [f"SMS {each} came {n} times too often" for each, n in (texts - attempted.texts).items()]
    return findings


def _told_wrongly(channel: Channel, came: int, counts: Mapping[str, int]) -> Iterator[str]:
    sent, unknown = sum(counts.get(state, 0) for state in SENT), counts.get("unknown", 0)
    if not sent <= came <= sent + unknown:
        yield f"{came} messages came by {channel}, {sent} were sent, {unknown} unknown"


@dataclass
class _Attempted:
    """The messages whose sending was begun: how many there may be, at most, of each."""

    mails: Counter[str] = field(default_factory=Counter)
    texts: Counter[tuple[str, str]] = field(default_factory=Counter)

    @classmethod
    def of(cls, envelopes: Sequence[Envelope]) -> _Attempted:
        found = cls()
        begun = {each.event.delivery_id for each in envelopes if isinstance(each.event, AttemptStarted)}
        for each in envelopes:
            notice = each.event
            if not isinstance(notice, DeliveryRequested) or notice.delivery_id not in begun:
                continue
            if notice.channel is Channel.MAIL:
                found.mails[notice.message_id] += 1
            elif notice.channel is Channel.SMS:
                found.texts[_digits(notice.address), notice.body] += 1
        return found


def _digits(number: str) -> str:
    return "".join(filter(str.isdigit, number))


__all__ = ["sent_once"]
