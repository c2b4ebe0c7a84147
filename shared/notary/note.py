"""Signed notes (C2SP signed-note) with Ed25519, and witnesses' cosignatures (C2SP tlog-cosignature).

A note is a text that ends in a newline, an empty line, and signature lines ``— <name> <base64(key id || signature)>``.
The text is what is signed; nothing in it is escaped.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_DASH = "— "
_PRIVATE = "PRIVATE+KEY+"
_MOST_SIGNATURES = 100
_LONGEST = 1 << 16
_NAME = re.compile(
    r"[^\x00- +\x7f-\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ud800-\udfff\ufeff]{1,200}"
)
"""What names a key or a log: no blanks, nothing invisible, no plus. Spelt out, as in ``docs/verify.py``, and not asked
of the interpreter, of which each version knows other characters."""
_TEXT = re.compile(r"(?:[^\x00-\x1f\x7f\ud800-\udfff]*\n)+")
_LAST_SECOND = 253_402_300_799
"""Of the year 9999."""
_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
_TWISTED = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL = {0, 1, _P - 1, _TWISTED, _P - _TWISTED}
"""The y of the points that are zero times 8: for such a key anybody can sign."""


class Malformed(ValueError):
    """A note, a key or a checkpoint is not in its form."""


class Unverified(Exception):
    """A signature is not that of its key, or no signature is of a known key."""


class SignatureType(IntEnum):
    """What a key signs: the note's text, or ``cosignature/v1`` with a time and the text."""

    LOG = 0x01
    WITNESS = 0x04


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature line. ``payload`` is what follows the key id: 64 bytes, or 8 of time and 64 of a witness."""

    name: str
    key_id: bytes
    payload: bytes

    def line(self) -> str:
        """With its newline."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.payload).decode()}\n"

    @property
    def timestamp(self) -> int:
        """Of a cosignature: seconds since 1970. Raises ``Malformed``."""
        if len(self.payload) != 72:
            raise Malformed("not a cosignature")
        return int.from_bytes(self.payload[:8], "big")


