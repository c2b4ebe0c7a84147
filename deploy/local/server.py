"""What every embedded server has: one child process with a life cycle."""

import asyncio
import os
import signal
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from deploy.local.account import Account, tethered


class ServerFailed(RuntimeError):
    """The server ended or did not answer; the message ends with the tail of its log."""

    def __init__(self, problem: str, log_file: Path) -> None:
        tail = log_file.read_text(errors="replace").splitlines()[-15:] if log_file.exists() else []
        super().__init__("\n".join([f"{problem} ({log_file})", *tail]))


class Server(ABC):
    """One server process on the loopback interface; its data and its port outlive a restart.

    Start it on the main thread: a child is tied to the thread that started it (``deploy.local.tether``).
    """

    ready_seconds = 60.0
    stop_signal = signal.SIGTERM
    stop_seconds = 30.0

    def __init__(self, log_file: Path) -> None:
        self.log_file = log_file
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The server's process; raises ``RuntimeError`` when it is not running."""
        if self._process is None or self._process.poll() is not None:
            raise RuntimeError(f"{type(self).__name__} is not running")
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def crashed(self) -> bool:
        """Whether the process ended without ``stop`` or ``kill`` of ours."""
        return self._process is not None and self._process.poll() is not None

    @abstractmethod
    async def start(self) -> None:
        """Start the server and wait until it answers; again is without effect. Raises ``ServerFailed``."""

    @abstractmethod
    async def _answers(self) -> bool:
        """Whether a client gets an answer now."""

    async def stop(self) -> None:
        """End the server in good order; it is killed if it takes more than ``stop_seconds``."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self.resume()
            self._process.send_signal(self.stop_signal)
            if not await self._ended(self.stop_seconds):
                await self.kill()
        self._process = None

    async def kill(self) -> None:
        """SIGKILL to the server and all its children, as a power cut would."""
        if self._process is None:
            return
        self._each(psutil.Process.kill)
        await self._ended(self.stop_seconds)
        self._process = None

    async def restart(self) -> None:
        """Stop, then start: the same port, the same data."""
        await self.stop()
        await self.start()

    def pause(self) -> None:
        """SIGSTOP to the server and its children: it accepts, but never answers."""
        self._each(psutil.Process.suspend)

    def resume(self) -> None:
        """Undo ``pause``."""
        self._each(psutil.Process.resume)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def _spawn(
        self, argv: list[str], *, env: Mapping[str, str], cwd: Path, at_death: signal.Signals, account: Account
    ) -> None:
        with self.log_file.open("ab") as log_file:
            self._process = subprocess.Popen(
                tethered(argv, at_death=at_death, account=account),
                env=dict(env),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=log_file,
                stderr=subprocess.STDOUT,
            )

    def _each(self, do: Callable[[psutil.Process], None]) -> None:
        """Do something to the server and its children; who ends meanwhile needs it no more."""
        if not self.running:
            return
        server = psutil.Process(self.pid)
        for each in [server, *server.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                do(each)

    async def _ready(self) -> bool:
        """Waits for the first answer; false if the process ended before it."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.ready_seconds
        while self.running:
            if await self._answers():
                return True
            if loop.time() > deadline:
                await self.kill()
                raise ServerFailed(f"{type(self).__name__} gave no answer in {self.ready_seconds:.0f} s", self.log_file)
            await asyncio.sleep(0.02)
        self._process = None
        return False

    async def _ended(self, seconds: float) -> bool:
        assert self._process is not None
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while self._process.poll() is None:
            if loop.time() > deadline:
                return False
            await asyncio.sleep(0.01)
        return True


async def end_process(process: psutil.Process, first: signal.Signals, seconds: float) -> None:
    """Ends a process that is no child of ours: a signal, then SIGKILL after so many seconds."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    os.kill(process.pid, first)
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        if loop.time() > deadline:
            process.kill()
        await asyncio.sleep(0.05)
