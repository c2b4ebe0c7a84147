"""``juqu keys``: the master key that the persons' keys are wrapped under, and changing it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import asyncpg
import typer

from deploy.operator.frame import records, screen
from deploy.operator.frame.failures import NO, Unable
from deploy.operator.frame.system import DEFAULT_STATE, AsJson, State, System, connected, find_system
from deploy.operator.frame.times import system_now
from shared.contracts.core import CST, Context, Event, derived_id
from shared.contracts.operator import MasterKeyChanged, MasterKeyRetired
from shared.eventlog.log import EventLog
from shared.privacy.changing import Change, ChangeRefused, Connection, prepare, put_in_force, retire, wrap_anew
from shared.privacy.cipher import Forged
from shared.privacy.opening import master_path, store_url

STREAM = "operator/master-key"

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="The master key that the persons' keys are wrapped under."
)


@app.command("list")
def list_(state: State = DEFAULT_STATE, machine: AsJson = False) -> None:
    """The master keys by their ids, the one in force last, and how many persons' keys are wrapped under each."""
    system = find_system(state)

    async def ask() -> list[asyncpg.Record]:
        async with connected(_store(system)) as connection:
            return await connection.fetch(
                "select encode(coalesce(m.id, b.master), 'hex') as id, "
                "case when m.number > 1 then m.since end as since, coalesce(b.persons, 0) as persons "
                "from keys.masters as m full join keys.by_master() as b on b.master = m.id order by m.number"
            )

    found = asyncio.run(ask())
    if machine:
        for each in found:
            screen.as_json({"id": each["id"], "since": each["since"] and each["since"].isoformat()} | _count(each))
        return
    rows = [
        (each["id"] or "-", f"{each['since']:%Y-%m-%d}" if each["since"] else "the beginning", each["persons"])
        for each in found
    ]
    screen.table(("master key", "in force since", "persons"), rows)


@app.command()
def rotate(
    *,
    only_prepare: Annotated[
        bool, typer.Option("--prepare", help="Only put the new key into the file, to copy that to other machines.")
    ] = False,
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """Put a new master key in the old one's place and wrap every person's key anew. Everything may be running.

    If it breaks off, do it again: it goes on. Until all is done both keys are in the file. The old one is then kept in
    a file beside it, for backups of the key store from before. Leaves word in the log.
    """
    system = find_system(state)
    path = master_path(system.keys, system.environment)
    try:
        change, persons, kept = asyncio.run(_rotate(system, path, only_prepare=only_prepare))
    except (ChangeRefused, Forged) as error:
        raise Unable(f"{error}.", code=NO) from None
    except (OSError, ValueError) as error:
        raise Unable(f"The master key cannot be changed: {error}.") from None
    if machine:
        told = {"former": change.former.hex(), "master": change.master.hex()}
        screen.as_json(told | ({} if kept is None else {"persons": persons, "kept": str(kept)}))
    elif kept is None:
        screen.line(f"{path} holds the master key {change.master.hex()} too, which waits.")
        screen.hint("Copy the file to every machine that has one, then: `juqu keys rotate`")
    else:
        screen.line(f"{persons} persons' keys are wrapped under the master key {change.master.hex()}.", "green")
        screen.line(f"The former one is in {kept}: it opens backups of the key store from before.")
        screen.aside("Copy the master key's file to every machine that has one. Destroy the former key with the last")
        screen.aside("backup from before; where it was known to somebody, destroy those backups now.")


async def _rotate(system: System, path: Path, *, only_prepare: bool) -> tuple[Change, int, Path | None]:
    async with (
        connected(_store(system)) as connection,
        records.opened(system.operator_url) as log,
    ):
        change = await prepare(connection, path)
        if only_prepare:
            return change, 0, None
        await put_in_force(connection, path, change)
        former, master = change.former.hex(), change.master.hex()
        await _record(system, log, MasterKeyChanged(former=former, master=master))
        done = 0

        def tell(count: int) -> None:
            nonlocal done
            done += count
            screen.aside(f"{done:,} keys wrapped anew ...")

        await wrap_anew(connection, path, change, tell)
        persons = await _persons(connection, change)
        await _record(system, log, MasterKeyRetired(former=former, master=master, persons=persons))
        return change, persons, retire(path, change)


async def _persons(connection: Connection, change: Change) -> int:
    """How many keys are under the new master key; raises ``Unable`` while one is under another."""
    found = {row["master"]: row["persons"] for row in await connection.fetch("select * from keys.by_master()")}
    if found.keys() - {change.master}:
        raise Unable("Not every key is wrapped anew.", "Do it again: `juqu keys rotate`", code=NO)
    return int(found.get(change.master, 0))


async def _record(system: System, log: EventLog, event: MasterKeyChanged | MasterKeyRetired) -> None:
    """Leave word of a step, once."""
    known: list[Event] = [each.event for each in await log.read_stream(STREAM)]
    if any(type(each) is type(event) and getattr(each, "master", "") == event.master for each in known):
        return
    now = await system_now(system)
    context = Context(
        actor=records.person(),
        now=now,
        effective_on=now.astimezone(CST).date(),
        command_id=derived_id("master key", type(event).__name__, event.master),
        correlation_id=str(derived_id("master key", event.master)),
    )
    await log.append(STREAM, len(known), [event], context)


def _store(system: System) -> str:
    """The key store as the operators' role."""
    return store_url(system.operator_url, system.environment)


def _count(row: asyncpg.Record) -> dict[str, int]:
    return {"persons": row["persons"]}


__all__ = ["app"]
