"""The notary's private key: a file of one line in the form of the Go tools (``PRIVATE+KEY+...``), and its rotation.

A rotation hands over: the newest checkpoint gets the new key's signature beside the old one's, in the transaction that
puts the new key on the list of ``notary.keys``. The new key waits in ``<file>.next`` until then, so that a crash at any
point leaves either the old key in force or one that ``load_key`` finishes to put in its place.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from shared.notary import store
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
        _write(file, Signer.new(make_for))
    try:
        found = Signer.parse(file.read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        raise KeyRefused(f"there is no key in {file}") from None
    except (Malformed, UnicodeDecodeError) as error:
        raise KeyRefused(f"{file}: {error}") from None
    if file.stat().st_mode & 0o077:
        raise KeyRefused(f"{file} can be read by others; its mode must be 600")
    return found


async def key_in_force(connection: Connection, file: Path, *, make_for: str | None = None) -> Signer:
    """The key that signs: that of the file, once a rotation that was cut off is finished. Raises ``KeyRefused``."""
    listed = await keys(connection)
    signer = load_key(file, make_for=make_for if not listed else None)
    if not listed or listed[-1] == signer.verifier:
        return signer
    following = _next(file)
    if following.exists() and load_key(following).verifier == listed[-1]:
        following.replace(file)
        return load_key(file)
    raise KeyRefused(
        f"{file} holds {signer.verifier.vkey}, but the log is signed by {listed[-1].vkey} now; bring that key, "
        "or hand over with a rotation"
    )


async def rotate(connection: Connection, file: Path) -> Rotation:
    """Puts a new key in the old one's place. The notary may be running: it takes the new key at its next checkpoint.

    ``connection`` is of the role ``juqu_notary``. Raises ``KeyRefused``, also where there is no checkpoint yet.
    """
    old = await key_in_force(connection, file)
    new = Signer.new(old.name)
    _write(_next(file), new, replace=True)
    note, size = await _newest(connection)
    signatures = [each for each in (old.sign(note.text), new.sign(note.text)) if each not in note.signatures]
    if not await store.hand_over(connection, size, old.verifier, new.verifier, signatures):
        raise KeyRefused("somebody else rotated the key at the same moment; look at the list of keys")
    _next(file).replace(file)
    return Rotation(old.verifier, new.verifier, size, note.with_signatures(*signatures))


async def _newest(connection: Connection) -> tuple[Note, int]:
    found = await read_note(connection)
    if found is None:
        raise KeyRefused("there is no checkpoint yet that the old key could hand over with")
    return found.note, found.checkpoint.size


def _next(file: Path) -> Path:
    return file.with_name(f"{file.name}.next")


def _write(file: Path, signer: Signer, *, replace: bool = False) -> None:
    """Whole or not at all; a file that is there stays, unless it is to be replaced."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write(signer.skey + "\n")
        out.flush()
        os.fsync(out.fileno())
    if replace:
        fresh.replace(file)
        return
    try:
        os.link(fresh, file)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


__all__ = ["KeyRefused", "Rotation", "key_in_force", "load_key", "rotate"]
