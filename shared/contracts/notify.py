"""Notify: who is told what, each attempt at telling them, and what became of it (the programme's notice is silent)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.contracts.core import Due, Event, event
from shared.contracts.personal import (
    Address,
    DeliveryId,
    Email,
    Office,
    PersonalText,
    PersonName,
    Phone,
    SubscriberId,
)


class Channel(StrEnum):
    """By which way somebody is told."""

    MAIL = "mail"
    SMS = "sms"


class Matter(StrEnum):
    """What somebody is reminded of before its last day."""

    ENDORSEMENT = "endorsement"
    FORMAL_EXAMINATION = "formal-examination"
    CORRECTION = "correction"
    SITE_VISIT = "site-visit"
    ANNUAL_REPORT = "annual-report"
    ASSESSMENT = "assessment"
    RECTIFICATION = "rectification"
    HEARING = "hearing"


@event("登记联系人", clause="-", internal=True)
class ContactRegistered(Event):
    """Whom an office is told through; both addresses as they are sent to, either may be empty. Internal, as it holds
    them."""

    office: Office
    name: PersonName
    phone: Phone
    email: Email
    registered_by: str


@event("申请订阅", clause="-", internal=True)
class SubscriptionRequested(Event):
    """Somebody of the public wants to hear of a district (``division``, empty for all); not before they confirm."""

    subscription_id: SubscriberId
    channel: Channel
    address: Address
    division: str


@event("确认订阅", clause="-", internal=True)
class SubscriptionConfirmed(Event):
    subscription_id: SubscriberId
    channel: Channel
    address: Address
    division: str


@event("结束订阅", clause="-")
class SubscriptionEnded(Event):
    subscription_id: SubscriberId
    reason: PersonalText


@event("安排到期提醒", clause="-")
class ReminderPlanned(Event):
    """Reminders so many days before the last day of a matter; those planned before for it (``replaces``) are off.

    ``item`` tells apart matters of one kind (the year of a report). ``cause_id`` is the event that set the last day.
    """

    reminder_id: str
    case_id: str
    matter: Matter
    item: str
    due: Due
    days_before: tuple[int, ...]
    replaces: tuple[int, ...]
    cause_id: UUID
    cause_type: str


@event("到期提醒", clause="-")
class ReminderRaised(Event):
    """It is time to remind: so many days before was planned, so many (calendar) days are left."""

    reminder_id: str
    case_id: str
    matter: Matter
    item: str
    due: Due
    days_before: int
    days_left: int
    cause_id: UUID
    cause_type: str


@event("取消提醒", clause="-")
class ReminderCleared(Event):
    """The matter is done, or past: the reminders planned for it are off."""

    reminder_id: str
    case_id: str
    matter: Matter
    item: str
    days_before: tuple[int, ...]
    reason: str


@event("通知待发", clause="-", internal=True)
class DeliveryRequested(Event):
    """One message to one recipient by one channel, frozen as it will leave. Internal: it holds an address.

    ``cause_id`` names the event that the recipient is told of and ``rule`` why; ``recipient`` is an office or
    ``subscriber:<id>``, ``role`` the part it has in the case. ``body`` is the text (with its signature, for SMS),
    ``message_id`` and ``dated`` a mail's headers. ``reminder_id`` is set where the notice is only true while that
    reminder stands. Empty addresses are told apart by what follows: ``DeliverySuppressed``.
    """

    delivery_id: DeliveryId
    case_id: str
    cause_id: UUID
    cause_type: str
    rule: str
    rule_version: int
    occurrence: str
    role: str
    recipient: Office
    recipient_name: PersonName
    channel: Channel
    address: Address
    subject: str
    body: PersonalText
    message_id: str
    dated: datetime
    reminder_id: str
    expires_at: datetime | None


@event("不予发送", clause="-")
class DeliverySuppressed(Event):
    """Not sent, and why: no address is known, or not one that may be sent to."""

    delivery_id: DeliveryId
    reason: PersonalText


@event("通知已失效", clause="-")
class DeliverySuperseded(Event):
    """No longer true before it was sent."""

    delivery_id: str
    reason: str


@event("通知过期", clause="-")
class DeliveryExpired(Event):
    """Its time ran out before it could be sent."""

    delivery_id: str
    reason: str


@event("开始发送", clause="-")
class AttemptStarted(Event):
    """Committed before the first byte leaves. ``lease_until`` (the machine's time): after it nobody knows what came of
    it, unless somebody said so. ``worker`` is the process that sends, ``out_id`` our id with the provider."""

    delivery_id: str
    attempt: int
    provider: str
    out_id: str
    worker: str
    segments: int
    started_at: datetime
    lease_until: datetime
    possible_duplicate: bool


@event("未发出", clause="-")
class AttemptNotSent(Event):
    """Certainly not sent. ``retry_at`` (the machine's time) is when it is tried again; none: given up."""

    delivery_id: DeliveryId
    attempt: int
    code: str
    reason: PersonalText
    retry_at: datetime | None


@event("服务商已接受", clause="-")
class DeliveryAccepted(Event):
    """The provider took it; ``references`` are its own ids, one a segment."""

    delivery_id: DeliveryId
    attempt: int
    provider: str
    references: tuple[str, ...]
    answer: PersonalText


@event("服务商拒绝", clause="-")
class DeliveryRejected(Event):
    """Refused for good; trying again would not help."""

    delivery_id: DeliveryId
    attempt: int
    code: str
    reason: PersonalText


@event("发送结果不明", clause="-")
class AttemptUnknown(Event):
    """Perhaps sent. Never tried again by itself."""

    delivery_id: DeliveryId
    attempt: int
    reason: PersonalText


@event("收到回执", clause="-")
class ReceiptReceived(Event):
    """What the provider said later of one of its ids; kept whenever and however often it comes."""

    delivery_id: DeliveryId
    reference: str
    status: str
    text: PersonalText


@event("已送达", clause="-")
class DeliveryDelivered(Event):
    """The recipient's device has it, by the provider's receipt for every segment."""

    delivery_id: DeliveryId
    attempt: int
    receipt: PersonalText


@event("未送达", clause="-")
class DeliveryUndelivered(Event):
    """The provider took it and could not deliver it."""

    delivery_id: DeliveryId
    attempt: int
    receipt: PersonalText
    permanent: bool


@event("人工重发", clause="-")
class ResendOrdered(Event):
    """An operator sends again what may have been sent: the recipient may get it twice."""

    delivery_id: str
    ordered_by: str
    reason: str
