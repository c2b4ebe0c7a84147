"""The supervisor, over real processes."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from deploy.local.supervisor import Backoff, Occurrence, Program, Supervisor, until_signalled

STEADY = "import signal\nwhile True: signal.pause()"
STUBBORN = f"import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('deaf', flush=True)\n{STEADY}"


class Diary:
    """What happened, and waiting for it."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, Occurrence]] = []
        self._news = asyncio.Event()

    def note(self, name: str, occurrence: Occurrence) -> None:
        self.lines.append((name, occurrence))
        self._news.set()

    async def shows(self, name: str, occurrence: Occurrence, times: int = 1) -> None:
        async with asyncio.timeout(20):
            while self.lines.count((name, occurrence)) < times:
                self._news.clear()
                await self._news.wait()


@pytest.fixture
async def diary() -> Diary:
    return Diary()


@pytest.fixture
async def supervisor(diary: Diary) -> AsyncIterator[Supervisor]:
    kept = Supervisor(backoff=Backoff(first=0.01, most=0.05), on_change=diary.note)
    yield kept
    await kept.stop_all()


def program(name: str, script: str = STEADY, *, log_file: Path | None = None, stop_seconds: float = 10) -> Program:
    return Program(name, (sys.executable, "-c", script), dict(os.environ), log_file=log_file, stop_seconds=stop_seconds)


async def test_a_killed_process_comes_back(supervisor: Supervisor, diary: Diary, tmp_path: Path) -> None:
    first = await supervisor.start(program("one", log_file=tmp_path / "one.log"))
    supervisor.kill("one")
    await diary.shows("one", "started", times=2)
    second = supervisor.pid("one")
    assert second is not None
    assert second != first
    assert diary.lines == [("one", "started"), ("one", "crashed"), ("one", "started")]


async def test_a_process_that_ends_by_itself_comes_back_each_time(supervisor: Supervisor, diary: Diary) -> None:
    await supervisor.start(program("brief", "pass"))
    await diary.shows("brief", "started", times=4)
    assert supervisor.restarts("brief") >= 2


async def test_a_name_is_kept_once(supervisor: Supervisor, tmp_path: Path) -> None:
    await supervisor.start(program("one", log_file=tmp_path / "one.log"))
    with pytest.raises(ValueError, match="one"):
        await supervisor.start(program("one", log_file=tmp_path / "one.log"))


async def test_a_stopped_process_stays_down_until_started(supervisor: Supervisor, diary: Diary, tmp_path: Path) -> None:
    first = await supervisor.start(program("one", log_file=tmp_path / "one.log"))
    stopped = await supervisor.stop("one")
    assert not psutil.pid_exists(first)
    assert supervisor.names == ()
    second = await supervisor.start(stopped)
    assert psutil.pid_exists(second)
    assert ("one", "crashed") not in diary.lines


async def test_all_stop_in_reverse_order_paused_ones_too(supervisor: Supervisor, diary: Diary, tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        await supervisor.start(program(name, log_file=tmp_path / f"{name}.log"))
    supervisor.pause("two")
    await supervisor.stop_all()
    assert [name for name, occurrence in diary.lines if occurrence == "stopped"] == ["three", "two", "one"]
    await supervisor.stop_all()


async def test_a_process_deaf_to_sigterm_is_killed(supervisor: Supervisor, tmp_path: Path) -> None:
    log_file = tmp_path / "deaf.log"
    pid = await supervisor.start(program("deaf", STUBBORN, log_file=log_file, stop_seconds=0.2))
    async with asyncio.timeout(20):
        while "deaf" not in log_file.read_text():
            await asyncio.sleep(0.01)
    await supervisor.stop("deaf")
    assert not psutil.pid_exists(pid)


async def test_a_paused_process_is_stopped_until_resumed(supervisor: Supervisor, tmp_path: Path) -> None:
    pid = await supervisor.start(program("one", log_file=tmp_path / "one.log"))
    supervisor.pause("one")
    async with asyncio.timeout(20):
        while psutil.Process(pid).status() != psutil.STATUS_STOPPED:
            await asyncio.sleep(0.01)
    supervisor.resume("one")
    async with asyncio.timeout(20):
        while psutil.Process(pid).status() == psutil.STATUS_STOPPED:
            await asyncio.sleep(0.01)


async def test_lines_are_shown_behind_the_name(
    supervisor: Supervisor, diary: Diary, capsys: pytest.CaptureFixture[str]
) -> None:
    await supervisor.start(program("talker", "print('good morning')"))
    await diary.shows("talker", "crashed")
    await supervisor.stop_all()
    assert "talker good morning" in capsys.readouterr().out


@pytest.mark.parametrize("which", [signal.SIGINT, signal.SIGTERM])
async def test_ctrl_c_and_sigterm_end_the_wait(which: signal.Signals) -> None:
    waiting = asyncio.create_task(until_signalled())
    await asyncio.sleep(0)
    os.kill(os.getpid(), which)
    async with asyncio.timeout(5):
        assert await waiting == which


def test_the_wait_before_a_restart_doubles_to_a_limit() -> None:
    backoff = Backoff(first=0.5, most=3)
    assert [backoff.seconds(crashes) for crashes in (1, 2, 3, 4, 5000)] == [0.5, 1, 2, 3, 3]
