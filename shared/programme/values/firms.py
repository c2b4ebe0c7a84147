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


def same_firm(firm: Named, other: Named) -> bool:
    """Whether both are one firm: the same code, or where one of them has none, the same name."""
    codes = normalised(firm.uscc), normalised(other.uscc)
    return codes[0] == codes[1] if all(codes) else bool(firm.name) and _same_name(firm, other)


def is_written_as(written: Named, firm: Named) -> bool:
    """Whether nothing that is written of a firm speaks against its being that one; what is left out does not."""
    code = normalised(written.uscc)
    return (not written.name or _same_name(written, firm)) and (not code or code == normalised(firm.uscc))


def identities(roster: Iterable[Named]) -> list[str]:
    """What each line of a roster counts by, in order: its code, or that of the line that has its name and one."""
    lines = [(normalised(firm.uscc), name_key(firm.name)) for firm in roster]
    coded: dict[str, str] = {}
    for code, name in lines:
        if code and name:
            coded.setdefault(name, code)
    return [code or coded.get(name, name) for code, name in lines]


def _same_name(firm: Named, other: Named) -> bool:
    return name_key(firm.name) == name_key(other.name)


__all__ = ["identities", "is_written_as", "same_firm"]
