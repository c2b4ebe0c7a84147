"""A forked process is one of its own: its words, its folder, its environment, its end, whoever else ends."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local.forking import ForkedProcess, Zygote
from tests.starting import ROOT, run

PROBE = """
import json, os, sys
if "die" in sys.argv:
    raise ValueError("of nothing")
if "wait" in sys.argv:
    print("waiting", flush=True)
    __import__("time").sleep(600)
print(json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ), __name__, sys.stdin.read(), os.getpid()]))
print("错", file=sys.stderr)
sys.exit(3)
"""
LAUNCHER = """
import asyncio, sys
from pathlib import Path
from deploy.local.forking import Zygote

async def main():
    zygote = Zygote([])
    process = await zygote.fork("probe", ["wait"], environment={}, folder=Path(sys.argv[1]))
    print(process.pid, flush=True)
    await process.wait()

asyncio.run(main())
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "probe.py").write_text(PROBE)
    return tmp_path


@pytest.fixture
def environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "ONLY": "in this one"}


@pytest.fixture
def zygote() -> Iterator[Zygote]:
    made = Zygote(["json", "shared.no_such_module"])
    yield made
    made.close()


async def waiting(zygote: Zygote, folder: Path) -> ForkedProcess:
    """A process that waits."""
    with (folder / "out").open("wb") as out:
        process = await zygote.fork(
            "probe", ["wait"], environment={}, folder=folder, out=out.fileno(), errors=out.fileno()
        )
    async with asyncio.timeout(30):
        while b"waiting" not in (folder / "out").read_bytes():
            await asyncio.sleep(0.01)
    return process


async def gone(pid: int) -> None:
    """Wait for a process's end."""
    async with asyncio.timeout(30):
        while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
            await asyncio.sleep(0.01)


async def test_it_has_what_it_was_given_and_nothing_else(folder: Path, environment: dict[str, str]) -> None:
    code, said, wrong = await run("probe", "a", "b c", environment=environment, folder=folder, seconds=60)
    words, where, known, name, read, pid = json.loads(said)
    assert (code, wrong.decode()) == (3, "错\n")
    assert (words, where, known, name, read) == (["a", "b c"], str(folder), environment, "__main__", "")
    assert pid != os.getpid()


async def test_what_was_imported_before_is_executed_anew(environment: dict[str, str]) -> None:
    code, _, wrong = await run("services.review.app", environment=environment, seconds=60)
    assert code != 0
    assert "JUQU_" in wrong.decode(), "it ran, and missed its settings"
    assert "RuntimeWarning" not in wrong.decode()


async def test_what_it_does_not_catch_is_told_as_ever(folder: Path, environment: dict[str, str]) -> None:
    code, said, wrong = await run("probe", "die", environment=environment, folder=folder, seconds=60)
    assert (code, said) == (1, b"")
    assert wrong.endswith(b"ValueError: of nothing\n")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
async def test_it_dies_of_a_signal(zygote: Zygote, folder: Path, how: signal.Signals) -> None:
    process = await waiting(zygote, folder)
    before = process.returncode
    assert before is None
    process.send_signal(how)
    assert await process.wait() == process.returncode == (-how)
    process.send_signal(how)


async def test_the_end_of_the_zygote_ends_nobody_and_the_next_is_forked_from_another(
    zygote: Zygote, folder: Path
) -> None:
    first = await waiting(zygote, folder)
    (its,) = (each for each in psutil.Process().children() if each.cmdline()[-1] == zygote.modules[-1])
    its.kill()
    second = await waiting(zygote, folder)
    assert (first.returncode, second.returncode) == (None, None)
    zygote.close()
    assert psutil.pid_exists(first.pid)
    for each in (first, second):
        each.kill()
        assert await each.wait() == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="a process is tied to another by means of Linux")
async def test_it_ends_with_its_keeper(zygote: Zygote, folder: Path) -> None:
    process = await waiting(zygote, folder)
    keeper = psutil.Process(process.pid).parent()
    assert keeper is not None
    keeper.kill()
    assert await process.wait() == -signal.SIGKILL
    await gone(process.pid)


@pytest.mark.skipif(sys.platform != "linux", reason="a process is tied to another by means of Linux")
async def test_it_ends_with_its_launcher_however_that_ends(folder: Path) -> None:
    argv = [sys.executable, "-c", textwrap.dedent(LAUNCHER), str(folder)]
    launcher = subprocess.Popen(argv, stdout=subprocess.PIPE, cwd=ROOT)
    assert launcher.stdout is not None
    said = {launcher.stdout.readline().strip(), launcher.stdout.readline().strip()}
    (pid,) = (int(line) for line in said - {b"waiting"})
    assert psutil.pid_exists(pid)
    launcher.kill()
    launcher.wait()
    launcher.stdout.close()
    await gone(pid)
