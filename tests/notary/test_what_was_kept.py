"""What was kept of a log is in what it shows later: older states and forks are refused by both verifiers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.notary.judges import judge
from tests.notary.papers import Columns, Line, Papers, write
from tests.notary.sound import (
    FORKED,
    HONEST,
    ONE,
    OTHER,
    SIGNER,
    TWO,
    VKEY,
    cut,
    made,
    refused,
)


def dropped(seq: int) -> Papers:
    """The same log, from which the holder of the key took one event that ends its stream; what follows moved up."""
    events: list[Columns] = [dict(each) for each in HONEST.events]
    gone = events.pop(seq - 1)
    assert gone["stream"] not in {each["stream"] for each in events[seq - 1 :]}
    for place, each in enumerate(events, 1):
        each["seq"] = str(place)
    return Papers(events, SIGNER)


LAST_OF_TWO = max(int(str(each["seq"])) for each in HONEST.events if each["stream"] == TWO)


@pytest.mark.parametrize("kept", [HONEST.log(8, 20), HONEST.stream(TWO, 20), HONEST.note(20)])
def test_a_fork_that_drops_the_last_event_of_a_stream_is_not_proven_against_what_was_kept(
    tmp_path: Path, kept: list[Line] | str
) -> None:
    fork = dropped(LAST_OF_TWO)
    before = tmp_path / "kept"
    if isinstance(kept, str):
        before.write_text(kept, encoding="utf-8")
    else:
        write(before, kept)
    grown = [*fork.events, dict(HONEST.events[0], seq="20", version="6")]
    assert grown[0]["stream"] == grown[-1]["stream"]
    longer = Papers(grown, SIGNER)
    for papers in (fork, longer):
        size = len(papers.events)
        for lines in (papers.log(size), papers.stream(TWO, size), papers.stream(TWO, size, 13)):
            file = made(tmp_path, lines)
            assert judge(file, [VKEY]).proven, "the fork is sound in itself"
            refused(file, before)


@pytest.mark.parametrize("size", [8, 13, 19])
def test_an_older_state_is_not_proven_against_what_was_kept(tmp_path: Path, size: int) -> None:
    older = cut(HONEST, size)
    bare = tmp_path / "checkpoint"
    bare.write_text(HONEST.note(20), encoding="utf-8")
    exports = [
        write(tmp_path / "log.jsonl", HONEST.log(8, 20)),
        write(tmp_path / "stream.jsonl", HONEST.stream(TWO, 20)),
    ]
    for lines in (older.log(size), older.stream(TWO, size), older.stream(ONE, size)):
        for before in (bare, *exports):
            refused(made(tmp_path, lines), before)


def test_every_kept_checkpoint_must_be_grown_from_bare_or_in_an_export(tmp_path: Path) -> None:
    kept = write(tmp_path / "kept.jsonl", HONEST.log(8, 13))
    part = write(tmp_path / "part.jsonl", HONEST.stream(ONE, 13, 8))
    assert "grew out of the checkpoint of size 13" in refused(made(tmp_path, HONEST.stream(TWO, 20)), kept)
    assert "grew out of the checkpoint of size 13" in refused(made(tmp_path, HONEST.stream(TWO, 20, 8)), part)
    for before in (kept, part):
        assert judge(made(tmp_path, HONEST.stream(TWO, 20, 13)), [VKEY], [before]).proven
        assert judge(made(tmp_path, HONEST.log(20)), [VKEY], [before]).proven
        refused(made(tmp_path, FORKED.stream(TWO, 20, 13)), before)
        refused(made(tmp_path, FORKED.log(13, 20)), before)
    empty = tmp_path / "empty"
    empty.write_text(HONEST.note(0), encoding="utf-8")
    assert judge(made(tmp_path, HONEST.stream(TWO, 20)), [VKEY], [empty]).proven
    assert judge(made(tmp_path, HONEST.log(20)), [VKEY], [empty]).proven


def test_what_was_kept_must_be_proven_itself(tmp_path: Path) -> None:
    lines = HONEST.log(13)
    lines[4]["event"]["actor"] = "somebody else"
    before = write(tmp_path / "kept.jsonl", lines)
    for export in (HONEST.log(13, 20), HONEST.stream(TWO, 20, 13)):
        refused(made(tmp_path, export), before)


def test_every_kept_event_must_be_there(tmp_path: Path) -> None:
    """A kept file whose own checkpoint does not cover its last event: the event counts all the same."""
    kept = [*HONEST.log(20)[:21], {"checkpoint": HONEST.note(13)}]
    before = write(tmp_path / "kept.jsonl", kept)
    assert "missing, which EARLIER holds" in refused(made(tmp_path, cut(HONEST, 13).log(13)), before)
    assert judge(made(tmp_path, HONEST.log(20)), [VKEY], [before]).proven


def test_what_was_kept_is_of_the_same_log(tmp_path: Path) -> None:
    before = write(tmp_path / "kept.jsonl", OTHER.log(8))
    export = made(tmp_path, HONEST.log(20))
    assert "is of the log other.example/log" in refused(export, before)
    assert "is not one of the log" in refused(export, keys=[VKEY, OTHER.vkey])
