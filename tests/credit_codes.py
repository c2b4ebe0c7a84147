"""Credit codes for units that do not exist, each with its right check character."""

from __future__ import annotations

from shared.programme.values.uscc import ALPHABET, Uscc, UsccError


def credit_code(body: str) -> str:
    """The credit code whose first seventeen characters are ``body``."""
    (code,) = (body + last for last in ALPHABET if _is_code(body + last))
    return code


def _is_code(text: str) -> bool:
    try:
        Uscc.parse(text)
    except UsccError:
        return False
    return True
