"""A service's own key, for codes and marks that nobody else can make."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

from shared.durable import make_file


def secret_in(folder: Path, name: str) -> Callable[[], bytes]:
    """The key in a file of a folder; made on first use (32 random bytes, mode 600)."""
    path = folder / name

    def secret() -> bytes:
        make_file(path, secrets.token_bytes(32))
        return path.read_bytes()

    return secret
