"""The master key: a file apart from the database, which the persons' keys are wrapped under.

The file holds 32 bytes that wrap, 32 bytes that name, and while the master key is changed the other key that wraps: the
one to come, or the former one. A wrapped key says under which it is: 8 bytes of its id, nonce, ciphertext, tag. Keys
that were wrapped before there were ids lack them.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from shared.durable import make_file, put_file
from shared.privacy.cipher import KEY, Forged, unwrap, wrap

ID = 8
"""Bytes of a master key's id."""

_WITHOUT_ID = 60
"""Bytes of a wrapped key without an id: nonce, key, tag."""


def id_of(wrapping: bytes) -> bytes:
    """The id of a key that wraps, which gives nothing of it away."""
    return hmac.digest(wrapping, b"juqu master key", sha256)[:ID]


@dataclass(frozen=True, slots=True)
class Master:
    """``wrapping`` wraps the persons' keys, ``naming`` hashes what they are known by; ``other`` wraps too while the
    master key is changed. 32 bytes each."""

    wrapping: bytes = field(repr=False)
    naming: bytes = field(repr=False)
    other: bytes = field(default=b"", repr=False)

    @property
    def ids(self) -> tuple[bytes, ...]:
        """The ids of the keys that wrap, the first one's first."""
        return tuple(id_of(each) for each in self._all())

    def wrap(self, key: bytes, person: UUID, under: bytes = b"") -> bytes:
        """A person's key, wrapped under the key of an id, else under the first. Raises ``Forged``: it is not here."""
        for each in self._all():
            if not under or id_of(each) == under:
                return id_of(each) + wrap(each, key, person)
        raise Forged(f"the master key {under.hex()} is not in the file")

    def unwrap(self, wrapped: bytes, person: UUID) -> bytes:
        """A person's key. Raises ``Forged`` where it is under another master key."""
        ident, rest = (b"", wrapped) if len(wrapped) == _WITHOUT_ID else (wrapped[:ID], wrapped[ID:])
        for each in self._all():
            if ident in {b"", id_of(each)}:
                with suppress(Forged):
                    return unwrap(each, rest, person)
        raise Forged(f"the key of {person} is not under this master key")

    def encode(self) -> bytes:
        """As the file holds it."""
        return self.wrapping + self.naming + self.other

    def _all(self) -> Iterator[bytes]:
        yield self.wrapping
        if self.other:
            yield self.other


def read_master(path: Path) -> Master:
    """The master key of a file of 64 or 96 bytes. Raises ``OSError``, ``ValueError``."""
    raw = path.read_bytes()
    if len(raw) not in (2 * KEY, 3 * KEY):
        raise ValueError(f"{path} is no master key: it has {len(raw)} bytes, not {2 * KEY} or {3 * KEY}")
    return Master(raw[:KEY], raw[KEY : 2 * KEY], raw[2 * KEY :])


def make_master(path: Path) -> None:
    """Make a master key (mode 600), unless there is one. Several processes may do so at once."""
    make_file(path, secrets.token_bytes(2 * KEY))


def put_master(path: Path, master: Master) -> None:
    """Put a master key in a file's place, whole or not at all, durably and with mode 600. Raises ``OSError``."""
    put_file(path, master.encode())


__all__ = ["ID", "Master", "id_of", "make_master", "put_master", "read_master"]
