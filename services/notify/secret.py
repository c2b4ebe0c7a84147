"""The key that notify's codes are made with: those of subscribers, of bounces and of ends of mails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from shared.service import secret


def secret_in(folder: Path) -> Callable[[], bytes]:
    """The key that codes are made with, kept in a folder."""
    return secret.secret_in(folder, "notify-codes.key")
