"""One message to one recipient: frozen, attempted, answered."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from shared.contracts.core import Event, event
from shared.contracts.notify.ways import Channel, Language
from shared.programme.values.personal import Address, DeliveryId, OfficeName, PersonalText, PersonName


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
    ``content_sha256`` (hex) binds what was rendered: subject, body, html, sms_template and variables as a JSON array.
    ``unsubscribe_url`` is empty for what cannot be unsubscribed. From ``expires_at`` on it is not sent any more, in the
    clock of the service.
    """

    delivery_id: DeliveryId
    case_id: str
    cause_id: UUID
    cause_type: str
    rule: str
    rule_version: int
    occurrence: str
    role: str
    recipient: OfficeName
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


@event("已到达", clause="-")
class DeliveryDelivered(Event):
    """The recipient's device has it, by the provider's receipt for every segment."""

    delivery_id: DeliveryId
    attempt: int
    receipt: PersonalText


@event("未到达", clause="-")
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
