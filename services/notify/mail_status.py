"""What an enhanced status code (RFC 3463) says of an address. Pure."""

from __future__ import annotations

import re

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_NO_SUCH_ADDRESS = {(1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (2, 1)}
"""No such mailbox, no such domain, not an address, moved, takes no mail (RFC 7505), disabled."""
_WITHOUT_LASTING_CAUSE = {(2, 2), (4, 1), (4, 2), (4, 4), (4, 7)}
"""A full mailbox, a host that does not answer, a lost connection, no route, too long in a queue: final for this mail,
and nothing against the address."""


def enhanced(text: str) -> str:
    """The enhanced status code that an answer begins with, empty where it has none."""
    found = _STATUS.match(text.lstrip())
    return found[0] if found else ""


def is_lasting(status: str) -> bool:
    """Whether it will be the same the next time. Without a code that can be read: no."""
    found = _STATUS.fullmatch(status)
    return found is not None and found[1] == "5" and _detail(found) not in _WITHOUT_LASTING_CAUSE


def is_no_such_address(status: str) -> bool:
    """Whether it says for good that nobody has this address."""
    found = _STATUS.fullmatch(status)
    return found is not None and found[1] == "5" and _detail(found) in _NO_SUCH_ADDRESS


def _detail(found: re.Match[str]) -> tuple[int, int]:
    return int(found[2]), int(found[3])
