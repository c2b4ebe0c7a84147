"""Names that are typed into one field."""

from __future__ import annotations

import re

_BETWEEN_NAMES = re.compile(r"[\n、，,；;]+")


def names_in(text: str) -> list[str]:
    """The names of a text, one a line or with a comma between them."""
    return [name for part in _BETWEEN_NAMES.split(text) if (name := part.strip())]


__all__ = ["names_in"]
