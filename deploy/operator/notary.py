"""``juqu notary``: the public keys that verify the log, and changing the private one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import typer

from deploy.operator import screen
from deploy.operator.failures import Unable
from deploy.operator.system import DEFAULT_STATE, AsJson, State, System, connected, find_system, require_login
from shared.notary.keys import KeyRefused, Rotation, rotate

KEY_FILE = "notary.key"
ROLE = "juqu_notary"

app = typer.Typer(add_completion=False, no_args_is_help=True, help="The notary's keys, that verify the log.")


@app.command()
def keys(state: State = DEFAULT_STATE, machine: AsJson = False) -> None:
    """The public keys that signed the log, the one in force last. Publish them, and keep them outside."""
    system = find_system(state)

    async def ask() -> list[asyncpg.Record]:
        async with connected(system.operator_url) as connection:
            return await connection.fetch("select vkey, since_size, added_at from notary.keys order by number")

    found = asyncio.run(ask())
    if machine:
        for each in found:
            screen.as_json(dict(each))
        return
    if not found:
        screen.aside("There is no key yet: the notary makes one when it signs for the first time.", "yellow")
    rows = [(each["vkey"], each["since_size"], f"{each['added_at']:%Y-%m-%d}") for each in found]
    screen.table(("key", "from checkpoint", "since"), rows, styles={"key": "green"})


@app.command("rotate")
def rotate_(state: State = DEFAULT_STATE, machine: AsJson = False) -> None:
    """Put a new private key in the old one's place: both sign the newest checkpoint. The notary may be running."""
    system = find_system(state)
    try:
        done = asyncio.run(_rotate(system))
    except KeyRefused as error:
        raise Unable(f"{error}.") from None
    if machine:
        screen.as_json({"old": done.old.vkey, "new": done.new.vkey, "size": done.size})
        return
    screen.line(f"Both keys have signed the checkpoint of size {done.size}. From now on this one signs:")
    screen.line(done.new.vkey, "green")
    screen.aside("Publish it beside the old one, which verifies what was signed before.")


async def _rotate(system: System) -> Rotation:
    url = await require_login(system, ROLE)
    async with connected(url) as connection:
        return await rotate(connection, Path(system.environment.get("JUQU_NOTARY_KEY") or system.keys / KEY_FILE))


__all__ = ["app"]
