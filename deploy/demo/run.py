"""``juqu demo``: sets up a system of its own, plays the cases, shows what became of them."""

from __future__ import annotations

import asyncio
import shutil
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import httpx

from deploy.database.roles import OPERATOR, ROLES
from deploy.demo import screen
from deploy.demo.announcements import announced
from deploy.demo.cases import Step, read_cases
from deploy.demo.contacts import register_contacts
from deploy.demo.desks import Desks, ProblemAnswer
from deploy.demo.drive import Drive, NeverAtRest
from deploy.demo.endings import endings, rebuilds
from deploy.demo.filing import Unexpected
from deploy.demo.play import Play
from deploy.local.peers import Peers
from deploy.local.stack import PORTAL, Stack
from deploy.local.supervisor import until_signalled
from shared.service.identity.development_issuer import DevelopmentIssuer


@asynccontextmanager
async def playing(stack: Stack) -> AsyncIterator[Play]:
    """A play on a system that has started."""
    cases, old_code = read_cases()
    services = {name: stack.url(name) for name in stack.processes}
    async with (
        httpx.AsyncClient(timeout=30, trust_env=False) as client,
        asyncpg.create_pool(stack.role_url(OPERATOR), min_size=1, max_size=2) as pool,
    ):
        desks = Desks(client, DevelopmentIssuer(stack.state / "keys"), services)
        drive = Drive(pool, client, services)
        await drive.to(min(step.on for case in cases for step in case.steps), 8)
        await register_contacts(desks, cases, old_code)
        yield Play(desks, drive, cases, old_code)


async def demonstrate(state: Path) -> bool:
    """Play everything; say whether every case ended as it must, and every rebuild gave the same rows."""
    began = time.monotonic()
    screen.starting()
    peers = Peers(state)
    stack = Stack(state, ports="free", clock="driven", before=peers.programs, environment=peers.environment)
    async with stack:
        screen.started(time.monotonic() - began)
        async with playing(stack) as play:
            with screen.progress(len(play.steps())) as advance:

                async def show(step: Step) -> None:
                    advance(step)

                play.before = show
                try:
                    await play.run()
                except (Unexpected, ProblemAnswer, NeverAtRest) as error:
                    screen.failed(error, state / "logs")
                    return False
            ends = await endings(stack.role_url(OPERATOR), play.cases, play.old_code, play.case_ids)
            announcements = await announced(stack.role_url(OPERATOR), (end.case_id for end in ends))
        rebuilt = await rebuilds({role: stack.role_url(role) for role in ROLES}, stack.state / "keys")
        screen.notices(ends, announcements)
        screen.endings(ends, rebuilt, play.explained)
        screen.messages(peers)
        screen.following(ends, state, time.monotonic() - began)
        await _leave_open(stack)
    return all(model.equal for model in rebuilt.values()) and all(end.as_expected for end in ends)


async def _leave_open(stack: Stack) -> None:
    """Show where the portal is; for somebody at a terminal keep it open until they press Ctrl-C."""
    somebody = sys.stdin.isatty() and screen.is_terminal()
    screen.portal(stack.url(PORTAL), stays=somebody)
    if somebody:
        await until_signalled()


def main(*, state: Path | None = None, keep: bool = False) -> int:
    """Run the demonstration; gives the exit code: 0 where everything is as expected, else 1.

    Its state folder is ``.juqu-demo``, made anew; with ``keep`` an earlier one is kept and gone on from.
    """
    folder = (state or Path(".juqu-demo")).absolute()
    if folder.exists() and not keep:
        shutil.rmtree(folder)
    return 0 if asyncio.run(demonstrate(folder)) else 1


__all__ = ["demonstrate", "main", "playing"]
