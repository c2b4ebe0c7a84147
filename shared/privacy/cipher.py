"""AES-256-GCM under a person's key, with a nonce that follows from what is sealed.

The nonce is 96 bits of HMAC-SHA-256, under a key of its own, of the place and the text. The same text in the same place
gives the same ciphertext, so that a repeated command stores the very same bytes; another text or place gives another
nonce but for a chance of 2^-96 a pair. Why that is safe is argued in docs/decisions/0015.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE: Final = 12
"""Bytes of a nonce (NIST SP 800-38D)."""

KEY: Final = 32
"""Bytes of a key: AES-256."""


class Forged(ValueError):
    """A ciphertext that this key did not make for this place: moved, altered, or of another key."""


class PersonKey:
    """A person's key of 32 bytes, ready for use."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(_derived(key, b"juqu seal"))
        self._nonces = _derived(key, b"juqu nonce")

    def seal(self, text: str, place: bytes) -> str:
        """Nonce, ciphertext and tag in base64url (RFC 4648, unpadded), bound to a place."""
        plain = text.encode()
        nonce = hmac.digest(self._nonces, len(place).to_bytes(4, "big") + place + plain, sha256)[:NONCE]
        return urlsafe_b64encode(nonce + self._aead.encrypt(nonce, plain, place)).rstrip(b"=").decode()

    def open(self, sealed: str, place: bytes) -> str:
        """The text; raises ``Forged``."""
        try:
            raw = urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
            return self._aead.decrypt(raw[:NONCE], raw[NONCE:], place).decode()
        except (InvalidTag, ValueError) as error:
            raise Forged("a sealed value does not belong here") from error


def place_of(event_id: UUID, type_name: str, where: str, person: UUID) -> bytes:
    """What a ciphertext is bound to: the event, its type, the field and the person."""
    return b"\x1f".join((b"juqu-1", event_id.bytes, type_name.encode(), where.encode(), person.bytes))


def wrap(master: bytes, key: bytes, person: UUID) -> bytes:
    """A person's key under the master key, bound to the person."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(master).encrypt(nonce, key, person.bytes)


def unwrap(master: bytes, wrapped: bytes, person: UUID) -> bytes:
    """A person's key; raises ``Forged`` where the master key is another."""
    try:
        return AESGCM(master).decrypt(wrapped[:NONCE], wrapped[NONCE:], person.bytes)
    except (InvalidTag, ValueError) as error:
        raise Forged(f"the key of {person} is not under this master key") from error


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY, None, purpose).derive(key)


__all__ = ["KEY", "Forged", "PersonKey", "place_of", "unwrap", "wrap"]
