"""Exports and checkpoints as files: read line by line, and compared with the log as it is now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from deploy.operator.failures import NO, Unable
from deploy.operator.inspecting import Event
from shared.notary.leaf import leaf_data, leaf_hash, row_of
from shared.notary.note import Malformed, parse_note

Line = dict[str, Any]


class Kept:
    """A file from before: an export, or a ``bare`` checkpoint. Raises ``Unable`` for one that is neither."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes = [each["checkpoint"] for each in lines_of(path) if "checkpoint" in each]
        self.bare = not any("event" in each for each in lines_of(path))
        self._asked = 0
        self._events, self._next = self._from_start()

    def differs(self, event: Event) -> bool:
        """Whether this file has another event of that seq; quick when asked in the order of ``seq``."""
        if event.seq < self._asked:
            self._events, self._next = self._from_start()
        self._asked = event.seq
        while self._next is not None and self._next[0] < event.seq:
            self._next = next(self._events, None)
        return self._next is not None and self._next[0] == event.seq and self._next[1] != event.leaf

    def _from_start(self) -> tuple[Iterator[tuple[int, bytes]], tuple[int, bytes] | None]:
        events = self._in_order()
        return events, next(events, None)

    def _in_order(self) -> Iterator[tuple[int, bytes]]:
        lines = lines_of(self.path)
        whole = next(lines, {}).get("kind") == "log"
        found = ((int(row[0] or 0), leaf_hash(leaf_data(row))) for row, _ in events_of(lines, self.path))
        return found if whole else iter(sorted(found))


def lines_of(path: Path) -> Iterator[Line]:
    """The lines of an export; of any other file one, as a checkpoint. Raises ``Unable``."""
    with path.open("rb") as file:
        first = file.read(1)
        file.seek(0)
        if first != b"{":
            note = file.read().decode(errors="replace")
            with suppress(Malformed):
                parse_note(note)
                yield {"checkpoint": note}
                return
            raise Unable(f"{path} is neither an export nor a checkpoint.")
        for number, line in enumerate(file, 1):
            try:
                found = json.loads(line, object_pairs_hook=_once)
            except ValueError as error:
                raise Unable(f"Line {number} of {path} cannot be read: {error}.", code=NO) from None
            yield found


def _once(pairs: list[tuple[str, Any]]) -> Line:
    """An object that names nothing twice: readers differ about which of two values they take."""
    if len(found := dict(pairs)) < len(pairs):
        raise ValueError(f"a name stands twice in {[name for name, _ in pairs]}")
    return found


def events_of(lines: Iterable[Line], path: Path) -> Iterator[tuple[list[str | None], Line]]:
    """The columns of each event in some lines, with its line."""
    for each in lines:
        if "event" in each:
            try:
                yield row_of(each["event"]), each
            except (KeyError, ValueError) as error:
                raise Unable(f"An event in {path} has not its columns: {error}.", code=NO) from None


__all__ = ["Kept", "Line", "events_of", "lines_of"]
