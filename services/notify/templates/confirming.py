"""Words that ask somebody whether it was they who subscribed."""

from __future__ import annotations

from dataclasses import dataclass

from services.notify.templates.form import Template, template
from shared.contracts.core import Event
from shared.contracts.notify import SubscriptionRequested


@dataclass(frozen=True, slots=True)
class Asking(Event):
    """What these words are made from: a wish to subscribe and the code that confirms it (never stored as an event)."""

    asked: SubscriptionRequested
    token: str


CONFIRMATION: Template = template(
    "subscription-confirmation",
    Asking,
    zh="请确认订阅",
    zh_text=lambda e, _: (
        "有人以本地址订阅了集聚发展区通知。",
        f"如是您本人，请凭验证码 {e.token} 确认订阅 {e.asked.subscription_id}；如非本人，请忽略。",
    ),
    zh_sms="有人以本号码订阅了集聚发展区通知。如是您本人，请凭验证码 {token} 确认订阅 {subscription}；"
    "如非本人，请忽略。",
    en="Please confirm your subscription",
    en_text=lambda e, _: (
        "Somebody has subscribed to notices of the intellectual property service cluster districts with this address.",
        (
            f"If it was you, please confirm the subscription {e.asked.subscription_id} with the code {e.token}. If it "
            "was not, please ignore this message."
        ),
    ),
    en_sms="Somebody subscribed to district notices with this number. If it was you, confirm subscription "
    "{subscription} with the code {token}. If not, ignore this.",
    variables=lambda e, _: {"token": e.token, "subscription": e.asked.subscription_id},
)
