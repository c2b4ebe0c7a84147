"""All notice rules, and what they make of an event. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

from services.notify.notices import intake, lifecycle, office, recounting, reminders, review
from services.notify.notices.people import Audience, People, Subscriber
from services.notify.notices.rendering import To, delivery_id, message, part_of
from services.notify.notices.rule import NoticeRule
from services.notify.templates import ENQUIRIES, Enquiries
from shared.contracts import notify as events
from shared.contracts.core import Envelope, Event
from shared.contracts.notify import Channel

NOTICES: tuple[NoticeRule, ...] = (
    *intake.NOTICES,
    *review.NOTICES,
    *lifecycle.NOTICES,
    *recounting.NOTICES,
    *office.NOTICES,
    *reminders.NOTICES,
)
RULES = {rule.name: rule for rule in NOTICES}

_BY_CAUSE: dict[type[Event], tuple[NoticeRule, ...]] = {
    cause: tuple(rule for rule in NOTICES if rule.cause is cause) for cause in {rule.cause for rule in NOTICES}
}

AwayUrl = Callable[[UUID], str]
"""Where the recipient of a delivery unsubscribes."""


def tells(envelope: Envelope) -> bool:
    """Whether anybody is told of such an event."""
    return type(envelope.event) in _BY_CAUSE


def notices_for(
    envelope: Envelope, people: People, away: AwayUrl = lambda _id: "", enquiries: Enquiries = ENQUIRIES
) -> tuple[events.DeliveryRequested, ...]:
    """The messages that an event causes, yet to be addressed: each recipient once a channel, in the table's order."""
    messages: dict[str, events.DeliveryRequested] = {}
    for rule in _BY_CAUSE.get(type(envelope.event), ()):
        if rule.tells_of(envelope.event):
            for to, channel in _recipients(rule, envelope.event, people):
                url = away(delivery_id(envelope, rule, *part_of(to), channel))
                made = message(rule, envelope, to, channel, people, enquiries=enquiries, unsubscribe_url=url)
                messages.setdefault(made.delivery_id, made)
    return tuple(messages.values())


def _recipients(rule: NoticeRule, event: Event, people: People) -> Iterator[tuple[To, Channel]]:
    for channel, audiences in (
        (Channel.MAIL, rule.mail),
        (Channel.SMS, rule.sms),
        (Channel.WEBHOOK, rule.webhook),
    ):
        for audience in (each for each in audiences if rule.is_for(each, event)):
            for to in people.who(audience, rule.expert(event)):
                if not isinstance(to, Subscriber) or (to.channel is channel and to.topic in {"", rule.topic}):
                    yield to, channel


__all__ = ["NOTICES", "RULES", "Audience", "notices_for", "tells"]
