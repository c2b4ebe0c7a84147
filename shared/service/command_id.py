"""Command ids: what makes a repeated request the same command.

The first 80 bits stand for the sender and the ``Idempotency-Key``, the last 48 for the request. So a repeated request
has the same id, and a key that is used for another request can be told.
"""

from __future__ import annotations

import re
from hashlib import sha256
from uuid import UUID

_REQUEST_BITS = 48
_UUID = re.compile("[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def command_id(subject: str, key: str, request: bytes) -> UUID:
    """The id of a request: ``request`` is its method, path and body (RFC 9562 version 8: the bits are ours)."""
    digest = bytearray(sha256(f"{subject}\x1f{key}".encode()).digest()[:10] + sha256(request).digest()[:6])
    digest[6] = 0x80 | digest[6] & 0x0F
    digest[8] = 0x80 | digest[8] & 0x3F
    return UUID(int=int.from_bytes(digest))


def same_key(one: UUID, other: UUID) -> bool:
    """Whether two ids stand for the same sender and key."""
    return one.int >> _REQUEST_BITS == other.int >> _REQUEST_BITS


def key_id(command: UUID) -> UUID:
    """The id of the sender and key alone: what a command that opens a case names the case by."""
    return UUID(int=command.int >> _REQUEST_BITS << _REQUEST_BITS)


def as_uuid(text: str) -> str:
    """A UUID in its usual form (RFC 9562, section 4) as we store it, in lower case; empty for any other text."""
    lower = text.lower() if text.isascii() else ""
    return lower if _UUID.fullmatch(lower) else ""
