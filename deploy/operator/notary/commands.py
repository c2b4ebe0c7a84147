"""``juqu notary``: the public keys that verify the log, changing the private one, and accepting another history."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import asyncpg
import typer

from deploy.operator.frame import screen
from deploy.operator.frame.failures import Unable
from deploy.operator.frame.options import DEFAULT_STATE, AsJson, State
from deploy.operator.frame.system import System, connected, find_system, require_login
from deploy.operator.notary.accepting import accept_history, read_reason
from shared.notary.checkpoint import Checkpoint
from shared.notary.keys import KeyRefused, Rotation, load_key, rotate
from shared.notary.memory import Memory, NotRemembered, memory_of
from shared.notary.note import Verifier
from shared.notary.reading import readable_key
from shared.notary.refusal import SigningRefused

KEY_FILE = "notary.key"
ROLE = "juqu_notary"

app = typer.Typer(add_completion=False, no_args_is_help=True, help="The notary's keys, that verify the log.")
APPS = {"notary": app}


@app.command()
def keys(state: State = DEFAULT_STATE, machine: AsJson = False) -> None:
    """The public keys that signed the log, the one in force last. Publish them, and keep them outside.

    Exit code 1 where one of them is no key.
    """
    system = find_system(state)

    async def ask() -> list[asyncpg.Record]:
        async with connected(system.operator_url) as connection:
            return await connection.fetch("select vkey, since_size, added_at from notary.keys order by number")

    listed = asyncio.run(ask())
    if machine:
        for each in listed:
            screen.as_json(dict(each))
    else:
        if not listed:
            screen.aside("There is no key yet: the notary makes one when it signs for the first time.", "yellow")
        rows = [(each["vkey"], each["since_size"], f"{each['added_at']:%Y-%m-%d}") for each in listed]
        screen.table(("key", "from checkpoint", "since"), rows, styles={"key": "green"})
    for each in listed:
        readable_key(each["vkey"])


@app.command("rotate")
def rotate_(state: State = DEFAULT_STATE, machine: AsJson = False) -> None:
    """Put a new private key in the old one's place: both sign the newest checkpoint. The notary may be running."""
    system = find_system(state)
    try:
        done = asyncio.run(_rotate(system))
    except (KeyRefused, SigningRefused, NotRemembered) as error:
        raise Unable(f"{error}.") from None
    if machine:
        screen.as_json({"old": done.old.vkey, "new": done.new.vkey, "size": done.size})
        return
    screen.line(f"Both keys have signed the checkpoint of size {done.size}. From now on this one signs:")
    screen.line(done.new.vkey, "green")
    screen.aside("Publish it beside the old one, which verifies what was signed before.")


@app.command("accept-history")
def accept_history_(
    reason: Annotated[
        str,
        typer.Option("--reason", metavar="WHY", help="Why that is as it should be; names no person, stays for good."),
    ],
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """Have a notary go on that refuses because the log is not the history that it signed last.

    After a failover that lost what was signed, or a restored backup; not before you know why. The log and the notary's
    own tables must agree, which is verified. Leaves word in the log, and beside the notary's key.
    """
    system, why = find_system(state), read_reason(reason)
    memory, own = memory_at(system), _own(system)
    if not own and not memory.file.exists():
        raise Unable(
            f"Neither the notary's key nor its memory is here ({memory.file}).",
            "This is done where the notary runs; JUQU_NOTARY_KEY and JUQU_NOTARY_MEMORY name other places.",
        )
    done = asyncio.run(accept_history(system, memory, own, why))
    if machine:
        sizes = {"former_size": done.former.size if done.former else -1, "size": done.now.size if done.now else -1}
        screen.as_json(sizes | {"seq": done.seq, "memory": str(memory.file)})
        return
    screen.line(f"The notary goes on from {_named(done.now)}, not from {_named(done.former)}.", "green")
    screen.line(f"Event {done.seq} says so, and {memory.file}.")
    screen.aside("Who kept checkpoints that are no longer part of this log will find that out: tell them why.")


def _named(checkpoint: Checkpoint | None) -> str:
    if checkpoint is None:
        return "nothing signed"
    return f"the checkpoint of size {checkpoint.size} with root {checkpoint.root.hex()[:16]}…"


def memory_at(system: System) -> Memory:
    """What the notary remembers, where this machine is the one that it runs on."""
    path = system.environment.get("JUQU_NOTARY_MEMORY", "")
    return Memory(Path(path)) if path else memory_of(_key(system))


def _own(system: System) -> list[Verifier]:
    """The key at hand, where there is one."""
    try:
        return [load_key(_key(system)).verifier]
    except KeyRefused:
        return []


def _key(system: System) -> Path:
    return Path(system.environment.get("JUQU_NOTARY_KEY") or system.keys / KEY_FILE)


async def _rotate(system: System) -> Rotation:
    url = await require_login(system, ROLE)
    async with connected(url) as connection:
        return await rotate(connection, _key(system), memory_at(system))


__all__ = ["APPS"]
