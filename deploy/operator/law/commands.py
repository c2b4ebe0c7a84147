"""``juqu calendar`` and ``juqu policy``: notices of holidays and versions of the policy, loaded from files. The rules
are office's."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.operator.frame import screen
from deploy.operator.frame.asking import ask
from deploy.operator.frame.failures import Unable
from deploy.operator.frame.options import DEFAULT_STATE, State
from deploy.operator.frame.system import find_system
from deploy.operator.frame.times import read_day

calendar_app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="The working calendar: the yearly notices of holidays."
)
policy_app = typer.Typer(add_completion=False, no_args_is_help=True, help="The policy: what the notice leaves open.")
APPS = {"calendar": calendar_app, "policy": policy_app}


@calendar_app.callback()
def calendar() -> None:
    """The working calendar."""


@calendar_app.command("load")
def load_calendar(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The notice as TOML: see docs/operations.md.")],
    *,
    replaces: Annotated[
        str, typer.Option("--replaces", metavar="SHA256", help="The days that it corrects, as a refusal names them.")
    ] = "",
    state: State = DEFAULT_STATE,
) -> None:
    """Load the year's notice of holidays; last days that rest on its year are counted again."""
    notice = read_toml(file) | ({"replaces": replaces} if replaces else {})
    done = ask(find_system(state), "office", "POST", "/calendars/national/years", body=notice)
    if not done["events"]:
        screen.line("These days are known already; nothing changes.")
        return
    screen.line(f"The calendar of {notice['year']} is announced (seq {done['seq']}).", "green")
    screen.hint("Last days that rest on it are counted again within seconds; whose day moves is told.")


@policy_app.callback()
def policy() -> None:
    """The policy."""


@policy_app.command("load")
def load_policy(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The version as TOML: see docs/operations.md.")],
    *,
    first_day: Annotated[str, typer.Option("--from", metavar="DAY", help="Its first day, 2027-03-01: after today.")],
    state: State = DEFAULT_STATE,
) -> None:
    """Adopt a version of the policy from a day on, with a lead's token in JUQU_TOKEN."""
    body = {"text": _text_of(file), "effective_from": read_day(first_day).isoformat()}
    done = ask(find_system(state), "office", "POST", "/policies/programme/versions", body=body)
    if not done["events"]:
        screen.line("This version is adopted already; nothing changes.")
        return
    screen.line(f"The policy is adopted, in force from {first_day} (seq {done['seq']}).", "green")


def read_toml(file: Path) -> dict[str, Any]:
    """What a TOML file says, its dates as JSON writes them; raises ``Unable``."""
    try:
        told: dict[str, Any] = tomllib.loads(_text_of(file))
    except tomllib.TOMLDecodeError as error:
        raise Unable(f"{file} is no TOML: {error}.", "What it looks like: docs/operations.md.") from None
    written: dict[str, Any] = _as_json(told)
    return written


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Unable(f"{file} is not written in UTF-8.") from None


def _as_json(value: Any) -> Any:
    match value:
        case dict():
            return {name: _as_json(each) for name, each in value.items()}
        case list():
            return [_as_json(each) for each in value]
        case bool() | int() | float() | str():
            return value
        case _:
            return value.isoformat()
