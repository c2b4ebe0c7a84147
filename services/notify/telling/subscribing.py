"""The codes of subscriptions: which event asks for one, which sends it, and which replaces an earlier one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from services.notify.aggregates.code import CODES, IssueCode, address_key
from services.notify.aggregates.subscription import SUBSCRIPTION, ReplaceSubscription
from shared.contracts import notify as events
from shared.contracts.core import Context, Envelope
from shared.programme.values.personal import ERASED
from shared.service.todos import Todo

CODES_ISSUED_SINCE = 3
"""Since this version of a request its code is an event of its own."""


def codes(envelope: Envelope, secret: Callable[[], bytes]) -> Iterator[Todo]:
    """Issue a code for a subscription that was asked for; end the subscription that an issued code replaces."""
    match envelope.event:
        case events.SubscriptionRequested() as request if not sends_code(envelope) and request.address != ERASED:
            key = address_key(secret(), request.channel, request.address)
            yield Todo("issue-code", key, partial(_issue, request, envelope.recorded_at), CODES)
        case events.SubscriptionCodeIssued(replaces=replaced) if replaced:
            yield Todo("replace-subscription", replaced, partial(_replace, replaced), SUBSCRIPTION)


def sends_code(envelope: Envelope) -> events.SubscriptionRequested | None:
    """The subscription whose code an event sends. Before version 3 a request itself sent it."""
    match envelope.event:
        case events.SubscriptionRequested() as request if envelope.schema_version < CODES_ISSUED_SINCE:
            return request
        case events.SubscriptionCodeIssued() as code:
            return events.SubscriptionRequested(
                subscription_id=code.subscription_id,
                channel=code.channel,
                address=code.address,
                division=code.division,
                topic=code.topic,
                language=code.language,
            )
        case _:
            return None


def _issue(request: events.SubscriptionRequested, asked_at: datetime, context: Context) -> IssueCode:
    return IssueCode(context=context, request=request, asked_at=asked_at)


def _replace(subscription_id: str, context: Context) -> ReplaceSubscription:
    return ReplaceSubscription(context=context, subscription_id=subscription_id)


__all__ = ["codes", "sends_code"]
