"""``juqu parked``: events that a follower could not take in, and letting their streams go on."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, fields
from typing import Annotated

import typer

from deploy.database.roles import SERVICES
from deploy.operator.frame import records, screen
from deploy.operator.frame.failures import NO, Unable
from deploy.operator.frame.hints import typed
from deploy.operator.frame.system import DEFAULT_STATE, AsJson, State, System, connected, find_system
from shared.eventlog.log import EventLog
from shared.projections.parked import Parked

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
    if follower:
        _require_follower(follower)
    found = asyncio.run(parked(find_system(state), follower))
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
    seq: Annotated[int, typer.Argument(min=1, max=records.LAST_SEQ, help="Which event.")],
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """One parked event: who could not take it in, and where in the code it failed."""
    system = find_system(state)
    found = [pair for pair in asyncio.run(parked(system)) if pair[1].seq == seq]
    if not found:
        raise Unable(f"Event {seq} is not parked.", "What is: `juqu parked list`", code=NO)

    async def ask(log: EventLog) -> None:
        await records.leave_word(log, system, [await records.one(log, seq)])

    records.with_log(system, ask)
    for service, each in found:
        if machine:
            screen.as_json({"service": service} | asdict(each))
            continue
        screen.fields([(name, value) for name, value in ({"service": service} | asdict(each)).items() if value])
        screen.line(typed(f"Once the cause is mended: `juqu parked release {each.follower} {each.stream}`"), "dim")


@app.command()
def release(
    follower: Annotated[str, typer.Argument(metavar="FOLLOWER", help="As `juqu parked list` shows it.")],
    stream: Annotated[str, typer.Argument(metavar="STREAM", help="The held stream.")],
    state: State = DEFAULT_STATE,
) -> None:
    """Take a held stream's events in again, in order, and let it go on; do so once the cause is mended.

    Where one fails again nothing changes (exit code 1). Commands that were executed before are not executed twice.
    """
    from deploy.operator.read_models.release import take_in_again

    system = find_system(state)
    _require_follower(follower)
    held = [pair for pair in asyncio.run(parked(system, follower)) if pair[1].stream == stream]
    if not held:
        raise Unable(f"{follower} holds nothing of {stream}.", "What is parked: `juqu parked list`", code=NO)
    result = asyncio.run(take_in_again(system, held[0][0], follower, stream))
    if result.failed_seq is not None:
        where = f"Its stream stays held. Where it failed: `juqu parked show {result.failed_seq}`"
        raise Unable(
            f"Event {result.failed_seq} failed again: {result.error}.",
            where,
            code=NO,
        )
    screen.line(f"Taken in: {', '.join(map(str, result.applied)) or 'nothing'}. {stream} goes on.", "green")


def _require_follower(name: str) -> None:
    """Raise ``Unable`` for a name that no follower has; those of replays are taken as they are."""
    from deploy.operator.frame.definitions import follower_names

    known = follower_names()
    if name.partition("@")[0] not in known:
        raise Unable(f"There is no follower {name}.", f"There are {', '.join(known)}: `juqu projection list`", code=NO)


async def parked(system: System, follower: str = "") -> list[tuple[str, Parked]]:
    """What is parked, of one follower or of all, each with its service, by seq."""
    columns = ", ".join(each.name for each in fields(Parked))
    found = []
    async with connected(system.operator_url) as connection:
        for service in SERVICES:
            if await connection.fetchval("select to_regclass($1) is not null", f"{service}.parked"):
                statement = f"select {columns} from {service}.parked where $1 in ('', follower)"  # noqa: S608
                found += [(service, Parked(**row)) for row in await connection.fetch(statement, follower)]
    return sorted(found, key=lambda pair: (pair[1].seq, pair[1].follower))


__all__ = ["app"]
