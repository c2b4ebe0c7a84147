"""What ``juqu log export`` writes: events, their hashes, proofs and checkpoints in one file, for ``docs/verify.py``.

JSON Lines, UTF-8. A header ``{"export": "juqu/1", "kind": "log" | "stream", "origin", "stream"?}``; a line an event,
``{"event": {column: text}, "hash": hex, "proof"?: [hex]}``; then ``{"checkpoint": note}``: of a log each one in the
order of their sizes; of a stream earlier ones that it is shown to have grown from; last the one that its proofs are
of. In a stream each is ``{"checkpoint": note, "end": [hash, [hex]]}``, where ``end`` is the inclusion of the event that
it ends with; then ``{"complete": proof}``. Several streams follow one another, each with its header. There is nothing
else, in no other order and with no other names: whoever verifies refuses it. Hashes are those that the notary keeps,
not taken anew: what was altered shows.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import msgspec

from deploy.operator.log.kept import FORMAT
from shared.notary.leaf import COLUMNS, SELECT, Row, leaf_data, leaf_hash
from shared.notary.reading import (
    Connection,
    SignedCheckpoint,
    cosigned_size,
    find_note,
    leaf_hashes,
    prove_inclusion,
    prove_inclusions,
    prove_stream_at,
    read_notes,
    tree_size,
)
from shared.notary.streams import AbsenceProof

PAGE = 4096

_PAGE = f"select {SELECT} from log.events where seq > $1 and seq <= $2 order by log.events.seq"  # noqa: S608
_STREAM = f"""
    select {SELECT} from log.events
    where stream = $1 and version > $2 and seq <= $3 order by log.events.version limit $4"""  # noqa: S608

Tell = Callable[[int], None]
"""Is told how many events were written since it was told last."""

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Exported:
    """How much was written. ``size`` is that of the last checkpoint in it."""

    events: int
    checkpoints: int
    size: int


async def export_log(connection: Connection, out: BinaryIO, tell: Tell, *, until: int | None = None) -> Exported:
    """The whole log up to the checkpoint of a size, else the newest, with every checkpoint. Raises ``Absent``."""
    newest = await find_note(connection, until)
    size, events, checkpoints = newest.checkpoint.size, 0, 0
    _write(out, {"export": FORMAT, "kind": "log", "origin": newest.checkpoint.origin})
    async for rows, hashes in read_pages(connection, 0, size):
        for row in rows:
            known = hashes.get(int(row[0] or 0)) or leaf_hash(leaf_data(row))
            _write(out, {"event": _columns(row), "hash": known.hex()})
        events += len(rows)
        tell(len(rows))
    async for signed in read_notes(connection):
        if signed.checkpoint.size <= size:
            _write(out, {"checkpoint": signed.note.encode()})
            checkpoints += 1
    return Exported(events, checkpoints, size)


async def export_streams(
    connection: Connection,
    out: BinaryIO,
    names: Iterable[str],
    tell: Tell,
    *,
    since: Iterable[int] = (),
    until: int | None = None,
) -> tuple[Exported, list[str]]:
    """Each of these streams up to the checkpoint of a size, else the newest, proven complete; and the names of those
    that it does not know.

    With the checkpoints of the sizes ``since``, and the newest one that a witness cosigned, it is shown that the log
    grew out of them. Raises ``Absent`` where there is no such checkpoint.
    """
    newest = await find_note(connection, until)
    size = newest.checkpoint.size
    sizes = {*since, await cosigned_size(connection, size), size} - {0}
    notes = [await _note_line(connection, each, size) for each in sorted(sizes)]
    events, unknown = 0, []
    for name in names:
        written = await _export_stream(connection, out, name, newest, notes)
        tell(written)
        events += written
        if not written:
            unknown.append(name)
    return Exported(events, len(notes), size), unknown


async def read_pages(
    connection: Connection, after: int, until: int
) -> AsyncIterator[tuple[list[Row], dict[int, bytes]]]:
    """The rows after one seq up to another as they stand in the log, and the notary's hashes by seq, page by page.

    A hash that the notary lacks, as after damage, is missing.
    """
    size = await tree_size(connection)
    while after < until:
        last = min(after + PAGE, until)
        rows: list[Row] = [tuple(row) for row in await connection.fetch(_PAGE, after, last)]
        hashes = await leaf_hashes(connection, after, min(last, size)) if after < size else []
        yield rows, dict(enumerate(hashes, after + 1))
        after = last


async def _note_line(connection: Connection, size: int, whole: int) -> dict[str, object]:
    """A checkpoint with the inclusion of its last event in a tree that is as large or larger, RFC 9162 section 2.1.3.

    The path's hashes to the left and that event give the checkpoint's root, all of them the larger tree's: so it serves
    as a proof of consistency too.
    """
    signed = await find_note(connection, size)
    end = await prove_inclusion(connection, size, whole)
    return {"checkpoint": signed.note.encode(), "end": [end.leaf.hex(), [each.hex() for each in end.path]]}


async def _export_stream(
    connection: Connection, out: BinaryIO, name: str, newest: SignedCheckpoint, notes: Sequence[object]
) -> int:
    """Gives how many events were written; nothing is, where the checkpoint does not know the stream."""
    size = newest.checkpoint.size
    complete = await prove_stream_at(connection, name, size)
    if isinstance(complete, AbsenceProof):
        return 0
    _write(out, {"export": FORMAT, "kind": "stream", "origin": newest.checkpoint.origin, "stream": name})
    version = events = 0
    while rows := await connection.fetch(_STREAM, name, version, size, PAGE):
        seqs = [int(row["seq"]) for row in rows]
        for row, proof in zip(rows, await prove_inclusions(connection, seqs, size), strict=True):
            path = [each.hex() for each in proof.path]
            _write(out, {"event": dict(row), "hash": proof.leaf.hex(), "proof": path})
        version, events = int(rows[-1]["version"]), events + len(rows)
    for note in notes:
        _write(out, note)
    _write(out, {"complete": complete.to_json()})
    return events


def _columns(row: Sequence[str | None]) -> dict[str, str | None]:
    return dict(zip(COLUMNS, row, strict=True))


def _write(out: BinaryIO, line: object) -> None:
    out.write(_encode(line) + b"\n")


__all__ = ["Exported", "Tell", "export_log", "export_streams", "read_pages"]
