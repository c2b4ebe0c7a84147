"""What an enhanced status code (RFC 3463) and the words beside it say of an address. Pure."""

from __future__ import annotations

import re

from services.notify.channels.mail.causes import WILL_PASS, Cause, cause_of

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")


def enhanced(text: str) -> str:
    """The enhanced status code that an answer begins with, empty where it has none."""
    code = _STATUS.match(text.lstrip(" #"))
    return code[0] if code else ""


def is_lasting(status: str, words: str = "") -> bool:
    """Whether it will be the same next time. Without a readable code the answer is no."""
    code = _STATUS.fullmatch(status)
    return code is not None and code[1] == "5" and cause_of(f"{status} {words}") not in WILL_PASS


def is_no_such_address(status: str, words: str = "") -> bool:
    """Whether it says for good that nobody has this address."""
    code = _STATUS.fullmatch(status)
    return (code is None or code[1] == "5") and cause_of(f"{status} {words}") is Cause.NOBODY
