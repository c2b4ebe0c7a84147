"""The notary's private key: a file of one line in the form of the Go tools (``PRIVATE+KEY+...``), and its rotation.

A rotation hands over: the newest checkpoint gets the new key's signature beside the old one's, in the transaction that
puts the new key on the list of ``notary.keys``. The new key waits in ``<file>.next`` until then, so that a crash at any
point leaves either the old key in force or one that ``load_key`` finishes to put in its place.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from shared.durable import make_file, put_file
from shared.notary import store
from shared.notary.memory import Memory, memory_of
from shared.notary.note import Malformed, Note, Signer, Verifier
from shared.notary.reading import Connection, keys, read_note


class KeyRefused(Exception):
    """The key at hand is not the one that signs; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did. ``handover`` is the note that both keys signed, of the log's first ``size`` events."""

    old: Verifier
    new: Verifier
    size: int
    handover: Note


def load_key(file: Path, *, make_for: str | None = None) -> Signer:
    """The key of a file; made, with mode 0600, for an origin where the file is absent and one is given.

    Raises ``KeyRefused`` for a file that is absent or no key, or that others can read.
    """
    if make_for is not None and not file.exists():
        make_file(file, _content(Signer.new(make_for)))
    try:
        signer = Signer.parse(file.read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        raise KeyRefused(f"there is no key in {file}") from None
    except (Malformed, UnicodeDecodeError) as error:
        raise KeyRefused(f"{file}: {error}") from None
    if file.stat().st_mode & 0o077:
        raise KeyRefused(f"{file} can be read by others; its mode must be 600")
    return signer


async def key_in_force(connection: Connection, file: Path, *, make_for: str | None = None) -> Signer:
    """The key that signs: that of the file, once a rotation that was cut off is finished. Raises ``KeyRefused``."""
    listed = await keys(connection)
    signer = load_key(file, make_for=make_for if not listed else None)
    if not listed or listed[-1] == signer.verifier:
        return signer
    following = _next(file)
    if following.exists() and load_key(following).verifier == listed[-1]:
        _take_over(file)
        return load_key(file)
    if await keys(connection) != listed:  # rotated while we looked
        return await key_in_force(connection, file, make_for=make_for)
    raise KeyRefused(
        f"{file} holds {signer.verifier.vkey}, but the log is signed by {listed[-1].vkey} now; bring that key, "
        "or hand over with a rotation"
    )


async def rotate(connection: Connection, file: Path, memory: Memory | None = None) -> Rotation:
    """Puts a new key in the old one's place. The notary may be running: it takes the new key at its next checkpoint.

    ``connection`` is of the role ``juqu_notary``; ``memory`` is that beside the key where it is left out. Raises
    ``KeyRefused``, also where there is no checkpoint yet; ``Refused`` where the notary remembers another history than
    the newest checkpoint's, which the new key is then not put under; ``OSError`` where a file cannot be written.
    """
    old = await key_in_force(connection, file)
    new = Signer.new(old.name)
    put_file(_next(file), _content(new))
    note, size = await _newest(connection)
    signatures = [each for each in (old.sign(note.text), new.sign(note.text)) if each not in note.signatures]
    handover = note.with_signatures(*signatures)
    remember = partial((memory or memory_of(file)).hand_over, handover)
    if not await store.hand_over(connection, size, old.verifier, new.verifier, signatures, remember=remember):
        raise KeyRefused("somebody else rotated the key at the same moment; look at the list of keys")
    _take_over(file)
    return Rotation(old.verifier, new.verifier, size, handover)


async def _newest(connection: Connection) -> tuple[Note, int]:
    newest = await read_note(connection)
    if newest is None:
        raise KeyRefused("there is no checkpoint yet that the old key could hand over with")
    return newest.note, newest.checkpoint.size


def _next(file: Path) -> Path:
    return file.with_name(f"{file.name}.next")


def _take_over(file: Path) -> None:
    """Put the next key in a key's place, which a notary at work may have done at the same moment."""
    with suppress(FileNotFoundError):
        _next(file).replace(file)


def _content(signer: Signer) -> bytes:
    return f"{signer.skey}\n".encode()


__all__ = ["KeyRefused", "Rotation", "key_in_force", "load_key", "rotate"]
