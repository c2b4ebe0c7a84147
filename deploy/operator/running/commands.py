"""``juqu up``, ``demo``, ``token``, ``clock`` and ``documents``: running the system and what is tried on it.

Each imports what it does when it is called for: a token takes no server.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.operator.frame import screen
from deploy.operator.frame.failures import NO, Unable
from deploy.operator.frame.hints import called, typed
from deploy.operator.frame.options import DEFAULT_STATE, AsJson, State
from deploy.operator.frame.system import System, find_system
from deploy.operator.frame.times import about, read_moment, system_now
from shared.contracts.core import CST

if TYPE_CHECKING:
    from deploy.local.stack import Stack
    from deploy.local.supervisor import Occurrence
    from deploy.operator.log.losses import Rollback

ROOT = Path(__file__).resolve().parents[3]

TRY_NEXT = """
In another terminal:
  TOKEN=$({juqu} token --office county:220112 --role county{state})
  curl -H "Authorization: Bearer $TOKEN" {intake}/applications
  {juqu} log tail --follow{state}
"""

OFFICES = """\
Who is what:

[bold]role           office            for example                  who[/bold]
county         county:DIVISION   county:220112                县（区）科技管理部门, joint applicant 1
key-unit       unit:USCC         unit:91220101MA00000000      服务业重点单位, joint applicant 2
city           city:DIVISION     city:220100                  市（州）科技局, endorses
province       province          province                     省科技厅, examines and decides
province-lead  province          province                     省科技厅, who signs
expert         expert:ID         expert:e1                    评审专家, sees the cases assigned to them
operator       operator          operator                     replays and verifies; decides nothing
auditor        auditor           auditor                      reads everything
consumer       consumer:NAME     consumer:statistics          another system: the feed GET /events

