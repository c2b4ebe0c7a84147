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
        f"如是您本人，请在订阅页面输入验证码 {e.token} 予以确认（订阅编号 {e.asked.subscription_id}）。",
        "如非本人操作，请忽略本邮件。",
    ),
    zh_sms="验证码{token}，请在订阅页面输入。非本人操作请忽略。",
    en="Please confirm your subscription",
    en_text=lambda e, _: (
        "Somebody has subscribed to notices of the intellectual property service cluster districts with this address.",
        (
            f"If it was you, please enter the code {e.token} on the subscription page (subscription "
            f"{e.asked.subscription_id}). If it was not, please ignore this message."
        ),
    ),
    en_sms="Code {token}: enter on our web page",
    variables=lambda e, _: {"token": e.token},
)
