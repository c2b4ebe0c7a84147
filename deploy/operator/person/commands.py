"""``juqu person``: find the person behind a name or an address, and erase all that is personal to them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from deploy.operator.frame import records, screen
from deploy.operator.frame.failures import NO, Unable
from deploy.operator.frame.system import DEFAULT_STATE, AsJson, State, System, find_system
from deploy.operator.person.documents_named import documents_with
from deploy.operator.person.remains import Remains, ordered, remains_of
from shared.eventlog.log import EventLog, Search, StoredEvent
from shared.privacy.keystore import KeyStore, KnownPerson, PersonUnknown
from shared.privacy.opening import personal_data
from shared.privacy.sealer import PersonalData
from shared.programme.values.personal import Personal
from shared.programme.values.writing import cleaned

if TYPE_CHECKING:
    from deploy.operator.person.erasure import Result

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="The people whose data events hold: find, show, erase somebody; enforce erasures after a restore.",
)

Basis = Annotated[
    str, typer.Option("--basis", metavar="TEXT", help="The article, and your number of the request; no names.")
]


@dataclass(frozen=True, slots=True)
class Sighting:
    """A person and the events that hold something of them, sealed."""

    known: KnownPerson
    events: Sequence[StoredEvent]

    @property
    def cases(self) -> list[str]:
        """The cases that those events are about."""
        return sorted({records.case_of(each) for each in self.events} - {""})


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
    given = {kind: text for kind, text in kinds.items() if text}
    if not given and not expert and not document:
        raise Unable("Whom? Give --phone, --email, --name, --expert or --document.")

    async def ask(log: EventLog) -> list[Sighting]:
        personal = _personal(system)
        try:
            traits = [personal.identifier.traits(kind, text) for kind, text in given.items()]
            traits += [(personal.identifier.trait_of_id("expert", expert),)] if expert else []
            lists = [await _having(personal.store, each) for each in traits]
            lists += [await documents_with(log, personal, document)] if document else []
        finally:
            await personal.close()
        fitting = [each for each in lists[0] if all(each in others for others in lists[1:])]
        found = [Sighting(each, await occurrences(log, each.person_id)) for each in fitting]
        await records.leave_word(log, system, [event for each in found for event in each.events])
        return found

    found = records.with_log(system, ask)
    if not found:
        raise Unable("Nobody living in the key store has that.", code=NO)
    for each in found:
        _show(each, machine)


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
    system, ident = find_system(state), _read_id(person)

    async def ask(log: EventLog) -> Remains:
        personal = _personal(system)
        try:
            return await remains_of(log, personal.store, ident, await occurrences(log, ident))
        finally:
            await personal.close()

    found = records.with_log(system, ask)
    _show_remains(found, machine)
    if found.owed:
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
    system, ident = find_system(state), _read_id(person)
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


async def _having(store: KeyStore, traits: Sequence[bytes]) -> list[KnownPerson]:
    """The living persons with one of the traits, each once."""
    return list(dict.fromkeys([each for trait in traits for each in await store.having(trait)]))


async def occurrences(log: EventLog, person: UUID) -> list[StoredEvent]:
    """The events that hold something of a person, by seq."""
    return await log.search(Search(in_data=f'"{person}"'), limit=records.ALL, newest_first=False)


def _erased(system: System, whom: Callable[[EventLog, KeyStore], Awaitable[Mapping[UUID, str]]]) -> Result:
    """Erase people on the basis that stands beside each; where the log has one, that holds."""
    from deploy.operator.person.erasure import Erasing

    async def run() -> Result:
        async with records.opened(system.operator_url, system) as log:
            personal = _personal(system)
            try:
                people = await whom(log, personal.store)
                return await Erasing(system, log, personal.store, screen.aside).erase(people)
            except PersonUnknown as error:
                raise Unable(f"{error}", code=NO) from None
            finally:
                await personal.close()

    return asyncio.run(run())


def _personal(system: System) -> PersonalData:
    return personal_data(system.operator_url, system.keys, system.environment)


def _read_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Unable(f"{text!r} is no person's id.", "Look the person up: `juqu person find --name NAME`") from None


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
    for seq, type_name, at, event in story:
        screen.line(f"{seq:>9}  {at}  {type_name}  {getattr(event, 'legal_basis', '')}")
    if remains.owed:
        screen.hint("Carry it out: `juqu person enforce`", "yellow")
    screen.line(remains.verdict, "red" if remains.owed else "")


def _show_result(result: Result, machine: bool) -> None:
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


__all__ = ["app", "occurrences"]
