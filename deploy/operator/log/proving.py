"""``juqu log export``, ``verify``, ``prove`` and ``checkpoint``: the history, provable to a stranger."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Annotated, BinaryIO, TypeVar

import asyncpg
import typer

from deploy.database.as_made import differences
from deploy.operator.case import story as stories
from deploy.operator.frame import records, screen
from deploy.operator.frame.asking import have_signed
from deploy.operator.frame.failures import NO, Unable, sentence
from deploy.operator.frame.system import DEFAULT_STATE, AsJson, State, System, connected, find_system
from deploy.operator.log import export as exporting
from deploy.operator.log import verify as verifying
from shared.eventlog.log import EventLog
from shared.notary import reading
from shared.notary.note import Malformed, Verifier
from shared.notary.reading import Absent
from shared.notary.refusal import Refused

T = TypeVar("T")
Counted = Callable[[int], None]

Keys = Annotated[
    list[str] | None,
    typer.Option(
        "--key", metavar="VKEY", help="A key that you kept, of the log or a witness; else those that are listed."
    ),
]
Against = Annotated[
    list[Path] | None,
    typer.Option("--against", metavar="FILE", help="An export or checkpoint that you kept; may be given again."),
]


def add_to(app: typer.Typer) -> None:
    """Puts the commands into the group ``juqu log``."""
    for name, command in (("export", export), ("verify", verify), ("prove", prove), ("checkpoint", checkpoint)):
        app.command(name)(command)


def export(
    *,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Into this file; else standard output.")
    ] = None,
    stream: Annotated[str, typer.Option("--stream", metavar="S", help="One stream, proven complete.")] = "",
    case: Annotated[str, typer.Option("--case", metavar="ID", help="Each stream of a case, proven complete.")] = "",
    since: Annotated[
        list[int] | None,
        typer.Option(
            "--since",
            min=1,
            max=records.LAST_SEQ,
            metavar="SIZE",
            help="Shown to have grown from that checkpoint; again for more.",
        ),
    ] = None,
    until: Annotated[
        int | None,
        typer.Option(
            "--until",
            min=0,
            max=records.LAST_SEQ,
            metavar="SIZE",
            help="Up to that checkpoint; say, one that a witness cosigned.",
        ),
    ] = None,
    state: State = DEFAULT_STATE,
) -> None:
    """The log up to the newest checkpoint, or all of a stream or case, with proofs: a stranger can verify the file.

    `python docs/verify.py FILE VKEY` does so with nothing of juqu; `juqu notary keys` has the VKEY. Leaves word in the
    log.
    """
    if stream and case:
        raise Unable("Either --stream or --case.")
    if since and not (stream or case):
        raise Unable("--since goes with --stream or --case.", "An export of the whole log has every checkpoint.")
    if until is not None and any(each > until for each in since or []):
        raise Unable("What ends --until a checkpoint did not grow --since a later one.")
    system = find_system(state)

    async def ask(log: EventLog) -> exporting.Exported:
        async with connected(system.operator_url) as connection:
            about = await stories.find_case(log, case) if case else ""
            names = [stream] if stream else await _streams_of(log, about) if about else []
            size = (await reading.find_note(connection, until)).checkpoint.size
            await records.leave_word_about(log, system, cases=[about] if about else [], seqs=[], count=size)
            with _written(to) as out, _counting("export", 0 if names else size) as tell:
                if not names:
                    return await exporting.export_log(connection, out, tell, until=until)
                done, unknown = await exporting.export_streams(
                    connection, out, names, tell, since=since or [], until=until
                )
            for each in unknown:
                screen.aside(f"No event of {each} is under a checkpoint yet; it is left out.", "yellow")
            if not done.events:
                raise Unable("Nothing is to be exported.", "Sign what there is: `juqu log checkpoint --now`", code=NO)
            return done

    done = _answered(lambda: records.with_log(system, ask))
    where = f" into {to}" if to else ""
    screen.aside(f"{done.events:,} events, {done.checkpoints:,} checkpoints{where}; the last is of size {done.size:,}.")


def verify(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="An export; without it, the log itself.")
    ] = None,
    *,
    key: Keys = None,
    against: Against = None,
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """Whether the log, or an export, is what was signed; names the events that are not. Exit code 1: it is not."""
    for each in [*([file] if file else []), *(against or [])]:
        if not each.is_file():
            raise Unable(f"There is no file {each}.")
    verdict, own = _answered(lambda: asyncio.run(_verified(file, key or [], against or [], state)))
    if machine:
        screen.as_json({"holds": verdict.holds, "findings": verdict.findings, "proven": verdict.proven})
    elif verdict.holds:
        for sentence in verdict.proven:
            screen.line(f"Proven. {sentence}", "green")
    else:
        screen.line(f"Not proven. {len(verdict.findings)} findings:", "red")
        for sentence in verdict.findings[:50]:
            screen.line(f"  {sentence}")
    if own:
        screen.aside("By the keys that the database itself lists; --key VKEY takes one that you kept.")
    elif not verdict.holds:
        screen.hint("Where the notary's key was changed it takes all of them, a --key each: `juqu notary keys`")
    if not verdict.holds:
        raise typer.Exit(NO)


def prove(
    *,
    seq: Annotated[
        int | None,
        typer.Option("--seq", min=1, max=records.LAST_SEQ, metavar="N", help="That this event is in the log."),
    ] = None,
    stream: Annotated[
        str, typer.Option("--stream", metavar="S", help="That a stream has these events, and no more.")
    ] = "",
    since: Annotated[
        int | None, typer.Option("--since", min=1, max=records.LAST_SEQ, metavar="SIZE", help="That it grew from then.")
    ] = None,
    state: State = DEFAULT_STATE,
) -> None:
    """A proof under the newest checkpoint, as JSON: of an event, of a stream, or that nothing was changed since."""
    if (seq is not None) + bool(stream) + (since is not None) != 1:
        raise Unable("Of what? Give one of --seq N, --stream S and --since SIZE.")
    system = find_system(state)

    async def ask() -> dict[str, object]:
        async with connected(system.operator_url) as connection:
            signed = await reading.find_note(connection)
            size = signed.checkpoint.size
            if seq is not None:
                event = await reading.prove_inclusion(connection, seq, size)
                path = [each.hex() for each in event.path]
                found: dict[str, object] = {"seq": seq, "hash": event.leaf.hex(), "proof": path}
            elif since is not None:
                proof = await reading.prove_consistency(connection, since, size)
                found = {"from": since, "to": size, "proof": [each.hex() for each in proof]}
            else:
                found = {"complete": (await reading.prove_stream_at(connection, stream, size)).to_json()}
            return found | {"checkpoint": signed.note.encode()}

    screen.as_json(_answered(lambda: asyncio.run(ask())))


def checkpoint(
    *,
    now: Annotated[bool, typer.Option("--now", help="Have the notary sign all that there is now.")] = False,
    size: Annotated[
        int | None, typer.Option("--size", min=0, max=records.LAST_SEQ, metavar="N", help="That of so many events.")
    ] = None,
    state: State = DEFAULT_STATE,
) -> None:
    """Print the newest signed checkpoint: keep it outside, and nobody can change the history before it unseen."""
    system = find_system(state)
    if now:
        have_signed(system)

    async def ask() -> str:
        async with connected(system.operator_url) as connection:
            return (await reading.find_note(connection, size)).note.encode()

    sys.stdout.write(_answered(lambda: asyncio.run(ask())))


async def _verified(
    file: Path | None, given: list[str], against: list[Path], state: Path
) -> tuple[verifying.Verdict, bool]:
    """The verdict, and whether the keys were the database's own."""
    try:
        verifiers = [Verifier.parse(each) for each in given]
    except Malformed as error:
        raise Unable(f"{error}.", "The keys: `juqu notary keys`") from None
    kept = [verifying.Kept(each) for each in against]
    if file and verifiers:
        with _counting("verify", 0) as tell:
            return verifying.verify_file(file, verifiers, kept, tell), False
    async with connected(_keys_of(state, file).operator_url) as connection:
        if file:
            known = await reading.keys(connection)
            with _counting("verify", 0) as tell:
                return verifying.verify_file(file, known, kept, tell), True
        made = await differences(connection)
        with _counting("verify", await reading.tree_size(connection)) as tell:
            known = verifiers or await _readable_keys(connection)
            try:
                verdict = await verifying.verify_log(connection, known, kept, tell)
            except (asyncpg.DataError, asyncpg.SyntaxOrAccessError) as error:
                if not made:
                    raise
                verdict = verifying.Verdict([f"The log cannot be read as it was made: {error}."])
        verdict.findings += made
        return verdict, not verifiers


