"""What other systems say, as it may be stored and shown."""

from __future__ import annotations

import re

_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


def without_controls(text: str, instead: str = " ") -> str:
    """A text with ``instead`` for each run of control characters, line breaks and halves of surrogate pairs."""
    return _UNFIT.sub(instead, text)


__all__ = ["without_controls"]
