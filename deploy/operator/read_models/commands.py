"""``juqu projection``: how far the read models are; rebuild, replay and compare them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated

import typer
from rich.progress import TaskID
from sqlalchemy.exc import IdentifierError

from deploy.operator.frame import records, screen
from deploy.operator.frame.definitions import Owned, find_projection, projections
from deploy.operator.frame.failures import NO, Unable
from deploy.operator.frame.options import DEFAULT_STATE, AsJson, State
from deploy.operator.frame.system import System, find_system
from deploy.operator.frame.times import read_day
from deploy.operator.read_models import proving, shown
from deploy.operator.read_models.followers import FollowerState, find_followers
from deploy.operator.read_models.workbench import Workbench, worked
from shared.projections.comparing.diff import Difference
from shared.projections.comparing.digest import Digest, digest_projection
from shared.projections.rebuilding.filling import Progress, Report
from shared.projections.rebuilding.rebuild import Rebuilt, Replay, TimeAxis, drop_replay, rebuild

OneName = Annotated[str, typer.Argument(metavar="NAME", help="The projection; `juqu projection list` has them.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The projection; `juqu projection list` has them. Or `all`.")]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="The services' read models: how far they are, rebuilds, replays, digests.",
)
APPS = {"projection": app}


@app.command("list")
def list_(state: State = DEFAULT_STATE, machine: AsJson = False) -> None:
    """Every follower of the log by service: its version, the seq it is at, how far behind, events parked."""
    system = find_system(state)
    followers = asyncio.run(find_followers(system))
    if machine:
        for follower in followers:
            screen.as_json(asdict(follower))
        return
    columns = ("service", "name", "kind", "version", "seq", "lag", "parked", "note")
    rows = [[getattr(follower, name) for name in columns] for follower in followers]
    screen.table(columns, rows, styles={"name": "green", "note": "yellow"})


@app.command("rebuild")
def rebuild_(
    name: Name,
    *,
    switch: Annotated[
        bool, typer.Option("--switch", help="Put the new tables in place, if the rows are equal.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="With --switch: although the rows differ.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where an interrupted rebuild was.")] = False,
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """Build a projection anew from the log, beside the live one while that serves, and compare them row for row.

    Only folds run: nothing is sent again. Where rows differ (exit code 1) the new tables stay as replay "rebuild".
    """
    if force and not switch:
        raise Unable("--force goes with --switch.")
    system = find_system(state)
    good = True
    for owned in _named(name):

        async def work(bench: Workbench, report: Report) -> Rebuilt:
            owner = bench.owned
            return await rebuild(
                bench.log,
                bench.engine,
                owner.projection,
                owner.service,
                switch=switch,
                force=force,
                resume=resume,
                progress=report,
            )

        result = worked(system, owned, work, _watching)
        _show_rebuilt(owned, result, machine)
        good = good and (result.equal or result.switched)
    if not good:
        raise typer.Exit(NO)


@app.command("replay")
def replay_(
    name: Name,
    *,
    until: Annotated[str, typer.Option("--until", metavar="DATE", help="As at the end of this day in China.")] = "",
    seq: Annotated[
        int | None, typer.Option("--seq", min=0, max=records.LAST_SEQ, metavar="N", help="As after this event.")
    ] = None,
    axis: Annotated[TimeAxis, typer.Option("--clock", help="Which time --until is of.")] = TimeAxis.RECORDED,
    at: Annotated[str, typer.Option("--at", metavar="WHEN", help=proving.WHEN)] = "",
    effective: Annotated[str, typer.Option("--effective", metavar="DATE", help=proving.EFFECTIVE)] = "",
    tag: Annotated[str, typer.Option("--tag", metavar="T", help="The tables' tag: up to 20 of a-z, 0-9, _.")] = "",
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """Build a projection as it was, beside the live one, to look at with SQL; `drop` removes it."""
    if sum([bool(until), seq is not None, bool(at), bool(effective)]) != 1:
        raise Unable("Until when? Give one of --at WHEN, --effective DATE, --until DATE, --seq N.")
    if until:
        then = proving.Then(day=read_day(until), axis=axis)
    elif seq is not None:
        then = proving.Then(seq=seq)
    else:
        then = proving.read_then(at) if at else proving.read_effective(effective)
    called = tag or then.tag

    async def work(bench: Workbench, report: Report) -> tuple[Replay, Digest]:
        owner = bench.owned
        try:
            made = await proving.replayed(bench, report, then, called)
        except IdentifierError as error:
            raise Unable(f"The tag {called} is too long: {error}.", "Give a shorter one with --tag.") from None
        return made, await digest_projection(bench.engine, owner.projection, owner.service, called)

    system = find_system(state)
    for owned in _named(name):
        made, digest = worked(system, owned, work, _watching)
        _show_replay(owned, called, made, digest, machine)


@app.command()
def replays(state: State = DEFAULT_STATE, machine: AsJson = False) -> None:
    """The replays that stand beside the live projections."""
    replays = _replays(find_system(state))
    if machine:
        for each in replays:
            screen.as_json(asdict(each))
        return
    rows = [(each.service, *each.name.split("@"), each.note, each.seq, each.parked) for each in replays]
    screen.table(("service", "projection", "tag", "of", "seq", "parked"), rows)


@app.command()
def drop(
    name: Name,
    tag: Annotated[str, typer.Argument(metavar="TAG", help="Which replay; `juqu projection replays` has them.")],
    state: State = DEFAULT_STATE,
) -> None:
    """Remove a replay's tables. Exit code 1 where there is no such replay."""

    async def work(bench: Workbench, _report: Report) -> bool:
        return await drop_replay(bench.engine, bench.owned.service, bench.owned.projection.name, tag)

    system = find_system(state)
    gone = [owned.projection.name for owned in _named(name) if worked(system, owned, work, _watching)]
    for projection in gone:
        screen.line(f"{projection}@{tag} is gone.")
    if not gone:
        left = [replay.name.split("@") for replay in _replays(system)]
        tags = ", ".join(sorted({known for projection, known in left if name in {projection, "all"}}))
        of_what = "any projection" if name == "all" else name
        raise Unable(
            f"There is no replay {tag} of {of_what}.",
            f"There {f'are {tags}' if tags else 'is none'}: `juqu projection replays`",
            code=NO,
        )


