"""Starting our programs quickly, each in a process of its own, forked from a Python that has imported what it needs."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from deploy.local import zygote

_KILLED = -int(signal.SIGKILL)
ZYGOTE = Path(zygote.__file__).absolute()


class ForkedProcess:
    """A process, as ``asyncio.subprocess.Process`` shows one. Made within the loop that waits for it."""

    def __init__(self, pid: int, report: asyncio.StreamReader) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._report = report
        self._end = asyncio.create_task(self._ended(), name=f"end of {pid}")

    async def wait(self) -> int:
        """Its exit code, or minus the signal that it died of."""
        return await asyncio.shield(self._end)

    def send_signal(self, how: int) -> None:
        """A signal to it; without effect once it has ended."""
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, how)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)

    async def _ended(self) -> int:
        """Where its keeper died, it was killed as well."""
        self.returncode = int(await self._report.read() or _KILLED)
        return self.returncode


class Zygote:
    """The Python that forks; it has imported ``modules``. ``warm`` or the first ``fork`` starts it, and again should it
    have died; ``close`` ends it, but no process that was forked from it."""

    def __init__(self, modules: Sequence[str]) -> None:
        self.modules = tuple(modules)
        self._process: subprocess.Popen[bytes] | None = None
        self._requests: socket.socket | None = None

    def warm(self) -> None:
        """Have it begin to import, and do not wait for that."""
        if self._process is not None and self._process.poll() is None:
            return
        self.close()
        ours, theirs = socket.socketpair()
        with theirs:
            argv = [sys.executable, "-P", str(ZYGOTE), str(theirs.fileno()), *self.modules]
            self._process = subprocess.Popen(
                argv,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                cwd=ZYGOTE.parents[2],
                start_new_session=True,
            )
        self._requests = ours

    async def fork(
        self,
        module: str,
        words: Sequence[str] = (),
        *,
        environment: Mapping[str, str],
        folder: Path,
        out: int = 1,
        errors: int = 2,
    ) -> ForkedProcess:
        """Start ``python -m MODULE WORDS`` in a folder. ``out`` and ``errors`` are descriptors that it writes to.

        Raises ``ChildProcessError`` if the zygote dies of it.
        """
        asked = {"module": module, "words": list(words), "environment": dict(environment), "folder": str(folder)}
        request = json.dumps(asked).encode() + b"\n"
        for _ in range(2):  # it may have died since the last request
            self.warm()
            if pid := await self._asked(request, out, errors):
                return pid
        raise ChildProcessError(f"{ZYGOTE.name} started no process for {module}")

    def close(self) -> None:
        """End it."""
        if self._requests is not None:
            self._requests.close()
            self._requests = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    async def _asked(self, request: bytes, out: int, errors: int) -> ForkedProcess | None:
        assert self._requests is not None
        reading, writing = os.pipe()
        try:
            with suppress(BrokenPipeError, ConnectionResetError):
                sent = socket.send_fds(self._requests, [request], [out, errors, writing])
                self._requests.sendall(request[sent:])
        finally:
            os.close(writing)
        report = await reader_of(reading)
        pid = await report.readline()
        return ForkedProcess(int(pid), report) if pid else None


async def reader_of(descriptor: int) -> asyncio.StreamReader:
    """What comes from a pipe, which is closed at its end."""
    reader = asyncio.StreamReader()
    pipe = os.fdopen(descriptor, "rb", buffering=0)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    return reader


__all__ = ["ZYGOTE", "ForkedProcess", "Zygote", "reader_of"]
