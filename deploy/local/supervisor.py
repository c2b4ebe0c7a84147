"""Starts named processes, restarts those that crash, ends all in reverse order."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from deploy.local.account import tethered
from deploy.local.forking import ForkedProcess, Zygote, reader_of
from shared.tasks import end

Occurrence = Literal["started", "crashed", "stopped"]
Child: TypeAlias = asyncio.subprocess.Process | ForkedProcess


@dataclass(frozen=True, slots=True)
class Program:
    """A process to keep running; ``log_file`` None means its lines go to our standard output, each behind its name."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    log_file: Path | None = None
    stop_seconds: float = 10.0

    @property
    def module(self) -> str:
        """The module of ours that it runs, as ``python -m`` does; empty for any other program."""
        return self.argv[2] if self.argv[:2] == (sys.executable, "-m") else ""


@dataclass(frozen=True, slots=True)
class Backoff:
    """Seconds before a crashed process is started again: doubling, forgotten once it has lived ``healthy`` seconds."""

    first: float = 0.1
    most: float = 5.0
    healthy: float = 10.0

    def seconds(self, crashes_in_a_row: int) -> float:
        """Before the restart after so many crashes (1 or more)."""
        return min(self.most, self.first * 2.0 ** min(crashes_in_a_row - 1, 30))


@dataclass(slots=True)
class _Kept:
    program: Program
    process: Child
    task: asyncio.Task[None] | None = None
    restarts: int = 0
    wanted: bool = True


class Supervisor:
    """Keeps processes running until told otherwise. Used from one event loop, on the main thread.

    ``on_change(name, occurrence)`` is called as processes start, crash and stop. Modules of ours are forked from
    ``zygote`` where there is one; it remains the caller's to close.
    """

    def __init__(
        self,
        *,
        backoff: Backoff | None = None,
        on_change: Callable[[str, Occurrence], None] | None = None,
        zygote: Zygote | None = None,
    ) -> None:
        self._zygote = zygote
        self._backoff = backoff or Backoff()
        self._on_change = on_change or (lambda _name, _occurrence: None)
        self._kept: dict[str, _Kept] = {}
        self._readers: set[asyncio.Task[None]] = set()

    @property
    def names(self) -> tuple[str, ...]:
        """In the order of starting."""
        return tuple(self._kept)

    async def start(self, program: Program) -> int:
        """Starts a process and keeps it; gives its pid. Raises ``ValueError`` if the name is running."""
        if program.name in self._kept:
            raise ValueError(f"{program.name} is already kept")
        kept = _Kept(program, await self._spawn(program))
        self._kept[program.name] = kept
        kept.task = asyncio.create_task(self._keep(kept), name=f"keep {program.name}")
        return kept.process.pid

    def pid(self, name: str) -> int | None:
        """The pid of the living process, None while it is down. Raises ``KeyError`` for a name never started."""
        process = self._kept[name].process
        return process.pid if process.returncode is None else None

    def restarts(self, name: str) -> int:
        """How often it was started again after a crash."""
        return self._kept[name].restarts

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """Sends a signal to the process; it counts as a crash and is started again. Without effect while it is down."""
        pid = self.pid(name)
        if pid is not None:
            os.kill(pid, how)

    def pause(self, name: str) -> None:
        """SIGSTOP: the process lives, but does nothing."""
        self.kill(name, signal.SIGSTOP)

    def resume(self, name: str) -> None:
        """SIGCONT."""
        self.kill(name, signal.SIGCONT)

    async def stop(self, name: str, how: signal.Signals = signal.SIGTERM) -> Program:
        """Ends a process for good, by SIGKILL if it outlives its ``stop_seconds``; gives what to ``start`` again."""
        kept = self._kept[name]
        kept.wanted = False
        process = kept.process
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.send_signal(how)
                process.send_signal(signal.SIGCONT)
            try:
                await asyncio.wait_for(process.wait(), kept.program.stop_seconds)
            except TimeoutError:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if kept.task is not None:
            await end(kept.task)
        if kept.process.returncode is None:  # it was being started again as we came
            kept.process.kill()
            await kept.process.wait()
        del self._kept[name]
        self._on_change(name, "stopped")
        return kept.program

    async def stop_all(self) -> None:
        """Ends every process, the last started first."""
        for name in reversed(self.names):
            await self.stop(name)
        await asyncio.gather(*self._readers, return_exceptions=True)

    async def _keep(self, kept: _Kept) -> None:
        loop = asyncio.get_running_loop()
        in_a_row = 0
        while True:
            since = loop.time()
            await kept.process.wait()
            if not kept.wanted:
                return
            in_a_row = 1 if loop.time() - since >= self._backoff.healthy else in_a_row + 1
            self._on_change(kept.program.name, "crashed")
            await asyncio.sleep(self._backoff.seconds(in_a_row))
            kept.process = await self._spawn(kept.program)
            kept.restarts += 1

    async def _spawn(self, program: Program) -> Child:
        output = await self._output(program)
        try:
            process = await self._run(program, output)
        finally:
            os.close(output)
        self._on_change(program.name, "started")
        return process

    async def _run(self, program: Program, output: int) -> Child:
        if self._zygote is not None and program.module:
            words, folder = program.argv[3:], program.cwd or Path.cwd()
            return await self._zygote.fork(
                program.module, words, environment=program.env, folder=folder, out=output, errors=output
            )
        return await asyncio.create_subprocess_exec(
            *tethered(program.argv, at_death=signal.SIGTERM),
            env=dict(program.env),
            cwd=program.cwd,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )

    async def _output(self, program: Program) -> int:
        """A descriptor that the program writes to: its log, or a pipe that we show."""
        if program.log_file is not None:
            program.log_file.parent.mkdir(parents=True, exist_ok=True)
            return os.open(program.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        reading, writing = os.pipe()
        reader = asyncio.create_task(_show(program.name, await reader_of(reading)))
        self._readers.add(reader)
        reader.add_done_callback(self._readers.discard)
        return writing


async def until_signalled() -> signal.Signals:
    """Waits for Ctrl-C or SIGTERM and gives which it was."""
    loop = asyncio.get_running_loop()
    came: asyncio.Future[signal.Signals] = loop.create_future()
    handled = (signal.SIGINT, signal.SIGTERM)

    def note(which: signal.Signals) -> None:
        if not came.done():
            came.set_result(which)

    for each in handled:
        loop.add_signal_handler(each, note, each)
    try:
        return await came
    finally:
        for each in handled:
            loop.remove_signal_handler(each)


async def _show(name: str, lines: asyncio.StreamReader) -> None:
    colour = 31 + sum(name.encode()) % 6
    head = f"\033[{colour}m{name:>10}\033[0m " if sys.stdout.isatty() else f"{name:>10} "
    while line := await _line(lines):
        sys.stdout.write(head + line.decode(errors="replace").rstrip("\n") + "\n")
        sys.stdout.flush()


async def _line(lines: asyncio.StreamReader) -> bytes:
    try:
        return await lines.readline()
    except ValueError:  # longer than the reader's buffer: it was dropped
        return b"(a line too long to show)\n"
