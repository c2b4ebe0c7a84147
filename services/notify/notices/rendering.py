"""From a rule, an event and a person to the words that leave."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.notify.notices.people import Person, Subscriber
from services.notify.notices.rule import NoticeRule, day
from shared.contracts.core import Envelope, derived_id
from shared.contracts.notify import Channel

SIGNATURE = "【吉林省科技厅】"
"""The signature that every short message begins with."""
OFFICE = "吉林省科学技术厅"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRequest:
    """One message to one recipient by one channel. ``address`` is as it was written down and not checked yet."""

    delivery_id: UUID
    case_id: str
    cause_id: UUID
    cause_type: str
    rule: str
    rule_version: int
    occurrence: str
    role: str
    recipient: str
    recipient_name: str
    channel: Channel
    address: str
    subject: str
    body: str
    reminder_id: str = ""


def delivery_id(envelope: Envelope, rule: NoticeRule, role: str, recipient: str, channel: Channel) -> UUID:
    """The id of a delivery: the same cause, rule, recipient and channel give the same one."""
    return derived_id(envelope.event_id, f"{rule.name}@{rule.version}", f"{recipient}/{role}", channel, "1")


def letter(name: str, words: str, envelope: Envelope, case_id: str, rule: NoticeRule) -> str:
    """A mail's text: whom, what, from whom, and the event that it rests on."""
    greeting = f"{name}：\n\n" if name else ""
    case = f"案件编号：{case_id}\n" if case_id else ""
    return (
        f"{greeting}{words}\n\n{OFFICE}\n{day(envelope.effective_on)}\n\n——\n{case}"
        f"依据事件：{envelope.type}（第 {envelope.seq} 号，{envelope.event_id}）\n"
        f"通知规则：{rule.name}@{rule.version}\n"
    )


def request(
    rule: NoticeRule,
    envelope: Envelope,
    to: Person | Subscriber,
    channel: Channel,
    case_id: str,
    *,
    subject: str,
    words: str,
) -> DeliveryRequest:
    """A message to a recipient, in these words."""
    if isinstance(to, Person):
        role, recipient, name, address = to.role, to.office, to.name, to.address(channel)
    else:
        role, recipient, name, address = "subscriber", f"subscriber:{to.subscription_id}", "", to.address
    mail = channel is Channel.MAIL
    return DeliveryRequest(
        delivery_id=delivery_id(envelope, rule, role, recipient, channel),
        case_id=case_id,
        cause_id=envelope.event_id,
        cause_type=envelope.type,
        rule=rule.name,
        rule_version=rule.version,
        occurrence="1",
        role=role,
        recipient=recipient,
        recipient_name=name,
        channel=channel,
        address=address,
        subject=subject if mail else "",
        body=letter(name, words, envelope, case_id, rule) if mail else SIGNATURE + words,
        reminder_id=getattr(envelope.event, "reminder_id", ""),
    )
