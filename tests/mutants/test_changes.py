"""What small changes there are, and that a change which no test knows is told apart from one that a test notices."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutants.anew import nearest_first
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


def test_the_nearest_tests_come_first_and_those_without_a_way_to_the_module_are_left_out() -> None:
    """The calendar's own test imports it; that of reviewing goes through its service; this one not at all."""
    far, own, none = (
        Path("tests", name)
        for name in ("review/test_visit.py", "programme/test_calendar.py", "mutants/test_changes.py")
    )
    assert nearest_first(Path("shared/programme/dates/calendar.py"), [far, none, own]) == [own, far]


def test_the_tool_tells_what_is_noticed_from_what_is_not() -> None:
    """On two modules of its own: one number is tested, the other is not, and likewise outside of functions."""
    script = "from tests.mutants.tried import main; main()"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "noticed, not noticed, noticed, not noticed\n"
