"""Notify: who is told what, each attempt at telling them, and what became of it (the programme's notice is silent)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.contracts.core import Due, Event, event
from shared.programme.values.personal import (
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
    WEBHOOK = "webhook"
    """Another system's address, in the Standard Webhooks form."""


class Language(StrEnum):
    """In which language somebody is told."""

    CHINESE = "zh-CN"
    ENGLISH = "en"


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
    """A webhook's signatures are made with a new secret, the ``number``-th since the first (0), and with the one before
    it until ``old_until`` (the service's clock)."""

    subscription_id: SubscriberId
    number: int
    old_until: datetime


@event("结束订阅", clause="-")
class SubscriptionEnded(Event):
    subscription_id: SubscriberId
    reason: PersonalText


@event("设置通知偏好", clause="-", internal=True)
class PreferenceSet(Event):
    """An office (``expert:<id>``, ``subscriber:<id>`` ...) wants notices of a ``kind`` (a rule's name, empty for all)
    by a channel, or wants none. Notices that the law demands are sent all the same."""

    owner: Office
    channel: Channel
    kind: str
    on: bool
    set_by: str


@event("设置通知语言", clause="-", internal=True)
class LanguageSet(Event):
    """An office is told in this language from now on."""

    owner: Office
    language: Language
    set_by: str


@event("停用地址", clause="-", internal=True)
class AddressSuppressed(Event):
    """Nothing more is sent to an address: it does not exist, by what came back. ``suppression_id`` follows from the
    channel and the address under a secret."""

    suppression_id: str
    channel: Channel
    recipient: Office
    address: Address
    delivery_id: DeliveryId
    reason: PersonalText


@event("恢复地址", clause="-", internal=True)
class AddressReleased(Event):
    """An address that was suppressed may be sent to again."""

    suppression_id: str
    reason: str
    released_by: str


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


@event("逾期提醒", clause="-")
class MatterOverdue(Event):
    """The last day of a matter has passed and it is not done, by what is known: so many (calendar) days ago."""

    reminder_id: str
    case_id: str
    matter: Matter
    item: str
    due: Due
    days_after: int
    cause_id: UUID
    cause_type: str


@event("通知待发", clause="-", internal=True, version=2)
class DeliveryRequested(Event):
    """One message to one recipient by one channel, frozen as it will leave. Internal: it holds an address.

    ``cause_id`` names the event that the recipient is told of and ``rule`` why; ``recipient`` is an office or
    ``subscriber:<id>``, ``role`` the part it has in the case. ``body`` is the text (with its signature, for SMS),
    ``message_id`` and ``dated`` a mail's headers. ``reminder_id`` is set where the notice is only true while that
    reminder stands. Empty addresses are told apart by what follows: ``DeliverySuppressed``.

    ``template`` is ``name@version``; ``html`` the same words as HTML, empty where there are none. ``statutory`` ones
    cannot be switched off and may be resent by hand; ``urgent`` ones do not wait for the morning. ``sms_template`` is
    the template's key, whatever a provider calls it, ``variables`` its values as a JSON object of texts (empty: none).
    ``content_sha256`` (hex) binds what was rendered, see ``services.notify.content``. ``unsubscribe_url`` is empty for
    what cannot be unsubscribed. From ``expires_at`` on it is not sent any more, in the clock of the service.
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
    language: Language
    template: str
    html: PersonalText
    sms_template: str
    variables: PersonalText
    content_sha256: str
    statutory: bool
    urgent: bool
    unsubscribe_url: PersonalText


@event("暂缓发送", clause="-")
class DeliveryDeferred(Event):
    """Not before ``until`` (the service's clock): it is night, and it is not urgent."""

    delivery_id: str
    until: datetime
    reason: str


@event("恢复发送", clause="-")
class DeliveryReleased(Event):
    """It was deferred, and may go now."""

    delivery_id: str


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
    it, unless somebody said so. ``worker`` is the process that sends, ``out_id`` our id with the provider. ``attempt``
    (from 1) is the fence: an outcome names it, and that of an older one changes nothing any more."""

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


@event("核对发送结果", clause="-")
class DeliveryReconciled(Event):
    """What the provider said when it was asked for an attempt of which nobody knew: ``taken``, ``not-sent``,
    ``refused`` or ``unclear``. What follows stands in the event after it. ``source`` is ``query``, ``receipt`` or
    ``bounce``."""

    delivery_id: DeliveryId
    attempt: int
    provider: str
    source: str
    outcome: str
    answer: PersonalText


@event("迟到的答复", clause="-")
class LateAnswerKept(Event):
    """An attempt's answer that came when another attempt stood already, or that says otherwise than the one before it:
    kept, and nothing follows from it. ``outcome`` is ``accepted``, ``not-sent``, ``rejected`` or ``unknown``."""

    delivery_id: DeliveryId
    attempt: int
    outcome: str
    answer: PersonalText


@event("收到退信", clause="-")
class BounceReceived(Event):
    """A mail server's report of a mail (RFC 3464): ``action`` is ``delivered``, ``relayed``, ``expanded``, ``delayed``
    or ``failed``, ``status`` the enhanced code (RFC 3463); ``unread`` where it is for human eyes only. Kept whenever
    and however often it comes."""

    delivery_id: DeliveryId
    action: str
    status: str
    text: PersonalText


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
    """An operator sends again what did not arrive, or of which nobody knows: the recipient may get it twice."""

    delivery_id: str
    ordered_by: str
    reason: str


@event("未收到回执", clause="-")
class ReceiptMissing(Event):
    """The provider took it and its receipt did not come in the time that is waited for it. One that comes later still
    counts."""

    delivery_id: str
    attempt: int


@event("暂停服务商", clause="-", internal=True)
class ProviderPaused(Event):
    """Nothing is given to a provider until somebody resumes it: what it says is about our account, not about a message,
    or an operator wants it so."""

    provider: str
    channel: Channel
    reason: str
    paused_by: str


@event("恢复服务商", clause="-", internal=True)
class ProviderResumed(Event):
    """A provider that was paused is used again."""

    provider: str
    channel: Channel
    reason: str
    resumed_by: str
