"""``juqu case``: the whole story of a case, and why something in it happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from deploy.operator.case import shown
from deploy.operator.case import story as stories
from deploy.operator.frame import records, screen
from deploy.operator.frame.options import DEFAULT_STATE, AsJson, State
from deploy.operator.frame.system import find_system
from deploy.operator.frame.times import Times
from shared.eventlog.log import EventLog, StoredEvent

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="The story of one case across the services, and the causes in it."
)
APPS = {"case": app}


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
    times = stories.times_meant(then, clock)

    async def ask(log: EventLog) -> tuple[str, list[StoredEvent]]:
        case = await stories.find_case(log, case_id)
        events = stories.as_of(await stories.gather(log, case), then, times)
        return case, await records.readable(log, system, events)

    case, events = records.with_log(system, ask)
    if machine:
        sent = [asdict(message) for message in stories.messages(events)]
        screen.as_json({"case_id": case, "events": [records.as_plain(event) for event in events], "notices": sent})
        return
    screen.line(f"Case {case}{f', as of {shown.day_or_moment(then)} ({times})' if then else ''}", "bold")
    listed = [event for event in events if everything or not stories.is_of_a_message(event)]
    if causes:
        _show_tree(listed)
    else:
        _show_story(listed, times, facts=facts)
    _show_notices(events)


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
        known = stories.known_and_in_effect(await stories.gather(log, case), moment)
        await records.leave_word(log, system, [event for event, _ in known])
        return case, known

    case, known = records.with_log(system, ask)
    if machine:
        events = [records.as_plain(event) | {"then": then} for event, then in known]
        screen.as_json({"case_id": case, "at": moment.isoformat(), "events": events})
        return
    screen.line(f"Case {case}, as of {records.local(moment)}", "bold")
    rows = [
        (event.effective_on, records.local(event.recorded_at), event.seq, records.named(event), shown.by(event), then)
        for event, then in known
        if not stories.is_of_a_message(event)
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
        event = await records.event_at(log, seq)
        chain = await records.chain(log, event)
        effects = await records.caused_by(log, event.event_id)
        opened = {read.seq: read for read in await records.readable(log, system, [*chain, *effects])}
        return [opened[cause.seq] for cause in chain], [opened[effect.seq] for effect in effects]

    chain, effects = records.with_log(system, ask)
    if machine:
        led_to = [records.as_plain(effect) for effect in effects]
        screen.as_json({"chain": [records.as_plain(cause) for cause in chain], "led_to": led_to})
        return
    screen.line(shown.beginning(chain[0]), "dim")
    for depth, cause in enumerate(chain):
        what, who = shown.step(cause, depth)
        screen.line(what, "bold" if cause is chain[-1] else "")
        screen.line(who, "dim")
    for effect in effects:
        indent = "   " * len(chain)
        screen.line(f"{indent}then {effect.seq}  {effect.effective_on}  {records.named(effect)}", "dim")


def _show_story(events: Sequence[StoredEvent], clock: Times, *, facts: bool) -> None:
    when, *_ = columns = shown.columns(clock, facts=facts)
    styles = {when: "cyan", "seq": "bold", "cause": "dim", "what": "green"}
    screen.table(columns, shown.story(events, clock, facts=facts), styles=styles)


def _show_tree(events: Sequence[StoredEvent]) -> None:
    for branch in stories.tree(events):
        event = branch.event
        screen.line(f"{event.effective_on}  {event.seq:>5}  {branch.guide}{records.named(event)}  {shown.by(event)}")


def _show_notices(events: Sequence[StoredEvent]) -> None:
    sent = stories.messages(events)
    if not sent:
        return
    screen.line()
    screen.line("Notices", "bold")
    rows = [(each.on, each.seq, each.channel, each.recipient, each.about, each.outcome) for each in sent]
    screen.table(("on", "seq", "channel", "to", "of", "outcome"), rows, styles={"on": "cyan", "outcome": "green"})


__all__ = ["APPS"]
