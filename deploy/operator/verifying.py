"""Verifying the log where it stands, and exports of it, against checkpoints and against what was kept from before."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.operator.failures import NO, Unable
from deploy.operator.inspecting import DIAGNOSED, Event, Inspection, named
from deploy.operator.kept import Kept, Line, events_of, lines_of
from deploy.operator.notarys_tables import NotarysTables
from deploy.operator.standing import check_rows
from shared.notary.checkpoint import Checkpoint, open_checkpoint
from shared.notary.leaf import COLUMNS, LEAF, SELECT, Row, leaf_data, leaf_hash
from shared.notary.merkle import climb_both, verify_inclusion
from shared.notary.note import Malformed, Unverified, Verifier, parse_note
from shared.notary.reading import Absent, Connection, StoredNote, leaf_hashes, stored_notes, tree_size
from shared.notary.streams import StreamProof, verify_complete

PAGE = 4096
MOST = 100
"""Differences from what was kept that are named."""

_PAGE = f"""
    select seq, stream, version, {LEAF} as leaf from log.events
    where seq > $1 and seq <= $2 order by log.events.seq"""  # noqa: S608
_ROWS = f"select {SELECT} from log.events where seq = any($1::bigint[])"  # noqa: S608
_STREAM, _VERSION = COLUMNS.index("stream"), COLUMNS.index("version")

Tell = Callable[[int], None]


@dataclass(slots=True)
class Verdict:
    """``findings`` are what is wrong, in words; without any, ``proven`` says what is proven."""

    findings: list[str] = field(default_factory=list)
    proven: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return bool(self.proven) and not self.findings


async def verify_log(
    connection: Connection, verifiers: Sequence[Verifier], kept: Sequence[Kept], tell: Tell
) -> Verdict:
    """The log's events against the notary's hashes, and these against every checkpoint, stored or kept; what no hash
    covers, and the notary's other tables, too. All of it as it is at one moment, whatever is appended meanwhile."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        # What stands in a login's own search path could take the place of PostgreSQL's functions.
        await connection.execute("set local search_path = pg_catalog, pg_temp")
        return await _verify_log(connection, verifiers, kept, tell)


async def _verify_log(
    connection: Connection, verifiers: Sequence[Verifier], kept: Sequence[Kept], tell: Tell
) -> Verdict:
    inspection, verdict = Inspection(verifiers), Verdict()
    size, tables = await tree_size(connection), NotarysTables(connection, inspection)
    async for note, target, stored in _notes_at(connection, kept):
        if target < 0:
            inspection.findings.append("A checkpoint cannot be read.")
            continue
        if target > size:
            inspection.findings.append(
                f"A checkpoint of size {target} was signed, but the notary's tree ends with event {size}."
            )
            continue
        await _read_on(connection, inspection, target, kept, tell, tables)
        inspection.meet(note, kept=stored is None)
        if stored is not None:
            await tables.meet(stored)
    await _read_on(connection, inspection, size, kept, tell, tables)
    if inspection.differing:
        rows = await connection.fetch(_ROWS, list(inspection.differing))
        inspection.diagnose(tuple(row) for row in rows)
    verdict.findings = inspection.findings + await check_rows(connection) + await tables.finish()
    if not inspection.checkpoints:
        verdict.findings.append("There is no checkpoint.")
    elif inspection.last is not None:
        verdict.proven = [_all_events(inspection, inspection.last)]
    return verdict


def verify_file(path: Path, verifiers: Sequence[Verifier], kept: Sequence[Kept], tell: Tell) -> Verdict:
    """An export by itself. Raises ``Unable`` for a file that is none."""
    verdict = Verdict()
    heads = [each for each in lines_of(path) if "export" in each]
    try:
        if [each["kind"] for each in heads] == ["log"]:
            _verify_whole(path, verifiers, kept, verdict, tell)
        elif heads and all(each["kind"] == "stream" for each in heads):
            for section in _sections(path):
                _verify_stream(section, verifiers, kept, verdict, tell)
        else:
            raise Unable(f"{path} is no export of a log, nor of streams.")
    except (KeyError, TypeError, ValueError) as error:
        verdict.findings.append(f"The export is not as it should be: {error!r}.")
    return verdict


