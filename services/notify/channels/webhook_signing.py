"""The secrets of webhooks and their signatures (Standard Webhooks, version 1)."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def webhook_secret(master: bytes, recipient: str, number: int = 0) -> str:
    """The ``number``-th secret of a recipient (``subscriber:<id>``), ``whsec_...``: it follows from the service's own,
    so none is stored."""
    of = f"webhook {recipient} {number}" if number else f"webhook {recipient}"
    return "whsec_" + b64encode(hmac.digest(master, of.encode(), hashlib.sha256)).decode()


def sign(secret: str, ident: str, timestamp: int, payload: bytes) -> str:
    """The ``v1`` signature of a message, by HMAC-SHA256. Raises ``ValueError`` for a secret that is not base64."""
    key = b64decode(secret.removeprefix("whsec_"), validate=True)
    return "v1," + b64encode(hmac.digest(key, _signed(ident, timestamp, payload), hashlib.sha256)).decode()


def sign_by(key: Ed25519PrivateKey, ident: str, timestamp: int, payload: bytes) -> str:
    """The ``v1a`` signature of a message, by Ed25519."""
    return "v1a," + b64encode(key.sign(_signed(ident, timestamp, payload))).decode()


def _signed(ident: str, timestamp: int, body: bytes) -> bytes:
    return f"{ident}.{timestamp}.".encode() + body


__all__ = ["sign", "sign_by", "webhook_secret"]
