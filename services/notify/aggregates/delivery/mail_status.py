"""What an enhanced status code (RFC 3463) and the words beside it say of an address. Pure."""

from __future__ import annotations

import re

from services.notify.channels.mail.causes import WILL_PASS, Cause, cause_of

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")


def enhanced(text: str) -> str:
    """The enhanced status code that an answer begins with, empty where it has none."""
    found = _STATUS.match(text.lstrip(" #"))
    return found[0] if found else ""


def is_lasting(status: str, said: str = "") -> bool:
    """Whether it will be the same the next time. Without a code that can be read: no."""
    found = _STATUS.fullmatch(status)
    return found is not None and found[1] == "5" and cause_of(f"{status} {said}") not in WILL_PASS


def is_no_such_address(status: str, said: str = "") -> bool:
    """Whether it says for good that nobody has this address."""
    found = _STATUS.fullmatch(status)
    return (found is None or found[1] == "5") and cause_of(f"{status} {said}") is Cause.NOBODY
