"""``juqu parked``: events that a follower could not take in, and letting their streams go on."""

from __future__ import annotations

import asyncio
import os
from dataclasses import asdict
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import create_async_engine

from deploy.operator import followers, records, screen
from deploy.operator.definitions import definition, projections_of
from deploy.operator.failures import NO, Unable
from deploy.operator.system import DEFAULT_STATE, AsJson, State, System, find_system, require_login
from shared.eventlog.log import EventLog
from shared.projections.parking import Released
from shared.projections.projection import Projection
from shared.projections.projector import Projector
from shared.service.definition import Definition
from shared.service.running import Service
from shared.service.settings import read_settings

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Events that a follower could not take in; their streams are held back.",
)


@app.command("list")
def list_(
    follower: Annotated[str, typer.Option("--follower", metavar="NAME", help="Of one follower.")] = "",
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """What is parked: the event that failed, and those of its stream that wait behind it."""
    found = asyncio.run(followers.parked(find_system(state), follower or None))
    if machine:
        for service, each in found:
            screen.as_json({"service": service} | asdict(each))
        return
    if not found:
        screen.line("Nothing is parked.")
        return
    columns = ("seq", "follower", "state", "stream", "error")
    rows = [[getattr(each, name) for name in columns] for _, each in found]
    screen.table(columns, rows, styles={"seq": "bold", "error": "red", "follower": "green"})


@app.command()
def show(
    seq: Annotated[int, typer.Argument(min=1, help="Which event.")],
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """One parked event: who could not take it in, and where in the code it failed."""
    system = find_system(state)
    found = [pair for pair in asyncio.run(followers.parked(system)) if pair[1].seq == seq]
    if not found:
        raise Unable(f"Event {seq} is not parked.", "`juqu parked list` shows what is.", code=NO)

    async def ask(log: EventLog) -> None:
        await records.leave_word(log, system, [await records.one(log, seq)])

    records.with_log(system, ask)
    for service, each in found:
        if machine:
            screen.as_json({"service": service} | asdict(each))
            continue
        screen.fields([(name, value) for name, value in ({"service": service} | asdict(each)).items() if value])
        screen.line(f"juqu parked release {each.follower} {each.stream}", "dim")


@app.command()
def release(
    follower: Annotated[str, typer.Argument(metavar="FOLLOWER", help="As `juqu parked list` shows it.")],
    stream: Annotated[str, typer.Argument(metavar="STREAM", help="The held stream.")],
    state: State = DEFAULT_STATE,
) -> None:
    """Take a held stream's events in again, in order, and let it go on; do so once the cause is mended.

    Where one fails again nothing changes (exit code 1). Commands that were executed before are not executed twice.
    """
    system = find_system(state)
    held = [pair for pair in asyncio.run(followers.parked(system, follower)) if pair[1].stream == stream]
    if not held:
        raise Unable(f"{follower} holds nothing of {stream}.", "`juqu parked list` shows what is parked.", code=NO)
    result = asyncio.run(_release(system, held[0][0], follower, stream))
    if result.failed_seq is not None:
        raise Unable(f"Event {result.failed_seq} failed again: {result.error}.", "Its stream stays held.", code=NO)
    screen.line(f"Taken in: {', '.join(map(str, result.applied)) or 'nothing'}. {stream} goes on.", "green")


async def _release(system: System, service: str, follower: str, stream: str) -> Released:
    of = definition(service)
    url = await require_login(system, f"juqu_{service}")
    known = {each.name: each for each in projections_of(of)}
    if follower in known:
        return await _fold_again(system, url, known[follower], service, stream)
    if follower != f"{service}.reactions":
        raise Unable(f"{follower} is a replay, which is made anew rather than released.")
    await _require_same_code(system, of)
    return await _react_again(system, of, url, stream)


async def _fold_again(system: System, url: str, projection: Projection, schema: str, stream: str) -> Released:
    engine = create_async_engine("postgresql+asyncpg://" + url.partition("://")[2])
    try:
        async with records.opened(url, system) as log:
            return await Projector(engine, projection, schema).release(log, stream)
    finally:
        await engine.dispose()


async def _react_again(system: System, of: Definition, url: str, stream: str) -> Released:
    settings = read_settings(
        of.name,
        {name: value for name, value in os.environ.items() if name.startswith("JUQU_KEY")}
        | {
            "JUQU_DATABASE_URL": url,
            "JUQU_REDIS_URL": system.redis or "redis://127.0.0.1",
            "JUQU_STATE_DIR": str(system.state),
            "JUQU_KEYS_DIR": str(system.keys),
            "JUQU_CLOCK": system.clock,
        },
    )
    service = Service(of, settings)
    try:
        await service.connect()
        if service.reactions is None:
            raise Unable(f"{of.name} reacts to nothing.")
        return await service.reactions.release(service.log, stream)
    finally:
        await service.close()


async def _require_same_code(system: System, of: Definition) -> None:
    """Connecting a service begins projections anew where the code differs: not here, beside the running one."""
    other = [each.name for each in await followers.standing(system, services=[of.name]) if each.behind_code]
    if other:
        raise Unable(f"The database has {', '.join(other)} in another version than this code, or not yet.")


__all__ = ["app"]
