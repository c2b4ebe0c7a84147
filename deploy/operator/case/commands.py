"""``juqu case``: the whole story of a case, and why something in it happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated

import typer

from deploy.operator.case import story as stories
from deploy.operator.frame import records, screen
from deploy.operator.frame.failures import Unable
from deploy.operator.frame.system import DEFAULT_STATE, AsJson, State, find_system
from deploy.operator.frame.times import Times
from deploy.operator.frame.vocabulary import kind_of
from shared.eventlog.log import EventLog, StoredEvent

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="The story of one case across the services, and the causes in it."
)


_AT = "As it stood at the end of this day, or (as it was recorded by then) at a moment: 2024-05-01T12:00+08:00."
_CLOCK = "In the order, and as of, which time; effective, unless --at is a moment."


@app.command()
def show(
    case_id: Annotated[str, typer.Argument(metavar="CASE_ID", help="The case's id, or the beginning of it.")],
    *,
    at: Annotated[str, typer.Option("--at", metavar="WHEN", help=_AT)] = "",
    clock: Annotated[Times | None, typer.Option("--clock", help=_CLOCK, show_default=False)] = None,
    causes: Annotated[bool, typer.Option("--tree", help="What led to what, as a tree.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Each notice's sending, step by step, too.")] = False,
    facts: Annotated[bool, typer.Option("--facts", help="What each event holds, too.")] = False,
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """Everything that happened in a case, in order: when, what, by whom, because of which event; the notices sent."""
    system = find_system(state)
    then = stories.read_day_or_moment(at) if at else None
    times = _times(then, clock)

    async def ask(log: EventLog) -> tuple[str, list[StoredEvent]]:
        case = await stories.find_case(log, case_id)
        events = stories.as_of(await stories.gather(log, case), then, times)
        return case, await records.readable(log, system, events)

    case, events = records.with_log(system, ask)
    if machine:
        sent = [asdict(each) for each in stories.notices(events)]
        screen.as_json({"case_id": case, "events": [records.as_plain(each) for each in events], "notices": sent})
        return
    screen.line(f"Case {case}{f', as of {_told(then)} ({times})' if then else ''}", "bold")
    told = [each for each in events if everything or not stories.is_of_a_notice(each)]
    if causes:
        _tree(told)
    else:
        _story(told, times, facts=facts)
    _notices(events)


@app.command("at")
def at_(
    when: Annotated[str, typer.Argument(metavar="DATE", help="A day in China, or a moment (2024-05-01T12:00+08:00).")],
    case_id: Annotated[str, typer.Argument(metavar="CASE_ID", help="The case's id, or the beginning of it.")],
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """What was known of a case then, and what was in effect then, by both times; they need not be the same."""
    system = find_system(state)
    moment = stories.read_then(when)

    async def ask(log: EventLog) -> tuple[str, list[tuple[StoredEvent, str]]]:
        case = await stories.find_case(log, case_id)
        told = stories.known_and_in_effect(await stories.gather(log, case), moment)
        await records.leave_word(log, system, [event for event, _ in told])
        return case, told

    case, told = records.with_log(system, ask)
    if machine:
        events = [records.as_plain(event) | {"then": then} for event, then in told]
        screen.as_json({"case_id": case, "at": moment.isoformat(), "events": events})
        return
    screen.line(f"Case {case}, as of {records.local(moment)}", "bold")
    rows = [
        (event.effective_on, records.local(event.recorded_at), event.seq, records.named(event), by(event), then)
        for event, then in told
        if not stories.is_of_a_notice(event)
    ]
    columns = ("effective", "recorded", "seq", "what", "by", "then")
    screen.table(columns, rows, styles={"effective": "cyan", "recorded": "cyan", "seq": "bold", "what": "green"})


@app.command()
def why(
    seq: Annotated[int, typer.Argument(min=1, max=records.LAST_SEQ, help="Which event.")],
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """Why something happened: the chain of causes from its beginning, and what else the same request led to."""
    system = find_system(state)

    async def ask(log: EventLog) -> tuple[list[StoredEvent], list[StoredEvent]]:
        found = await records.one(log, seq)
        chain = await records.chain(log, found)
        effects = await records.caused_by(log, found.event_id)
        opened = {each.seq: each for each in await records.readable(log, system, [*chain, *effects])}
        return [opened[each.seq] for each in chain], [opened[each.seq] for each in effects]

    chain, effects = records.with_log(system, ask)
    if machine:
        led_to = [records.as_plain(each) for each in effects]
        screen.as_json({"chain": [records.as_plain(each) for each in chain], "led_to": led_to})
        return
    screen.line(_beginning(chain[0]), "dim")
    for depth, each in enumerate(chain):
        _step(each, depth, last=each is chain[-1])
    for each in effects:
        screen.line(f"{'   ' * len(chain)}then {each.seq}  {each.effective_on}  {records.named(each)}", "dim")


def _times(then: date | None, given: Times | None) -> Times:
    """Which time is meant; raises ``Unable`` for a moment of effective time, which has days only."""
    if not isinstance(then, datetime):
        return given or Times.EFFECTIVE
    if given is Times.EFFECTIVE:
        raise Unable("A fact takes effect on a day, not at a moment.", "Give the day, or --clock recorded.")
    return Times.RECORDED


def _told(then: date) -> str:
    return records.local(then) if isinstance(then, datetime) else str(then)


def _story(events: Sequence[StoredEvent], clock: Times, *, facts: bool) -> None:
    seqs = {each.event_id: str(each.seq) for each in events}
    when = "recorded" if clock is Times.RECORDED else "effective"
    columns = [when, "seq", "cause", "what", "by", *(["facts"] if facts else [])]
    rows = []
    for each in events:
        cells = [
            records.local(each.recorded_at) if clock is Times.RECORDED else each.effective_on,
            each.seq,
            seqs.get(each.causation_id, "") if each.causation_id else "",
            records.named(each),
            by(each),
        ]
        rows.append([*cells, _brief(each)] if facts else cells)
    screen.table(columns, rows, styles={when: "cyan", "seq": "bold", "cause": "dim", "what": "green"})


def _tree(events: Sequence[StoredEvent]) -> None:
    for branch in stories.tree(events):
        event = branch.event
        screen.line(f"{event.effective_on}  {event.seq:>5}  {branch.guide}{records.named(event)}  {by(event)}")


def _notices(events: Sequence[StoredEvent]) -> None:
    sent = stories.notices(events)
    if not sent:
        return
    screen.line()
    screen.line("Notices", "bold")
    rows = [(each.on, each.seq, each.channel, each.recipient, each.about, each.outcome) for each in sent]
    screen.table(("on", "seq", "channel", "to", "of", "outcome"), rows, styles={"on": "cyan", "outcome": "green"})


def _step(event: StoredEvent, depth: int, *, last: bool) -> None:
    kind = kind_of(event.type, event.schema_version)
    indent = "   " * depth
    guide = f"{'   ' * (depth - 1)}└─ " if depth else ""
    screen.line(f"{guide}{event.seq}  {event.effective_on}  {records.named(event)}", "bold" if last else "")
    clause = f", clause {kind.clause}" if kind and kind.clause != "-" else ""
    policy = f", policy {event.policy_version}" if event.policy_version else ""
    screen.line(f"{indent}   by {by(event)}{clause}{policy}", "dim")


def _beginning(first: StoredEvent) -> str:
    if first.causation_id is not None:
        return f"It began with an event that this log does not show ({first.causation_id})."
    if first.office.startswith("system:"):
        return f"It began by itself: a time limit kept by {first.office.partition(':')[2]} ran out."
    return f"It began with {by(first)}."


def by(event: StoredEvent) -> str:
    """Who did it, in which office."""
    return event.actor if event.actor == event.office else f"{event.actor} ({event.office})"


def _brief(event: StoredEvent) -> str:
    facts = records.facts_of(event)
    return "; ".join(
        f"{name}={value}" for name, value in facts.items() if name != "case_id" and value not in ("", None)
    )


__all__ = ["app", "by"]