async def _readable_keys(connection: reading.Connection) -> list[Verifier]:
    """The keys that the database lists, but for those that cannot be read: a verification of the log names them."""
    found = []
    for each in await reading.listed_keys(connection):
        with suppress(Refused):
            found.append(reading.readable_key(each))
    return found


def _keys_of(state: Path, file: Path | None) -> System:
    """The running system, whose database lists the keys."""
    try:
        return find_system(state)
    except Unable:
        if file is None:
            raise
        raise Unable("Signed by which key? No system runs here that could be asked.", "Give it: --key VKEY.") from None


async def _streams_of(log: EventLog, case: str) -> list[str]:
    """The streams of a case, in the order of their beginnings."""
    return list(dict.fromkeys(each.stream for each in await stories.gather(log, case)))


def _answered(work: Callable[[], T]) -> T:
    """What work gives; what the notary does not have is said in words."""
    try:
        return work()
    except Absent as error:
        raise Unable(sentence(error), "Sign what there is: `juqu log checkpoint --now`", code=NO) from None


@contextmanager
def _written(to: Path | None) -> Iterator[BinaryIO]:
    """Where an export goes; a file is there whole or not at all, and only its owner can read it."""
    if to is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    beside = to.with_name(f"{to.name}.part")
    try:
        beside.touch(mode=0o600)
        with beside.open("wb") as out:
            yield out
        beside.replace(to)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def _counting(what: str, total: int) -> Iterator[Counted]:
    """A progress bar over events, of which so many are expected (0: not known)."""
    began, done = monotonic(), 0
    with screen.progress_bar() as bar:
        task = bar.add_task(what, total=total or None, rate="")

        def tell(count: int) -> None:
            nonlocal done
            done += count
            speed = done / max(monotonic() - began, 1e-6)
            bar.update(task, completed=done, rate=f"{speed:,.0f} events/s")

        yield tell


__all__ = ["add_to"]
