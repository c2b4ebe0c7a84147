"""A sound log, forks of it, and what both verifiers say of a file made of them."""

from __future__ import annotations

from pathlib import Path

from shared.notary.note import SignatureType, Signer
from tests.notary.judges import judge
from tests.notary.papers import ORIGIN, Columns, Line, Papers, history, write

SIGNER, WITNESS = Signer(ORIGIN, b"1" * 32), Signer("witness.example", b"2" * 32, SignatureType.WITNESS)
STRANGER = Signer(ORIGIN, b"3" * 32)
HONEST = Papers(history(20), SIGNER)
ONE, TWO = "intake/application/1", "intake/application/2"


def _forked() -> Papers:
    """By whoever has the key: an event of another stream was altered, and everything signed once more."""
    events: list[Columns] = [dict(each) for each in HONEST.events]
    events[10]["actor"] = "somebody else"
    return Papers(events, SIGNER)


FORKED = _forked()
OTHER = Papers(history(20), Signer("other.example/log", b"4" * 32))


def witnessed(lines: list[Line], papers: Papers, size: int) -> list[Line]:
    """The lines, with a witness's signature under the last checkpoint too."""
    last = next(each for each in reversed(lines) if "checkpoint" in each)
    last["checkpoint"] = papers.note(size, SIGNER, WITNESS)
    return lines


VKEY, WITNESS_KEY = SIGNER.verifier.vkey, WITNESS.verifier.vkey


def made(folder: Path, lines: list[Line], name: str = "export.jsonl") -> Path:
    return write(folder / name, lines)


def refused(file: Path, *against: Path, keys: list[str] | None = None) -> str:
    """What the program says of a file that both refuse."""
    found = judge(file, keys or [VKEY], against)
    assert not found.proven, found.program
    return found.program


def cut(papers: Papers, size: int) -> Papers:
    """The same log, from which the holder of the key took what follows a size."""
    return Papers(papers.events[:size], papers.signer)
