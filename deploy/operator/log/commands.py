"""``juqu log``: show, follow, search and prove the event log."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from time import monotonic
from typing import Annotated, BinaryIO, TypeVar

import typer
from rich.cells import cell_len

from deploy.operator.frame import records, screen
from deploy.operator.frame.asking import have_signed
from deploy.operator.frame.failures import NO, Unable, sentence
from deploy.operator.frame.options import DEFAULT_STATE, AsJson, State
from deploy.operator.frame.system import System, connected, find_system
from deploy.operator.frame.times import Times, read_day
from deploy.operator.frame.vocabulary import stored_name
from deploy.operator.log import proving, searching, shown
from deploy.operator.log.export import Exported
from deploy.operator.log.verdict import Tell
from shared.eventlog.log import EventLog, Search, StoredEvent
from shared.notary import reading
from shared.notary.reading import Absent
from shared.programme.dates.days import first_moment_after, first_moment_of

T = TypeVar("T")

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Show, follow, search and prove the event log.")
APPS = {"log": app}

Case = Annotated[str, typer.Option("--case", metavar="ID", help="Of one case, in every service.")]
Newest = Annotated[int, typer.Option("-n", "--limit", min=1, max=records.ALL, help="How many, the newest.")]
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


@app.command()
def show(
    seq: Annotated[int, typer.Argument(min=1, max=records.LAST_SEQ, help="Which event: its place in the whole log.")],
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """One event with every field of its envelope, its facts, its cause and what it led to."""
    system = find_system(state)

    async def ask(log: EventLog) -> tuple[StoredEvent, StoredEvent | None, list[StoredEvent]]:
        sealed = await records.event_at(log, seq)
        cause = await records.by_id(log, sealed.causation_id) if sealed.causation_id else None
        effects = await records.caused_by(log, sealed.event_id)
        (event,) = await records.readable(log, system, [sealed])
        return event, cause, effects

    event, cause, effects = records.with_log(system, ask)
    if machine:
        screen.as_json(records.as_plain(event) | {"led_to": [effect.seq for effect in effects]})
        return
    screen.line(f"{event.seq}  {records.named(event)}", "bold")
    screen.fields(shown.whole(event, cause, effects), indent=2)


@app.command()
def lost(state: State = DEFAULT_STATE, machine: AsJson = False) -> None:
    """The events that were published and that the log lost in a failover, or when it was restored."""
    from deploy.operator.log.losses import find_lost

    system = find_system(state)
    if not system.redis:
        raise Unable("No Redis is named, which keeps them.", "Set JUQU_REDIS_URL, or name the state with --state.")
    events = asyncio.run(find_lost(system.redis))
    if machine:
        for event in events:
            screen.as_json(asdict(event))
        return
    if not events:
        screen.line("None that is known of: what was published is in the log.")
        return
    screen.table(shown.LOST_COLUMNS, shown.lost_rows(events), styles={"seq": "bold"})


@app.command()
def tail(
    limit: Newest = 20,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what comes, until Ctrl-C.")] = False,
    case: Case = "",
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """The newest events, the newest last."""
    system = find_system(state)

    async def ask(log: EventLog) -> None:
        head = await log.head()
        stream = await searching.find_stream(log, case) if case else ""
        events = await log.search(Search(in_stream=stream or None), limit=limit)
        await _show_page(log, system, events[::-1], machine)
        head = max(head, events[0].seq if events else 0)
        while follow:
            upto = await log.wait_for_news(head, 3600)
            events = await log.read_raw(head, until=upto, limit=1_000, include_internal=True)
            head = events[-1].seq if events else head
            await _go_on(log, system, [event for event in events if stream in event.stream], machine)

    records.with_log(system, ask)


@app.command()
def search(
    *,
    case: Case = "",
    kind: Annotated[
        str, typer.Option("--type", metavar="TYPE", help="intake.ApplicationFiled, its beginning, or its Chinese term.")
    ] = "",
    actor: Annotated[str, typer.Option("--actor", metavar="X", help="Whose act: the subject of their token.")] = "",
    office: Annotated[str, typer.Option("--office", metavar="X", help="In which office: city:220100, say.")] = "",
    since: Annotated[str, typer.Option("--from", metavar="DATE", help="From this day on.")] = "",
    until: Annotated[str, typer.Option("--to", metavar="DATE", help="Up to and with this day.")] = "",
    clock: Annotated[Times, typer.Option("--clock", help="Which time the days are of.")] = Times.EFFECTIVE,
    text: Annotated[str, typer.Option("--text", metavar="T", help="Somewhere in the event's facts.")] = "",
    correlation: Annotated[str, typer.Option("--correlation", metavar="ID", help="All that one request led to.")] = "",
    limit: Newest = 100,
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """The events of which all that is given holds, the newest last. Exit code 1 where there is none."""
    system = find_system(state)
    first, last = (read_day(day) if day else None for day in (since, until))
    if first and last and first > last:
        raise Unable(f"--from {first} lies after --to {last}.")
    if office:
        searching.require_office(office)
    effective = clock is Times.EFFECTIVE
    question = Search(
        type_prefix=stored_name(kind) or None,
        actor=actor or None,
        office=office or None,
        correlation_id=correlation or None,
        in_data=json.dumps(text, ensure_ascii=False)[1:-1] if text else None,
        effective_from=first if effective else None,
        effective_to=last if effective else None,
        recorded_from=first_moment_of(first) if first and not effective else None,
        recorded_before=first_moment_after(last) if last and not effective else None,
    )

    async def ask(log: EventLog) -> int:
        of_case = replace(question, in_stream=await searching.find_stream(log, case)) if case else question
        events = (await log.search(of_case, limit=limit))[::-1]
        if text and events and not machine:
            await records.leave_word(log, system, events)
        await _show_page(log, system, events, machine)
        return len(events)

    count = records.with_log(system, ask)
    if not count:
        raise Unable("Nothing is so.", searching.meant(kind), code=NO)
    if count == limit:
        screen.aside(f"The newest {limit}; there may be more (--limit).")


@app.command()
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
    extent = proving.Extent(stream=stream, case=case, since=since or (), until=until)
    system = find_system(state)

    async def ask(log: EventLog) -> tuple[Exported, list[str]]:
        return await proving.write_export(log, system, extent, _destination(to), _counting)

    done, unknown = _answered(lambda: records.with_log(system, ask))
    for name in unknown:
        screen.aside(f"No event of {name} is under a checkpoint yet; it is left out.", "yellow")
    if (stream or case) and not done.events:
        raise Unable("Nothing is to be exported.", "Sign what there is: `juqu log checkpoint --now`", code=NO)
    where = f" into {to}" if to else ""
    screen.aside(f"{done.events:,} events, {done.checkpoints:,} checkpoints{where}; the last is of size {done.size:,}.")


@app.command()
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
    for path in [*([file] if file else []), *(against or [])]:
        if not path.is_file():
            raise Unable(f"There is no file {path}.")
    verdict, own = _answered(lambda: asyncio.run(proving.verify(file, key or [], against or [], state, _counting)))
    if machine:
        screen.as_json({"holds": verdict.holds, "findings": verdict.findings, "proven": verdict.proven})
    elif verdict.holds:
        for sentence in verdict.proven:
            screen.line(f"Proven. {sentence}", "green")
    else:
        number = len(verdict.findings)
        screen.line(f"Not proven. {number} {'finding' if number == 1 else 'findings'}:", "red")
        for sentence in verdict.findings[:50]:
            screen.line(f"  {sentence}")
    if own:
        screen.aside("By the keys that the database itself lists; --key VKEY takes one that you kept.")
    elif not verdict.holds:
        screen.hint("Where the notary's key was changed it takes all of them, a --key each: `juqu notary keys`")
    if not verdict.holds:
        raise typer.Exit(NO)


@app.command()
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
            return await proving.prove(connection, seq=seq, stream=stream, since=since)

    screen.as_json(_answered(lambda: asyncio.run(ask())))


@app.command()
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


async def _show_page(log: EventLog, system: System, events: Sequence[StoredEvent], machine: bool) -> None:
    if not machine:
        rows = [shown.row(event, short=screen.is_terminal()) for event in events]
        screen.table(shown.COLUMNS, rows, styles=shown.STYLES)
    elif events:
        await _go_on(log, system, events, machine)


async def _go_on(log: EventLog, system: System, events: Sequence[StoredEvent], machine: bool) -> None:
    """Rows below a table that is shown already, or JSON with the facts, which leaves word."""
    if machine and (read := [event for event in events if event.category != "operator"]):
        opened = {event.seq: event for event in await records.readable(log, system, read)}
        events = [opened.get(event.seq, event) for event in events]
    short = screen.is_terminal()
    for event in events:
        if machine:
            screen.as_json(records.as_plain(event))
        else:
            cells = map(_padded, shown.row(event, short=short), (7, 10, 19, shown.SHORT if short else 36, 14, 0))
            sys.stdout.write("  ".join(cells) + "\n")
    sys.stdout.flush()


def _padded(cell: str, width: int) -> str:
    text = screen.clean(cell)
    return text + " " * (width - cell_len(text))


def _answered(work: Callable[[], T]) -> T:
    """What work gives; what the notary does not have is said in words."""
    try:
        return work()
    except Absent as error:
        raise Unable(sentence(error), "Sign what there is: `juqu log checkpoint --now`", code=NO) from None


@contextmanager
def _destination(to: Path | None) -> Iterator[BinaryIO]:
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
def _counting(what: str, total: int) -> Iterator[Tell]:
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


__all__ = ["APPS"]
