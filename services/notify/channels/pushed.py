"""Delivery receipts that SMS providers push over HTTP.

Neither provider signs them, and neither says from where they come; both push to whatever URL one sets. So the URL
bears a code that follows from notify's key, one for each provider: who knows it is the provider, or somebody whom its
console showed it to. The forms are those of Aliyun's SmsReport and of Tencent's "SMS Sending Status Notification".
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic import BaseModel, ConfigDict, TypeAdapter

from services.notify.channels.outcome import Receipt
from services.notify.channels.sms_account import settled


class _Aliyun(BaseModel):
    model_config = ConfigDict(strict=True)
    phone_number: str
    success: bool
    biz_id: str
    err_code: str = ""
    err_msg: str = ""
    out_id: str = ""

    def receipts(self, provider: str) -> list[Receipt]:
        """By the provider's id, and by ours: of an attempt that was asked for only ours may be known."""
        said = f"SmsReport: {self.err_code} {self.err_msg}".strip()
        references = dict.fromkeys(each for each in (self.biz_id, self.out_id) if each)
        return [settled(each, self.success, said, provider, self.phone_number) for each in references]


class _Tencent(BaseModel):
    model_config = ConfigDict(strict=True)
    mobile: str
    report_status: str
    sid: str
    errmsg: str = ""
    description: str = ""

    def receipts(self, provider: str) -> list[Receipt]:
        """By the provider's id: ours is not told."""
        said = f"status notification: {self.errmsg} {self.description}".strip()
        return [settled(self.sid, self.report_status == "SUCCESS", said, provider, self.mobile)]


Page: TypeAlias = list[_Aliyun] | list[_Tencent]


@dataclass(frozen=True, slots=True)
class Pushing:
    """A provider's form of pushing: how a body is read, and what it is answered with once it is kept."""

    read: Callable[[bytes], Page]
    answer: Mapping[str, Any]

    def receipts(self, body: bytes, provider: str) -> list[Receipt]:
        """The receipts of a body, under the provider's name. Raises ``ValueError`` for what is not in its form."""
        return [receipt for each in self.read(body) for receipt in each.receipts(provider)]


PUSHING: Mapping[str, Pushing] = {
    "aliyun": Pushing(TypeAdapter(list[_Aliyun]).validate_json, {"code": 0, "msg": "kept"}),
    "tencent": Pushing(TypeAdapter(list[_Tencent]).validate_json, {"result": 0, "errmsg": "OK"}),
}
"""By the kind that a provider's name begins with."""


def pushing(provider: str) -> Pushing | None:
    """How a provider (``aliyun``, ``tencent-2``) pushes; ``None`` where it does not."""
    return PUSHING.get(provider.partition("-")[0])


def push_code(secret: bytes, provider: str) -> str:
    """The code of a provider's URL: 32 characters."""
    return hmac.new(secret, f"receipts {provider}".encode(), hashlib.sha256).hexdigest()[:32]


def push_path(secret: bytes, provider: str) -> str:
    """Where a provider is to push its receipts, below notify's public URL."""
    return f"/receipts/{provider}/{push_code(secret, provider)}"
