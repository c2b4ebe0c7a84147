"""All notice rules, and what they make of an event. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from services.notify.notices import intake, lifecycle, reminders, review
from services.notify.notices.people import Audience, People, Person
from services.notify.notices.rendering import DeliveryRequest, request
from services.notify.notices.rule import NoticeRule
from shared.contracts.core import Envelope, Event
from shared.contracts.notify import Channel

NOTICES: tuple[NoticeRule, ...] = (*intake.NOTICES, *review.NOTICES, *lifecycle.NOTICES, *reminders.NOTICES)

_BY_CAUSE: dict[type[Event], tuple[NoticeRule, ...]] = {
    cause: tuple(rule for rule in NOTICES if rule.cause is cause) for cause in {rule.cause for rule in NOTICES}
}


def tells(envelope: Envelope) -> bool:
    """Whether anybody is told of such an event."""
    return type(envelope.event) in _BY_CAUSE


def notices_for(envelope: Envelope, people: People) -> tuple[DeliveryRequest, ...]:
    """The messages that an event causes, each recipient once a channel; in the table's order."""
    found: dict[object, DeliveryRequest] = {}
    for rule in _BY_CAUSE.get(type(envelope.event), ()):
        if not rule.unless(envelope.event):
            for one in _by_rule(rule, envelope, people):
                found.setdefault(one.delivery_id, one)
    return tuple(found.values())


def _by_rule(rule: NoticeRule, envelope: Envelope, people: People) -> Iterator[DeliveryRequest]:
    event, case = envelope.event, people.case
    subject = rule.subject(event, case)
    for channel, audiences in ((Channel.MAIL, rule.mail), (Channel.SMS, rule.sms)):
        words = rule.body if channel is Channel.MAIL else rule.short or rule.subject
        for audience in audiences:
            for to in people.who(audience, rule.expert(event)):
                if not isinstance(to, Person) and to.channel is not channel:
                    continue
                yield request(rule, envelope, to, channel, case.case_id, subject=subject, words=words(event, case))


__all__ = ["NOTICES", "Audience", "notices_for", "tells"]
