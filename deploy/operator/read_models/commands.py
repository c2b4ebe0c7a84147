"""``juqu projection``: how far the read models are; rebuild, replay and compare them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from sqlalchemy.exc import IdentifierError

from deploy.operator.frame import records, screen
from deploy.operator.frame.definitions import Owned, find_projection, projections
from deploy.operator.frame.failures import NO, Unable
from deploy.operator.frame.hints import typed
from deploy.operator.frame.system import DEFAULT_STATE, AsJson, State, find_system
from deploy.operator.frame.times import read_day
from deploy.operator.read_models import proving
from deploy.operator.read_models.followers import standing
from deploy.operator.read_models.workbench import Workbench, worked
from shared.projections.comparing.digest import Digest, digest_projection
from shared.projections.rebuilding.filling import Report
from shared.projections.rebuilding.rebuild import Clock, Rebuilt, Replay, drop_replay, rebuild

Name = Annotated[str, typer.Argument(metavar="NAME", help="The projection; `juqu projection list` has them. Or `all`.")]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="The services' read models: how far they are, rebuilds, replays, digests.",
)


@app.command("list")
def list_(state: State = DEFAULT_STATE, machine: AsJson = False) -> None:
    """Every follower of the log by service: its version, the seq it is at, how far behind, events parked."""
    system = find_system(state)
    found = asyncio.run(standing(system))
    if machine:
        for each in found:
            screen.as_json(asdict(each))
        return
    columns = ("service", "name", "kind", "version", "seq", "lag", "parked", "note")
    rows = [[getattr(each, name) for name in columns] for each in found]
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

        result = worked(system, owned, work)
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
    clock: Annotated[Clock, typer.Option("--clock", help="Which time --until is of.")] = Clock.RECORDED,
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
        then = proving.Then(day=read_day(until), clock=clock)
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
        made, digest = worked(system, owned, work)
        _show_replay(owned, called, made, digest, machine)


@app.command("replays")
def replays_(state: State = DEFAULT_STATE, machine: AsJson = False) -> None:
    """The replays that stand beside the live projections."""
    found = [each for each in asyncio.run(standing(find_system(state), replays=True)) if each.kind == "replay"]
    if machine:
        for each in found:
            screen.as_json(asdict(each))
        return
    rows = [(each.service, *each.name.split("@"), each.note, each.seq, each.parked) for each in found]
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
    gone = [owned.projection.name for owned in _named(name) if worked(system, owned, work)]
    for each in gone:
        screen.line(f"{each}@{tag} is gone.")
    if not gone:
        left = [each.name.split("@") for each in asyncio.run(standing(system, replays=True)) if each.kind == "replay"]
        tags = ", ".join(sorted({found for projection, found in left if name in {projection, "all"}}))
        of_what = "any projection" if name == "all" else name
        raise Unable(
            f"There is no replay {tag} of {of_what}.",
            f"There {f'are {tags}' if tags else 'is none'}: `juqu projection replays`",
            code=NO,
        )


app.command("digest")(proving.digest)
app.command("prove")(proving.prove)
app.command("diff")(proving.diff)


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
    screen.line(_verdict(owned, result), "green" if result.equal else "yellow")
    if result.parked:
        screen.hint(f"{result.parked} events could not be folded: `juqu parked list`", "yellow")


def _verdict(owned: Owned, result: Rebuilt) -> str:
    if result.equal:
        return f"Equal, row for row: {result.shadow.combined}{'; switched.' if result.switched else ''}"
    what = f"{', '.join(result.differs)} differ" if result.live else "There are no live tables of this version"
    if result.switched:
        return f"{what}; the new tables are in place now."
    return typed(
        f"{what}. The new tables stay as a replay; remove it: `juqu projection drop {owned.projection.name} rebuild`"
    )


__all__: Sequence[str] = ["app"]
