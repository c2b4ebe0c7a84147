"""Exports and checkpoints as files: read line by line, each line in its form and place, or refused.

What stands in a file and is covered by no hash could say anything: so there is none. ``docs/verify.py`` reads alike.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import Any, NoReturn

from deploy.operator.frame.failures import NO, Unable
from deploy.operator.log.inspection import HashedEvent
from deploy.operator.log.verdict import shown
from shared.notary.leaf import COLUMNS, leaf_data, leaf_hash, row_of
from shared.notary.merkle import hash_from_hex
from shared.notary.note import Malformed, parse_note, proper_name

Line = dict[str, Any]

LONGEST_LINE = 1 << 26
"""Bytes of a line."""
LONGEST_NOTE = 1 << 18
"""Bytes of a file that is a checkpoint by itself."""
FORMAT = "juqu/1"
FORMS: dict[str, dict[str, list[set[str]]]] = {
    "log": {"event": [{"event", "hash"}], "checkpoint": [{"checkpoint"}]},
    "stream": {
        "event": [{"event", "hash", "proof"}],
        "checkpoint": [{"checkpoint"}, {"checkpoint", "end"}],
        "complete": [{"complete"}],
    },
}
"""The kinds of line below a header, in their order, each with the names that it may have."""

_NUMBER = re.compile("0|[1-9][0-9]{0,17}")
_SEQ, _VERSION, _STREAM, _CAUSE = (COLUMNS.index(name) for name in ("seq", "version", "stream", "causation_id"))


@dataclass(slots=True)
class Section:
    """A bare checkpoint (``kind`` "bare", no ``origin``); or a header and what stands below it."""

    path: Path
    kind: str
    origin: str | None = None
    stream: str = ""
    note: str = ""
    offsets: dict[str, int] = field(default_factory=dict)
    """The byte at which each kind of line begins."""

    @classmethod
    def of(cls, path: Path, header: Line) -> Section:
        """From its header. Raises ``Unable``."""
        kind = header.get("kind")
        names = {"export", "kind", "origin"} | ({"stream"} if kind == "stream" else set())
        if set(header) != names or not all(isinstance(each, str) for each in header.values()):
            _refuse(path, "a header is none of an export of a log, nor of streams")
        if header["export"] != FORMAT or kind not in FORMS:
            _refuse(path, f"it is no export of a log, nor of streams, in the form {FORMAT}")
        try:
            return cls(path, kind, proper_name(header["origin"]), header.get("stream", ""))
        except Malformed:
            _refuse(path, "the origin in a header names no log")

    def takes(self, line: Line, offset: int) -> bool:
        """Whether a line may stand next; remembers where its kind begins."""
        kinds = list(FORMS[self.kind])
        kind = next((each for each in kinds if each in line), None)
        if kind is None or set(line) not in FORMS[self.kind][kind]:
            return False
        later = kinds[kinds.index(kind) + (kind != "complete") :]
        if any(each in self.offsets for each in later):
            return False
        self.offsets.setdefault(kind, offset)
        return True

    def read(self, kind: str) -> Iterator[Line]:
        """The lines of a kind."""
        if self.kind == "bare" and kind == "checkpoint":
            yield {"checkpoint": self.note}
        elif kind in self.offsets:
            lines = (line for _, line in lines_of(self.path, self.offsets[kind]))
            yield from takewhile(lambda line: kind in line, lines)

    def events(self) -> Iterator[tuple[list[str | None], HashedEvent, Line]]:
        """The columns of each event, what is to be known of it, and its line. Raises ``Unable``."""
        for line in self.read("event"):
            row = _row(self.path, line["event"])
            try:
                leaf, recorded = leaf_hash(leaf_data(row)), hash_from_hex(line["hash"])
            except ValueError as error:
                _refuse(self.path, f"event {row[_SEQ]} and its hash are not in their form: {error}")
            event = HashedEvent(int(row[_SEQ] or 0), row[_STREAM] or "", int(row[_VERSION] or 0), leaf, recorded)
            yield row, event, line


class Kept:
    """A file from before: an export, or a ``bare`` checkpoint. Raises ``Unable`` for one that is neither."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sections = sections_of(path)
        if not self.sections:
            raise Unable(f"{path} is neither an export nor a checkpoint.")
        self.bare = self.sections[0].kind == "bare"
        self.origins = {each.origin for each in self.sections} - {None}
        self.notes = [line["checkpoint"] for each in self.sections for line in each.read("checkpoint")]
        self._asked = 0
        self._events, self._next = self._from_start()

    def differs(self, event: HashedEvent) -> bool:
        """Whether this file has another event of that seq; quick when asked in the order of ``seq``."""
        if event.seq < self._asked:
            self._events, self._next = self._from_start()
        self._asked = event.seq
        while self._next is not None and self._next[0] < event.seq:
            self._next = next(self._events, None)
        return self._next is not None and self._next[0] == event.seq and self._next[1] != event.leaf

    def beyond(self, size: int) -> int | None:
        """The first event of more than that seq which this file holds."""
        return next((seq for seq, _ in self._in_order() if seq > size), None)

    def seqs_of(self, stream: str) -> set[int]:
        """Of the events of a stream that this file holds."""
        return self._by_stream.get(stream, set())

    @cached_property
    def _by_stream(self) -> dict[str, set[int]]:
        seqs: dict[str, set[int]] = {}
        for section in self.sections:
            for _, event, _ in section.events():
                seqs.setdefault(event.stream, set()).add(event.seq)
        return seqs

    def _from_start(self) -> tuple[Iterator[tuple[int, bytes]], tuple[int, bytes] | None]:
        events = self._in_order()
        return events, next(events, None)

    def _in_order(self) -> Iterator[tuple[int, bytes]]:
        hashes = (self._hashed(event) for section in self.sections for _, event, _ in section.events())
        return hashes if self.sections[0].kind == "log" else iter(sorted(hashes))

    def _hashed(self, event: HashedEvent) -> tuple[int, bytes]:
        if event.leaf != event.recorded:
            _refuse(self.path, f"event {event.seq} was altered in what was kept: it does not give its recorded hash")
        return event.seq, event.leaf


