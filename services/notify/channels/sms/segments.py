"""How a text becomes short messages: UCS-2, 70 UTF-16 units in one, else 67 a segment behind a header.

Pure. The header is the one of 3GPP TS 23.040 9.2.3.24.1 (six octets, an 8-bit reference).
"""

from __future__ import annotations

from dataclasses import dataclass

SINGLE = 70
"""UTF-16 units that one message holds."""
PART = 67
"""UTF-16 units that a segment of several holds behind its header."""
MOST = 255
"""Segments that the header can count."""


class TooLong(ValueError):
    """More segments than a header can count."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One short message: ``octets`` as they are sent, ``headed`` where they begin with a header."""

    octets: bytes
    headed: bool


def units(text: str) -> int:
    """The UTF-16 code units of a text."""
    return len(text.encode("utf-16-be", "surrogatepass")) // 2


def split(text: str) -> tuple[str, ...]:
    """The text of each segment: whole where it fits, else greedily, never within a surrogate pair. One at least."""
    if units(text) <= SINGLE:
        return (text,)
    parts: list[str] = []
    start = used = 0
    for index, character in enumerate(text):
        width = 2 if ord(character) > 0xFFFF else 1
        if used + width > PART:
            parts.append(text[start:index])
            start, used = index, 0
        used += width
    parts.append(text[start:])
    if len(parts) > MOST:
        raise TooLong(f"{len(parts)} segments; at most {MOST}")
    return tuple(parts)


def segments(text: str, reference: int) -> tuple[Segment, ...]:
    """The short messages of a text, under a reference (0-255) that the phone joins them by.

    Raises ``TooLong``, and ``UnicodeEncodeError`` for a lone surrogate.
    """
    parts = split(text)
    if len(parts) == 1:
        return (Segment(parts[0].encode("utf-16-be"), False),)
    return tuple(
        Segment(bytes((5, 0, 3, reference & 0xFF, len(parts), number)) + part.encode("utf-16-be"), True)
        for number, part in enumerate(parts, 1)
    )
