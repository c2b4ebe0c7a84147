"""A small file system of our own, to be filled: a tmpfs in a mount namespace that ends with this process."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress
from pathlib import Path

_CLONE_NEWNS = 0x00020000
_MS_REC_PRIVATE = 0x4000 | (1 << 18)
_MNT_DETACH = 2
_PIECE = 1 << 20


class NoSmallDisk(Exception):
    """This process may not mount; the message says why."""


class SmallDisk:
    """Mounted over a folder; raises ``NoSmallDisk``. What it held is gone with this process and its children."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self._folder = folder
        self._ballast = folder / "ballast"
        folder.mkdir(parents=True, exist_ok=True)
        library = self._library = ctypes.CDLL(None, use_errno=True)
        _check(library.unshare(_CLONE_NEWNS), "a mount namespace")
        _check(library.mount(None, b"/", None, _MS_REC_PRIVATE, None), "a private mount namespace")
        options = f"size={megabytes}m,mode=0711".encode()
        _check(library.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, options), "a tmpfs")

    def fill(self) -> None:
        """Leave no byte free."""
        with self._ballast.open("ab", buffering=0) as file:
            for size in (_PIECE, 4096):
                with suppress(OSError):
                    while True:
                        file.write(b"\0" * size)

    def free(self) -> None:
        """Take the ballast away again; without effect where there is none."""
        self._ballast.unlink(missing_ok=True)

    def close(self) -> None:
        """Take it off its folder, with all that it holds."""
        self._library.umount2(os.fsencode(self._folder), _MNT_DETACH)


def _check(result: int, wanted: str) -> None:
    if result:
        raise NoSmallDisk(f"{wanted} cannot be had: {os.strerror(ctypes.get_errno())}")


__all__ = ["NoSmallDisk", "SmallDisk"]
