"""From a rule, an event and a person to the message that leaves. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias
from uuid import UUID

from services.notify.notices.people import SUBSCRIBER, People, Person, Subscriber
from services.notify.notices.rule import NoticeRule
from services.notify.templates import Enquiries, Letterhead, Rendered, render
from shared.contracts.core import CST, Envelope, derived_id, event_type
from shared.contracts.notify import Channel, Language
from shared.programme.policy import Policy, PolicyError, policy, policy_in_force

UNWANTED = "the recipient does not want notices of this kind by this channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRequest:
    """One message to one recipient by one channel. ``address`` is as it was written down and not checked yet.

    ``stopped`` says why it must not be sent, empty where it may. From ``expires_at`` on it is not worth sending.
    """

    delivery_id: UUID
    case_id: str
    cause_id: UUID
    cause_type: str
    rule: str
    rule_version: int
    role: str
    recipient: str
    recipient_name: str
    channel: Channel
    address: str
    language: Language
    template: str
    content: Rendered
    statutory: bool
    urgent: bool
    unsubscribe_url: str = ""
    expires_at: datetime | None = None
    reminder_id: str = ""
    stopped: str = ""

    @property
    def subject(self) -> str:
        """A mail's subject; other channels have none."""
        return self.content.subject

    @property
    def body(self) -> str:
        """The text as it leaves."""
        return self.content.body


OCCURRENCE = "1"
To: TypeAlias = Person | Subscriber


def part_of(to: To) -> tuple[str, str]:
    """The part that a recipient has in the case, and the office or subscriber that it is."""
    return (to.role if isinstance(to, Person) else SUBSCRIBER), to.office


def delivery_id(envelope: Envelope, rule: NoticeRule, role: str, recipient: str, channel: Channel) -> UUID:
    """The id of a delivery: the same cause, rule, recipient and channel give the same one."""
    return derived_id(envelope.event_id, rule.ref, f"{recipient}/{role}", channel, OCCURRENCE)


def request(
    rule: NoticeRule,
    envelope: Envelope,
    to: To,
    channel: Channel,
    people: People,
    *,
    enquiries: Enquiries,
    unsubscribe_url: str = "",
) -> DeliveryRequest:
    """A message to a recipient, in their language. ``unsubscribe_url`` stands in mails that may be switched off."""
    person = to if isinstance(to, Person) else None
    role, recipient = part_of(to)
    language = people.chosen(recipient).language or (to.language if isinstance(to, Subscriber) else Language.CHINESE)
    name = person.name if person else ""
    address = to.address(channel) if isinstance(to, Person) else to.address
    statutory = rule.statutory and person is not None
    away = unsubscribe_url if not statutory and channel is Channel.MAIL else ""
    content = words(
        rule,
        envelope,
        people,
        to=to,
        language=language,
        channel=channel,
        enquiries=enquiries,
        unsubscribe_url=away,
    )
    return DeliveryRequest(
        delivery_id=delivery_id(envelope, rule, role, recipient, channel),
        case_id=people.case.case_id,
        cause_id=envelope.event_id,
        cause_type=envelope.type,
        rule=rule.name,
        rule_version=rule.version,
        role=role,
        recipient=recipient,
        recipient_name=name,
        channel=channel,
        address=address,
        language=language,
        template=rule.template.ref,
        content=content,
        statutory=statutory,
        urgent=rule.urgent,
        unsubscribe_url=away,
        expires_at=expiry(rule, envelope),
        reminder_id=getattr(envelope.event, "reminder_id", ""),
        stopped="" if statutory or people.chosen(recipient).wants(channel, rule.name) else UNWANTED,
    )


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
    case, person = people.case, to if isinstance(to, Person) else None
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
        law=law_of(envelope),
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
