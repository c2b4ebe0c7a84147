"""A key of a service's own, for codes and marks that nobody else makes."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path


def secret_in(folder: Path, name: str) -> Callable[[], bytes]:
    """The key in a file of a folder; made on first use (32 random bytes, mode 600)."""
    path = folder / name

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
