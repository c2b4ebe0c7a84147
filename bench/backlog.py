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
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg

from bench import notices
from bench.arena import Arena, Effort, open_arena
from bench.ours.notices import append, engine, mail_peer
from bench.task import Spec, chunks

DEAREST = 1.25
"""What a mail of the last tenth may cost, as a multiple of one of the second: the first has notify's start in it."""
ROOM = 64
"""MB by which notify may grow from the second tenth to the last."""
_AT_ONCE = 1_000
_ACCEPTED = "select count(*) from log.events where category = 'notify' and type = 'notify.DeliveryAccepted'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenth:
    """What a mail took in a tenth of the backlog, in milliseconds, and notify's memory at its end, in MB."""

    wall: float
    cpu: float
    memory: int


async def drain(arena: Arena, mails: int) -> list[Tenth]:
    """Fill a log with drafts, start notify, and look at it at each tenth."""
    spec = await arena.fresh(size=mails)
    async with mail_peer() as told, engine(spec, told, before=lambda: _drafts(spec)) as running:
        owner = await asyncpg.connect(spec.owner)
        try:
            return [await _tenth(owner, running.notify.pid, mails, number) for number in range(1, 11)]
        finally:
            await owner.close()


async def _drafts(spec: Spec) -> None:
    for some in chunks(spec.size // notices.MAILS_A_DRAFT, _AT_ONCE):
        drafts = [notices.draft(str(uuid4())) for _ in some]
        await append(spec.intake, [(f"intake/application/{each.case_id}", each) for each in drafts])


async def _tenth(owner: asyncpg.Connection[asyncpg.Record], pid: int, mails: int, number: int) -> Tenth:
    done = await owner.fetchval(_ACCEPTED)
    began, used = time.monotonic(), _cpu(pid)
    now = done
    while now < mails * number // 10:
        await asyncio.sleep(0.2)
        now = await owner.fetchval(_ACCEPTED)
    share = max(1, now - done)
    wall, cpu = (time.monotonic() - began) * 1000 / share, (_cpu(pid) - used) * 1000 / share
    return Tenth(wall=wall, cpu=cpu, memory=_memory(pid))


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def show(tenths: list[Tenth]) -> str:
    """A table of Markdown."""
    lines = ["| tenth | ms a mail | of notify's processor | notify's memory, MB |", "|---:|---:|---:|---:|"]
    lines += [
        f"| {number} | {each.wall:.2f} | {each.cpu:.2f} | {each.memory} |" for number, each in enumerate(tenths, 1)
    ]
    return "\n".join(lines)


def is_flat(tenths: list[Tenth]) -> bool:
    """Whether the last tenth costs about what the second did, in time and memory."""
    second, last = tenths[1], tenths[-1]
    return last.cpu <= DEAREST * second.cpu and last.memory <= second.memory + ROOM


async def run(mails: int) -> list[Tenth]:
    """On servers of its own."""
    async with open_arena(Effort()) as arena:
        return await drain(arena, mails)


def main() -> int:
    """Drain and print; 1 where it is not flat."""
    parser = argparse.ArgumentParser(prog="python -m bench.backlog", description=__doc__)
    parser.add_argument("--mails", type=int, default=100_000)
    given = parser.parse_args()
    tenths = asyncio.run(run(given.mails))
    print(show(tenths))
    return 0 if is_flat(tenths) else 1


if __name__ == "__main__":
    sys.exit(main())
