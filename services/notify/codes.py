"""Codes that go out with a message and come back: in the address for a mail's bounces, to unsubscribe from a kind of
mail, and to confirm or end a subscription. Pure.

Each is made with notify's key, so only someone who has seen the message can present it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from uuid import UUID

KEY_FILE = "notify-codes.key"
"""The key's file in the folder of keys."""
_BOUNCE = re.compile(r"([^@+]+)\+([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([0-9a-f]{12})@([^@]+)", re.IGNORECASE)
_CODE = 6
"""Octets of a code's signature. With the 16 of the delivery's id they make 30 characters, short enough for one line."""


def bounce_address(secret: bytes, to: str, delivery_id: str) -> str:
    """Where the bounces of a delivery go: ``bounces+<delivery id>.<code>@domain`` for ``bounces@domain``."""
    local, _, domain = to.partition("@")
    return f"{local}+{delivery_id}.{_code(secret, 'bounce', delivery_id).hex()}@{domain}"


def bounced_delivery(secret: bytes, to: str, address: str) -> str:
    """The delivery that a bounce address names; empty if the address is not ours."""
    parts = _BOUNCE.fullmatch(address)
    if parts is None:
        return ""
    delivery_id = parts[2].lower()
    ours = bounce_address(secret, to, delivery_id)
    return delivery_id if same_code(ours.lower(), address.lower()) else ""


def same_code(ours: str, theirs: str) -> bool:
    """Whether a code is ours, compared in constant time. It may hold any characters."""
    return hmac.compare_digest(ours.encode(), theirs.encode("utf-8", "surrogatepass"))


def unsubscribe_token(secret: bytes, delivery_id: str) -> str:
    """The code with which the recipient of a delivery unsubscribes from its kind: 30 characters."""
    packed = UUID(delivery_id).bytes + _code(secret, "unsubscribe", delivery_id)
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def unsubscribed_delivery(secret: bytes, token: str) -> str:
    """The delivery that a code belongs to; empty if the code is not ours."""
    try:
        packed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return ""
    if len(packed) != 16 + _CODE:
        return ""
    delivery_id = str(UUID(bytes=packed[:16]))
    return delivery_id if hmac.compare_digest(_code(secret, "unsubscribe", delivery_id), packed[16:]) else ""


def unsubscribe_url(public_url: str, secret: bytes, delivery_id: str) -> str:
    """Where a recipient unsubscribes with one click (RFC 8058)."""
    return f"{public_url.rstrip('/')}/u/{unsubscribe_token(secret, delivery_id)}"


def subscription_token(secret: bytes, subscription_id: str) -> str:
    """The code that confirms or ends a subscription; only whoever receives its messages knows it."""
    return hmac.new(secret, subscription_id.encode(), hashlib.sha256).hexdigest()[:32]


def _code(secret: bytes, purpose: str, delivery_id: str) -> bytes:
    return hmac.new(secret, f"{purpose} {delivery_id}".encode(), hashlib.sha256).digest()[:_CODE]
