"""The history, provable to a stranger: exports with proofs, verification, proofs of an event or a stream."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import asyncpg

from deploy.database.as_made import differences
from deploy.operator.case import story as stories
from deploy.operator.frame import records
from deploy.operator.frame.failures import Unable
from deploy.operator.frame.system import System, connected, find_system
from deploy.operator.log.export import Exported, export_log, export_streams
from deploy.operator.log.kept import Kept
from deploy.operator.log.verdict import Tell, Verdict
from deploy.operator.log.verify import verify_file, verify_log
from shared.eventlog.log import EventLog
from shared.notary import reading
from shared.notary.note import Malformed, Verifier
from shared.notary.refusal import SigningRefused

Counting = Callable[[str, int], AbstractContextManager[Tell]]
"""Shows how far something is, over events of which so many are expected (0: not known)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """What an export is of: a stream, each stream of a case, else the whole log.

    It ends with the checkpoint of the size ``until``, else the newest. That is shown to have grown from the
    checkpoints of the sizes ``since``. Raises ``Unable`` for what does not go together.
    """

    stream: str = ""
    case: str = ""
    since: Sequence[int] = ()
    until: int | None = None

    def __post_init__(self) -> None:
        if self.stream and self.case:
            raise Unable("Either --stream or --case.")
        if self.since and not (self.stream or self.case):
            raise Unable("--since goes with --stream or --case.", "An export of the whole log has every checkpoint.")
        if self.until is not None and any(size > self.until for size in self.since):
            raise Unable("What ends --until a checkpoint did not grow --since a later one.")


async def write_export(
    log: EventLog,
    system: System,
    extent: Extent,
    destination: AbstractContextManager[BinaryIO],
    counting: Counting,
) -> tuple[Exported, list[str]]:
    """Write an export after leaving word of it; gives the streams, too, of which no event is under a checkpoint yet.

    Raises ``Absent`` where there is no such checkpoint.
    """
    async with connected(system.operator_url) as connection:
        case = await stories.find_case(log, extent.case) if extent.case else ""
        names = [extent.stream] if extent.stream else await _streams_of(log, case) if case else []
        size = (await reading.find_note(connection, extent.until)).checkpoint.size
        await records.leave_word_about(log, system, cases=[case] if case else [], seqs=[], count=size)
        with destination as out, counting("export", 0 if names else size) as tell:
            if not names:
                return await export_log(connection, out, tell, until=extent.until), []
            return await export_streams(connection, out, names, tell, since=extent.since, until=extent.until)


async def _streams_of(log: EventLog, case: str) -> list[str]:
    """The streams of a case, in the order of their beginnings."""
    return list(dict.fromkeys(event.stream for event in await stories.gather(log, case)))


async def verify(
    file: Path | None, vkeys: Sequence[str], against: Sequence[Path], state: Path, counting: Counting
) -> tuple[Verdict, bool]:
    """The verdict on an export, else on the log itself, and whether the keys were the database's own."""
    try:
        verifiers = [Verifier.parse(vkey) for vkey in vkeys]
    except Malformed as error:
        raise Unable(f"{error}.", "The keys: `juqu notary keys`") from None
    kept = [Kept(path) for path in against]
    if file and verifiers:
        with counting("verify", 0) as tell:
            return verify_file(file, verifiers, kept, tell), False
    async with connected(_keys_of(state, file).operator_url) as connection:
        if file:
            listed = await reading.keys(connection)
            with counting("verify", 0) as tell:
                return verify_file(file, listed, kept, tell), True
        return await _verify_log(connection, verifiers, kept, counting), not verifiers


async def _verify_log(
    connection: reading.Connection, verifiers: Sequence[Verifier], kept: Sequence[Kept], counting: Counting
) -> Verdict:
    """With what in the database is not as it was made, which may be why the log cannot be read at all."""
    altered = await differences(connection)
    with counting("verify", await reading.tree_size(connection)) as tell:
        known = verifiers or await _readable_keys(connection)
        try:
            verdict = await verify_log(connection, known, kept, tell)
        except (asyncpg.DataError, asyncpg.SyntaxOrAccessError) as error:
            if not altered:
                raise
            verdict = Verdict([f"The log cannot be read as it was made: {error}."])
    verdict.findings += altered
    return verdict


async def _readable_keys(connection: reading.Connection) -> list[Verifier]:
    """The keys that the database lists, but for those that cannot be read: a verification of the log names them."""
    keys = []
    for vkey in await reading.listed_keys(connection):
        with suppress(SigningRefused):
            keys.append(reading.readable_key(vkey))
    return keys


def _keys_of(state: Path, file: Path | None) -> System:
    """The running system, whose database lists the keys."""
    try:
        return find_system(state)
    except Unable:
        if file is None:
            raise
        raise Unable("Signed by which key? No system runs here that could be asked.", "Give it: --key VKEY.") from None


async def prove(
    connection: reading.Connection, *, seq: int | None, stream: str, since: int | None
) -> dict[str, object]:
    """Under the newest checkpoint: that an event is in it, else that it grew from an earlier one, else a stream."""
    signed = await reading.find_note(connection)
    size = signed.checkpoint.size
    proof: dict[str, object]
    if seq is not None:
        inclusion = await reading.prove_inclusion(connection, seq, size)
        proof = {"seq": seq, "hash": inclusion.leaf.hex(), "proof": [step.hex() for step in inclusion.path]}
    elif since is not None:
        path = await reading.prove_consistency(connection, since, size)
        proof = {"from": since, "to": size, "proof": [step.hex() for step in path]}
    else:
        proof = {"complete": (await reading.prove_stream_at(connection, stream, size)).to_json()}
    return proof | {"checkpoint": signed.note.encode()}


__all__ = ["Counting", "Extent", "prove", "verify", "write_export"]
