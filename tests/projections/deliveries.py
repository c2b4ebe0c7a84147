"""A log of notify's deliveries: five events each, their receipts' references in a view that spans all streams."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from shared.contracts.core import Event, event_type
from shared.contracts.notify import (
    AttemptStarted,
    Channel,
    DeliveryAccepted,
    DeliveryDelivered,
    DeliveryRequested,
    Language,
    ReceiptReceived,
)
from shared.eventlog.codec import encode

BEGAN = datetime(2024, 1, 2, tzinfo=UTC)
COLUMNS = (
    "seq recorded_at event_id command_id causation_id effective_on version schema_version ordinal internal stream type"
    " actor office correlation_id policy_version data"
)


def life(delivery: str, number: int) -> list[Event]:
    """What becomes of one notice; every tenth reference comes from the provider twice."""
    reference = f"ref-{number - number % 10 // 9}"
    return [
        DeliveryRequested(
            delivery_id=delivery,
            case_id=str(UUID(int=number)),
            cause_id=UUID(int=number),
            cause_type="review.CaseOpened",
            rule="opened",
            rule_version=1,
            occurrence="",
            role="city",
            recipient="city:220100",
            recipient_name="王样例",
            channel=Channel.MAIL,
            address="demo0001@example.invalid",
            subject="收到申报材料",
            body="……",
            message_id=f"<{number}@example.invalid>",
            dated=BEGAN,
            reminder_id="",
            expires_at=None,
            language=Language.CHINESE,
            template="opened@1",
            html="",
            sms_template="",
            variables="",
            content_sha256="",
            statutory=True,
            urgent=True,
            unsubscribe_url="",
        ),
        AttemptStarted(
            delivery_id=delivery,
            attempt=1,
            provider="local",
            out_id=str(number),
            worker="w1",
            segments=1,
            started_at=BEGAN,
            lease_until=BEGAN + timedelta(minutes=1),
            possible_duplicate=False,
        ),
        DeliveryAccepted(delivery_id=delivery, attempt=1, provider="local", references=(reference,), answer="250 OK"),
        ReceiptReceived(delivery_id=delivery, reference=reference, status="DELIVRD", text="stat:DELIVRD"),
        DeliveryDelivered(delivery_id=delivery, attempt=1, receipt=reference),
    ]


def lives(count: int, *, together: int = 30) -> Iterator[tuple[str, int, Event]]:
    """``count`` events: each one's delivery, its version and itself; so many deliveries are under way at once."""
    chance = random.Random(count)
    going: list[tuple[str, Iterator[tuple[int, Event]]]] = []
    number = done = 0
    while done < count:
        while len(going) < together:
            number += 1
            delivery = str(UUID(int=chance.getrandbits(128)))
            going.append((delivery, iter(enumerate(life(delivery, number), start=1))))
        place = chance.randrange(together)
        following = next(going[place][1], None)
        if following is None:
            del going[place]
            continue
        done += 1
        yield going[place][0], *following


async def write(owner_url: str, count: int) -> None:
    """Fill an empty log with them, as its owner."""
    rows = []
    for seq, (delivery, version, event) in enumerate(lives(count), start=1):
        kind = event_type(event)
        at = BEGAN + timedelta(minutes=seq)
        ids = UUID(int=seq), UUID(int=1 << 90 | seq), UUID(int=max(1, seq - 1))
        place = at.date(), version, kind.version, 0, kind.internal, f"notify/delivery/{delivery}", kind.name
        rows.append((seq, at, *ids, *place, "system:notify", "system:notify", str(seq), "1", encode(event)))
    connection = await asyncpg.connect(owner_url)
    try:
        await connection.copy_records_to_table("events", schema_name="log", columns=COLUMNS.split(), records=rows)
    finally:
        await connection.close()
