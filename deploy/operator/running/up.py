"""``juqu up``: the whole system on this machine, until Ctrl-C."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from signal import Signals
from time import time
from typing import Annotated

import typer

from deploy.database.bootstrap import MigrationChanged
from deploy.local.ports import is_free
from deploy.local.server import ServerFailed
from deploy.local.stack import HOST, PORTS, Clock, NotHealthy, Stack, StateInUse
from deploy.local.supervisor import Occurrence, until_signalled
from deploy.operator.frame.failures import Unable
from deploy.operator.frame.hints import called, typed
from deploy.operator.frame.screen import aside, line, table
from deploy.operator.frame.system import DEFAULT_STATE, State
from deploy.operator.log import losses
from shared.service.settings import SettingError

TRY_NEXT = """
In another terminal:
  TOKEN=$({juqu} token --office county:220112 --role county{state})
  curl -H "Authorization: Bearer $TOKEN" {intake}/applications
  {juqu} log tail --follow{state}
"""

app = typer.Typer(add_completion=False, rich_markup_mode="rich")


@app.command()
def up(
    state: State = DEFAULT_STATE,
    free_ports: Annotated[
        bool, typer.Option("--free-ports", help="Whatever ports are free, not 8100 to 8105.")
    ] = False,
) -> None:
    """Start the system: PostgreSQL, Valkey, mail and SMS peers, and the services. Ctrl-C stops it; its data stays."""
    from deploy.local.surroundings import clock_given, settings_given

    try:
        given = settings_given(os.environ)
        clock = clock_given(state.absolute(), given)
    except SettingError as error:
        name = str(error).partition(" ")[0].rstrip(":")
        raise Unable(f"{error}.", f"Set it right, or start without it: `env -u {name} juqu up`") from None
    if not free_ports:
        _check_ports(PORTS, given.get("JUQU_HOST", HOST))
    asyncio.run(_run(state.absolute(), given, clock, free_ports=free_ports))


async def _run(state: Path, given: Mapping[str, str], clock: Clock, *, free_ports: bool) -> None:
    from deploy.local.peers import Peers

    peers = Peers(state, given)
    stack = Stack(
        state,
        ports="free" if free_ports else None,
        clock=clock,
        before=peers.programs,
        environment=peers.environment,
        on_change=_tell,
    )
    again = (state / "postgres").exists() or (state / "moved-to.txt").exists()
    aside(f"Starting in {stack.state} ({'its data is there already' if again else 'new, and empty'}) ...")
    signalled = asyncio.create_task(until_signalled())
    try:
        await _until_first(signalled, stack)
    except (StateInUse, ServerFailed, NotHealthy, MigrationChanged) as error:
        raise Unable(f"{error}") from None
    finally:
        signalled.cancel()
        await stack.stop()
    line(typed("Stopped. The data stays; go on with it: `juqu up`"))


async def _until_first(signalled: asyncio.Task[Signals], stack: Stack) -> None:
    """Start, say where everything is, and wait for the signal; one that comes while starting ends the start."""
    began = time()
    starting = asyncio.create_task(stack.start())
    await asyncio.wait({starting, signalled}, return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        aside("Stopping ...")
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        return
    starting.result()
    await losses.tell(stack.redis_url, {name: stack.url(name) for name in stack.processes}, since=began)
    _show(stack)
    await signalled
    aside("Stopping ...")


def _show(stack: Stack) -> None:
    rows = [(name, stack.url(name), f"{stack.url(name)}/docs", stack.log(name)) for name in stack.processes]
    table(("process", "answers at", "try its API", "log"), rows, styles={"process": "bold", "answers at": "green"})
    line(f"PostgreSQL {_place(stack.database_url)}, Redis {_place(stack.redis_url)}; {stack.state / 'stack.json'}")
    named = "" if stack.state == DEFAULT_STATE.absolute() else f" --state {stack.state}"
    for name, finding in stack.findings.items():
        aside(f"{name} runs, and refuses its work: {finding}", "red")
    line(TRY_NEXT.format(juqu=called(), state=named, intake=stack.url("intake")).strip("\n"))
    line("Ctrl-C stops it.", "bold")


def _place(url: str) -> str:
    return url.partition("://")[2].rpartition("@")[2]


def _tell(name: str, occurrence: Occurrence) -> None:
    if occurrence == "crashed":
        aside(f"{name} crashed; it is started again", "red")


def _check_ports(ports: Mapping[str, int], host: str) -> None:
    taken = [f"{port} ({name})" for name, port in ports.items() if not is_free(port, host)]
    if taken:
        raise Unable(
            f"Somebody listens on {', '.join(taken)} already.",
            "Is another system running? With other ports: `juqu up --free-ports`",
        )


__all__ = ["app", "up"]
