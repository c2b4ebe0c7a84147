"""An issuer of tokens of our own, for trying the system and for the command line; ``identity`` says what is in one."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from shared.contracts.core import Actor
from shared.programme.values.offices import check_office
from shared.service.identity.verification import VerificationKey

DEVELOPMENT_ISSUER = "urn:juqu:development-issuer"


class DevelopmentIssuer:
    """An issuer of our own, with an Ed25519 key in a folder (made on first use, mode 600). Not for production."""

    issuer = DEVELOPMENT_ISSUER
    generation = 0

    def __init__(self, folder: Path) -> None:
        self._path = folder / "issuer.pem"

    def _private_key(self) -> Ed25519PrivateKey:
        if not self._path.exists():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            fresh = self._path.with_suffix(f".{os.getpid()}")
            fresh.touch(mode=0o600)
            fresh.write_bytes(pem)
            try:
                os.link(fresh, self._path)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        key = load_pem_private_key(self._path.read_bytes(), None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError(f"{self._path} is not an Ed25519 key")
        return key

    def token(self, actor: Actor, *, audience: str = "juqu", lifetime: timedelta = timedelta(hours=8)) -> str:
        """A token for an actor; raises ``ValueError`` when a role does not belong to the office."""
        check_office(actor.office, actor.roles)
        now = datetime.now(UTC)
        claims = {
            "iss": self.issuer,
            "aud": audience,
            "sub": actor.subject,
            "name": actor.name,
            "office": actor.office,
            "roles": sorted(actor.roles),
            "iat": now,
            "exp": now + lifetime,
        }
        return self.signed(claims)

    def signed(self, claims: Mapping[str, object], *, kind: str = "JWT") -> str:
        """Any claims under its signature; ``kind`` is what the token is, as its header says."""
        headers = {"kid": "development", "typ": kind}
        return jwt.encode(dict(claims), self._private_key(), algorithm="EdDSA", headers=headers)

    async def keys(self) -> Sequence[VerificationKey]:
        """Its one key."""
        return [VerificationKey("development", frozenset({"EdDSA"}), self._private_key().public_key())]

    async def newer(self, than: int) -> bool:  # noqa: ARG002 - its key never changes
        """Never."""
        return False
