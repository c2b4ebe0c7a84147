"""Seal services: what makes a seal on a packet and checks one.

A real electronic seal (GB/T 38540) is an adapter with this interface, set up with the provider's certificate; the
built-in ``DemonstrationSeals`` signs with Ed25519 keys of its own, and marks every seal as a demonstration.
"""

from __future__ import annotations

import asyncio
import os
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from services.intake.application.commands import SealMark
from shared.contracts.intake import Seal


class SealService(Protocol):
    """Sets and checks the seals of offices. An adapter of a seal provider implements it."""

    async def seal(self, office: str, packet_sha256: str) -> SealMark:
        """Set the office's seal on a packet's SHA-256 (hex). Raises ``OSError`` when the service cannot be reached."""
        ...

    async def verify(self, seal: Seal) -> bool:
        """Whether the seal was made with the office's key for that office and that hash."""
        ...


def sealed_text(office: str, packet_sha256: str) -> bytes:
    """What is signed: the office and the hash, under a heading that no other signature of the house uses."""
    return f"juqu-seal-v1\n{office}\n{packet_sha256}".encode()


class DemonstrationSeals:
    """Seals by Ed25519 keys kept in a folder: one per office, made on first use (mode 600). Not for production."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def seal(self, office: str, packet_sha256: str) -> SealMark:
        """The office's signature; raises ``OSError`` when the folder cannot be written."""
        key = await asyncio.to_thread(self._key, office)
        signature = key.sign(sealed_text(office, packet_sha256))
        return SealMark(signature=b64encode(signature).decode(), key_id=key_id(key), demonstration=True)

    async def verify(self, seal: Seal) -> bool:
        """Whether the office's key in the folder made this seal."""
        if not self._path(seal.office).exists():
            return False
        key = await asyncio.to_thread(self._key, seal.office)
        if key_id(key) != seal.key_id:
            return False
        try:
            key.public_key().verify(
                b64decode(seal.signature, validate=True), sealed_text(seal.office, seal.packet_sha256)
            )
        except (InvalidSignature, ValueError):
            return False
        return True

    def _path(self, office: str) -> Path:
        return self._folder / f"seal-{sha256(office.encode()).hexdigest()[:32]}.pem"

    def _key(self, office: str) -> Ed25519PrivateKey:
        path = self._path(office)
        if not path.exists():
            self._make(path)
        key = load_pem_private_key(path.read_bytes(), None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError(f"{path} is not an Ed25519 key")
        return key

    def _make(self, path: Path) -> None:
        """Write a new key and link it into place; where another process was faster, its key stays."""
        self._folder.mkdir(parents=True, exist_ok=True)
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        fresh = path.with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()


def key_id(key: Ed25519PrivateKey) -> str:
    """The id of a key: the first 16 hex digits of the SHA-256 of its public half."""
    return sha256(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]
