"""What event types are called: their Chinese term, by the name and version under which the log stores them."""

from __future__ import annotations

import pkgutil
from difflib import get_close_matches
from functools import cache
from importlib import import_module

import shared.contracts
from shared.contracts.core import EventType, event_types


@cache
def vocabulary() -> tuple[EventType, ...]:
    """Every event type that this build knows."""
    for module in pkgutil.iter_modules(shared.contracts.__path__, "shared.contracts."):
        import_module(module.name)
    return tuple(event_types())


def kind_of(name: str, version: int) -> EventType | None:
    """The definition of a stored type, ``None`` where this build has none."""
    return next((each for each in vocabulary() if (each.name, each.version) == (name, version)), None)


def term_of(name: str, version: int) -> str:
    """The Chinese term of a stored type; a question mark for one that this build does not know."""
    kind = kind_of(name, version)
    return kind.term if kind else "？"


def stored_name(name: str) -> str:
    """A type as the log names it: from its full name, its class's name alone, its Chinese term, or a beginning."""
    for each in vocabulary():
        if name in (each.name, each.name.partition(".")[2], each.term):
            return each.name
    return name


def near(name: str) -> list[str]:
    """Type names that may be meant."""
    names = {each.name.partition(".")[2]: each.name for each in vocabulary()}
    return [names[each] for each in get_close_matches(name.rpartition(".")[2], names, n=3)]


__all__ = ["kind_of", "near", "stored_name", "term_of", "vocabulary"]
