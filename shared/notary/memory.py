"""What the notary signed last, remembered in a file beside its key, where a superuser of the database does not reach.

The file is one line of JSON. ``checkpoint`` is the signed note, empty before the first. ``accepted`` has an entry for
each time that a person had the notary accept another history: when, who, why, and what it remembered until then. It is
written before a checkpoint is stored, so it is never behind what anybody was shown.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from shared.durable import put_file
from shared.notary.checkpoint import Checkpoint
from shared.notary.note import Malformed, Note, Unverified, Verifier, parse_note, verified
from shared.notary.refusal import Flaw, SigningRefused

WAY_OUT = "where that is as it should be: juqu notary accept-history --reason WHY"
_LARGEST = 16 * 1024 * 1024
_QUOTED = 64 * 1024


class NotRemembered(OSError):
    """The memory cannot be written; nothing is signed that could not be remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """That a person had the notary go on with another history. ``at``: ISO 8601; ``former``: the note until then."""

    at: str
    by: str
    reason: str
    former: str


@dataclass(frozen=True, slots=True)
class Recollection:
    """The checkpoint that was signed last with its note, both None before the first; and what was accepted."""

    checkpoint: Checkpoint | None = None
    note: Note | None = None
    accepted: tuple[Acceptance, ...] = ()

    @property
    def size(self) -> int:
        """Of the checkpoint; -1 where there is none."""
        return -1 if self.checkpoint is None else self.checkpoint.size


@dataclass(frozen=True, slots=True)
class Memory:
    """The memory in a file. Every method raises ``SigningRefused`` for a file that cannot be used."""

    file: Path

    def read(self) -> Recollection | None:
        """What is remembered; None where there is no file."""
        try:
            with self.file.open("rb") as opened:
                mode = os.fstat(opened.fileno()).st_mode
                raw = opened.read(_LARGEST + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unusable(f"{error.strerror}") from None
        if mode & 0o022:
            raise self._unusable("others can write to it; its mode must be 600")
        try:
            return _parsed(raw)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise self._unusable(f"it is damaged: {error}") from None

    def begin(self, accepted: tuple[Acceptance, ...] = ()) -> None:
        """Make the memory of a notary that has signed nothing yet. Raises ``NotRemembered``."""
        self._write(Recollection(None, None, accepted))

    def keep(self, checkpoint: Checkpoint, note: Note) -> None:
        """Remember a checkpoint from now on.

        Raises ``NotRemembered``; ``SigningRefused`` where another of that size, or a larger one, is remembered.
        """
        known = self.read() or Recollection()
        same = known.note is not None and known.note.text == note.text
        if known.size >= checkpoint.size and not same:
            raise SigningRefused(Flaw("history", None, f"it remembers a checkpoint of {known.size} events"))
        self._write(Recollection(checkpoint, note, known.accepted))

    def hand_over(self, note: Note) -> None:
        """Remember the note that an old and a new key signed, like ``keep``; where there is no memory, none is made."""
        if self.read() is not None:
            self.keep(Checkpoint.parse(note.text), note)

    def accept(self, note: Note | None, at: str, by: str, reason: str) -> Recollection:
        """Remember a note, or that nothing was signed, in place of whatever was remembered, and by whom and why. Gives
        what is remembered now. Raises ``NotRemembered``."""
        checkpoint = None if note is None else Checkpoint.parse(note.text)
        made = Recollection(
            checkpoint, note, (*self._acceptances(), Acceptance(at=at, by=by, reason=reason, former=self._former()))
        )
        self._write(made)
        return made

    @property
    def stamp(self) -> tuple[int, int, int] | None:
        """Another one as soon as the file was put anew."""
        try:
            status = self.file.stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size

    def check(self, remembered: Recollection, origin: str, verifiers: Iterable[Verifier]) -> None:
        """Raises ``SigningRefused`` where the checkpoint is of another log, or none of the keys signed it."""
        if remembered.checkpoint is None or remembered.note is None:
            return
        if remembered.checkpoint.origin != origin:
            raise self._unusable(f"it is of the log {remembered.checkpoint.origin}")
        try:
            verified(remembered.note, verifiers)
        except Unverified as error:
            raise self._unusable(f"{error}") from None

    def forgotten(self) -> SigningRefused:
        """What is to be raised where there should be a memory and is none."""
        return SigningRefused(Flaw("forgotten", None, f"there is no {self.file}; {WAY_OUT}"))

    def _acceptances(self) -> tuple[Acceptance, ...]:
        try:
            known = self.read()
        except SigningRefused:
            return ()
        return known.accepted if known else ()

    def _former(self) -> str:
        """The note that is remembered; all of the file where it cannot be used."""
        try:
            known = self.read()
        except SigningRefused:
            return self.file.read_bytes()[:_QUOTED].decode(errors="replace") if os.access(self.file, os.R_OK) else ""
        return known.note.encode() if known and known.note else ""

    def _write(self, remembered: Recollection) -> None:
        content = {
            "checkpoint": remembered.note.encode() if remembered.note else "",
            "accepted": [asdict(each) for each in remembered.accepted],
        }
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            put_file(self.file, f"{json.dumps(content, ensure_ascii=False)}\n".encode())
        except OSError as error:
            raise NotRemembered(f"{self.file} cannot be written, so nothing is signed: {error.strerror}") from None

    def _unusable(self, why: str) -> SigningRefused:
        return SigningRefused(Flaw("memory", None, f"{self.file}: {why}; {WAY_OUT}"))


def memory_of(key: Path) -> Memory:
    """The memory that stands beside a key: ``notary.key.signed`` beside ``notary.key``."""
    return Memory(key.with_name(f"{key.name}.signed"))


def _parsed(raw: bytes) -> Recollection:
    if len(raw) > _LARGEST:
        raise ValueError("it is too large")
    content = json.loads(raw.decode())
    if not isinstance(content, dict) or content.keys() != {"checkpoint", "accepted"}:
        raise ValueError("it has not the names that it should have")
    accepted = tuple(Acceptance(**each) for each in content["accepted"])
    if any(not isinstance(part, str) for each in accepted for part in asdict(each).values()):
        raise Malformed("an acceptance is not made of texts")
    if content["checkpoint"] == "":
        return Recollection(None, None, accepted)
    note = parse_note(content["checkpoint"])
    return Recollection(Checkpoint.parse(note.text), note, accepted)


__all__ = ["WAY_OUT", "Acceptance", "Memory", "NotRemembered", "Recollection", "memory_of"]
