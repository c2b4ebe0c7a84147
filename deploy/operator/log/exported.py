"""Verifying exports by themselves, and against what was kept: by the same rules as ``docs/verify.py``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from pathlib import Path
from typing import Any

from deploy.operator.frame.failures import NO, Unable
from deploy.operator.log.inspection import DIAGNOSED, HashedEvent, Inspection, named
from deploy.operator.log.kept import Kept, Line, Section, sections_of
from deploy.operator.log.verdict import Tell, Verdict, shown, under, unwitnessed
from shared.notary.checkpoint import Checkpoint, opened
from shared.notary.leaf import Row
from shared.notary.merkle import EMPTY_ROOT, hash_from_hex
from shared.notary.note import Malformed, SignatureType, Unverified, Verifier
from shared.notary.proofs import climb, climb_both
from shared.notary.streams import StreamProof, TopTree, verify_complete

ExportedEvent = tuple[Row, HashedEvent, Line]
"""The columns of an event, what is to be known of it, and its line."""

_SIZE = re.compile(r"[^\n]+\n(0|[1-9][0-9]{0,17})\n")


@dataclass(frozen=True, slots=True)
class ExportedCheckpoint:
    """A checkpoint with the known keys that signed it, and of a stream's export the proof that a later tree begins with
    it."""

    checkpoint: Checkpoint
    signers: tuple[Verifier, ...]
    end: tuple[object, object] | None = None

    def __str__(self) -> str:
        return f"the checkpoint of size {self.checkpoint.size}"


def verify_file(path: Path, verifiers: Sequence[Verifier], kept: Sequence[Kept], tell: Tell) -> Verdict:
    """An export by itself. Raises ``Unable`` for a file that is none."""
    export, verdict = sections_of(path), Verdict()
    kinds = [each.kind for each in export]
    if kinds != ["log"] and set(kinds) != {"stream"}:
        raise Unable(f"{path} is no export of a log, nor of streams.", code=NO)
    verdict.findings += _of_other_logs(export, verifiers, kept)
    if verdict.findings:
        return verdict
    if kinds == ["log"]:
        _verify_log(export[0], verifiers, kept, verdict, tell)
    else:
        _verify_streams(export, verifiers, kept, verdict, tell)
    return verdict


def _of_other_logs(export: Sequence[Section], verifiers: Sequence[Verifier], kept: Sequence[Kept]) -> list[str]:
    """Header, keys and what was kept are of one log; that the checkpoints are is seen when they are opened."""
    origin = export[0].origin
    files = [(each.path, each.origin) for each in export] + [(each.path, of) for each in kept for of in each.origins]
    return [f"{path} is of the log {of}, not of {origin}." for path, of in files if of != origin] + [
        f"The key {each.name} is not one of the log {origin}."
        for each in verifiers
        if each.kind is SignatureType.LOG and each.name != origin
    ]


def _verify_log(
    log: Section, verifiers: Sequence[Verifier], kept: Sequence[Kept], verdict: Verdict, tell: Tell
) -> None:
    inspection, events = Inspection(verifiers, log.origin), log.events()
    for size, note, of in _notes_in_order(log, kept):
        while inspection.size < size and not inspection.findings:
            _take(inspection, next(events, None), kept, size)
            tell(1)
        if inspection.differing:
            _diagnose(inspection, log)
        if inspection.findings:
            break
        inspection.meet(note, kept=of is not log)
    verdict.findings += inspection.findings
    if inspection.last is None:
        verdict.findings += [] if verdict.findings else ["There is no checkpoint."]
    elif not verdict.findings:
        verdict.findings += _beyond(log, inspection, inspection.last, kept, next(events, None))
        verdict.findings += unwitnessed(verifiers, inspection.signers, inspection.last)
        verdict.proven.append(inspection.all_events())


def _notes_in_order(log: Section, kept: Sequence[Kept]) -> Iterator[tuple[int, str, Section]]:
    """Checkpoints by their sizes; in each file they stand in this order. Raises ``Unable``."""

    def of(section: Section) -> Iterator[tuple[int, str, Section]]:
        before = -1
        for line in section.read("checkpoint"):
            size = size_of(line["checkpoint"])
            if size <= before:
                raise Unable(f"{section.path} is not as it should be: its checkpoints are not in order.", code=NO)
            before = size
            yield size, line["checkpoint"], section

    sections = [section for each in kept for section in each.sections]
    return merge(*(of(section) for section in (*sections, log)), key=lambda each: each[0])


def _take(inspection: Inspection, item: ExportedEvent | None, kept: Sequence[Kept], until: int) -> None:
    if item is None:
        inspection.findings.append(f"Events {inspection.size + 1} to {until} are missing; a checkpoint covers them.")
        return
    row, event, _ = item
    if event.seq > inspection.size + 1:
        inspection.findings.append(f"Event {inspection.size + 1} is missing: {named(row)} stands in its place.")
        return
    inspection.compare([event], kept)
    inspection.take([event], [event.recorded])


def _diagnose(inspection: Inspection, log: Section) -> None:
    """By all events of the file, of which those that differ from their hashes are of interest."""
    rows: dict[int, Row] = {}
    for row, event, _ in log.events():
        if event.leaf != event.recorded and len(rows) < DIAGNOSED:
            rows[event.seq] = row
            inspection.differing[event.seq] = event.recorded
    inspection.diagnose(rows.values())


def _beyond(
    log: Section,
    inspection: Inspection,
    last: Checkpoint,
    kept: Sequence[Kept],
    more: ExportedEvent | None,
) -> list[str]:
    """What the export's last checkpoint does not cover, and what was kept and is not there."""
    if more is not None:
        return [f"No checkpoint covers {named(more[0])} and what follows."]
    if last.size < inspection.size:
        return [f"No checkpoint of {log.path} covers event {inspection.size}."]
    return [missing(each, seq) for each in kept if (seq := each.beyond(inspection.size))]


