"""One word, one meaning: a class is found by its name alone, and modules are imported under one habit."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("intake", "review", "lifecycle", "notify", "office")
DELIBERATE = {
    "Handlers": "what looks facts up for an aggregate, once in each service",
    "CorrectRecord": "one command, which three services take alike",
    "RecordCorrected": "the event of that command, which is each service's own",
    "CountAgain": "one command of the calendar, which each service with last days gives itself",
    "DeadlineRecounted": "the event of that command, which is each service's own",
}
"""Class names that stand for more than one thing, and why they may."""


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the project by its path."""
    files = (file for folder in ("services", "shared", "deploy", "bench") for file in (ROOT / folder).rglob("*.py"))
    return {str(file.relative_to(ROOT)): ast.parse(file.read_text()) for file in files}


def shared_names(sources: dict[str, ast.Module]) -> dict[str, list[str]]:
    """The public class names that stand in several modules, with these."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    for path, module in sources.items():
        for node in module.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(path)
    return {name: paths for name, paths in places.items() if len(paths) > 1}


def loggers_named_log(module: ast.Module) -> Iterator[int]:
    """The lines of a module on which something at its top is called ``log``: that is the event log's name."""
    for node in module.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == "log" for target in targets):
            yield node.lineno


def other_habits(path: str, module: ast.Module) -> Iterator[str]:
    """What a service's module imports in another way than the others do.

    Its own event module is ``events``, another service's ``review_events``; an aggregate's commands are ``commands``.
    """
    own = path.split("/")[1]
    for node in ast.walk(module):
        if not isinstance(node, ast.ImportFrom):
            continue
        for name in node.names:
            if node.module == "shared.contracts" and name.name in SERVICES:
                habit: str | None = "events" if name.name == own else f"{name.name}_events"
            elif (node.module or "").startswith("services.") and name.name == "commands":
                habit = None
            else:
                continue
            if name.asname != habit:
                yield f"from {node.module} import {name.name}{f' as {name.asname}' if name.asname else ''}"


def of_services() -> list[str]:
    """The modules of the services."""
    return sorted(path for path in modules() if path.startswith("services/"))


def test_a_class_is_found_by_its_name_alone() -> None:
    twice = {name: paths for name, paths in shared_names(modules()).items() if name not in DELIBERATE}
    assert not twice


@pytest.mark.parametrize("name", sorted(DELIBERATE))
def test_a_name_that_may_stand_twice_does(name: str) -> None:
    assert name in shared_names(modules())


def test_no_logger_has_the_name_of_the_event_log() -> None:
    assert not {path: lines for path, module in modules().items() if (lines := list(loggers_named_log(module)))}


def test_events_and_commands_are_imported_under_one_habit() -> None:
    others = ((path, list(other_habits(path, modules()[path]))) for path in of_services())
    assert not {path: lines for path, lines in others if lines}


def test_the_checks_bite() -> None:
    one, other = ast.parse("class Twice: ..."), ast.parse("class Twice: ...\nclass Once: ...")
    assert shared_names({"a": one, "b": other}) == {"Twice": ["a", "b"]}
    assert list(loggers_named_log(ast.parse("x = 1\nlog = logger_of('x')"))) == [2]
    assert list(loggers_named_log(ast.parse("log: Logger = logger_of('x')"))) == [1]
    lines = (
        "from shared.contracts import review",
        "from shared.contracts import review as events",
        "from shared.contracts import intake as happened",
        "from services.intake.application import commands as asked",
    )
    for line in lines:
        assert list(other_habits("services/intake/x.py", ast.parse(line))) == [line]
    for line in (
        "from shared.contracts import intake as events, review as review_events",
        "from services.intake.application import commands",
    ):
        assert not list(other_habits("services/intake/x.py", ast.parse(line)))