@app.command()
def digest(
    name: OneName,
    tag: Annotated[str, typer.Option("--tag", metavar="T", help="Of a replay instead of the live tables.")] = "",
    at: Annotated[
        int | None, typer.Option("--at", min=0, max=records.LAST_SEQ, metavar="SEQ", help="As after this event.")
    ] = None,
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """The digest of the rows (SHA-256), by table and of all, with the seq they stand at and the log's root there."""
    if tag and at is not None:
        raise Unable("Give either --tag or --at.")
    system, owned = find_system(state), find_projection(name)

    async def work(bench: Workbench, report: Report) -> proving.Proof:
        return await proving.prove_digest(bench, report, system.operator_url, tag=tag, at=at)

    proof = worked(system, owned, work, _watching)
    made = proof.digest
    if machine:
        screen.as_json(asdict(made) | {"combined": made.combined, "root": proof.root, "line": proof.line})
        return
    screen.line(f"{name} version {made.version} at seq {made.seq}", "bold")
    screen.table(("table", "sha256"), [*sorted(made.tables.items()), ("all of them", made.combined)])
    screen.line(proof.line)


@app.command()
def prove(
    name: OneName,
    line: Annotated[str, typer.Option("--line", metavar="LINE", help="What `digest` said on another machine.")] = "",
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """Fold the log anew, by one process in its order, and compare: with the live rows, or with another machine's line.

    Exit code 1 where they are not the same.
    """
    system, owned = find_system(state), find_projection(name)
    parts = proving.read_line(line, name) if line else None

    async def work(bench: Workbench, report: Report) -> proving.Comparison:
        return await proving.prove_fold(bench, report, system.operator_url, parts)

    proof = worked(system, owned, work, _watching)
    if machine:
        equal = {"equal": proof.same, "same_log": proof.same_log}
        screen.as_json(equal | {"line": proof.folded.line, "wanted": proof.wanted})
    else:
        screen.line(proof.folded.line)
        gives = "gives" if proof.same else "does not give"
        whose = "that line" if line else "the live rows"
        screen.line(f"The log, folded anew, {gives} {whose}.", "green" if proof.same else "red")
        if not proof.same_log:
            screen.line(f"The logs are not the same up to seq {proof.folded.digest.seq}.", "red")
    if not (proof.same and proof.same_log):
        raise typer.Exit(NO)


@app.command()
def diff(
    name: OneName,
    *,
    at: Annotated[
        list[str] | None, typer.Option("--at", metavar="WHEN", help=f"{proving.WHEN} Twice, or against now.")
    ] = None,
    effective: Annotated[list[str] | None, typer.Option("--effective", metavar="DATE", help=proving.EFFECTIVE)] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Rows to tell of.")] = 100,
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """What changed in a projection between two states: rows added, removed and changed, column by column."""
    states = [*map(proving.read_then, at or ()), *map(proving.read_effective, effective or ())]
    if not 1 <= len(states) <= 2:
        raise Unable("Between when? Give --at (or --effective) twice, or once to compare with now.")
    system, owned = find_system(state), find_projection(name)

    async def work(bench: Workbench, report: Report) -> tuple[list[Difference], dict[str, int]]:
        return await proving.find_changes(bench, report, states, limit)

    changes, counts = worked(system, owned, work, _watching)
    if machine:
        for change in changes:
            screen.as_json(asdict(change) | {"kind": change.kind, "columns": change.columns})
        return
    screen.line(f"{name} from {states[0]} to {states[1] if len(states) > 1 else 'now'}", "bold")
    for change in changes:
        _show_change(change)
    cut = f", {len(changes)} shown" if sum(counts.values()) > len(changes) else ""
    screen.line(", ".join(f"{number} {kind}" for kind, number in counts.items()) + cut)


def _replays(system: System) -> list[FollowerState]:
    return [each for each in asyncio.run(find_followers(system, replays=True)) if each.kind == "replay"]


def _named(name: str) -> list[Owned]:
    return list(projections()) if name == "all" else [find_projection(name)]


def _show_replay(owned: Owned, tag: str, made: Replay, digest: Digest, machine: bool) -> None:
    if machine:
        screen.as_json(asdict(made) | {"digest": asdict(digest) | {"combined": digest.combined}})
        return
    screen.line(f"{owned.projection.name} as of {made.note}, replay {tag}, at seq {made.seq}", "bold")
    rows = [(view, f"{owned.service}.{made.tables[view]}", digest.tables[view]) for view in sorted(made.tables)]
    screen.table(("view", "table", "sha256"), rows, styles={"table": "green"})
    if made.parked:
        screen.hint(f"{made.parked} events could not be folded: `juqu parked list`", "yellow")
    if made.seq == 0:
        screen.aside("Nothing was recorded by then. --effective DATE goes by when it took effect.", "yellow")


def _show_rebuilt(owned: Owned, result: Rebuilt, machine: bool) -> None:
    live = result.live.tables if result.live else {}
    if machine:
        screen.as_json(
            {
                "projection": owned.projection.name,
                "seq": result.shadow.seq,
                "events": result.events,
                "equal": result.equal,
                "switched": result.switched,
                "parked": result.parked,
                "differs": result.differs,
                "live": dict(live),
                "rebuilt": dict(result.shadow.tables),
                "combined": result.shadow.combined,
            }
        )
        return
    screen.line(f"{owned.projection.name} at seq {result.shadow.seq}, {result.events} events folded", "bold")
    rows = [
        (view, screen.short(live.get(view, "-")), screen.short(digest), "no" if view in result.differs else "yes")
        for view, digest in sorted(result.shadow.tables.items())
    ]
    screen.table(("table", "live sha256", "rebuilt sha256", "equal"), rows)
    screen.line(shown.outcome(owned.projection.name, result), "green" if result.equal else "yellow")
    if result.parked:
        screen.hint(f"{result.parked} events could not be folded: `juqu parked list`", "yellow")


def _show_change(change: Difference) -> None:
    key = ", ".join(map(str, change.key))
    style = {"added": "green", "removed": "red"}.get(change.kind, "yellow")
    screen.line(f"{change.kind:<8} {change.view} {key}", style)
    for text in shown.columns_of(change):
        screen.line(text, "" if change.kind == "changed" else "dim")


@contextmanager
def _watching(name: str) -> Iterator[Report]:
    """A progress bar over the log, for work on a projection of that name."""
    tasks: list[TaskID] = []
    with screen.progress_bar() as bar:

        def report(progress: Progress) -> None:
            if not tasks:
                tasks.append(bar.add_task(name, total=progress.target, rate=""))
            left = progress.remaining
            speed = f"{progress.rate:,.0f} events/s" + (f", {shown.span(left)} to go" if left is not None else "")
            bar.update(tasks[0], completed=progress.seq, total=progress.target, rate=speed)

        yield report


__all__ = ["APPS"]
