"""Golden files: what every version of every event looks like in the log, kept from the day it was first published.

``make golden`` adds those of new events and new versions. It changes none: what is in one is in somebody's log.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from difflib import unified_diff
from pathlib import Path

from deploy.operator.frame.vocabulary import vocabulary
from shared.contracts.core import EventType, event_type, find_event_type
from shared.eventlog.codec import encode, upcasting
from shared.eventlog.errors import UnknownEventType, UnreadableEvent
from tests.contracts.samples import samples
from tests.contracts.shape import shape

FOLDER = Path(__file__).parent / "golden"
HOW = "docs/events.md, Changing an event, says how"


@dataclass(frozen=True, slots=True)
class Golden:
    """One published version: whether it is internal, its shape, and texts exactly as the log stores them."""

    type: str
    version: int
    internal: bool
    shape: tuple[str, ...]
    stored: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.type}.v{self.version}.json"


def golden_of(kind: EventType) -> Golden:
    """What the golden file of a version holds when it is written today."""
    stored = tuple(encode(each) for each in samples(kind.cls))
    return Golden(kind.name, kind.version, kind.internal, shape(kind.cls), stored)


def read_goldens(folder: Path = FOLDER) -> list[Golden]:
    """Every golden file."""
    return [read_golden(path) for path in sorted(folder.glob("*.json"))]


def read_golden(path: Path) -> Golden:
    """One golden file."""
    found = json.loads(path.read_text(encoding="utf-8"))
    return Golden(**found | {"shape": tuple(found["shape"]), "stored": tuple(found["stored"])})


def add_goldens(kinds: Iterable[EventType], folder: Path = FOLDER) -> list[Path]:
    """Write the golden files that are missing; gives their paths. A file that is there stays as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    added = []
    for kind in missing(kinds, folder):
        made = golden_of(kind)
        with (folder / made.name).open("x", encoding="utf-8") as file:
            file.write(json.dumps(asdict(made), ensure_ascii=False, indent=1) + "\n")
        added.append(folder / made.name)
    return added


def missing(kinds: Iterable[EventType], folder: Path = FOLDER) -> list[EventType]:
    """The types and versions that have no golden file."""
    return [kind for kind in kinds if not (folder / f"{kind.name}.v{kind.version}.json").exists()]


def complaints(golden: Golden, kinds: Sequence[EventType]) -> list[str]:
    """What speaks against today's contracts when the log holds what a golden file holds. Empty where they fit."""
    same = find_event_type(golden.type, golden.version)
    found = [] if same is None else _changed(golden, same)
    newest = max((kind.version for kind in kinds if kind.name == golden.type), default=0)
    for text in golden.stored:
        found += _unread(golden, text, newest)
    return found


def _changed(golden: Golden, kind: EventType) -> list[str]:
    key, found = f"{golden.type}.v{golden.version}", []
    now = shape(kind.cls)
    if now != golden.shape:
        lines = list(unified_diff(golden.shape, now, "published", "today", n=0, lineterm=""))[2:]
        changes = "\n    ".join(each for each in lines if not each.startswith("@@"))
        found.append(
            f"{key} is published and has changed:\n    {changes}\n"
            f"Restore it, and make version {golden.version + 1} with an upcast from {golden.version}: {HOW}."
        )
    if kind.internal != golden.internal:
        found.append(f"{key} was {'internal' if golden.internal else 'published'}; that is no property to change.")
    return found


def _unread(golden: Golden, text: str, newest: int) -> list[str]:
    key = f"{golden.type}.v{golden.version}"
    try:
        event = upcasting(golden.type, golden.version)(text)
    except UnknownEventType:
        return [f"{key} has neither a class nor an upcast; logs hold it. Put one back: {HOW}."]
    except (UnreadableEvent, ValueError, KeyError, TypeError) as error:
        return [f"{key} is not read any more: {type(error).__name__}: {error}"]
    kind = event_type(event)
    if (kind.name, kind.version) != (golden.type, newest):
        return [f"{key} is read as {kind.name}.v{kind.version}; the newest is v{newest}. Add an upcast: {HOW}."]
    if kind.version == golden.version and encode(event) != text:
        return [f"{key} is stored in other bytes now:\n    {text}\n    {encode(event)}"]
    return []


def main() -> None:
    """Add what is missing, and say so."""
    for path in add_goldens(vocabulary()):
        sys.stdout.write(f"added  {path.relative_to(FOLDER.parents[2])}\n")
    sys.stdout.write(f"{len(list(FOLDER.glob('*.json')))} golden files.\n")


if __name__ == "__main__":
    main()
