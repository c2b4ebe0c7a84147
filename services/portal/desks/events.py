"""What an event is called: its term in Chinese, and its name as plain English."""

from __future__ import annotations

import re
from functools import cache

from services.portal.desks.words import Bilingual
from shared.contracts.core import EventType, event_types


def event_words(type_name: str) -> Bilingual:
    """``intake.ApplicationFiled`` as its term, and as ``Application filed``."""
    words = re.findall(r"[A-Z][a-z]+", type_name.rpartition(".")[2])
    english = " ".join([words[0], *(word.lower() for word in words[1:])]) if words else type_name
    kind = kinds().get(type_name)
    return Bilingual(kind.term if kind else english, english)


@cache
def kinds() -> dict[str, EventType]:
    """The events that this build knows, by name."""
    return {kind.name: kind for kind in event_types()}


__all__ = ["event_words", "kinds"]
