"""What texts a command may hold: no control characters, none longer than the policy allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from services.lifecycle import rules
from shared.contracts.core import Command, Refusal
from shared.programme.policy import Policy
from shared.programme.values.writing import unplain


def wrong_text(command: Command, law: Policy) -> Refusal | None:
    """Refuses the first text of a command that is too long or holds control characters, naming its place."""
    for place, text in _texts(command, ""):
        if len(text) > law.text_max:
            return Refusal(rules.TEXT_FITS, f"{len(text)} > {law.text_max}", place)
        if unplain(text):
            return Refusal(rules.TEXT_PLAIN, field=place)
    return None


def _texts(value: object, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, tuple):
        for number, one in enumerate(value):
            yield from _texts(one, f"{place}.{number}")
    elif is_dataclass(value):
        for field in fields(value):
            if field.name != "context":
                yield from _texts(getattr(value, field.name), f"{place}.{field.name}" if place else field.name)
