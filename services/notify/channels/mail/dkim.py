"""Signatures of mails (RFC 6376, RFC 8463): dkimpy writes the header, cryptography signs.

The time of the signature is the mail's date: the same mail has the same bytes at every attempt.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

import dkim
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from shared.durable import make_file

PrivateKey: TypeAlias = RSAPrivateKey | Ed25519PrivateKey
Kind: TypeAlias = Literal["rsa", "ed25519"]
BITS = 2048
_OFTENER = (b"from", b"to", b"subject", b"date", b"message-id", b"reply-to", b"list-unsubscribe")
"""Signed once more than they are there: nobody adds another one."""


class UnusableKey(ValueError):
    """A key that mails cannot be signed with."""


@dataclass(frozen=True, slots=True)
class DkimSigner:
    """Signs with one key for a domain; the DNS has its public half under ``<selector>._domainkey.<domain>``."""

    domain: str
    selector: str
    key: PrivateKey

    def signed(self, content: bytes, at: datetime) -> bytes:
        """The mail under its signature, which covers every header of it."""
        mail = _Mail(content, self.key, at)
        header: bytes = mail.sign(
            self.selector.encode(),
            self.domain.encode(),
            _NOT_USED,
            signature_algorithm=b"ed25519-sha256",
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[*mail.all_sign_headers(), *_OFTENER],
        )
        return header + content

    @property
    def record(self) -> tuple[str, str]:
        """The name and the text of the DNS record."""
        public = self.key.public_key()
        if isinstance(self.key, RSAPrivateKey):
            kind, octets = "rsa", public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        else:
            kind, octets = "ed25519", public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        text = f"v=DKIM1; k={kind}; p={base64.b64encode(octets).decode()}"
        return f"{self.selector}._domainkey.{self.domain}", text


@dataclass(frozen=True, slots=True)
class _Signed:
    signature: bytes


@dataclass(frozen=True, slots=True)
class _Key:
    key: PrivateKey

    def sign(self, digest: bytes) -> _Signed:
        if isinstance(self.key, RSAPrivateKey):
            return _Signed(self.key.sign(digest, PKCS1v15(), Prehashed(SHA256())))
        return _Signed(self.key.sign(digest))


class _Mail(dkim.DKIM):  # type: ignore[misc]
    """dkimpy's own RSA is Python's, 14 ms a mail: here cryptography signs what dkimpy has hashed, in half of one.

    dkimpy is told that the key is an Ed25519 one, for such a key it calls; the algorithm is set right in the header.
    """

    def __init__(self, content: bytes, key: PrivateKey, at: datetime) -> None:
        super().__init__(content)
        self._key = _Key(key)
        self._ours = {b"t": str(int(at.timestamp())).encode()}
        if isinstance(key, RSAPrivateKey):
            self._ours[b"a"] = b"rsa-sha256"

    def gen_header(
        self,
        fields: list[tuple[bytes, bytes]],
        include_headers: tuple[bytes, ...],
        canon_policy: Any,
        header_name: bytes,
        _pk: Any,
        standardize: bool = False,
    ) -> bytes:
        ours = [(name, self._ours.get(name, value)) for name, value in fields]
        header: bytes = super().gen_header(
            ours, include_headers, canon_policy, header_name, self._key, standardize=standardize
        )
        return header


def read_key(pem: bytes) -> PrivateKey:
    """An RSA key of 2048 bits or more, or an Ed25519 key; raises ``UnusableKey``."""
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise UnusableKey("not a private key in PEM without a password") from error
    if isinstance(key, Ed25519PrivateKey):
        return key
    if isinstance(key, RSAPrivateKey) and key.key_size >= BITS:
        return key
    raise UnusableKey("mails are signed with Ed25519, or RSA of 2048 bits or more")


def key_in(file: Path, kind: Kind = "rsa") -> PrivateKey:
    """The key in a file, made there on first use (mode 600); raises ``UnusableKey``."""
    if not file.exists():
        key: PrivateKey = Ed25519PrivateKey.generate() if kind == "ed25519" else generate_private_key(65537, BITS)
        make_file(file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return read_key(file.read_bytes())


_NOT_USED = base64.b64encode(bytes(32))
