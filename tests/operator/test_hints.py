"""Every hint of the command line ends with the next command, as it can be typed here."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.operator import app
from deploy.operator.frame import hints
from tests.operator.conftest import juqu

COMMANDS = Path(app.__file__).parent


def constant(node: ast.expr) -> str:
    """The text of a literal, with a place for each value in it."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)
    return ""


def told() -> Iterator[tuple[str, str]]:
    """Where a command is told in a hint, and the hint."""
    for file in sorted(COMMANDS.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"Unable", "screen.hint", "typed"}:
                for argument in node.args:
                    if "`juqu " in constant(argument):
                        yield f"{file.relative_to(COMMANDS)}:{node.lineno}", constant(argument)


HINTS = list(told())
PLACES = [where for where, _ in HINTS]


def test_the_hints_are_found() -> None:
    assert len(HINTS) > 20


@pytest.mark.parametrize(("where", "hint"), HINTS, ids=PLACES)
def test_a_hint_ends_with_its_command(where: str, hint: str) -> None:
    assert hint.endswith("`"), f"{where}: {hint}"


@pytest.mark.parametrize(("where", "hint"), HINTS, ids=PLACES)
def test_a_hint_names_a_command_that_there_is(where: str, hint: str) -> None:
    for words in re.findall(r"`(?:env -u X )?juqu ([a-z]+(?: [a-z]+)?)", hint):
        part, _, command = words.partition(" ")
        assert part in app.PARTS, where
        known = getattr(app.part_of(part), "commands", None)
        assert known is None or command in known, f"{where}: {hint}"


@pytest.mark.parametrize(
    "words",
    [
        ("notices", "list"),
        ("log", "prove"),
        ("person", "find"),
        ("projection", "replay", "lifecycle.districts"),
        ("projection", "rebuild", "nosuch"),
        ("parked", "list", "--follower", "nosuch"),
        ("log", "search", "--office", "nosuch"),
        ("log", "verify", "--against", "nosuch"),
        ("token", "--office", "nosuch", "--role", "x"),
        ("token", "--office", "county:999999", "--role", "county"),
        ("clock", "set", "someday"),
        ("case", "show", "x", "--at", "9999-12-31"),
        ("case", "show", "x", "--at", "9999-12-31T23:59:59-14:00"),
        ("projection", "replay", "intake.applications", "--until", "0001-01-01"),
        ("backup", "--to", "/x", "--keys-to", "/x"),
        ("drill", "restore", "/nonexistent"),
    ],
)
async def test_whatever_is_refused_is_told_what_to_type_next(tmp_path: Path, words: tuple[str, ...]) -> None:
    said = await juqu(*words, "--state", str(tmp_path))
    last = said.refused.rstrip().splitlines()[-1]
    assert re.search(r"`juqu [a-z].*`$", last), said.err
    assert "--help" in last or last.endswith(f" --state {tmp_path}`"), said.err


@pytest.mark.parametrize(
    "words",
    [
        ("case", "why", "99999999999999999999"),
        ("log", "show", "99999999999999999999"),
        ("log", "export", "--until", "99999999999999999999"),
        ("log", "export", "--stream", "x", "--since", "99999999999999999999"),
        ("log", "checkpoint", "--size", "99999999999999999999"),
        ("parked", "show", "99999999999999999999"),
    ],
)
async def test_a_number_beyond_any_log_is_refused_in_a_sentence(tmp_path: Path, words: tuple[str, ...]) -> None:
    said = await juqu(*words, "--state", str(tmp_path))
    assert said.code == 2, said.err
    assert "less than or equal" in " ".join(said.err.split()), said.err


def test_a_command_is_written_as_it_can_be_typed_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["juqu", "log", "tail", "--state=/srv/juqu"])
    monkeypatch.setattr(hints, "called", lambda: "bin/juqu")
    assert hints.typed("See: `juqu log tail`") == "See: `bin/juqu log tail --state /srv/juqu`"
    assert hints.helped("Why?", "log tail") == "Why? More: `bin/juqu log tail --help`"
    assert hints.helped("", "") == "More: `bin/juqu --help`"
