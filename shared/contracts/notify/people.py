"""Whom notify tells: contacts of offices, subscribers, what they chose, and suppressed addresses."""

from __future__ import annotations

from datetime import datetime

from shared.contracts.core import Event, event
from shared.contracts.notify.ways import Channel, Language
from shared.programme.values.personal import (
    Address,
    DeliveryId,
    Email,
    OfficeName,
    PersonalText,
    PersonName,
    Phone,
    SubscriberId,
)


@event("登记联系人", clause="-", internal=True)
class ContactRegistered(Event):
    """Whom an office is told through; both addresses as they are sent to, either may be empty. Internal, as it holds
    them."""

    office: OfficeName
    name: PersonName
    phone: Phone
    email: Email
    registered_by: str


@event("申请订阅", clause="-", internal=True, version=3)
class SubscriptionRequested(Event):
    """Somebody wants to hear of a district (``division``, empty for all) and of a ``topic`` (empty for every one); not
    before they confirm. A webhook's ``address`` is its URL. Since version 3 a code is sent by
    ``SubscriptionCodeIssued`` only; before, each request sent one."""

    subscription_id: SubscriberId
    channel: Channel
    address: Address
    division: str
    topic: str
    language: Language


@event("发送订阅验证码", clause="-", internal=True)
class SubscriptionCodeIssued(Event):
    """The code of a subscription is sent, as the address may have another. ``asked_at`` is when it was asked for;
    ``replaces`` is the subscription whose unused code for the same wish it replaces."""

    subscription_id: SubscriberId
    channel: Channel
    address: Address
    division: str
    topic: str
    language: Language
    asked_at: datetime
    replaces: str


@event("确认订阅", clause="-", internal=True, version=2)
class SubscriptionConfirmed(Event):
    subscription_id: SubscriberId
    channel: Channel
    address: Address
    division: str
    topic: str
    language: Language


@event("更换回调密钥", clause="-", internal=True)
class WebhookSecretChanged(Event):
    """A webhook's signatures use a new secret, number ``number`` (the first was 0). Until ``old_until`` (the
    service's clock) they also use the one before it."""

    subscription_id: SubscriberId
    number: int
    old_until: datetime


@event("结束订阅", clause="-")
class SubscriptionEnded(Event):
    subscription_id: SubscriberId
    reason: PersonalText


@event("设置通知偏好", clause="-", internal=True)
class PreferenceSet(Event):
    """An office (``expert:<id>``, ``subscriber:<id>`` ...) turns a ``kind`` of notice on or off for a channel. A
    kind is a rule's name, or empty for all. Notices that the law demands are sent all the same."""

    owner: OfficeName
    channel: Channel
    kind: str
    on: bool
    set_by: str


@event("设置通知语言", clause="-", internal=True)
class LanguageSet(Event):
    """An office is told in this language from now on."""

    owner: OfficeName
    language: Language
    set_by: str


@event("停用地址", clause="-", internal=True)
class AddressSuppressed(Event):
    """Nothing more is sent to an address: it does not exist, by what came back. ``suppression_id`` follows from the
    channel and the address under a secret."""

    suppression_id: str
    channel: Channel
    recipient: OfficeName
    address: Address
    delivery_id: DeliveryId
    reason: PersonalText


@event("恢复地址", clause="-", internal=True)
class AddressReleased(Event):
    """An address that was suppressed may be sent to again."""

    suppression_id: str
    reason: str
    released_by: str
