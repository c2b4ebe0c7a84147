"""What a checkpoint says (C2SP tlog-checkpoint): a log's origin, its size, its root, and the root of its stream map."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass

from shared.notary.merkle import HASH_SIZE
from shared.notary.note import Kind, Malformed, Note, Unverified, Verifier, parse_note, verified

_STREAMS = "streams "


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """``size`` events have the tree root ``root``, and their streams the map root ``streams``."""

    origin: str
    size: int
    root: bytes
    streams: bytes

    def body(self) -> str:
        """The note's text: origin, size, root, and the extension line ``streams <base64>``."""
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n{_STREAMS}{_base64(self.streams)}\n"

    @classmethod
    def parse(cls, body: str) -> Checkpoint:
        """From a note's text; extension lines after ``streams`` are passed over. Raises ``Malformed``."""
        lines = body.split("\n")
        if len(lines) < 5 or lines[-1] or not all(lines[:-1]) or not lines[3].startswith(_STREAMS):
            raise Malformed("a checkpoint has lines for its origin, size, root and streams")
        if not (lines[1].isascii() and lines[1].isdecimal()) or str(int(lines[1])) != lines[1]:
            raise Malformed(f"{lines[1]!r} is no tree size")
        return cls(lines[0], int(lines[1]), _hash(lines[2]), _hash(lines[3].removeprefix(_STREAMS)))


def open_checkpoint(note: str | Note, verifiers: Iterable[Verifier], origin: str | None = None) -> Checkpoint:
    """The checkpoint of a signed note, once a log's key among ``verifiers`` is found to have signed it.

    Raises ``Malformed``; ``Unverified`` where no known log key signed, a known key's signature is wrong, or the origin
    is another.
    """
    parsed = parse_note(note) if isinstance(note, str) else note
    if not any(each.kind is Kind.LOG for each in verified(parsed, verifiers)):
        raise Unverified("witnesses signed it, but no known key of the log")
    found = Checkpoint.parse(parsed.text)
    if origin is not None and found.origin != origin:
        raise Unverified(f"it is of {found.origin}, not of {origin}")
    return found


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _hash(text: str) -> bytes:
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != HASH_SIZE or _base64(found) != text:
        raise Malformed(f"{text!r} is no hash")
    return found


__all__ = ["Checkpoint", "open_checkpoint"]
