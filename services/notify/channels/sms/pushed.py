"""Delivery receipts that SMS providers push over HTTP.

Neither provider signs them or says from which addresses they come; both push to whatever URL is set. So the URL bears a
code for each provider, which follows from notify's key. Whoever knows it is the provider, or somebody who has seen its
console. The forms are those of Aliyun's SmsReport and of Tencent's "SMS Sending Status Notification".
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from services.notify.channels.outcome import Receipt
from services.notify.channels.sms.account import settled
from services.notify.codes import same_code
from shared.service.logs import logger_of

logger = logger_of("receipts")


class _Aliyun(BaseModel):
    model_config = ConfigDict(strict=True)
    phone_number: str
    success: bool
    biz_id: str
    err_code: str | None = ""
    err_msg: str | None = ""
    out_id: str | None = ""

    def receipts(self, provider: str) -> list[Receipt]:
        """By the provider's id, and by ours: of an attempt that was asked for only ours may be known."""
        text = f"SmsReport: {self.err_code or ''} {self.err_msg or ''}".strip()
        references = dict.fromkeys(reference for reference in (self.biz_id, self.out_id) if reference)
        return [settled(reference, self.success, text, provider, self.phone_number) for reference in references]


class _Tencent(BaseModel):
    model_config = ConfigDict(strict=True)
    mobile: str
    report_status: str
    sid: str
    errmsg: str | None = ""
    description: str | None = ""

    def receipts(self, provider: str) -> list[Receipt]:
        """By the provider's id: ours is not told."""
        text = f"status notification: {self.errmsg or ''} {self.description or ''}".strip()
        return [settled(self.sid, self.report_status == "SUCCESS", text, provider, self.mobile)]


@dataclass(frozen=True, slots=True)
class Pushing:
    """A provider's form of pushing: a row of it, and what a page is answered with once it is kept."""

    row: type[_Aliyun | _Tencent]
    answer: Mapping[str, Any]

    def receipts(self, body: bytes, provider: str) -> list[Receipt]:
        """The receipts of a page, under the provider's name. A row that is not in its form is left out, as the provider
        would push it again for ever and all others with it. Raises ``ValueError`` where no row is in its form."""
        page = _page(body)
        rows = [row for row in map(self._read, page) if row is not None]
        if page and not rows:
            raise ValueError("error: no row is in the provider's form")
        if len(rows) < len(page):
            logger.warning("rows_left_out", provider=provider, rows=len(page) - len(rows), of=len(page))
        return [receipt for row in rows for receipt in row.receipts(provider)]

    def _read(self, row: object) -> _Aliyun | _Tencent | None:
        try:
            return self.row.model_validate(row)
        except ValidationError:
            return None


def _page(body: bytes) -> list[Any]:
    """The rows of a page. Python's own reader: it takes a page in which one text holds half a surrogate pair."""
    try:
        page = json.loads(body)
    except (ValueError, RecursionError):
        raise ValueError("error: no JSON") from None
    if not isinstance(page, list):
        raise ValueError("error: no list")
    return page


PUSHING: Mapping[str, Pushing] = {
    "aliyun": Pushing(_Aliyun, {"code": 0, "msg": "kept"}),
    "tencent": Pushing(_Tencent, {"result": 0, "errmsg": "OK"}),
}
"""By the kind that a provider's name begins with."""


def pushing(provider: str) -> Pushing | None:
    """How a provider (``aliyun``, ``tencent-2``) pushes; ``None`` where it does not."""
    return PUSHING.get(provider.partition("-")[0])


def push_code(secret: bytes, provider: str, number: int = 0) -> str:
    """The ``number``-th code of a provider's URL: 32 characters."""
    of = f"receipts {provider} {number}" if number else f"receipts {provider}"
    return hmac.new(secret, of.encode(), hashlib.sha256).hexdigest()[:32]


def is_push_code(secret: bytes, provider: str, number: int, code: str) -> bool:
    """Whether a code is the provider's ``number``-th, or the one before it, which its console may still have."""
    numbers = (number, number - 1) if number else (0,)
    return any(same_code(push_code(secret, provider, valid), code) for valid in numbers)


def push_path(secret: bytes, provider: str, number: int = 0) -> str:
    """Where a provider is to push its receipts, below notify's public URL."""
    return f"/receipts/{provider}/{push_code(secret, provider, number)}"
