"""The key that notify's codes are made with: those of subscribers, of bounces and of ends of mails."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path


def secret_in(folder: Path) -> Callable[[], bytes]:
    """The key that subscribers' codes are made with, kept in a folder (made on first use, mode 600)."""
    path = folder / "notify-codes.key"

    def secret() -> bytes:
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(f".{secrets.token_hex(4)}")
            fresh.touch(mode=0o600)
            fresh.write_bytes(secrets.token_bytes(32))
            try:
                path.hardlink_to(fresh)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return path.read_bytes()

    return secret
