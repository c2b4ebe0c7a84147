"""The whole system on this machine, from the start until it is told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from signal import Signals
from time import time
from typing import Protocol

from deploy.database.bootstrap import MigrationChanged
from deploy.local.peers import Peers
from deploy.local.ports import is_free
from deploy.local.server import ServerFailed
from deploy.local.stack import HOST, PORTS, Clock, NotHealthy, PortTaken, Stack, StateInUse
from deploy.local.supervisor import Occurrence, until_signalled
from deploy.local.surroundings import check_servers, clock_given, settings_given
from deploy.operator.frame.failures import Unable
from deploy.operator.log.losses import Rollback, find_rollback
from shared.service.settings import SettingError


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to run: the ``settings`` of every process, the system's ``clock``, and whether at whatever ports are
    free."""

    state: Path
    settings: Mapping[str, str]
    clock: Clock
    free_ports: bool


class Onlooker(Protocol):
    """Is told what happens to the system."""

    def starts(self, stack: Stack, *, again: bool) -> None:
        """It is being started; ``again``: with the data of an earlier time."""

    def runs(self, stack: Stack, rollback: Rollback) -> None:
        """Every process answers."""

    def changes(self, name: str, occurrence: Occurrence) -> None:
        """A process started, crashed or stopped."""

    def stops(self) -> None:
        """It is being stopped."""


def plan(state: Path, environment: Mapping[str, str], *, free_ports: bool) -> Plan:
    """What an environment says; raises ``Unable`` for what no process would take, and where ports are taken."""
    try:
        check_servers(environment)
        settings = settings_given(environment)
        clock = clock_given(state, settings)
    except SettingError as error:
        name = str(error).partition(" ")[0].rstrip(":")
        raise Unable(f"{error}.", f"Set it right, or start without it: `env -u {name} juqu up`") from None
    if not free_ports:
        _check_ports(PORTS, settings.get("JUQU_HOST", HOST))
    return Plan(state, settings, clock, free_ports)


def _check_ports(ports: Mapping[str, int], host: str) -> None:
    taken = [f"{port} ({name})" for name, port in ports.items() if not is_free(port, host)]
    if taken:
        raise Unable(
            f"Somebody listens on {', '.join(taken)} already.",
            "Is another system running? With other ports: `juqu up --free-ports`",
        )


async def run(plan: Plan, onlooker: Onlooker) -> None:
    """Run it until Ctrl-C or SIGTERM; raises ``Unable`` where it does not start."""
    peers = Peers(plan.state, plan.settings)
    stack = Stack(
        plan.state,
        ports="free" if plan.free_ports else None,
        clock=plan.clock,
        before=peers.programs,
        environment=peers.environment,
        on_change=onlooker.changes,
    )
    onlooker.starts(stack, again=(plan.state / "postgres").exists() or (plan.state / "moved-to.txt").exists())
    signalled = asyncio.create_task(until_signalled())
    try:
        await _until_signalled(signalled, stack, onlooker)
    except (StateInUse, ServerFailed, NotHealthy, PortTaken, MigrationChanged) as error:
        raise Unable(f"{error}") from None
    finally:
        signalled.cancel()
        await stack.stop()


async def _until_signalled(signalled: asyncio.Task[Signals], stack: Stack, onlooker: Onlooker) -> None:
    """Start, and wait for the signal; one that comes while starting ends the start."""
    began = time()
    starting = asyncio.create_task(stack.start())
    await asyncio.wait({starting, signalled}, return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        onlooker.stops()
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        return
    starting.result()
    processes = {name: stack.url(name) for name in stack.processes}
    onlooker.runs(stack, await find_rollback(stack.redis_url, processes, since=began))
    await signalled
    onlooker.stops()


__all__ = ["Onlooker", "Plan", "plan", "run"]
