"""Exports made up in memory, by the notary's own functions, and ``docs/verify.py`` run on them by itself."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from shared.notary import streams
from shared.notary.checkpoint import Checkpoint
from shared.notary.leaf import COLUMNS, leaf_data, leaf_hash
from shared.notary.merkle import Frontier, tree_root
from shared.notary.note import Note, Signature, SignatureType, Signer
from shared.notary.proofs import inclusion_proof
from shared.notary.streams import Entry
from tests.notary.ledger import top_of

PROGRAM = Path(__file__).resolve().parents[2] / "docs" / "verify.py"
ORIGIN = "juqu.example/log"

Line = dict[str, Any]
Columns = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the program said, and its exit code."""

    code: int
    text: str

    @property
    def proven(self) -> bool:
        """Whether it proved everything; fails where it broke down instead of answering."""
        assert self.code in {0, 1}, self.text
        assert self.text.startswith("Proven. " if self.code == 0 else ("Proven. ", "Not proven. ")), self.text
        return self.code == 0


def verify(file: Path, keys: Iterable[str], *, against: Sequence[Path] = ()) -> Outcome:
    """Run the program as an auditor would: isolated, in a folder where nothing else is."""
    alone = file.parent / "alone"
    alone.mkdir(exist_ok=True)
    words = [str(file), *keys, *(word for each in against for word in ("--against", str(each)))]
    argv = [sys.executable, "-I", str(PROGRAM), *words]
    ran = subprocess.run(argv, cwd=alone, capture_output=True, text=True, env={}, timeout=120, check=False)
    assert "Traceback" not in ran.stderr, ran.stderr
    return Outcome(ran.returncode, ran.stdout or ran.stderr)


def event(seq: int, stream: str, version: int, data: str = '{"n":1}', cause: int | None = None) -> Columns:
    """An event's columns in their text forms."""
    return {
        "seq": str(seq),
        "recorded_at": str(1_700_000_000_000_000 + seq),
        "event_id": str(UUID(int=seq)),
        "command_id": str(UUID(int=1_000_000 + seq)),
        "causation_id": str(UUID(int=cause)) if cause else None,
        "effective_on": "2024-05-01",
        "version": str(version),
        "schema_version": "1",
        "ordinal": "0",
        "internal": "false",
        "stream": stream,
        "type": "intake.DraftOpened",
        "actor": "city-clerk",
        "office": "city:220100",
        "correlation_id": "one-request",
        "policy_version": "2018-04-28.1",
        "data": data,
    }


def history(count: int, of: int = 4) -> list[Columns]:
    """So many events in so many streams."""
    versions: dict[str, int] = {}
    found = []
    for seq in range(1, count + 1):
        stream = f"intake/application/{seq * 7 % of}"
        versions[stream] = versions.get(stream, 0) + 1
        found.append(event(seq, stream, versions[stream], f'{{"县":"九台区 {seq}"}}', cause=seq - 1))
    return found


def hash_of(columns: Columns) -> bytes:
    return leaf_hash(leaf_data([columns[name] for name in COLUMNS]))


@dataclass
class Papers:
    """A log of made-up events with its signed checkpoints."""

    events: list[Columns]
    signer: Signer = field(default_factory=lambda: Signer.new(ORIGIN))

    @property
    def vkey(self) -> str:
        return self.signer.verifier.vkey

    def entries(self, size: int) -> list[Entry]:
        """Each stream's end after so many events."""
        ends: dict[str, Entry] = {}
        for each in self.events[:size]:
            stream = str(each["stream"])
            before = ends.get(stream, Entry(stream, 0, 0, streams.NO_CHAIN))
            ends[stream] = before.next(int(str(each["seq"])), hash_of(each))
        return list(ends.values())

    def checkpoint(self, size: int) -> Checkpoint:
        """What is to be signed of so many events."""
        tree = Frontier()
        tree.extend([hash_of(each) for each in self.events[:size]])
        return Checkpoint(self.signer.name, size, tree.root(), top_of(self.entries(size)).root)

    def note(self, size: int, *signers: Signer) -> str:
        """The signed checkpoint of so many events; a witness cosigns it at the time 1,772,413,200."""
        body = self.checkpoint(size).body()

        def signature(signer: Signer) -> Signature:
            return signer.sign(body) if signer.kind is SignatureType.LOG else signer.cosign(body, 1_772_413_200)

        return Note(body, tuple(signature(each) for each in signers or (self.signer,))).encode()

    def log(self, *sizes: int) -> list[Line]:
        """The lines of an export of the whole log, with checkpoints of these sizes."""
        head: Line = {"export": "juqu/1", "kind": "log", "origin": self.signer.name}
        events = [{"event": dict(each), "hash": hash_of(each).hex()} for each in self.events[: sizes[-1]]]
        return [head, *events, *({"checkpoint": self.note(size)} for size in sizes)]

    def stream(self, name: str, size: int, *since: int) -> list[Line]:
        """The lines of an export of one stream, with earlier checkpoints of these sizes."""
        head: Line = {"export": "juqu/1", "kind": "stream", "origin": self.signer.name, "stream": name}
        leaves = [hash_of(each) for each in self.events[:size]]

        def node(level: int, index: int) -> bytes:
            return tree_root(leaves[index << level : index + 1 << level])

        lines = [head]
        for place, each in enumerate(self.events[:size]):
            if each["stream"] == name:
                proof = [part.hex() for part in inclusion_proof(place, size, node)]
                lines.append({"event": dict(each), "hash": leaves[place].hex(), "proof": proof})
        entries = self.entries(size)
        number = streams.bucket_of(name)
        by_bucket: dict[int, list[Entry]] = {}
        for entry in entries:
            by_bucket.setdefault(streams.bucket_of(entry.stream), []).append(entry)
        top = streams.TopTree()
        top.update({bucket: streams.bucket_root(found) for bucket, found in by_bucket.items()})
        proof_ = streams.prove_stream(name, by_bucket.get(number, []), top.path(number))
        notes = [
            {
                "checkpoint": self.note(each),
                "end": [leaves[each - 1].hex(), [part.hex() for part in inclusion_proof(each - 1, size, node)]],
            }
            for each in (*since, size)
        ]
        return [*lines, *notes, {"complete": proof_.to_json()}]


def write(file: Path, lines: Iterable[Line]) -> Path:
    """Lines as a file."""
    file.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in lines), encoding="utf-8")
    return file
