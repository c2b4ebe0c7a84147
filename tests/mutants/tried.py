"""Tries the four changes of the sample room, and prints what came of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutants.changes import changes
from tests.mutants.quiet import QUIET
from tests.mutants.rooms import ROOT, Room
from tests.mutants.trial import Outcome, Trials

SAMPLE = Room(("tests/mutants/sample/module.py",), ("tests/mutants/sample",))


def main() -> None:
    """In the order tested(), untested(), TESTED, UNTESTED."""
    (path,) = SAMPLE.files()
    four = sorted(changes((ROOT / path).read_bytes()), key=lambda change: (not change.function, change.line))
    outcomes: dict[int, Outcome] = {}
    trials = Trials(SAMPLE, [(Path(path), change) for change in four], 2, outcomes.__setitem__)
    assert pytest.main([*QUIET, *SAMPLE.tests], plugins=[trials]) == pytest.ExitCode.OK
    print(*(outcomes[index] for index in range(4)), sep=", ")
