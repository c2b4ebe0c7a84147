"""``python -m tests.mutants --room review --changes 100 --seed 1``: how many of so many random changes are noticed.

Exits with 1 where the tests of a room noticed fewer than 97 of 100.
"""

from __future__ import annotations

import argparse
import os
import random
import sys

import pytest

from tests.mutants.changes import changes
from tests.mutants.quiet import QUIET
from tests.mutants.rooms import ROOMS, ROOT
from tests.mutants.trial import Outcome, Trials

BAR = 0.97


def main() -> int:
    """Say for each room what was not noticed, and how much was."""
    asked = _arguments()
    held = [_holds(name, asked.changes, asked.seed, asked.processes) for name in asked.room or ROOMS]
    return 0 if all(held) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--room", action="append", choices=ROOMS, help="one or several; all, where none is named")
    parser.add_argument("--changes", type=int, default=100, help="how many to a room")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6), help="of an earlier run")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def _holds(name: str, number: int, seed: int, processes: int) -> bool:
    room = ROOMS[name]
    every = [(path, change) for path in room.files() for change in changes((ROOT / path).read_bytes())]
    chosen = random.Random(f"{name} {seed}").sample(every, min(number, len(every)))
    print(f"{name}: {len(chosen)} of {len(every)} changes, seed {seed}", flush=True)
    outcomes: list[Outcome] = []

    def tell(index: int, outcome: Outcome) -> None:
        outcomes.append(outcome)
        if outcome is not Outcome.NOTICED:
            path, change = chosen[index]
            count = f"{len(outcomes)}/{len(chosen)}"
            print(f"  {count} {outcome}: {path}:{change.line}: {change.before}  ->  {change.after}", flush=True)

    code = pytest.main([*QUIET, *room.tests], plugins=[Trials(room, chosen, processes, tell)])
    if code != pytest.ExitCode.OK:
        raise SystemExit(f"{name}: its tests fail without any change (exit code {int(code)})")
    noticed = len(outcomes) - outcomes.count(Outcome.UNNOTICED)
    print(f"{name}: {noticed} of {len(chosen)} noticed", flush=True)
    return noticed >= BAR * len(chosen)


if __name__ == "__main__":
    sys.exit(main())
