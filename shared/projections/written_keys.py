"""Which keys were ever written, in constant memory (a Bloom filter, 1970): "no" is certain, "yes" means look."""

from __future__ import annotations

from collections.abc import Iterable

from shared.projections.view import Key

_BITS = 1 << 27
_LAST = _BITS - 1


class WrittenKeys:
    """16 MiB, allocated at the first key. Of 1 M keys it takes 0.02 % of the others for written, of 10 M 2 %."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def add(self, keys: Iterable[Key]) -> None:
        """Remember keys. They are this process's only: hashes differ from process to process."""
        for key in keys:
            if not self._bits:
                self._bits = bytearray(_BITS >> 3)
            one, two = _places(key)
            self._bits[one >> 3] |= 1 << (one & 7)
            self._bits[two >> 3] |= 1 << (two & 7)

    def __contains__(self, key: Key) -> bool:
        if not self._bits:
            return False
        one, two = _places(key)
        return bool(self._bits[one >> 3] >> (one & 7) & self._bits[two >> 3] >> (two & 7) & 1)


def _places(key: Key) -> tuple[int, int]:
    hashed = hash(key)
    return hashed & _LAST, (hashed >> 32) & _LAST


__all__ = ["WrittenKeys"]
