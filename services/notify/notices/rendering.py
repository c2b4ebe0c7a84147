"""From a rule, an event and a person to the message that leaves. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TypeAlias
from uuid import UUID

from services.notify.notices.people import SUBSCRIBER, Participant, People, Subscriber
from services.notify.notices.requesting import OCCURRENCE, Addressee, Grounds, requested
from services.notify.notices.rule import NoticeRule
from services.notify.templates import Enquiries, Letterhead, Rendered, render
from shared.contracts import notify as events
from shared.contracts.core import CST, Envelope, derived_id, event_type
from shared.contracts.notify import Channel, Language
from shared.programme.policy import Policy, PolicyError, policy, policy_in_force

UNWANTED = "the recipient does not want notices of this kind by this channel"

To: TypeAlias = Participant | Subscriber


def part_of(to: To) -> tuple[str, str]:
    """The part that a recipient has in the case, and the office or subscriber that it is."""
    return (to.role if isinstance(to, Participant) else SUBSCRIBER), to.office


def delivery_id(envelope: Envelope, rule: NoticeRule, role: str, recipient: str, channel: Channel) -> UUID:
    """The id of a delivery: the same cause, rule, recipient and channel give the same one."""
    return derived_id(envelope.event_id, rule.ref, f"{recipient}/{role}", channel, OCCURRENCE)


def message(
    rule: NoticeRule,
    envelope: Envelope,
    to: To,
    channel: Channel,
    people: People,
    *,
    enquiries: Enquiries,
    unsubscribe_url: str = "",
) -> events.DeliveryRequested:
    """A message to a recipient, in their language, yet to be addressed. ``unsubscribe_url`` stands in mails that may be
    switched off."""
    addressee = _addressee(to, channel, people)
    grounds = Grounds(
        rule=rule.name,
        version=rule.version,
        template=rule.template.ref,
        statutory=rule.statutory and isinstance(to, Participant),
        urgent=rule.urgent,
        expires_at=expiry(rule, envelope),
    )
    away = unsubscribe_url if not grounds.statutory and channel is Channel.MAIL else ""
    content = words(
        rule,
        envelope,
        people,
        to=to,
        language=addressee.language,
        channel=channel,
        enquiries=enquiries,
        unsubscribe_url=away,
    )
    ident = delivery_id(envelope, rule, addressee.role, addressee.recipient, channel)
    return requested(ident, envelope, addressee, grounds, content, case_id=people.case.case_id, unsubscribe_url=away)


def _addressee(to: To, channel: Channel, people: People) -> Addressee:
    role, recipient = part_of(to)
    return Addressee(
        role=role,
        recipient=recipient,
        channel=channel,
        address=to.address(channel) if isinstance(to, Participant) else to.address,
        language=people.chosen(recipient).language or (to.language if isinstance(to, Subscriber) else Language.CHINESE),
        name=to.name if isinstance(to, Participant) else "",
    )


def unwanted(notice: events.DeliveryRequested, people: People) -> str:
    """Why its recipient is not sent a notice; empty where they want it, or the law demands it."""
    wanted = notice.statutory or people.chosen(notice.recipient).wants(notice.channel, notice.rule)
    return "" if wanted else UNWANTED


def words(
    rule: NoticeRule,
    envelope: Envelope,
    people: People,
    *,
    to: To | None,
    language: Language,
    channel: Channel,
    enquiries: Enquiries,
    unsubscribe_url: str = "",
) -> Rendered:
    """The words of a rule for an event, to whom it is told; ``None`` for a look at them that nobody is sent."""
    case, person = people.case, to if isinstance(to, Participant) else None
    head = Letterhead(
        to=case.office_of(person) if person else "",
        name=person.name if person and person.name != case.office_of(person) else "",
        on=envelope.effective_on,
        at=envelope.recorded_at,
        case_id=case.case_id,
        cause_type=envelope.type,
        cause_term=event_type(envelope.event).term,
        cause_seq=envelope.seq,
        cause_id=envelope.event_id,
        rule=rule.ref,
        unsubscribe_url=unsubscribe_url,
    )
    return render(
        rule.template,
        envelope.event,
        head,
        county=case.county,
        place=case.place,
        role=part_of(to)[0] if to else "",
        law=policy_in_force(envelope.effective_on),
        language=language,
        channel=channel,
        enquiries=enquiries,
        statutory=rule.statutory and not isinstance(to, Subscriber),
    )


def law_of(envelope: Envelope) -> Policy:
    """The policy that an event was recorded under; of its day where this build does not know the version."""
    try:
        return policy(envelope.policy_version)
    except PolicyError:
        return policy_in_force(envelope.effective_on)


def expiry(rule: NoticeRule, envelope: Envelope) -> datetime | None:
    """From when a notice of an event is not worth sending any more: midnight in China; none where it always is."""
    ends: list[date] = []
    if rule.until is not None:
        ends.append(rule.until(envelope.event) + timedelta(days=1))
    if rule.expires_after is not None:
        ends.append(envelope.effective_on + rule.expires_after)
    return datetime.combine(min(ends), time(), CST) if ends else None
