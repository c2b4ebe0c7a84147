"""``juqu token``: a token of the development issuer, for trying the APIs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

import typer

from deploy.operator.frame.failures import Unable, sentence
from deploy.operator.frame.screen import aside, is_terminal
from deploy.operator.frame.system import DEFAULT_STATE, NOTE, State, environment_of, keys_folder
from shared.contracts.core import Actor, Role
from shared.programme.divisions import UnknownDivision, authorities, authority, route
from shared.programme.values.offices import KIND_OF_ROLE
from shared.programme.values.uscc import Uscc, UsccError
from shared.service.identity.development_issuer import DevelopmentIssuer
from shared.service.settings import DEVELOPMENT

LONGEST = 24 * 366
"""Hours."""

OFFICES = """\
Who is what:

[bold]role           office            for example                  who[/bold]
county         county:DIVISION   county:220112                县（区）科技管理部门, joint applicant 1
key-unit       unit:USCC         unit:91220101MA00000000      重点单位, joint applicant 2
city           city:DIVISION     city:220100                  市（州）科技局, endorses
province       province          province                     省科技厅, examines and decides
province-lead  province          province                     省科技厅, who signs
expert         expert:ID         expert:e1                    评审专家, sees the cases assigned to them
operator       operator          operator                     replays and verifies; decides nothing
auditor        auditor           auditor                      reads everything
consumer       consumer:NAME     consumer:statistics          another system: the feed GET /events

A request carries it in a header: [bold]Authorization: Bearer $(juqu token --office city:220100 --role city)[/bold]
"""

app = typer.Typer(add_completion=False, rich_markup_mode="rich")


@app.command(epilog=OFFICES)
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
    environment = environment_of(state)
    issuer = environment.get("JUQU_OIDC_ISSUER") or DEVELOPMENT
    if issuer != DEVELOPMENT:
        raise Unable(f"This system takes tokens of {issuer} (JUQU_OIDC_ISSUER).", "Ask that issuer.")
    if not 0 < hours <= LONGEST:
        raise Unable(f"--hours {hours:g}: from above 0 to {LONGEST} (a year).")
    called = check_office(office, date.today())  # noqa: DTZ011 - the division's name today
    actor = Actor(subject or office, name or called, office, frozenset(map(_role, role)))
    if not (state / NOTE).exists() and not (state / "keys").exists():
        aside(f"No system was ever started in {state}; this token is of a new key there.", "yellow")
    try:
        made = DevelopmentIssuer(keys_folder(state, environment)).token(actor, lifetime=timedelta(hours=hours))
    except ValueError as error:
        raise Unable(sentence(error), "The offices and roles: `juqu token --help`") from None
    typer.echo(made)
    if is_terminal():
        aside(f"{actor.name}, {office}, {', '.join(sorted(actor.roles))}, valid for {hours:g} h")


def check_office(office: str, on: date) -> str:
    """What an office is called; raises ``Unable`` for one that cannot be."""
    kind, colon, which = office.partition(":")
    match kind:
        case "county" | "city" | "unit" | "expert" | "consumer" if not which.strip():
            raise Unable(f"--office {office}: whose? It reads {kind}:<{_WHOSE[kind]}>.")
        case "county":
            return _county(which, on)
        case "city":
            found = authority(which, on)
            if found is None:
                known = ", ".join(f"{each.code} {each.name}" for each in authorities(on))
                raise Unable(f"--office {office}: no city bureau endorses under {which}.", f"There are {known}.")
            return found.name
        case "unit":
            return _unit(which)
        case "expert":
            return f"专家 {which}"
        case "consumer":
            return which
        case "province" | "operator" | "auditor" if not colon:
            return {"province": "省科技厅"}.get(kind, kind)
        case _:
            raise Unable(
                f"--office {office}: there is no such office.",
                "It is county:.., unit:.., city:.., province, expert:.., operator, auditor or consumer:..",
            )


_WHOSE = {"county": "division", "city": "division", "unit": "USCC", "expert": "id", "consumer": "name"}


def _county(code: str, on: date) -> str:
    try:
        return f"{route(code, on).county.name}科技管理部门"
    except UnknownDivision as error:
        raise Unable(f"--office county:{code}: {error.message_en}.", error.message_zh) from None


def _unit(code: str) -> str:
    try:
        return f"重点单位 {Uscc.parse(code)}"
    except UsccError as error:
        raise Unable(f"--office unit:{code}: {error.message_en}", error.message_zh) from None


def _role(name: str) -> Role:
    known = [each.value for each in KIND_OF_ROLE if each is not Role.SYSTEM]
    if name not in known:
        raise Unable(f"--role {name}: there is no such role.", f"There are {', '.join(known)}.")
    return Role(name)


__all__ = ["app", "check_office", "token"]
