"""Files that must outlive a crash: written whole or not at all, for their owner alone (mode 600).

What root writes for another account is that account's: the file's owner before, or the folder's.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def put_file(path: Path, content: bytes) -> None:
    """Put a file in the place of the one that may be there. Once this returns, a crash does not undo it.

    Raises ``OSError``; then what was there still is.
    """
    fresh = _written_beside(path, content)
    try:
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    _settle(path.parent)


def make_file(path: Path, content: bytes) -> None:
    """Make a file, and its folder, unless it is there; several processes may do so at once, and one of them does.

    Raises ``OSError``.
    """
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = _written_beside(path, content)
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    _settle(path.parent)


def _written_beside(path: Path, content: bytes) -> Path:
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    fresh.touch(mode=0o600)
    try:
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            if os.geteuid() == 0:
                before = (path if path.exists() else path.parent).stat()
                os.fchown(file.fileno(), before.st_uid, before.st_gid)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    return fresh


def _settle(folder: Path) -> None:
    """Make the names in a folder durable."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


__all__ = ["make_file", "put_file"]
