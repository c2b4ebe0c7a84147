"""What the portal stores for people and nobody else may read: tokens, and what they have typed."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256

import msgspec
from cryptography.fernet import Fernet, InvalidToken

KEY_FILE = "portal.key"


class Unsealed(ValueError):
    """A stored value was not sealed with this portal's key: the key was changed, or somebody altered it."""


class Box:
    """Seals with a key of 32 bytes (Fernet: AES-128-CBC with HMAC-SHA-256), made when first used."""

    def __init__(self, key: Callable[[], bytes]) -> None:
        self._key = key
        self._fernet: Fernet | None = None

    def seal(self, value: object) -> bytes:
        """A value of plain data, sealed."""
        return self._opened.encrypt(msgspec.json.encode(value))

    def open(self, sealed: bytes) -> object:
        """The value; raises ``Unsealed``."""
        try:
            return msgspec.json.decode(self._opened.decrypt(sealed))
        except InvalidToken as error:
            raise Unsealed from error

    @property
    def _opened(self) -> Fernet:
        if self._fernet is None:
            self._fernet = Fernet(urlsafe_b64encode(self._key()))
        return self._fernet


def fingerprint(secret: str) -> bytes:
    """What is stored of a secret that a browser keeps: SHA-256. The secret is random, so that needs no salt."""
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


__all__ = ["KEY_FILE", "Box", "Unsealed", "fingerprint"]
