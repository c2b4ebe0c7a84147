"""``juqu person`` and ``keys``: find and erase what is personal to somebody; the master key of the persons' keys."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from deploy.operator.frame import records, screen
from deploy.operator.frame.failures import NO, Unable
from deploy.operator.frame.options import DEFAULT_STATE, AsJson, State
from deploy.operator.frame.system import System, find_system
from deploy.operator.person.finding import Sighting, find_people, key_store, occurrences, read_id
from deploy.operator.person.keys import change_master, list_masters
from deploy.operator.person.remains import Remains, ordered, remains_of
from shared.eventlog.log import EventLog
from shared.privacy.keystore import KeyStore, PersonUnknown
from shared.programme.values.personal import Personal
from shared.programme.values.writing import cleaned

if TYPE_CHECKING:
    from deploy.operator.person.erasure import Erased

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="The people whose data events hold: find, show, erase somebody; enforce erasures after a restore.",
)
keys_app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="The master key that the persons' keys are wrapped under."
)
APPS = {"person": app, "keys": keys_app}

Basis = Annotated[
    str, typer.Option("--basis", metavar="TEXT", help="The article, and your number of the request; no names.")
]


@app.command("find")
def find_(
    *,
    phone: Annotated[str, typer.Option("--phone", metavar="N", help="A telephone number, however written.")] = "",
    email: Annotated[str, typer.Option("--email", metavar="A", help="A mail address.")] = "",
    name: Annotated[str, typer.Option("--name", metavar="N", help="A whole name.")] = "",
    expert: Annotated[str, typer.Option("--expert", metavar="ID", help="An expert's id.")] = "",
    document: Annotated[
        str, typer.Option("--document", metavar="WORDS", help="Words of a document's title or file name.")
    ] = "",
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """The ids of the people that all that is given fits, and the cases that they occur in. Exit code 1: nobody.

    The title of a document and the name of its file have ids of their own: --document reads them all to find those in
    which a name stands, and erasing such an id erases that title or name.

    It leaves word in the log that it was asked, not what.
    """
    system = find_system(state)
    kinds = {Personal.PHONE: phone, Personal.EMAIL: email, Personal.NAME: name}
    traits = {kind: text for kind, text in kinds.items() if text}
    if not traits and not expert and not document:
        raise Unable("Whom? Give --phone, --email, --name, --expert or --document.")

    async def ask(log: EventLog) -> list[Sighting]:
        sightings = await find_people(log, system, traits, expert=expert, document=document)
        await records.leave_word(log, system, [event for sighting in sightings for event in sighting.events])
        return sightings

    sightings = records.with_log(system, ask)
    if not sightings:
        raise Unable("Nobody living in the key store has that.", code=NO)
    for sighting in sightings:
        _show(sighting, machine)


@app.command()
def show(
    person: Annotated[str, typer.Option("--person", metavar="ID", help="Whose: `juqu person find` gives the id.")],
    *,
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """What the log says of a person's erasure, and how much of what it holds sealed for them still opens.

    No contents are shown. Exit code 1: the erasure was ordered and is not carried out to its end.
    """
    system, ident = find_system(state), read_id(person)

    async def ask(log: EventLog) -> Remains:
        async with key_store(system) as store:
            return await remains_of(log, store, ident, await occurrences(log, ident))

    remains = records.with_log(system, ask)
    _show_remains(remains, machine)
    if remains.owed:
        raise typer.Exit(NO)


@app.command()
def erase(
    person: Annotated[str, typer.Option("--person", metavar="ID", help="Whom: `juqu person find` gives the id.")],
    basis: Basis,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """Destroy a person's key and make the read models anew, so that nothing personal to them can be read again.

    It cannot be undone. The log keeps its bytes and its proofs. Again: nothing, or what an interrupted one left to do.
    """
    system, ident = find_system(state), read_id(person)
    basis = cleaned(basis)
    if not basis:
        raise Unable("On what basis? --basis takes the article and the number of the request.")
    if not yes and not (screen.is_terminal() and typer.confirm(f"Erase {ident} for good?")):
        raise Unable("Nothing was erased.", f"To mean it: `juqu person erase --person {ident} --basis TEXT --yes`")

    async def whom(_log: EventLog, _store: KeyStore) -> Mapping[UUID, str]:
        return {ident: basis}

    _show_result(_erased(system, whom), machine)


@app.command()
def enforce(state: State = DEFAULT_STATE, machine: AsJson = False) -> None:
    """Carry out every erasure that the log orders, where it is not, and order in the log every one that the key store
    knows of: after a crash, or after a restore of either.

    Nothing happens to whom is erased already.
    """

    async def whom(log: EventLog, store: KeyStore) -> Mapping[UUID, str]:
        return await store.destroyed() | dict.fromkeys(await ordered(log), "")

    _show_result(_erased(find_system(state), whom), machine)


def _erased(system: System, whom: Callable[[EventLog, KeyStore], Awaitable[Mapping[UUID, str]]]) -> Erased:
    """Erase people on the basis that stands beside each; where the log has one, that holds."""
    from deploy.operator.person.erasure import Erasing

    async def run() -> Erased:
        async with records.opened(system.operator_url, system) as log, key_store(system) as store:
            try:
                return await Erasing(system, log, store, screen.aside).erase(await whom(log, store))
            except PersonUnknown as error:
                raise Unable(f"{error}", code=NO) from None

    return asyncio.run(run())


def _show(sighting: Sighting, machine: bool) -> None:
    known, seqs = sighting.known, [each.seq for each in sighting.events]
    if machine:
        screen.as_json(
            {"person": str(known.person_id), "since": known.since.isoformat(), "cases": sighting.cases, "seqs": seqs}
        )
        return
    screen.line(f"{known.person_id}  known since {records.local(known.since)}, in {len(seqs)} events", "bold")
    for case in sighting.cases:
        screen.line(f"  {case}")


def _show_remains(remains: Remains, machine: bool) -> None:
    story = [(each.seq, each.type, records.local(each.recorded_at), each.event) for each in remains.story]
    if machine:
        plain = {name: getattr(remains, name) for name in ("events", "sealed", "opened", "known", "ordered", "owed")}
        seqs = [seq for seq, *_ in story]
        screen.as_json({"person": str(remains.person), "seqs": seqs, **plain, "verdict": remains.verdict})
        return
    for seq, kind, recorded, event in story:
        screen.line(f"{seq:>9}  {recorded}  {kind}  {getattr(event, 'legal_basis', '')}")
    if remains.owed:
        screen.hint("Carry it out: `juqu person enforce`", "yellow")
    screen.line(remains.verdict, "red" if remains.owed else "")


def _show_result(result: Erased, machine: bool) -> None:
    if machine:
        screen.as_json(
            {
                "erased": [str(each) for each in result.erased],
                "before": [str(each) for each in result.before],
                "unknown": [str(each) for each in result.unknown],
                "read_models": list(result.read_models),
            }
        )
        return
    for each in result.before:
        screen.line(f"{each}  was erased before.")
    for each in result.unknown:
        screen.line(f"{each}  is not in this key store, and cannot be read with it.", "yellow")
    for each in result.erased:
        screen.line(f"{each}  is erased: the key is destroyed.", "green")
    if result.read_models:
        screen.line(f"Made anew: {', '.join(result.read_models)}.")


@keys_app.command("list")
def list_keys(state: State = DEFAULT_STATE, machine: AsJson = False) -> None:
    """The master keys by their ids, the one in force last, and how many persons' keys are wrapped under each."""
    masters = asyncio.run(list_masters(find_system(state)))
    if machine:
        for each in masters:
            since = each["since"] and each["since"].isoformat()
            screen.as_json({"id": each["id"], "since": since, "persons": each["persons"]})
        return
    rows = [
        (each["id"] or "-", f"{each['since']:%Y-%m-%d}" if each["since"] else "the beginning", each["persons"])
        for each in masters
    ]
    screen.table(("master key", "in force since", "persons"), rows)


@keys_app.command()
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
    change = asyncio.run(change_master(system, _wrapped_anew, only_prepare=only_prepare))
    if machine:
        plain = {"former": change.former, "master": change.master}
        done = {} if change.kept is None else {"persons": change.persons, "kept": str(change.kept)}
        screen.as_json(plain | done)
    elif change.kept is None:
        screen.line(f"{change.path} holds the master key {change.master} too, which waits.")
        screen.hint("Copy the file to every machine that has one, then: `juqu keys rotate`")
    else:
        screen.line(f"{change.persons} persons' keys are wrapped under the master key {change.master}.", "green")
        screen.line(f"The former one is in {change.kept}: it opens backups of the key store from before.")
        screen.aside("Copy the master key's file to every machine that has one. Destroy the former key with the last")
        screen.aside("backup from before; where it was known to somebody, destroy those backups now.")


def _wrapped_anew(count: int) -> None:
    screen.aside(f"{count:,} keys wrapped anew ...")


__all__ = ["APPS"]
