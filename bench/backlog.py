"""Whether a notice costs the same at the end of a long backlog as at its beginning: ``python -m bench.backlog``.

All drafts are in the log before notify starts; two mails follow from each. Shown for each tenth of the mails: the time
and notify's own processor time a mail, and its memory then. Processor time is what to compare: other work on the
machine disturbs it little.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg

from bench import notices
from bench.arena import Arena, Workload, open_arena
from bench.ours.notices import append, engine, mail_peer
from bench.task import Spec, chunks

DEAREST = 1.25
"""What a mail of the last tenth may cost, as a multiple of one of the second: the first has notify's start in it."""
ROOM = 64
"""MB by which notify may grow from the second tenth to the last."""
_AT_ONCE = 1_000
_ACCEPTED = """
    select count(*), max(seq) from log.events
    where category = 'notify' and seq > $1 and type = 'notify.DeliveryAccepted'"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenth:
    """What a mail took in a tenth of the backlog, in milliseconds, and notify's memory at its end, in MB."""

    wall: float
    cpu: float
    memory: int


Tell = Callable[[int, Tenth], None]
"""Is told of each tenth, by its number, when it is done."""


async def drain(arena: Arena, mails: int, tell: Tell) -> list[Tenth]:
    """Fill a log with drafts, start notify, and look at it at each tenth."""
    tenths: list[Tenth] = []
    spec = await arena.fresh(size=mails)
    async with mail_peer() as lines, engine(spec, lines, before=lambda: _drafts(spec)) as running:
        owner = await asyncpg.connect(spec.owner)
        try:
            watched = _Watched(owner, running.notify.pid)
            for number in range(1, 11):
                tenths.append(await watched.until(mails * number // 10))
                tell(number, tenths[-1])
        finally:
            await owner.close()
    return tenths


async def _drafts(spec: Spec) -> None:
    for some in chunks(spec.size // notices.MAILS_A_DRAFT, _AT_ONCE):
        drafts = [notices.draft(str(uuid4())) for _ in some]
        await append(spec.intake, [(f"intake/application/{each.case_id}", each) for each in drafts])


@dataclass(slots=True)
class _Watched:
    """Notify's process, and how many mails it has brought to their acceptance."""

    owner: asyncpg.Connection[asyncpg.Record]
    pid: int
    done: int = 0
    seq: int = 0

    async def until(self, mails: int) -> Tenth:
        """What each mail took from now until so many are done."""
        before, began, used = self.done, time.monotonic(), _cpu(self.pid)
        while self.done < mails:
            await asyncio.sleep(0.2)
            more, last = await self.owner.fetchrow(_ACCEPTED, self.seq) or (0, None)
            self.done, self.seq = self.done + more, last or self.seq
        share = max(1, self.done - before)
        wall, cpu = (time.monotonic() - began) * 1000 / share, (_cpu(self.pid) - used) * 1000 / share
        return Tenth(wall=wall, cpu=cpu, memory=_memory(self.pid))


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


HEAD = "| tenth | ms a mail | of notify's processor | notify's memory, MB |\n|---:|---:|---:|---:|"
"""Of a table of Markdown."""


def line(number: int, tenth: Tenth) -> str:
    """A line of the table."""
    return f"| {number} | {tenth.wall:.2f} | {tenth.cpu:.2f} | {tenth.memory} |"


def is_flat(tenths: list[Tenth]) -> bool:
    """Whether the last tenth costs about what the second did, in time and memory."""
    second, last = tenths[1], tenths[-1]
    return last.cpu <= DEAREST * second.cpu and last.memory <= second.memory + ROOM


def _print(number: int, tenth: Tenth) -> None:
    print(line(number, tenth), flush=True)


async def run(mails: int, tell: Tell = _print) -> list[Tenth]:
    """On servers of its own."""
    async with open_arena(Workload()) as arena:
        return await drain(arena, mails, tell)


def main() -> int:
    """Drain and print; 1 where it is not flat."""
    parser = argparse.ArgumentParser(prog="python -m bench.backlog", description=__doc__)
    parser.add_argument("--mails", type=int, default=100_000)
    options = parser.parse_args()
    print(HEAD, flush=True)
    return 0 if is_flat(asyncio.run(run(options.mails))) else 1


if __name__ == "__main__":
    sys.exit(main())
