"""``juqu clock``: what time it is in the system, and setting it where it is driven."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated

import asyncpg
import typer

from deploy.operator.frame.failures import Unable
from deploy.operator.frame.screen import as_json, line
from deploy.operator.frame.system import DEFAULT_STATE, AsJson, State, System, connected, find_system
from deploy.operator.frame.times import about, read_moment, system_now
from shared.contracts.core import CST

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="The system's time; a driven clock (demonstration, tests) can be set.",
)


@app.command()
def show(state: State = DEFAULT_STATE, machine: AsJson = False) -> None:
    """What time it is in the system, what kind of day, and whether the clock is driven."""
    system = find_system(state)
    now = asyncio.run(system_now(system)).astimezone(CST)
    if machine:
        as_json({"clock": system.clock, "now": now.isoformat(), "date": now.date().isoformat()})
        return
    line(f"{now:%Y-%m-%d %H:%M:%S} in China, {about(now.date())}; {system.clock} clock")


@app.command("set")
def set_(
    to: Annotated[str, typer.Argument(metavar="DATE", help="2026-03-31 (at 09:00), or 2026-03-31T17:30, in China.")],
    state: State = DEFAULT_STATE,
) -> None:
    """Set a driven clock forward. The same time again is without effect; time does not go back."""
    system = find_system(state)
    if system.clock != "driven":
        raise Unable(
            "This system goes by the machine's clock, which is not set from here.",
            "The demonstration's clock is driven: `juqu demo`",
        )
    moment = read_moment(to)
    asyncio.run(_set(system, moment))
    there = moment.astimezone(CST)
    line(f"{there:%Y-%m-%d %H:%M:%S} in China, {about(there.date())}")


async def _set(system: System, moment: datetime) -> None:
    async with connected(system.operator_url) as connection:
        try:
            await connection.fetchval("select clock.set($1)", moment)
        except asyncpg.DatetimeFieldOverflowError as error:
            raise Unable(f"Time does not go back: {error}.") from None
