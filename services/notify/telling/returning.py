"""What follows when a message comes back for good: nothing more is sent to that address or endpoint."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from functools import partial
from uuid import UUID

from services.notify.aggregates.delivery import DELIVERY
from services.notify.aggregates.delivery.mail_status import is_no_such_address
from services.notify.aggregates.subscription import SUBSCRIPTION, EndSubscription
from services.notify.aggregates.suppression import SUPPRESSION, SuppressAddress
from services.notify.channels.outcome import GONE
from services.notify.notices.people import SUBSCRIBER
from shared.contracts import notify as events
from shared.contracts.core import Context, Event
from shared.contracts.notify import Channel
from shared.eventlog.log import EventLog
from shared.programme.values.personal import ERASED
from shared.service.todos import Todo


async def returned(event: Event, log: EventLog, secret: Callable[[], bytes]) -> Todo | None:
    """What follows from an event: an address is suppressed, a subscription ended, or nothing."""
    return await suppression(event, log, secret) or await unwanted(event, log)


async def unwanted(event: Event, log: EventLog) -> Todo | None:
    """The end of a subscription whose endpoint answered 410; ``None`` for every other event."""
    if not isinstance(event, events.DeliveryRejected) or event.code != GONE:
        return None
    notice = (await log.read_stream(DELIVERY.stream(event.delivery_id)))[0].event
    if not isinstance(notice, events.DeliveryRequested) or notice.channel is not Channel.WEBHOOK:
        return None
    kind, _, ident = notice.recipient.partition(":")
    if kind != SUBSCRIBER or not ident:
        return None
    return Todo("end-subscription", ident, partial(_end, ident), SUBSCRIPTION)


async def suppression(event: Event, log: EventLog, secret: Callable[[], bytes]) -> Todo | None:
    """The suppression of a mail address that a server says does not exist; ``None`` for every other event."""
    match event:
        case events.BounceReceived(delivery_id=delivery_id, action="failed", status=status, text=reason):
            answer = status
        case events.DeliveryRejected(delivery_id=delivery_id, code=code, reason=reason):
            answer = code.partition(" ")[2]
        case _:
            return None
    if not is_no_such_address(answer, reason):
        return None
    notice = (await log.read_stream(DELIVERY.stream(delivery_id)))[0].event
    if (
        not isinstance(notice, events.DeliveryRequested)
        or notice.channel is not Channel.MAIL
        or notice.address == ERASED
    ):
        return None
    ident = suppression_id(secret(), notice.channel, notice.address)
    return Todo("suppress-address", ident, partial(_suppress, notice, ident, f"{answer} {reason}"), SUPPRESSION)


def suppression_id(secret: bytes, channel: Channel, address: str) -> str:
    """The name of an address where the address itself must not appear."""
    code = hmac.new(secret, f"suppression {channel.value} {address.lower()}".encode(), hashlib.sha256).digest()
    return str(UUID(bytes=code[:16]))


def _end(ident: str, context: Context) -> EndSubscription:
    return EndSubscription(context=context, subscription_id=ident, reason="its endpoint answered 410 Gone")


def _suppress(notice: events.DeliveryRequested, ident: str, reason: str, context: Context) -> SuppressAddress:
    return SuppressAddress(context=context, suppression_id=ident, notice=notice, reason=reason)