@dataclass(frozen=True, slots=True)
class Note:
    """A text and the signatures under it."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> str:
        """The whole note."""
        return f"{self.text}\n{''.join(each.line() for each in self.signatures)}"

    def with_signatures(self, *more: Signature) -> Note:
        """The same text with signatures added; one that is there already is not added again."""
        return replace(self, signatures=(*self.signatures, *(each for each in more if each not in self.signatures)))


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key by its name: 32 bytes of Ed25519."""

    name: str
    public: bytes
    kind: SignatureType = SignatureType.LOG

    @property
    def key_id(self) -> bytes:
        """The first 4 bytes of SHA-256(name || newline || kind || public key)."""
        return sha256(f"{self.name}\n".encode() + bytes((self.kind,)) + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """``<name>+<hex key id>+<base64(kind || public key)>``, the form in which keys are handed out."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(bytes((self.kind,)) + self.public).decode()}"

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """From the form of ``vkey``. Raises ``Malformed``."""
        name, key_id, key = _parts(vkey)
        if len(key) != 33 or key[0] not in set(SignatureType):
            raise Malformed(f"{vkey!r} is no Ed25519 verifier key")
        made = cls(name, key[1:], SignatureType(key[0]))
        if made.key_id.hex() != key_id:
            raise Malformed(f"{vkey!r} does not have the key id of its key")
        if not _is_point(made.public):
            raise Malformed(f"{vkey!r} has no point of Ed25519's curve that can be a key")
        return made

    def verifies(self, text: str, signature: Signature) -> bool:
        """Whether a signature is this key's over the text."""
        if (signature.name, signature.key_id) != (self.name, self.key_id):
            return False
        message, signed = text.encode(), signature.payload
        if self.kind is SignatureType.WITNESS:
            if len(signed) != 72:
                return False
            if signature.timestamp > _LAST_SECOND:
                return False
            message, signed = cosigned(text, signature.timestamp), signed[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signed, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key by its name: the 32 bytes of an Ed25519 seed."""

    name: str
    seed: bytes
    kind: SignatureType = SignatureType.LOG

    def __repr__(self) -> str:
        return f"Signer({self.verifier.vkey!r})"

    @classmethod
    def new(cls, name: str, kind: SignatureType = SignatureType.LOG) -> Self:
        """A new key. Raises ``Malformed`` for a name that is empty or has a plus or white space in it."""
        return cls(proper_name(name), Ed25519PrivateKey.generate().private_bytes_raw(), kind)

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self._key().public_key().public_bytes_raw(), self.kind)

    @property
    def skey(self) -> str:
        """``PRIVATE+KEY+<name>+<hex key id>+<base64(kind || seed)>``: the secret, as the key file holds it."""
        key = base64.b64encode(bytes((self.kind,)) + self.seed).decode()
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{key}"

    @classmethod
    def parse(cls, skey: str) -> Self:
        """From the form of ``skey``. Raises ``Malformed``, without the secret in it."""
        if not skey.startswith(_PRIVATE):
            raise Malformed("not a private key of a signed note")
        name, key_id, key = _parts(skey.removeprefix(_PRIVATE), secret=True)
        if len(key) != 33 or key[0] not in set(SignatureType):
            raise Malformed("no Ed25519 private key")
        made = cls(name, key[1:], SignatureType(key[0]))
        if made.verifier.key_id.hex() != key_id:
            raise Malformed("a private key does not have the key id of its key")
        return made

    def sign(self, text: str) -> Signature:
        """Over a note's text, which ends in a newline. Raises ``Malformed``."""
        return Signature(self.name, self.verifier.key_id, self._key().sign(_proper_text(text).encode()))

    def cosign(self, text: str, timestamp: int) -> Signature:
        """As a witness, at a time in seconds since 1970. Raises ``Malformed``."""
        if not 0 <= timestamp <= _LAST_SECOND:
            raise Malformed(f"{timestamp} is no time in seconds since 1970")
        signed = self._key().sign(cosigned(_proper_text(text), timestamp))
        return Signature(self.name, self.verifier.key_id, struct.pack(">Q", timestamp) + signed)

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def cosigned(text: str, timestamp: int) -> bytes:
    """What a witness signs (C2SP tlog-cosignature, cosignature/v1)."""
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def parse_note(note: str) -> Note:
    """A note in its parts; says nothing about whether the signatures hold.

    Raises ``Malformed``, also where a key signed twice: readers differ about which of the two they take.
    """
    if len(note) > _LONGEST:
        raise Malformed(f"a note has at most {_LONGEST} characters")
    text, found, lines = note.rpartition("\n\n")
    if not found or not lines.endswith("\n"):
        raise Malformed("a note is a text, an empty line, and signature lines")
    if lines.count("\n") > _MOST_SIGNATURES:
        raise Malformed(f"a note has at most {_MOST_SIGNATURES} signatures")
    signatures = tuple(parse_signature(line) for line in lines[:-1].split("\n"))
    if len({(each.name, each.key_id) for each in signatures}) < len(signatures):
        raise Malformed("one key has signed a note twice")
    return Note(_proper_text(text + "\n"), signatures)


def parse_signature(line: str) -> Signature:
    """One signature line, its newline left out. Raises ``Malformed``."""
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    blob = _unbase64(encoded)
    if not line.startswith(_DASH) or len(blob) < 5:
        raise Malformed(f"{line[:100]!r} is no signature line")
    return Signature(proper_name(name), blob[:4], blob[4:])


def verified(note: Note, verifiers: Iterable[Verifier]) -> list[Verifier]:
    """The keys, of those given, that signed a note. Signatures of unknown keys are passed over.

    Raises ``Unverified`` where a known key's signature is wrong or stands twice, or where no known key signed.
    """
    known = {(each.name, each.key_id): each for each in verifiers}
    found: list[Verifier] = []
    for signature in note.signatures:
        verifier = known.get((signature.name, signature.key_id))
        if verifier is None:
            continue
        if verifier in found:
            raise Unverified(f"{verifier.name}+{verifier.key_id.hex()} has signed it twice")
        if not verifier.verifies(note.text, signature):
            raise Unverified(f"the signature of {verifier.name}+{verifier.key_id.hex()} does not hold")
        found.append(verifier)
    if not found:
        raise Unverified("no signature is of a known key")
    return found


def _parts(key: str, *, secret: bool = False) -> tuple[str, str, bytes]:
    parts = key.strip().split("+", 2)
    shown = "a private key" if secret else repr(key)
    if len(parts) != 3:
        raise Malformed(f"{shown} is not <name>+<key id>+<key>")
    name, key_id, encoded = parts
    return proper_name(name), key_id, _unbase64(encoded)


def proper_name(name: str) -> str:
    """A name of a key or a log, as it is. Raises ``Malformed`` for one that is none, or could be taken for another."""
    if not _NAME.fullmatch(name):
        raise Malformed(f"{name[:100]!r} cannot name a key or a log")
    return name


def _proper_text(text: str) -> str:
    if not _TEXT.fullmatch(text):
        raise Malformed("a note's text ends in a newline and has no other control characters")
    return text


def _is_point(public: bytes) -> bool:
    """Whether 32 bytes are the one right form of a point (RFC 8032, 5.1.3), and of none that is zero times 8."""
    y = int.from_bytes(public, "little") & (1 << 255) - 1
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    return y < _P and y not in _SMALL and pow(square, (_P - 1) // 2, _P) == 1


def _unbase64(text: str) -> bytes:
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("not base64") from None
    if base64.b64encode(decoded).decode() != text:
        raise Malformed("not canonical base64")
    return decoded
