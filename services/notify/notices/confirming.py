"""The message that asks somebody of the public whether it was they who subscribed."""

from __future__ import annotations

from services.notify.notices.rendering import OFFICE, SIGNATURE, DeliveryRequest
from shared.contracts.core import Envelope, derived_id
from shared.contracts.notify import Channel, SubscriptionRequested

RULE = "subscription-confirmation"
VERSION = 1


def confirmation_for(envelope: Envelope, event: SubscriptionRequested, token: str) -> DeliveryRequest:
    """The message with the code, to the address that was given."""
    recipient = f"subscriber:{event.subscription_id}"
    words = (
        f"有人以本地址订阅了集聚发展区通知。如是您本人，请凭验证码 {token} 确认订阅 {event.subscription_id}；"
        "如非本人，请忽略。"
    )
    mail = event.channel is Channel.MAIL
    return DeliveryRequest(
        delivery_id=derived_id(envelope.event_id, f"{RULE}@{VERSION}", recipient, event.channel, "1"),
        case_id="",
        cause_id=envelope.event_id,
        cause_type=envelope.type,
        rule=RULE,
        rule_version=VERSION,
        occurrence="1",
        role="asker",
        recipient=recipient,
        recipient_name="",
        channel=event.channel,
        address=event.address,
        subject="请确认订阅" if mail else "",
        body=f"{words}\n\n{OFFICE}\n" if mail else SIGNATURE + words,
    )
