"""Both verifiers' verdicts on one file: ``docs/verify.py`` in this process, and ``juqu log verify FILE``."""

from __future__ import annotations

import io
import runpy
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.operator.frame.failures import Unable
from deploy.operator.log.verify import Kept, verify_file
from shared.notary.note import Verifier
from tests.notary.papers import PROGRAM

THE_PROGRAM: dict[str, Any] = runpy.run_path(str(PROGRAM))


@dataclass(frozen=True, slots=True)
class Verdicts:
    """``proven`` where both say so; what the program said, and what the command found."""

    proven: bool
    program: str
    command: list[str]


def program(file: Path, keys: Sequence[str], against: Sequence[Path] = ()) -> tuple[bool, str]:
    """Whether the program proves a file, and what it says; it fails with what it does not catch."""
    words = ["verify.py", str(file), *keys, *(word for each in against for word in ("--against", str(each)))]
    before, sys.argv = sys.argv, words
    out = io.StringIO()
    try:
        with redirect_stdout(out):
            THE_PROGRAM["main"]()
    except SystemExit as end:
        return end.code == 0, out.getvalue()
    finally:
        sys.argv = before
    return True, out.getvalue()


def command(file: Path, keys: Sequence[str], against: Sequence[Path] = ()) -> tuple[bool, list[str]]:
    """Whether ``juqu log verify`` does, and what it finds."""
    try:
        kept = [Kept(each) for each in against]
        found = verify_file(file, [Verifier.parse(each) for each in keys], kept, lambda _: None)
    except Unable as refused:
        return False, [refused.problem]
    assert found.holds or found.findings, "nothing is proven, and nothing is wrong"
    return found.holds, found.findings


def judge(file: Path, keys: Sequence[str], against: Sequence[Path] = ()) -> Verdicts:
    """What both say; fails where they disagree."""
    one, said = program(file, keys, against)
    other, found = command(file, keys, against)
    assert one == other, (said, found)
    assert said.startswith("Proven. " if one else "Not proven. "), said
    assert all(" " <= each <= "~" or each == "\n" for each in said), "printed as it stands in the file"
    assert said.count("\n") == (said.count("Proven. ") if one else 1), said
    return Verdicts(one, said, found)


__all__ = ["THE_PROGRAM", "Verdicts", "command", "judge", "program"]
