"""``python -m bench``: run rows, print the table, and after a whole run write it down."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from bench import flat, machine, report
from bench.arena import Arena, Workload, open_arena
from bench.contender import PEERS_PYTHON
from bench.row import Result, Row, run
from bench.rows import ROWS

FLAT = "flat"
"""The row that is a plot."""


async def measure(arena: Arena, rows: Sequence[Row]) -> list[Result]:
    """Run rows one after the other and print each."""
    results = []
    for row in rows:
        print(f"{row.name} ...", file=sys.stderr, flush=True)
        results.append(await run(row, arena))
        print(report.show(results[-1:]), flush=True)
    return results


async def bench(wanted: Sequence[str], workload: Workload, *, write: bool) -> bool:
    """Measure what is wanted; say whether every bar holds."""
    taken = machine.StolenTime()
    async with open_arena(workload) as arena:
        results = await measure(arena, [row for row in ROWS if row.name in wanted])
        costs = []
        if FLAT in wanted:
            costs = await flat.measure(arena, workload.size(flat.ALWAYS, 2 * flat.SMALLEST))
            print(flat.show(costs), flush=True)
        if write:
            known = [*machine.facts(arena.folder, await arena.server()), ("meanwhile", str(taken))]
            kept = flat.keep(costs)
            report.write(results, kept, known, workload)
    print(taken, file=sys.stderr)
    bars = [measured.holds for result in results for measured in result.measured]
    return all([*bars, *(each.holds for each in flat.flatness(costs))])


def main() -> int:
    """Run; 1 when a row is below its bar."""
    names = [*(row.name for row in ROWS), FLAT]
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rows", default="", help=f"some of: {','.join(names)}; writes nothing")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="length of a round that has one")
    parser.add_argument("--scale", type=float, default=1.0, help="sizes of backlogs; 1 is the real thing")
    parser.add_argument("--without-peers", action="store_true")
    options = parser.parse_args()
    wanted = options.rows.split(",") if options.rows else names
    if unknown := set(wanted) - set(names):
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    if not options.without_peers and not PEERS_PYTHON.exists():
        parser.error("the peers are not installed; `make bench` does that, or --without-peers")
    workload = Workload(
        rounds=options.rounds, seconds=options.seconds, scale=options.scale, peers=not options.without_peers
    )
    whole = not options.rows and options.scale == 1 and workload.peers
    holds = asyncio.run(bench(wanted, workload, write=whole))
    if not whole:
        print("Written nowhere: this was not the whole bench.", file=sys.stderr)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
