"""Trying changes on a room's tests.

The tests are collected once and run once without a change, which shows what each of them calls. A change is then tried
in a forked process: it gets the changed code and runs the tests that call the function. What none of them notices, and
what no test calls because it is computed when its module is imported, is tried on modules that are imported anew.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from types import FrameType

import pytest

from tests.mutants.anew import nearest_first
from tests.mutants.changes import Change
from tests.mutants.quiet import pure
from tests.mutants.replacing import Loaded
from tests.mutants.rooms import ROOT, Room

PATIENCE = 5
"""How many times longer than without a change the tests may take; what makes them hang is noticed."""
ALLOWANCE = 60
"""Seconds that they may take beside that, on a machine that does other things as well."""

Function = tuple[str, str]
"""A function: its file, and its qualified name in it."""


class Outcome(StrEnum):
    """What came of a change."""

    NOTICED = "noticed"
    UNNOTICED = "not noticed"
    ENDLESS = "noticed by never ending"


@dataclass
class Trials:
    """A plugin of pytest: collects a room's pure tests, runs them once, then tries each of the changes.

    ``tell`` hears of each change by its index, as soon as it was tried.
    """

    room: Room
    changes: Sequence[tuple[Path, Change]]
    processes: int
    tell: Callable[[int, Outcome], None]
    _callers: dict[Function, list[int]] = field(default_factory=lambda: defaultdict(list))
    _took: list[float] = field(default_factory=list)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out the tests that need a server: a pure room is spoken for without one."""
        items[:] = pure(items)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In place of pytest's own loop."""
        if session.testsfailed:
            raise session.Failed("the tests cannot be collected")
        files = {str(ROOT / path) for path in self.room.files()}
        loaded = Loaded(files)
        for number, item in enumerate(session.items):
            loaded.forget()
            began = time.monotonic()
            with _calls(files) as called:
                _run(item)
            self._took.append(time.monotonic() - began)
            if session.testsfailed:
                raise session.Failed(f"{item.nodeid} fails without any change")
            for function in called:
                self._callers[function].append(number)
        running: dict[int, int] = {}
        with _told_to_end():
            try:
                self._try_all(session, Loaded(files), running)
            finally:
                _end(running)
        return True

    def _try_all(self, session: pytest.Session, loaded: Loaded, running: dict[int, int]) -> None:
        for index, (path, change) in enumerate(self.changes):
            if len(running) >= self.processes:
                self.tell(*_await_one(running))
            child = os.fork()
            if child == 0:
                _leave(partial(self._fails, session, loaded, path, change))
            running[child] = index
        while running:
            self.tell(*_await_one(running))

    def _fails(self, session: pytest.Session, loaded: Loaded, path: Path, change: Change) -> bool:
        made = change.made((ROOT / path).read_bytes())
        try:
            code = compile(made, str(ROOT / path), "exec")
        except SyntaxError:
            return True
        loaded.change(code)
        loaded.forget()
        return self._fails_here(session, code.co_filename, change.function) or self._fails_anew(session, path, made)

    def _fails_here(self, session: pytest.Session, file: str, function: str) -> bool:
        """Whether one of the tests that call the function fails, the quickest first."""
        tests = self._callers[file, function]
        self._limit(tests)
        for number in sorted(tests, key=lambda test: self._took[test]):
            _run(session.items[number])
            if session.testsfailed:
                return True
        return False

    def _fails_anew(self, session: pytest.Session, path: Path, made: bytes) -> bool:
        """Whether one of the tests that import the module fails, the nearest first."""
        tests: dict[Path, list[int]] = defaultdict(list)
        for number, item in enumerate(session.items):
            tests[item.path.relative_to(ROOT)].append(number)
        importing = nearest_first(path, sorted(tests, key=lambda test: sum(self._took[each] for each in tests[test])))
        if not importing:
            return False
        self._limit(number for test in importing for number in tests[test])
        with tempfile.NamedTemporaryFile(suffix=".py") as changed:
            changed.write(made)
            changed.flush()
            words = [sys.executable, "-m", "tests.mutants.anew", str(path), changed.name, *map(str, importing)]
            code = subprocess.run(words, cwd=ROOT, capture_output=True, check=False).returncode
        if code not in _ANSWERS:
            raise RuntimeError(f"pytest ended with {code}")
        return _ANSWERS[code]

    def _limit(self, tests: Iterable[int]) -> None:
        """Be ended where these tests take much longer than without a change."""
        signal.alarm(round(ALLOWANCE + PATIENCE * sum(self._took[test] for test in tests)))


_ANSWERS = {0: False, 1: True, 2: True}
"""What pytest's exit codes say: all pass, some fail, some cannot be imported."""


def _run(item: pytest.Item) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)


@contextmanager
def _calls(files: set[str]) -> Iterator[set[Function]]:
    """What is called in these files within."""
    called: set[Function] = set()

    def trace(frame: FrameType, _what: str, _argument: object) -> None:
        if frame.f_code.co_filename in files:
            called.add((frame.f_code.co_filename, frame.f_code.co_qualname))

    sys.settrace(trace)
    try:
        yield called
    finally:
        sys.settrace(None)


def _leave(trying: Callable[[], bool]) -> None:
    """End a forked process with the answer: 1 for noticed, 0 for not, 2 for what went wrong by itself."""
    code = 2
    with suppress(BaseException):
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        code = int(trying())
    os._exit(code)


@contextmanager
def _told_to_end() -> Iterator[None]:
    """SIGTERM leaves by an exception within, so that nothing stays behind."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit("told to end"))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _end(running: Iterable[int]) -> None:
    """End trials, and what their tests left running."""
    for child in running:
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)


def _await_one(running: dict[int, int]) -> tuple[int, Outcome]:
    """The next change that is answered, and what came of it; whatever its tests left running is ended."""
    child, status = os.wait()
    _end([child])
    index = running.pop(child)
    if os.WIFSIGNALED(status):
        return index, Outcome.ENDLESS if os.WTERMSIG(status) == signal.SIGALRM else Outcome.NOTICED
    if os.WEXITSTATUS(status) == 2:
        raise RuntimeError(f"change {index} could not be tried")
    return index, Outcome.NOTICED if os.WEXITSTATUS(status) == 1 else Outcome.UNNOTICED