A request carries it in a header: [bold]Authorization: Bearer $(juqu token --office city:220100 --role city)[/bold]
"""

_LISTED = 20
"""Lost events that a start names."""

up_app = typer.Typer(add_completion=False, rich_markup_mode="rich")
demo_app = typer.Typer(add_completion=False, rich_markup_mode="rich")
token_app = typer.Typer(add_completion=False, rich_markup_mode="rich")
clock_app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="The system's time; a driven clock (demonstration, tests) can be set.",
)
documents_app = typer.Typer(add_completion=False, rich_markup_mode="rich")
APPS = {"up": up_app, "demo": demo_app, "token": token_app, "clock": clock_app, "documents": documents_app}


@up_app.command()
def up(
    state: State = DEFAULT_STATE,
    free_ports: Annotated[
        bool, typer.Option("--free-ports", help="Whatever ports are free, not 8100 to 8108.")
    ] = False,
) -> None:
    """Start the system: PostgreSQL, Valkey, mail and SMS peers, and the services. Ctrl-C stops it; its data stays."""
    from deploy.operator.running.up import plan, run

    asyncio.run(run(plan(state.absolute(), os.environ, free_ports=free_ports), _OnScreen()))
    screen.line(typed("Stopped. The data stays; go on with it: `juqu up`"))


class _OnScreen:
    """Tells the person at the terminal what happens to the system."""

    def starts(self, stack: Stack, *, again: bool) -> None:
        screen.aside(f"Starting in {stack.state} ({'its data is there already' if again else 'new, and empty'}) ...")

    def runs(self, stack: Stack, rollback: Rollback) -> None:
        if rollback:
            _show_rollback(rollback)
        _show_stack(stack)

    def changes(self, name: str, occurrence: Occurrence) -> None:
        if occurrence == "crashed":
            screen.aside(f"{name} crashed; it is started again", "red")

    def stops(self) -> None:
        screen.aside("Stopping ...")


def _show_stack(stack: Stack) -> None:
    """Where everything is."""
    rows = [(name, stack.url(name), f"{stack.url(name)}/docs", stack.log_file(name)) for name in stack.processes]
    columns = ("process", "answers at", "try its API", "log")
    screen.table(columns, rows, styles={"process": "bold", "answers at": "green"})
    servers = f"PostgreSQL {_address(stack.database_url)}, Redis {_address(stack.redis_url)}"
    screen.line(f"{servers}; {stack.state / 'stack.json'}")
    named = "" if stack.state == DEFAULT_STATE.absolute() else f" --state {stack.state}"
    for name, finding in stack.findings.items():
        screen.aside(f"{name} runs, and refuses its work: {finding}", "red")
    _show_portal(stack)
    screen.line(TRY_NEXT.format(juqu=called(), state=named, intake=stack.url("intake")).strip("\n"))
    screen.line("Ctrl-C stops it.", "bold")


def _show_portal(stack: Stack) -> None:
    """Where people do their work."""
    from deploy.local.stack import ISSUER, PORTAL

    if PORTAL in stack.processes:
        trying = ISSUER in stack.processes
        whom = "as somebody of any office: its sign-in page lists people of each role" if trying else "as you always do"
        screen.line(f"Open the portal in a browser: {stack.url(PORTAL)}/", "bold green")
        screen.line(f"Sign in {whom}.")


def _address(url: str) -> str:
    return url.partition("://")[2].rpartition("@")[2]


def _show_rollback(rollback: Rollback) -> None:
    """What was lost and made anew since the start began, and what nobody can take back."""
    from deploy.operator.log import shown

    screen.line()
    screen.line(f"The log was rolled back, by a failover or a restored backup. It ends at seq {rollback.head}.", "red")
    if rollback.lost:
        screen.line(f"{len(rollback.lost)} events that were published are not in it any more:")
        screen.table(shown.LOST_COLUMNS, shown.lost_rows(rollback.named(_LISTED)), styles={"seq": "bold"})
        screen.line("Ask whoever did these things to do them again. They are listed by: juqu log lost")
    if rollback.begun_anew:
        names = ", ".join(sorted(rollback.begun_anew))
        screen.line(f"Begun anew, because they held what the log has lost: {names}.")
    if rollback.sent:
        deliveries = ", ".join(sorted({event.stream.rpartition("/")[2] for event in rollback.sent}))
        screen.line(f"Already sent, which nobody can take back, for the deliveries {deliveries}.", "red")
    elif rollback.lost:
        screen.line("No message is known to have been sent on them.")


@demo_app.command()
def demo(
    state: Annotated[
        Path | None,
        typer.Option("--state", metavar="DIR", help="The state folder; .juqu-demo where none is given."),
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Go on from what an earlier run left there.")] = False,
) -> None:
    """Start everything, drive the five fictitious districts to their end over the public APIs, and show the result."""
    from deploy.demo.run import main

    raise typer.Exit(main(state=state, keep=keep))


@token_app.command(epilog=OFFICES)
def token(
    *,
    office: Annotated[str, typer.Option("--office", metavar="OFFICE", help="In which office; see the table.")],
    role: Annotated[list[str], typer.Option("--role", metavar="ROLE", help="In which role; may be given twice.")],
    name: Annotated[str, typer.Option("--name", help="The person's name. The office's where none is given.")] = "",
    subject: Annotated[str, typer.Option("--subject", help="The person's id. The office where none is given.")] = "",
    hours: Annotated[float, typer.Option("--hours", help="How long it is valid.")] = 8.0,
    state: State = DEFAULT_STATE,
) -> None:
    """Print a token for a person in an office (development issuer; a production system has its own)."""
    from deploy.operator.running import tokens

    tokens.check_validity(state, hours)
    person = tokens.read_person(office, role, name=name, subject=subject)
    if not tokens.was_started(state):
        screen.aside(f"No system was ever started in {state}; this token is of a new key there.", "yellow")
    typer.echo(tokens.make_token(state, person, hours))
    if screen.is_terminal():
        screen.aside(f"{person.name}, {office}, {', '.join(sorted(person.roles))}, valid for {hours:g} h")


@clock_app.command("show")
def show_clock(state: State = DEFAULT_STATE, machine: AsJson = False) -> None:
    """What time it is in the system, what kind of day, and whether the clock is driven."""
    system = find_system(state)
    now = asyncio.run(system_now(system)).astimezone(CST)
    if machine:
        screen.as_json({"clock": system.clock, "now": now.isoformat(), "date": now.date().isoformat()})
        return
    asyncio.run(_read_law(system))
    screen.line(f"{now:%Y-%m-%d %H:%M:%S} in China, {about(now.date())}; {system.clock} clock")


async def _read_law(system: System) -> None:
    """Know the calendar as it is announced in the system."""
    from deploy.operator.frame.records import opened
    from shared.service.law import Law

    async with opened(system.operator_url) as log:
        await Law(log).read()


@clock_app.command("set")
def set_(
    to: Annotated[str, typer.Argument(metavar="DATE", help="2026-03-31 (at 09:00), or 2026-03-31T17:30, in China.")],
    state: State = DEFAULT_STATE,
) -> None:
    """Set a driven clock forward. The same time again is without effect; time does not go back."""
    system = find_system(state)
    if system.clock != "driven":
        raise Unable(
            "This system goes by the machine's clock, which is not set from here.",
            "The demonstration's clock is driven: `juqu demo`",
        )
    from deploy.operator.running.clock import set_clock

    moment = read_moment(to)
    asyncio.run(set_clock(system, moment))
    asyncio.run(_read_law(system))
    there = moment.astimezone(CST)
    screen.line(f"{there:%Y-%m-%d %H:%M:%S} in China, {about(there.date())}")


@documents_app.command()
def documents(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit code 1 where a file has drifted.")
    ] = False,
    root: Annotated[Path, typer.Option("--root", metavar="DIR", help="The project's folder.")] = ROOT,
) -> None:
    """Write the OpenAPI, AsyncAPI and JSON Schema documents, the glossary and the policy from the code."""
    from deploy.operator.running.documents import compare

    drift = compare(root)
    drifted = drift.drifted
    if check:
        for path in drifted:
            screen.line(f"{path}: {drift.fate(path)}")
            for text in drift.difference(path):
                screen.line(f"    {text}")
        if drifted:
            raise Unable(
                f"{len(drifted)} generated documents have drifted.", "Write them anew: `juqu documents`", code=NO
            )
        screen.line(f"{len(drift.made)} documents are as the code has them.")
        return
    for path in drifted:
        screen.line(f"{drift.write(path)}  {path}")
    screen.line(f"{len(drift.made)} documents, {len(drifted)} changed.")


__all__ = ["APPS"]
