"""``juqu log``: show, tail and search the event log."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Annotated

import typer
from rich.cells import cell_len

from deploy.operator.case.story import find_case
from deploy.operator.frame import records, screen
from deploy.operator.frame.failures import NO, Unable
from deploy.operator.frame.system import DEFAULT_STATE, AsJson, State, System, find_system
from deploy.operator.frame.times import Times, read_day
from deploy.operator.frame.vocabulary import kind_of, near, stored_name, vocabulary
from deploy.operator.log import proving as proofs
from shared.eventlog.log import EventLog, Search, StoredEvent
from shared.programme.dates.days import first_moment_after, first_moment_of

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Show, follow, search and prove the event log.")

COLUMNS = ("seq", "effective", "recorded", "case", "office", "type")
STYLES = {"seq": "bold", "effective": "cyan", "recorded": "dim", "type": "green"}
SHORT = 8
"""Characters of a case's id on a terminal; `case show` takes the beginning of one."""

Case = Annotated[str, typer.Option("--case", metavar="ID", help="Of one case, in every service.")]
Newest = Annotated[int, typer.Option("-n", "--limit", min=1, max=records.ALL, help="How many, the newest.")]


@app.command()
def show(
    seq: Annotated[int, typer.Argument(min=1, max=records.LAST_SEQ, help="Which event: its place in the whole log.")],
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """One event with every field of its envelope, its facts, its cause and what it led to."""
    system = find_system(state)

    async def ask(log: EventLog) -> tuple[StoredEvent, StoredEvent | None, list[StoredEvent]]:
        found = await records.one(log, seq)
        cause = await records.by_id(log, found.causation_id) if found.causation_id else None
        effects = await records.caused_by(log, found.event_id)
        (found,) = await records.readable(log, system, [found])
        return found, cause, effects

    found, cause, effects = records.with_log(system, ask)
    if machine:
        screen.as_json(records.as_plain(found) | {"led_to": [each.seq for each in effects]})
    else:
        _show(found, cause, effects)


@app.command()
def lost(state: State = DEFAULT_STATE, machine: AsJson = False) -> None:
    """The events that were published and that the log lost in a failover, or when it was restored."""
    from deploy.operator.log import losses

    system = find_system(state)
    if not system.redis:
        raise Unable("No Redis is named, which keeps them.", "Set JUQU_REDIS_URL, or name the state with --state.")
    found = asyncio.run(losses.lost(system.redis))
    if machine:
        for each in found:
            screen.as_json(asdict(each))
        return
    if not found:
        screen.line("None that is known of: what was published is in the log.")
        return
    losses.show(found)


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
        of_case = await _named(log, case) if case else ""
        found = await log.search(Search(in_stream=of_case or None), limit=limit)
        await _show_page(log, system, found[::-1], machine)
        head = max(head, found[0].seq if found else 0)
        while follow:
            upto = await log.wait_for_news(head, 3600)
            found = await log.read_raw(head, until=upto, limit=1_000, include_internal=True)
            head = found[-1].seq if found else head
            await _go_on(log, system, [each for each in found if of_case in each.stream], machine)

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
    first, last = (read_day(each) if each else None for each in (since, until))
    if first and last and first > last:
        raise Unable(f"--from {first} lies after --to {last}.")
    if office:
        _require_office(office)
    effective = clock is Times.EFFECTIVE
    wanted = Search(
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

    async def ask(log: EventLog) -> list[StoredEvent]:
        of_case = replace(wanted, in_stream=await _named(log, case)) if case else wanted
        found = (await log.search(of_case, limit=limit))[::-1]
        if text and found and not machine:
            await records.leave_word(log, system, found)
        await _show_page(log, system, found, machine)
        return found

    found = records.with_log(system, ask)
    if not found:
        raise Unable("Nothing is so.", _meant(kind), code=NO)
    if len(found) == limit:
        screen.aside(f"The newest {limit}; there may be more (--limit).")


async def _named(log: EventLog, given: str) -> str:
    """What streams are named by: a case or its beginning, a delivery; raises ``Unable`` where none is so named."""
    return given if await log.search(Search(in_stream=given), limit=1) else await find_case(log, given)


def _meant(kind: str) -> str:
    """What may be meant by a type that nothing is of."""
    known = [each.name for each in vocabulary()]
    if not kind or any(each.startswith(stored_name(kind)) for each in known):
        return ""
    meant = near(kind) or sorted({f"{each.partition('.')[0]}." for each in known})
    return f"Did you mean {' or '.join(meant)}? `juqu log search --type {meant[0]}`"


def _require_office(office: str) -> None:
    """Raise ``Unable`` for an office of a kind that there is not."""
    from shared.programme.values.offices import KIND_OF_ROLE

    kinds = sorted({*KIND_OF_ROLE.values(), "public"})
    if office.partition(":")[0] not in kinds:
        raise Unable(f"--office {office}: there is no such office.", f"Offices begin with {', '.join(kinds)}.")


async def _show_page(log: EventLog, system: System, found: Sequence[StoredEvent], machine: bool) -> None:
    if not machine:
        screen.table(COLUMNS, [row(each) for each in found], styles=STYLES)
    elif found:
        await _go_on(log, system, found, machine)


async def _go_on(log: EventLog, system: System, found: Sequence[StoredEvent], machine: bool) -> None:
    """Rows below a table that is shown already, or JSON with the facts, which leaves word."""
    if machine and (read := [each for each in found if each.category != "operator"]):
        opened = {each.seq: each for each in await records.readable(log, system, read)}
        found = [opened.get(each.seq, each) for each in found]
    for each in found:
        if machine:
            screen.as_json(records.as_plain(each))
        else:
            cells = map(_padded, row(each), (7, 10, 19, SHORT if screen.is_terminal() else 36, 14, 0))
            sys.stdout.write("  ".join(cells) + "\n")
    sys.stdout.flush()


def row(event: StoredEvent) -> tuple[str, ...]:
    """An event as the cells of ``COLUMNS``."""
    case = records.case_of(event)
    return (
        str(event.seq),
        event.effective_on.isoformat(),
        records.local(event.recorded_at),
        case[:SHORT] if screen.is_terminal() else case,
        event.office,
        records.named(event),
    )


def _padded(cell: str, width: int) -> str:
    text = screen.clean(cell)
    return text + " " * (width - cell_len(text))


def _show(event: StoredEvent, cause: StoredEvent | None, effects: Sequence[StoredEvent]) -> None:
    kind = kind_of(event.type, event.schema_version)
    screen.line(f"{event.seq}  {records.named(event)}", "bold")
    screen.fields(
        [
            ("event_id", event.event_id),
            ("stream", event.stream),
            ("version", event.version),
            ("case", records.case_of(event)),
            ("type", event.type),
            ("schema_version", event.schema_version),
            ("term", kind.term if kind else "unknown to this build"),
            ("clause", kind.clause if kind else ""),
            ("internal", "yes: stored and proven, not published" if event.internal else "no"),
            ("effective_on", event.effective_on),
            ("recorded_at", f"{records.local(event.recorded_at)} ({event.recorded_at.isoformat()})"),
            ("actor", event.actor),
            ("office", event.office),
            ("command_id", event.command_id),
            ("correlation_id", event.correlation_id),
            ("causation_id", _cause(event, cause)),
            ("policy_version", event.policy_version),
            ("led to", "\n".join(f"{each.seq}  {records.named(each)}" for each in effects) or "-"),
            ("data", json.dumps(records.facts_of(event), ensure_ascii=False, indent=2)),
        ],
        indent=2,
    )


def _cause(event: StoredEvent, cause: StoredEvent | None) -> str:
    if event.causation_id is None:
        return "-"
    return f"{event.causation_id}" + (f"\n{cause.seq}  {records.named(cause)}" if cause else "")


proofs.add_to(app)

__all__ = ["app", "row"]
