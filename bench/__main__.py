"""``python -m bench``: run rows, print the table, and after a whole run write it down."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from bench.arena import Effort, open_arena
from bench.contender import PEERS_PYTHON
from bench.report import show
from bench.row import Result, Row, run
from bench.rows import ROWS


async def measure(rows: Sequence[Row], effort: Effort) -> list[Result]:
    """Run rows one after the other on servers of their own."""
    results = []
    async with open_arena(effort) as arena:
        for row in rows:
            print(f"{row.name} ...", file=sys.stderr, flush=True)
            results.append(await run(row, arena))
            print(show(results[-1:]), flush=True)
    return results


def main() -> int:
    """Run; 1 when a row is below its bar."""
    names = [row.name for row in ROWS]
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rows", default="", help=f"some of: {','.join(names)}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="length of a round that has one")
    parser.add_argument("--without-peers", action="store_true")
    given = parser.parse_args()
    wanted = given.rows.split(",") if given.rows else names
    if unknown := set(wanted) - set(names):
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    if not given.without_peers and not PEERS_PYTHON.exists():
        parser.error("the peers are not installed; `make bench` does that, or --without-peers")
    effort = Effort(rounds=given.rounds, seconds=given.seconds, peers=not given.without_peers)
    results = asyncio.run(measure([row for row in ROWS if row.name in wanted], effort))
    return 0 if all(outcome.holds for result in results for outcome in result.outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