def sections_of(path: Path) -> list[Section]:
    """What a file consists of. Raises ``Unable``."""
    with path.open("rb") as file:
        if file.read(1) != b"{":
            file.seek(0)
            return [_bare(path, file.read(LONGEST_NOTE))]
    sections: list[Section] = []
    for number, (offset, line) in enumerate(lines_of(path), 1):
        if "export" in line:
            sections.append(Section.of(path, line))
        elif not sections or not sections[-1].takes(line, offset):
            _refuse(path, f"line {number} is of no known kind, not in its place, or holds names that no hash covers")
    for each in sections:
        if each.kind == "stream" and set(each.offsets) != set(FORMS["stream"]):
            _refuse(path, f"the export of {shown(each.stream)} has no events, no checkpoint or no end")
    return sections


def lines_of(path: Path, offset: int = 0) -> Iterator[tuple[int, Line]]:
    """The objects of a file of JSON Lines from a byte on, and where each begins. Raises ``Unable``."""
    with path.open("rb") as file:
        file.seek(offset)
        while raw := file.readline(LONGEST_LINE):
            try:
                line = json.loads(raw.decode(), object_pairs_hook=_once)
            except (ValueError, RecursionError) as error:
                _refuse(path, f"the line at byte {offset} cannot be read: {error}")
            if not isinstance(line, dict):
                _refuse(path, f"the line at byte {offset} is no object")
            yield offset, line
            offset += len(raw)


def _bare(path: Path, raw: bytes) -> Section:
    note = raw.decode(errors="replace")
    with suppress(Malformed):
        parse_note(note)
        return Section(path, "bare", note=note)
    raise Unable(f"{path} is neither an export nor a checkpoint.")


def _row(path: Path, columns: object) -> list[str | None]:
    try:
        row = row_of(columns)  # type: ignore[arg-type]
    except (KeyError, ValueError, TypeError):
        _refuse(path, "an event has not the columns of an event")
    if not all(isinstance(text, str) or (text is None and index == _CAUSE) for index, text in enumerate(row)):
        _refuse(path, "an event has columns that are no text")
    if not (_NUMBER.fullmatch(row[_SEQ] or "") and _NUMBER.fullmatch(row[_VERSION] or "")):
        _refuse(path, "an event has a seq or version that is not written as a number")
    return row


def _once(pairs: list[tuple[str, Any]]) -> Line:
    """An object that names nothing twice: readers differ about which of two values they take."""
    if len(line := dict(pairs)) < len(pairs):
        raise ValueError(f"a name stands twice in {', '.join(shown(name) for name, _ in pairs[:20])}")
    return line


def _refuse(path: Path, why: str) -> NoReturn:
    raise Unable(f"{path} is not as it should be: {why}.", code=NO)


__all__ = ["FORMAT", "Kept", "Line", "Section", "lines_of", "sections_of"]
