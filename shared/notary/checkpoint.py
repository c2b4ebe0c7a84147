"""What a checkpoint says (C2SP tlog-checkpoint): a log's origin, its size, its root, and the root of its stream map."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass

from shared.notary.merkle import HASH_SIZE
from shared.notary.note import Malformed, Note, SignatureType, Unverified, Verifier, parse_note, proper_name, verified

_STREAMS = "streams "
_SIZE = re.compile("0|[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """``size`` events have the tree root ``root``, and their streams the map root ``streams``.

    Raises ``Malformed`` for an origin that is no name, a size that is none, or roots that are no hashes.
    """

    origin: str
    size: int
    root: bytes
    streams: bytes

    def __post_init__(self) -> None:
        proper_name(self.origin)
        if not 0 <= self.size < 10**18:
            raise Malformed("a checkpoint's size is a number of 18 digits at most")
        if {len(self.root), len(self.streams)} != {HASH_SIZE}:
            raise Malformed("a checkpoint has two roots of 32 bytes")

    def body(self) -> str:
        """The note's text: origin, size, root, and the extension line ``streams <base64>``."""
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n{_STREAMS}{_base64(self.streams)}\n"

    @classmethod
    def parse(cls, body: str) -> Checkpoint:
        """From a note's text; extension lines after ``streams`` are passed over. Raises ``Malformed``."""
        lines = body.split("\n")
        if len(lines) < 5 or lines[-1] or not all(lines[:-1]) or not lines[3].startswith(_STREAMS):
            raise Malformed("a checkpoint has lines for its origin, size, root and streams")
        if not _SIZE.fullmatch(lines[1]):
            raise Malformed(f"{lines[1][:30]!r} is no tree size")
        return cls(lines[0], int(lines[1]), _hash(lines[2]), _hash(lines[3].removeprefix(_STREAMS)))


def open_checkpoint(note: str | Note, verifiers: Iterable[Verifier], origin: str | None = None) -> Checkpoint:
    """The checkpoint of a signed note, once a log's key among ``verifiers`` is found to have signed it.

    Raises ``Malformed``; ``Unverified`` where no known key of the log signed, a known key's signature is wrong, or the
    origin is another, or not what the key is named.
    """
    return opened(note, verifiers, origin)[0]


def opened(
    note: str | Note, verifiers: Iterable[Verifier], origin: str | None = None
) -> tuple[Checkpoint, list[Verifier]]:
    """Like ``open_checkpoint``, with all known keys that signed it."""
    parsed = parse_note(note) if isinstance(note, str) else note
    checkpoint = Checkpoint.parse(parsed.text)
    signers = verified(parsed, verifiers)
    if not any(each.kind is SignatureType.LOG for each in signers):
        raise Unverified("witnesses signed it, but no known key of the log")
    if origin is not None and checkpoint.origin != origin:
        raise Unverified(f"it is of {checkpoint.origin}, not of {origin}")
    if strangers := [
        each.name for each in signers if each.kind is SignatureType.LOG and each.name != checkpoint.origin
    ]:
        raise Unverified(f"it is of {checkpoint.origin}, but its key is of {strangers[0]}")
    return checkpoint, signers


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _hash(text: str) -> bytes:
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if len(decoded) != HASH_SIZE or _base64(decoded) != text:
        raise Malformed(f"{text[:100]!r} is no hash")
    return decoded


__all__ = ["Checkpoint", "open_checkpoint", "opened"]
