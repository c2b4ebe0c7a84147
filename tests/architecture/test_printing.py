"""Who prints: of the command line the ``commands.py`` of each noun and the screen; of the demonstration its screen."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRINTING = {
    "deploy/operator/app.py",  # the root: its help, and what went wrong
    "deploy/operator/frame/options.py",  # options that most commands take
    "deploy/operator/frame/screen.py",
    "deploy/demo/screen.py",
}
SCREENS = ("typer", "rich", "deploy.operator.frame.screen")


def may_print(path: str) -> bool:
    """Whether a file is one of those that show something."""
    return path in PRINTING or (path.startswith("deploy/operator/") and path.endswith("/commands.py"))


def prints(source: str) -> Iterator[str]:
    """What in a module shows something: a screen that it imports, ``print``, standard output or error."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.startswith(SCREENS))
        elif isinstance(node, ast.ImportFrom) and node.module:
            named = (f"{node.module}.{name.name}" for name in node.names)
            yield from (name for name in named if name.startswith(SCREENS))
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "print":
            yield "print"
        elif isinstance(node, ast.Attribute) and ast.unparse(node) in {"sys.stdout", "sys.stderr"}:
            yield ast.unparse(node)


def silent() -> list[str]:
    """The modules that print nothing."""
    folders = ("deploy/operator", "deploy/demo")
    paths = (str(file.relative_to(ROOT)) for folder in folders for file in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in paths if not may_print(path))


@pytest.mark.parametrize("path", silent())
def test_nothing_else_prints(path: str) -> None:
    assert not list(prints((ROOT / path).read_text()))


def test_those_that_may_print_are_there() -> None:
    assert all((ROOT / path).is_file() for path in PRINTING)


@pytest.mark.parametrize(
    "line",
    [
        "import typer",
        "from rich.table import Table",
        "from deploy.operator.frame import screen",
        "from deploy.operator.frame.screen import line",
        "print(1)",
        "sys.stdout.write('x')",
    ],
)
def test_the_check_bites(line: str) -> None:
    assert list(prints(f"import sys\n{line}"))
