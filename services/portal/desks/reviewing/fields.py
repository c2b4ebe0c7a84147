"""What stands in the fields of an act: how it is read, and at which of them a refusal's remarks stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace

from services.portal.frame.forms import SentForm
from services.portal.frame.visitor import Visitor

_BETWEEN_NAMES = re.compile(r"[\n、，,；;]+")


def names_in(text: str) -> list[str]:
    """The names of a text, one a line or with a comma between them."""
    return [name for part in _BETWEEN_NAMES.split(text) if (name := part.strip())]


def rows_of(sent: SentForm, listed: str) -> list[int]:
    """The numbers of a list's rows, in order: ``items.0.field`` is of row 0 of ``items``."""
    numbers = {name.split(".")[1] for name in sent.values if name.startswith(f"{listed}.") and name.count(".") > 1}
    return sorted(int(number) for number in numbers if number.isascii() and number.isdecimal() and len(number) < 5)


def stand_at(visitor: Visitor, where: Callable[[str], str]) -> None:
    """Let the remarks of a refusal stand at fields of the page, by the service's name of what is wrong."""
    if (said := visitor.explanation) is not None:
        remarks = tuple(replace(remark, field=where(remark.field)) for remark in said.remarks)
        visitor.explanation = replace(said, remarks=remarks)


def nearest(fields: Collection[str]) -> Callable[[str], str]:
    """Finds the field that a path lies in: ``visitors.0`` in ``visitors``. The path itself where none holds it."""

    def find(path: str) -> str:
        steps = path.removeprefix("body.").split(".")
        within = (".".join(steps[:length]) for length in range(len(steps), 0, -1))
        return next((field for field in within if field in fields), path)

    return find


__all__ = ["names_in", "nearest", "rows_of", "stand_at"]
