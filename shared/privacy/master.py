"""The master key: a file apart from the database, which the persons' keys are wrapped under."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from shared.privacy.cipher import KEY


@dataclass(frozen=True, slots=True)
class Master:
    """``wrapping`` wraps the persons' keys, ``naming`` hashes what they are known by; 32 bytes each."""

    wrapping: bytes = field(repr=False)
    naming: bytes = field(repr=False)


def read_master(path: Path) -> Master:
    """The master key of a file of 64 bytes. Raises ``OSError``, ``ValueError``."""
    raw = path.read_bytes()
    if len(raw) != 2 * KEY:
        raise ValueError(f"{path} is no master key: it has {len(raw)} bytes, not {2 * KEY}")
    return Master(raw[:KEY], raw[KEY:])


def make_master(path: Path) -> None:
    """Make a master key (mode 600), unless there is one. Several processes may do so at once."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    fresh.touch(mode=0o600)
    fresh.write_bytes(secrets.token_bytes(2 * KEY))
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


__all__ = ["Master", "make_master", "read_master"]