def missing(kept: Kept, seq: int) -> str:
    """An event that was kept and is not there."""
    return f"Event {seq} is missing, which {kept.path} holds: it was dropped since."


def _verify_streams(
    export: Sequence[Section], verifiers: Sequence[Verifier], kept: Sequence[Kept], verdict: Verdict, tell: Tell
) -> None:
    """Each stream, under checkpoints that are those of one log, which grew out of what was kept."""
    if len({each.stream for each in export}) < len(export):
        verdict.findings.append("A stream stands twice in the export.")
        return
    signed = [each for section in export if (each := _verify_stream(section, verifiers, kept, verdict, tell))]
    if verdict.findings:
        return
    rests = [each[-1] for each in signed]
    newest = max(rests, key=lambda each: each.checkpoint.size)
    grown = {
        each.checkpoint.size: each.checkpoint
        for checkpoints in signed
        if checkpoints[-1].checkpoint == newest.checkpoint
        for each in checkpoints
    }
    for old in (*rests, *(vouched for file in kept for vouched in _vouched(file, verifiers, verdict))):
        if not _is(grown.get(old.checkpoint.size), old.checkpoint):
            verdict.findings.append(_not_grown(newest, old))
    for rest in rests:
        verdict.findings += unwitnessed(verifiers, rest.signers, rest.checkpoint)


def _is(shown_by_export: Checkpoint | None, other: Checkpoint) -> bool:
    """Out of the empty log grew every one."""
    if other.size == 0:
        return (other.root, other.streams) == (EMPTY_ROOT, TopTree().root)
    return shown_by_export == other


def _vouched(kept: Kept, verifiers: Sequence[Verifier], verdict: Verdict) -> list[ExportedCheckpoint]:
    """The checkpoints that a kept file rests on, once it is proven for itself."""
    keys = [each for each in verifiers if each.kind is SignatureType.LOG]
    try:
        if not kept.bare and not (own := verify_file(kept.path, keys, [], lambda _: None)).holds:
            verdict.findings.append(f"What was kept is not proven itself, {kept.path}: {own.findings[0]}")
            return []
        return [_signed(section, verifiers)[-1] for section in kept.sections]
    except (Malformed, Unverified) as error:
        verdict.findings.append(f"A checkpoint in {kept.path} is not signed as it should be: {error}.")
        return []


