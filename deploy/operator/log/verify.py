"""Verifying the log where it stands, against checkpoints and against what was kept from before."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from deploy.operator.frame.failures import NO, Unable
from deploy.operator.log.exported import missing, size_of, verify_file
from deploy.operator.log.inspection import HashedEvent, Inspection
from deploy.operator.log.kept import Kept
from deploy.operator.log.notarys_tables import NotarysTables
from deploy.operator.log.unhashed import check_rows
from deploy.operator.log.verdict import Tell, Verdict, unwitnessed
from shared.notary.leaf import LEAF, SELECT, leaf_hash
from shared.notary.note import Verifier
from shared.notary.reading import Absent, Connection, StoredNote, leaf_hashes, stored_notes, tree_size

PAGE = 4096

_PAGE = f"""
    select seq, coalesce(stream, ''), coalesce(version, 0), {LEAF} as leaf from log.events
    where seq > $1 and seq <= $2 order by log.events.seq"""  # noqa: S608
_ROWS = f"select {SELECT} from log.events where seq = any($1::bigint[])"  # noqa: S608


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
    gone = [missing(each, seq) for each in kept if (seq := each.beyond(size))]
    verdict.findings = inspection.findings + gone + await check_rows(connection) + await tables.finish()
    if inspection.last is None:
        verdict.findings += [] if verdict.findings else ["There is no checkpoint."]
    else:
        verdict.findings += unwitnessed(verifiers, inspection.signers, inspection.last)
        verdict.proven = [inspection.all_events()]
    return verdict


async def _notes_at(connection: Connection, kept: Sequence[Kept]) -> AsyncIterator[tuple[str, int, StoredNote | None]]:
    """Stored checkpoints and kept ones in the order of their sizes, with these; those that cannot be read first."""
    earlier = sorted(((size_of(note), note) for each in kept for note in each.notes), key=lambda each: each[0])
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
            HashedEvent(row[0], row[1], row[2], leaf_hash(row[3].encode()), recorded[row[0] - after - 1])
            for row in rows
        ]
        inspection.compare(events, kept)
        tables.take(events, inspection.take(events, recorded))
        tell(last - after)


__all__ = ["Kept", "Tell", "Verdict", "verify_file", "verify_log"]