async def _notes_at(connection: Connection, kept: Sequence[Kept]) -> AsyncIterator[tuple[str, int, StoredNote | None]]:
    """Stored checkpoints and kept ones in the order of their sizes, with these; those that cannot be read first."""
    earlier = sorted(((_size(note), note) for each in kept for note in each.notes), key=lambda each: each[0])
    async for stored in stored_notes(connection):
        while earlier and earlier[0][0] <= stored.size:
            size, note = earlier.pop(0)
            yield note, size, None
        yield stored.note.encode(), stored.size, stored
    for size, note in earlier:
        yield note, size, None


async def _read_on(  # noqa: PLR0917
    connection: Connection,
    inspection: Inspection,
    until: int,
    kept: Sequence[Kept],
    tell: Tell,
    tables: NotarysTables,
) -> None:
    while (after := inspection.size) < until:
        last = min(after + PAGE, until)
        try:
            recorded = await leaf_hashes(connection, after, last)
        except Absent as error:
            raise Unable(f"The notary's tree is damaged: {error}.", code=NO) from None
        rows = await connection.fetch(_PAGE, after, last)
        events = [
            Event(row[0], row[1], row[2], leaf_hash(row[3].encode()), recorded[row[0] - after - 1]) for row in rows
        ]
        _compare_kept(inspection, events, kept)
        tables.take(events, inspection.take(events, recorded))
        tell(last - after)


def _compare_kept(inspection: Inspection, events: Sequence[Event], kept: Sequence[Kept]) -> None:
    for each in kept:
        for event in events:
            if each.differs(event) and len(inspection.findings) < MOST:
                inspection.findings.append(
                    f"Event {event.seq} ({event.stream}) is not as in {each.path}: altered, or put there, since."
                )


def _verify_whole(
    path: Path, verifiers: Sequence[Verifier], kept: Sequence[Kept], verdict: Verdict, tell: Tell
) -> None:
    inspection = Inspection(verifiers)
    notes = sorted(
        [(_size(each["checkpoint"]), each["checkpoint"], False) for each in lines_of(path) if "checkpoint" in each]
        + [(_size(note), note, True) for each in kept for note in each.notes],
        key=lambda each: each[0],
    )
    events = events_of(lines_of(path), path)
    for size, note, is_kept in notes:
        while inspection.size < size and not inspection.findings:
            row, line = next(events, (None, {}))
            _take_line(inspection, row, line, kept, size)
            tell(1)
        if inspection.differing:
            _diagnose_file(inspection, path)
        if inspection.findings:
            break
        inspection.meet(note, kept=is_kept)
    if not inspection.findings and (more := next(events, None)) is not None:
        inspection.findings.append(f"No checkpoint covers {named(more[0])} and what follows.")
    verdict.findings += inspection.findings
    if inspection.last is not None:
        verdict.proven.append(_all_events(inspection, inspection.last))


def _take_line(
    inspection: Inspection, row: list[str | None] | None, line: Line, kept: Sequence[Kept], until: int
) -> None:
    if row is None:
        inspection.findings.append(f"Events {inspection.size + 1} to {until} are missing; a checkpoint covers them.")
        return
    event = _event(row, line)
    if event.seq > inspection.size + 1:
        inspection.findings.append(f"Event {inspection.size + 1} is missing: {named(row)} stands in its place.")
        return
    _compare_kept(inspection, [event], kept)
    inspection.take([event], [event.recorded])


def _diagnose_file(inspection: Inspection, path: Path) -> None:
    """By all events of the file, of which those that differ from their hashes are of interest."""
    rows: dict[int, Row] = {}
    for row, line in events_of(lines_of(path), path):
        event = _event(row, line)
        if event.leaf != event.recorded and len(rows) < DIAGNOSED:
            rows[event.seq] = row
            inspection.differing[event.seq] = event.recorded
    inspection.diagnose(rows.values())


def _sections(path: Path) -> Iterator[list[Line]]:
    section: list[Line] = []
    for each in lines_of(path):
        if "export" in each and section:
            yield section
            section = []
        section.append(each)
    yield section


