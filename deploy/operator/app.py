"""The ``juqu`` command: its parts, each imported when it is called for, and what becomes of what goes wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from deploy.operator.frame import screen
from deploy.operator.frame.failures import NO, Unable, explained
from deploy.operator.frame.hints import helped

HELP = """\
The life of a demonstration district, from filing to its fate, on an append-only event log. 知识产权服务业集聚发展区

Exit codes: [bold]0[/bold] done. [bold]1[/bold] done, and the answer is no: digests differ, documents have drifted, \
a release failed again, nothing is found. [bold]2[/bold] not done: a mistake in the command, no running system, a \
server that does not answer.
"""

PARTS = {
    "up": "running",
    "demo": "running",
    "token": "running",
    "log": "log",
    "notary": "notary",
    "case": "case",
    "projection": "read_models",
    "parked": "parked",
    "notices": "notices",
    "dkim": "notices",
    "calendar": "law",
    "policy": "law",
    "person": "person",
    "keys": "person",
    "clock": "running",
    "backup": "keeping",
    "drill": "keeping",
    "documents": "running",
}
"""The commands and groups, and the noun of this package whose ``commands.APPS`` has each."""


class CommandsOfNouns(TyperGroup):
    """The commands of ``PARTS``."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - typer's signature
        return list(PARTS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - typer's signature
        if cmd_name not in PARTS:
            return None
        return part_of(cmd_name)


def part_of(name: str) -> Any:
    """The command or group that one of ``PARTS`` is."""
    part: typer.Typer = import_module(f"deploy.operator.{PARTS[name]}.commands").APPS[name]
    command = typer.main.get_command(part)
    command.name = name
    return command


app = typer.Typer(
    name="juqu",
    cls=CommandsOfNouns,
    help=HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def juqu() -> None:
    """Nothing of its own."""


def main() -> None:
    """Run the command line; exits with 0, 1 or 2 (see ``HELP``), with plain words for what went wrong."""
    screen.line_by_line()
    try:
        app()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        words = explained(error)
        if words is None:
            raise
        _tell(words)
        sys.exit(words.code)


def _tell(words: Unable) -> None:
    screen.aside(words.problem, "yellow" if words.code == NO else "red")
    screen.aside(helped(words.hint, _asked(sys.argv[1:])))


def _asked(words: Sequence[str]) -> str:
    """The command of an argument vector: ``notices list``, ``up``."""
    if not words or words[0] not in PARTS:
        return ""
    known = getattr(part_of(words[0]), "commands", {})
    return " ".join([words[0], *(word for word in words[1:2] if word in known)])


if __name__ == "__main__":
    main()
