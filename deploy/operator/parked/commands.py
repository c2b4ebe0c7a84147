"""``juqu parked``: events that a follower could not take in, and letting their streams go on."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Annotated

import typer

from deploy.operator.frame import records, screen
from deploy.operator.frame.failures import NO, Unable
from deploy.operator.frame.hints import typed
from deploy.operator.frame.options import DEFAULT_STATE, AsJson, State
from deploy.operator.frame.system import find_system
from deploy.operator.parked.holding import find_parked, require_follower
from shared.eventlog.log import EventLog

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Events that a follower could not take in; their streams are held back.",
)
APPS = {"parked": app}


@app.command("list")
def list_(
    follower: Annotated[str, typer.Option("--follower", metavar="NAME", help="Of one follower.")] = "",
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """What is parked: the event that failed, and those of its stream that wait behind it."""
    if follower:
        require_follower(follower)
    parked = asyncio.run(find_parked(find_system(state), follower))
    if machine:
        for service, event in parked:
            screen.as_json({"service": service} | asdict(event))
        return
    if not parked:
        screen.line("Nothing is parked.")
        return
    columns = ("seq", "follower", "state", "stream", "error")
    rows = [[getattr(event, name) for name in columns] for _, event in parked]
    screen.table(columns, rows, styles={"seq": "bold", "error": "red", "follower": "green"})


@app.command()
def show(
    seq: Annotated[int, typer.Argument(min=1, max=records.LAST_SEQ, help="Which event.")],
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """One parked event: who could not take it in, and where in the code it failed."""
    system = find_system(state)
    parked = [pair for pair in asyncio.run(find_parked(system)) if pair[1].seq == seq]
    if not parked:
        raise Unable(f"Event {seq} is not parked.", "What is: `juqu parked list`", code=NO)

    async def ask(log: EventLog) -> None:
        await records.leave_word(log, system, [await records.event_at(log, seq)])

    records.with_log(system, ask)
    for service, event in parked:
        facts = {"service": service} | asdict(event)
        if machine:
            screen.as_json(facts)
            continue
        screen.fields([(name, value) for name, value in facts.items() if value])
        screen.line(typed(f"Once the cause is mended: `juqu parked release {event.follower} {event.stream}`"), "dim")


@app.command()
def release(
    follower: Annotated[str, typer.Argument(metavar="FOLLOWER", help="As `juqu parked list` shows it.")],
    stream: Annotated[str, typer.Argument(metavar="STREAM", help="The held stream.")],
    state: State = DEFAULT_STATE,
) -> None:
    """Take a held stream's events in again, in order, and let it go on; do so once the cause is mended.

    Where one fails again nothing changes (exit code 1). Commands that were executed before are not executed twice.
    """
    from deploy.operator.parked.release import take_in_again

    system = find_system(state)
    require_follower(follower)
    held = [pair for pair in asyncio.run(find_parked(system, follower)) if pair[1].stream == stream]
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


__all__ = ["APPS"]
