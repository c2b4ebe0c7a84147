"""The requirements as they are listed in ``requirements.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("requirements.toml")
_SOURCES = ("clause", "law", "policy")


@dataclass(frozen=True)
class Requirement:
    """One thing that must hold.

    ``source`` is a clause of the notice, a law that the programme follows, or a parameter of the policy; ``events`` are
    full names (``intake.DraftOpened``), ``tests`` are ids as pytest takes them from the project's root.
    """

    number: int
    source: str
    kind: str
    says: str
    events: tuple[str, ...]
    tests: tuple[str, ...]


def requirements() -> list[Requirement]:
    """All, in order. Raises ValueError where an entry names no source or several, or no test."""
    listed = tomllib.loads(LIST.read_text(encoding="utf-8"))["requirement"]
    return [_requirement(number, entry) for number, entry in enumerate(listed, 1)]


def _requirement(number: int, entry: dict[str, Any]) -> Requirement:
    kinds = [kind for kind in _SOURCES if kind in entry]
    unknown = entry.keys() - {*_SOURCES, "says", "events", "tests"}
    if len(kinds) != 1 or unknown or not entry.get("tests"):
        raise ValueError(f"requirement {number}: one of {_SOURCES}, says, events and tests are wanted: {entry}")
    [kind] = kinds
    return Requirement(
        number=number,
        source=entry[kind],
        kind=kind,
        says=entry["says"],
        events=tuple(entry.get("events", ())),
        tests=tuple(f"tests/{test}" for test in entry["tests"]),
    )


__all__ = ["LIST", "ROOT", "Requirement", "requirements"]
