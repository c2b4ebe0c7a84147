"""What a line of a search means: ``阶段:考察 主办:我 轮到:我 逾期 东昌``, or ``stage:visit holder:me turn:me late``."""

from __future__ import annotations

from typing import Final

from services.portal.desks.words import STAGES
from services.portal.reading.search import ME, NOBODY, Wanted
from shared.programme.values.writing import half_width

MOST_WORDS: Final = 8
_STAGE: Final = ("阶段:", "stage:")
_HOLDER: Final = ("主办:", "holder:")
_HELD: Final = {"我": ME, "me": ME, "无": NOBODY, "none": NOBODY}
_MY_TURN: Final = frozenset({"轮到:我", "待办:我", "turn:me"})
_LATE: Final = frozenset({"逾期", "late"})


def wanted_by(text: str) -> Wanted:
    """What is looked for. A stage that nobody knows is looked for as a word."""
    words: list[str] = []
    stages: set[str] = set()
    held_by = ""
    parts = half_width(text).split()[:MOST_WORDS]
    for part in parts:
        named = _stages(part)
        stages |= named
        if holder := _after(part, _HOLDER):
            held_by = _HELD.get(holder.lower(), holder)
        elif not named and part.lower() not in _MY_TURN | _LATE:
            words.append(part.removeprefix(_STAGE[0]).removeprefix(_STAGE[1]))
    said = {part.lower() for part in parts}
    return Wanted(
        words=tuple(word for word in words if word),
        stages=frozenset(stages),
        held_by=held_by,
        my_turn=bool(said & _MY_TURN),
        late=bool(said & _LATE),
    )


def _stages(part: str) -> set[str]:
    """The stages that ``阶段:…`` names, in part or whole."""
    name = _after(part, _STAGE).lower()
    if not name:
        return set()
    return {stage for stage, words in STAGES.items() if name in words.zh or name in words.en.lower() or name == stage}


def _after(part: str, keys: tuple[str, ...]) -> str:
    """What follows one of these keys; empty where none begins the part."""
    return next((part[len(key) :] for key in keys if part.lower().startswith(key)), "")


__all__ = ["wanted_by"]