def _verify_stream(
    section: list[Line], verifiers: Sequence[Verifier], kept: Sequence[Kept], verdict: Verdict, tell: Tell
) -> None:
    """One stream's section, held in memory."""
    name = section[0]["stream"]
    events = [(row, _event(row, line), line["proof"]) for row, line in events_of(section, Path(name))]
    *older, last = (each for each in section if "checkpoint" in each)
    (complete,) = (StreamProof.from_json(each["complete"]) for each in section if "complete" in each)
    try:
        checkpoint = open_checkpoint(last["checkpoint"], verifiers)
        grown = _grown(checkpoint, [*older, last], kept, verifiers)
    except (Malformed, Unverified) as error:
        verdict.findings.append(f"The checkpoint of {name} is not signed as it should be: {error}.")
        return
    inspection = Inspection(verifiers)
    _compare_kept(inspection, [event for _, event, _ in events], kept)
    found = inspection.findings
    found += grown
    for row, event, proof in events:
        path = [bytes.fromhex(each) for each in proof]
        if event.stream != name:
            found.append(f"{named(row)} is not of {name}.")
        elif event.leaf != event.recorded:
            found.append(f"{named(row)} was altered: it does not give its recorded hash.")
        elif not verify_inclusion(event.leaf, event.seq - 1, checkpoint.size, path, checkpoint.root):
            found.append(f"{named(row)} is not in the tree of the checkpoint of size {checkpoint.size}.")
    leaves = [event.leaf for _, event, _ in events]
    if not found and (complete.stream != name or not verify_complete(complete, leaves, checkpoint.streams)):
        found.append(f"These {len(events)} events are not all of {name}, which has {complete.entry.version}.")
    tell(len(events))
    verdict.findings += found
    verdict.proven.append(f"These are all {len(events)} events of {name} {_under(checkpoint)}.")


def _grown(
    checkpoint: Checkpoint, lines: Sequence[Line], kept: Sequence[Kept], verifiers: Sequence[Verifier]
) -> list[str]:
    """Earlier checkpoints, in the export and kept ones, that it does not show this one to have grown from."""
    ends = {_size(each["checkpoint"]): each["end"] for each in lines if "end" in each}
    earlier = [each["checkpoint"] for each in lines[:-1]] + [note for each in kept if each.bare for note in each.notes]
    findings = []
    for old in (open_checkpoint(note, verifiers) for note in earlier):
        leaf, path = ends.get(old.size, ("", []))
        proof = [bytes.fromhex(each) for each in path]
        if climb_both(bytes.fromhex(leaf), old.size - 1, checkpoint.size, proof) != (old.root, checkpoint.root):
            findings.append(
                f"The export does not show that the checkpoint of size {checkpoint.size} grew out of that of size "
                f"{old.size}; an export with --since {old.size} is to show it."
            )
    return findings


def _event(row: Row, line: Line) -> Event:
    recorded = bytes.fromhex(line["hash"])
    leaf = leaf_hash(leaf_data(row))
    return Event(int(row[0] or 0), row[_STREAM] or "", int(row[_VERSION] or 0), leaf, recorded)


def _size(note: str) -> int:
    """The size that a note names; -1 where it names none."""
    try:
        return Checkpoint.parse(parse_note(note).text).size
    except Malformed:
        return -1


def _all_events(inspection: Inspection, last: Checkpoint) -> str:
    signers = " and ".join(sorted(inspection.signed_by)) or "nobody"
    count = f"{inspection.checkpoints:,} checkpoint{'s' if inspection.checkpoints != 1 else ''}"
    return (
        f"All {last.size:,} events of {last.origin} are as they were signed: none was altered, dropped, inserted or "
        f"reordered. {count}, signed by {signers}, agree; the last one is {_under(last).removeprefix('under ')}."
    )


def _under(checkpoint: Checkpoint) -> str:
    return f"under the checkpoint of size {checkpoint.size:,} with root {checkpoint.root.hex()[:16]}…"


__all__ = ["Kept", "Tell", "Verdict", "verify_file", "verify_log"]