def _verify_stream(
    section: Section, verifiers: Sequence[Verifier], kept: Sequence[Kept], verdict: Verdict, tell: Tell
) -> list[ExportedCheckpoint]:
    """One stream: each event is in the signed tree, none is missing, and that tree begins with each earlier one. Gives
    its checkpoints; adds what is wrong to the verdict, or what is proven."""
    name, inspection = section.stream, Inspection(verifiers, section.origin)
    try:
        signed = _signed(section, verifiers)
    except (Malformed, Unverified) as error:
        verdict.findings.append(f"A checkpoint of {shown(name)} is not signed as it should be: {error}.")
        return []
    last, findings = signed[-1].checkpoint, inspection.findings
    findings += [_not_grown(signed[-1], each) for each in signed if not _grew(last, each)]
    leaves: list[bytes] = []
    seqs: set[int] = set()
    for row, event, line in section.events():
        inspection.compare([event], kept)
        if event.stream != name:
            findings.append(f"{named(row)} is not of {shown(name)}.")
        elif event.leaf != event.recorded:
            findings.append(f"{named(row)} was altered: it does not give its recorded hash.")
        elif _climb(event.leaf, event.seq - 1, last.size, line["proof"]) != last.root:
            findings.append(f"{named(row)} is not in the tree of the checkpoint of size {last.size}.")
        elif event.version != len(leaves) + 1:
            findings.append(f"{named(row)} is version {event.version} where {len(leaves) + 1} should be.")
        elif event.seq <= max(seqs, default=0):
            findings.append(f"{named(row)} stands in the log before an event on which it follows in its stream.")
        leaves.append(event.leaf)
        seqs.add(event.seq)
    tell(len(leaves))
    findings += [missing(each, min(lacking)) for each in kept if (lacking := each.seqs_of(name) - seqs)]
    if not findings and not _is_complete(section, leaves, max(seqs), last):
        findings.append(f"These {len(leaves)} events are not all of {shown(name)}, which has another end.")
    verdict.findings += findings
    verdict.proven.append(f"These are all {len(leaves)} events of {shown(name)} {under(last)}.")
    return signed


def _is_complete(section: Section, leaves: Sequence[bytes], seq: int, last: Checkpoint) -> bool:
    """Whether what completes a section is the proof, and nothing else, that its events are all of the stream."""
    (completion,) = (line["complete"] for line in section.read("complete"))
    try:
        proof = StreamProof.from_json(completion)
    except (KeyError, TypeError, ValueError):
        return False
    exactly = proof.to_json() == completion and proof.stream == section.stream and proof.entry.seq == seq
    return exactly and verify_complete(proof, leaves, last.streams)


def _signed(section: Section, verifiers: Sequence[Verifier]) -> list[ExportedCheckpoint]:
    """The checkpoints of a section, in the order of their sizes. Raises ``Malformed``, ``Unverified``."""
    checkpoints = [
        ExportedCheckpoint(*_opened(line["checkpoint"], verifiers, section.origin), _end(line))
        for line in section.read("checkpoint")
    ]
    sizes = [each.checkpoint.size for each in checkpoints]
    if sizes != sorted(set(sizes)):
        raise Malformed("its checkpoints are not in the order of their sizes")
    return checkpoints


def _end(line: Line) -> tuple[object, object] | None:
    if "end" not in line:
        return None
    if not isinstance(line["end"], list) or len(line["end"]) != 2:
        raise Malformed("the proof that a tree begins with another is not in its form")
    leaf, path = line["end"]
    return leaf, path


def _opened(note: object, verifiers: Sequence[Verifier], origin: str | None) -> tuple[Checkpoint, tuple[Verifier, ...]]:
    if not isinstance(note, str):
        raise Malformed("a checkpoint is no text")
    checkpoint, signers = opened(note, verifiers, origin)
    return checkpoint, tuple(signers)


def _grew(last: Checkpoint, each: ExportedCheckpoint) -> bool:
    """Whether an export shows that its last checkpoint's tree begins with another's, by the path of that one's end."""
    old = each.checkpoint
    if each.end is None:
        return old == last
    leaf, proof = each.end
    try:
        both = climb_both(hash_from_hex(leaf), old.size - 1, last.size, _hashes(proof))
    except ValueError:
        return False
    return both == (old.root, last.root)


def _climb(leaf: bytes, index: int, size: int, proof: object) -> bytes | None:
    try:
        return climb(leaf, index, size, _hashes(proof))
    except ValueError:
        return None


def _hashes(proof: Any) -> list[bytes]:
    if not isinstance(proof, list):
        raise ValueError("a proof is no list")
    return [hash_from_hex(each) for each in proof]


def _not_grown(newest: ExportedCheckpoint, each: ExportedCheckpoint) -> str:
    size = each.checkpoint.size
    return (
        f"The export does not show that the checkpoint of size {newest.checkpoint.size} grew out of that of size "
        f"{size}; an export with --since {size} is to show it."
    )


def size_of(note: object) -> int:
    """The size that a note names; -1 where it names none."""
    head = _SIZE.match(note) if isinstance(note, str) else None
    return int(head[1]) if head else -1


__all__ = ["ExportedCheckpoint", "missing", "size_of", "verify_file"]
