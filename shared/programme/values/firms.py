"""Which firm is which: by its credit code, and where one of two has none, by its name however it is written.

Full-width and half-width brackets, blanks and case make no other name (``（集团）`` is ``(集团)``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from shared.programme.values.uscc import normalised
from shared.programme.values.writing import name_key


class Named(Protocol):
    """A firm as a form writes it: a unit, an institution."""

    @property
    def name(self) -> str: ...
    @property
    def uscc(self) -> str: ...


def same_firm(one: Named, other: Named) -> bool:
    """Whether both are one firm: the same code, or where one of them has none, the same name."""
    codes = normalised(one.uscc), normalised(other.uscc)
    return codes[0] == codes[1] if all(codes) else bool(one.name) and _same_name(one, other)


def is_written_as(given: Named, firm: Named) -> bool:
    """Whether nothing that is given of a firm speaks against its being that one; what is left out does not."""
    code = normalised(given.uscc)
    return (not given.name or _same_name(given, firm)) and (not code or code == normalised(firm.uscc))


def identities(roster: Iterable[Named]) -> list[str]:
    """What each line of a roster counts by, in order: its code, or that of the line that has its name and one."""
    lines = [(normalised(one.uscc), name_key(one.name)) for one in roster]
    coded: dict[str, str] = {}
    for code, name in lines:
        if code and name:
            coded.setdefault(name, code)
    return [code or coded.get(name, name) for code, name in lines]


def _same_name(one: Named, other: Named) -> bool:
    return name_key(one.name) == name_key(other.name)


__all__ = ["identities", "is_written_as", "same_firm"]
