"""What small changes there are, and that a change which no test knows is told apart from one that a test notices."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.mutants.changes import changes
from tests.mutants.rooms import ROOMS


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ("x = a < b", {"x = (a <= b)"}),
        ("x = a <= b < c", {"x = (a < b < c)", "x = (a <= b <= c)"}),
        ("x = a is None", {"x = (a is not None)"}),
        ("x = a in b", {"x = (a not in b)"}),
        ("x = a and b", {"x = (a or b)"}),
        ("x = not a", {"x = (a)"}),
        ("x = -a", {"x = (a)"}),
        ("x = a + b", {"x = (a - b)"}),
        ("x = a - b", {"x = (a + b)"}),
        ("x = True", {"x = (False)"}),
        ("x = 3", {"x = (4)"}),
        ("x = all(a)", {"x = (any(a))"}),
        ("x = '王' + a", set()),
        ("x: Literal[3] = a", set()),
        ("__all__ = [3]", set()),
    ],
)
def test_every_kind_of_change_is_made_once(source: str, made: set[str]) -> None:
    assert {change.made(source.encode()).decode() for change in changes(source.encode())} == made


def test_a_change_says_where_it_is() -> None:
    source = "class A:\n    def f(self):\n        '中文'\n        return [x for x in self if x > 0]\n"
    assert {(change.line, change.function, change.before) for change in changes(source.encode())} == {
        (4, "A.f", "x > 0"),
        (4, "A.f", "0"),
    }


def test_the_rooms_are_there() -> None:
    assert all(len(room.files()) > 3 for room in ROOMS.values())


def test_the_tool_tells_what_is_noticed_from_what_is_not() -> None:
    """On two modules of its own: one number is tested, the other is not, and likewise outside of functions."""
    script = "from tests.mutants.tried import main; main()"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["noticed", "unnoticed", "noticed", "unnoticed"]
