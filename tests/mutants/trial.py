"""Trying changes on a room's tests.

The tests are collected once and run once without a change, which shows what each of them calls. A change inside of a
function is then tried in a forked process: it gets the changed code and runs the tests that call the function. A change
outside of functions needs modules that are imported anew: a new process runs all tests of the room.
"""

from __future__ import annotations

import functools
import gc
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import CodeType, FrameType, FunctionType

import pytest

from tests.mutants.changes import Change
from tests.mutants.rooms import ROOT, Room

PACKAGES = ("services", "shared", "deploy", "bench", "docs", "tests")
PATIENCE = 200
"""Seconds that the tests may take for one change; one that makes them hang is noticed."""
NEEDS_SERVERS = {"servers", "state_dir"}
QUIET = (
    *("-o", "addopts=--import-mode=importlib", "--hypothesis-seed=0"),
    *(word for name in ("cacheprovider", "xdist", "terminal", "valkey") for word in ("-p", f"no:{name}")),
)

Name = tuple[str, str]
"""A function: its file, and its qualified name in it."""


@dataclass
class Trials:
    """A plugin of pytest: collects a room's pure tests, runs them once, then tries each of the changes.

    ``noticed`` has an answer for each change, in their order, once pytest has run.
    """

    room: Room
    changes: Sequence[tuple[Path, Change]]
    processes: int
    noticed: list[bool] = field(default_factory=list)
    _callers: dict[Name, list[int]] = field(default_factory=lambda: defaultdict(list))
    _took: list[float] = field(default_factory=list)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out the tests that need a server: a pure room is spoken for without one."""
        items[:] = pure(items)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In place of pytest's own loop."""
        if session.testsfailed:
            raise session.Failed("the tests cannot be collected")
        for number, item in enumerate(session.items):
            _forget_caches()
            began = time.monotonic()
            with _calls(self._called(number)):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            self._took.append(time.monotonic() - began)
            if session.testsfailed:
                raise session.Failed(f"{item.nodeid} fails without any change")
        self.noticed = self._try_all(session)
        return True

    def _called(self, test: int) -> _Calls:
        files = {str(ROOT / path) for path in self.room.files()}
        return _Calls(files, test, self._callers)

    def _try_all(self, session: pytest.Session) -> list[bool]:
        running: dict[int, int] = {}
        answers: dict[int, bool] = {}
        for index, (path, change) in enumerate(self.changes):
            if len(running) >= self.processes:
                _await_one(running, answers)
            child = os.fork()
            if child == 0:
                _leave(partial(self._try, session, path, change))
            running[child] = index
        while running:
            _await_one(running, answers)
        return [answers[index] for index in range(len(self.changes))]

    def _try(self, session: pytest.Session, path: Path, change: Change) -> bool:
        signal.alarm(PATIENCE)
        file = ROOT / path
        made = change.made(file.read_bytes())
        try:
            codes = _codes(compile(made, str(file), "exec"))
        except SyntaxError:
            return True
        tests = self._callers.get((str(file), change.function), []) if change.function else []
        if not tests:
            return _fails_anew(self.room, path, made)
        _put_in(str(file), codes)
        _forget_caches()
        for number in sorted(tests, key=lambda test: self._took[test]):
            session.items[number].config.hook.pytest_runtest_protocol(item=session.items[number], nextitem=None)
            if session.testsfailed:
                return True
        return False


def pure(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The tests that need no server."""
    return [item for item in items if not NEEDS_SERVERS & set(getattr(item, "fixturenames", ()))]


class _Calls(set[Name]):
    """What one test calls in the room's files; notes the test with each function, once."""

    def __init__(self, files: set[str], test: int, callers: dict[Name, list[int]]) -> None:
        super().__init__()
        self._files, self._test, self._callers = files, test, callers

    def note(self, code: CodeType) -> None:
        name = (code.co_filename, code.co_qualname)
        if code.co_filename in self._files and name not in self:
            self.add(name)
            self._callers[name].append(self._test)


@contextmanager
def _calls(into: _Calls) -> Iterator[None]:
    def profile(frame: FrameType, what: str, _argument: object) -> None:
        if what == "call":
            into.note(frame.f_code)

    sys.setprofile(profile)
    try:
        yield
    finally:
        sys.setprofile(None)


def _forget_caches() -> None:
    """Empty the function caches of the house: what is remembered was computed by unchanged code."""
    for thing in gc.get_objects():
        if type(thing) is functools._lru_cache_wrapper and thing.__module__.split(".")[0] in PACKAGES:
            thing.cache_clear()


def _codes(module: CodeType) -> dict[str, list[CodeType]]:
    """The code of every function of a module, by qualified name, in the order in which they are read."""
    codes: dict[str, list[CodeType]] = defaultdict(list)
    waiting = [module]
    while waiting:
        code = waiting.pop(0)
        codes[code.co_qualname].append(code)
        waiting.extend(constant for constant in code.co_consts if isinstance(constant, CodeType))
    return codes


def _put_in(file: str, codes: dict[str, list[CodeType]]) -> None:
    """Give the functions of a file their changed code, wherever they are held."""
    functions: dict[str, list[FunctionType]] = defaultdict(list)
    for thing in gc.get_objects():
        if type(thing) is FunctionType and thing.__code__.co_filename == file:
            functions[thing.__code__.co_qualname].append(thing)
    for name, same_name in functions.items():
        lines = sorted({function.__code__.co_firstlineno for function in same_name})
        for function in same_name:
            index = lines.index(function.__code__.co_firstlineno)
            if index < len(codes[name]) and codes[name][index].co_freevars == function.__code__.co_freevars:
                function.__code__ = codes[name][index]


def _fails_anew(room: Room, path: Path, made: bytes) -> bool:
    """Whether the room's tests fail where all is imported anew from a copy with the change."""
    with tempfile.TemporaryDirectory(prefix="juqu-mutants-") as folder:
        for package in PACKAGES:
            shutil.copytree(
                ROOT / package, Path(folder) / package, ignore=shutil.ignore_patterns("__pycache__", "*.pdf")
            )
        shutil.copy(ROOT / "pyproject.toml", folder)
        (Path(folder) / path).write_bytes(made)
        words = [sys.executable, "-m", "pytest", *QUIET, "--maxfail=1", "-p", "tests.mutants.aside", *room.tests]
        try:
            return subprocess.run(words, cwd=folder, capture_output=True, timeout=PATIENCE, check=False).returncode != 0
        except subprocess.TimeoutExpired:
            return True


def _leave(trying: Callable[[], bool]) -> None:
    """End a forked process with the answer: 1 for noticed, 0 for not, 2 for what went wrong by itself."""
    code = 2
    with suppress(BaseException):
        os.setsid()
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        code = int(trying())
    os._exit(code)


def _await_one(running: dict[int, int], answers: dict[int, bool]) -> None:
    child, status = os.wait()
    index = running.pop(child)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 2:
        raise RuntimeError(f"change {index} could not be tried")
    answers[index] = os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 1
