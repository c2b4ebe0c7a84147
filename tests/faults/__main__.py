"""``python -m tests.faults``: one run; exit code 0 where the history holds, 1 where it does not."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.faults.campaign import Outcome, Terms, campaign
from tests.faults.timeline import Timeline
from tests.last_words import last_words


def main() -> int:
    """Run, and say what was found and how to see it again."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long parts fail (start and end come on top)")
    parser.add_argument("--seed", type=int, default=None, help="of an earlier run, to meet the same faults again")
    parser.add_argument("--clients", type=int, default=12)
    parser.add_argument("--between", type=float, default=2.5, help="mean seconds from fault to fault")
    parser.add_argument("--longest", type=float, default=8.0, help="seconds that the longest fault lasts")
    parser.add_argument("--timeline", type=Path, default=None, help="file of what was done (default: in the folder)")
    parser.add_argument("--keep", action="store_true", help="keep the folder with all logs")
    given = parser.parse_args()
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    terms = Terms(seed, given.seconds, given.clients, longest=given.longest, between=given.between)
    folder = Path(tempfile.mkdtemp(prefix="juqu-faults-"))
    folder.chmod(0o711)
    timeline = Timeline(given.timeline or folder / "timeline.jsonl")
    _say(f"seed {seed}, {given.seconds:g} s, timeline {timeline.file}")
    try:
        outcome = asyncio.run(campaign(folder, terms, timeline))
    except BaseException as error:
        _say(last_words(folder / "outside" / "logs"))
        error.add_note(f"seed {seed}, timeline {timeline.file}")
        raise
    finally:
        timeline.close()
    _report(outcome, folder, terms, timeline.file)
    if not outcome.findings and not given.keep:
        if not timeline.file.is_relative_to(folder):
            shutil.rmtree(folder, ignore_errors=True)
        else:
            for each in ("outside", "state"):
                shutil.rmtree(folder / each, ignore_errors=True)
    return 1 if outcome.findings else 0


def _report(outcome: Outcome, folder: Path, terms: Terms, timeline: Path) -> None:
    kinds = Counter(fault.kind.value for fault in outcome.faults)
    _say(f"faults: {', '.join(f'{count} {kind}' for kind, count in sorted(kinds.items()))}")
    if outcome.skipped:
        _say(f"skipped: a full disk ({outcome.skipped})")
    _say(f"requests: {', '.join(f'{count} {status}' for status, count in outcome.requests.items())}")
    _say(f"told to hostile clients: {', '.join(f'{count} {status}' for status, count in outcome.attacks.items())}")
    _say(f"{outcome.events} events, {outcome.cases} cases, {outcome.steps} steps; seconds: {outcome.took}")
    if not outcome.findings:
        _say("the history holds")
        return
    _say(f"{len(outcome.findings)} findings:")
    for finding in outcome.findings[:60]:
        _say(f"  {finding}")
    _say(last_words(folder / "outside" / "logs"))
    _say(f"again: make faults SECONDS={terms.seconds:g} SEED={terms.seed}; what was done: {timeline}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
