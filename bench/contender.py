"""Who takes part in a row: a name, and how a round of it is run."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.task import Sample, Spec

ROOT = Path(__file__).resolve().parents[1]
PEERS_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
_READY_WITHIN = 180.0
_ROUND_WITHIN = 300.0


class ContenderFailed(RuntimeError):
    """A contender's process ended or did not answer; the message ends with what it said last."""


class Contender(ABC):
    """One of those that take turns in a row. Open it, run rounds, close it."""

    def __init__(self, name: str) -> None:
        self.name = name

    @abstractmethod
    async def open(self) -> None:
        """Make ready; what this takes is not measured."""

    @abstractmethod
    async def round(self) -> Sample:
        """Measure once."""

    @abstractmethod
    async def close(self) -> None:
        """End what runs."""

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


class Workers(Contender):
    """A task in so many processes, which begin each round together. ``python`` names another environment's."""

    def __init__(
        self,
        name: str,
        task: str,
        spec: Spec,
        *,
        processes: int = 1,
        python: Path | None = None,
        log_file: Path | None = None,
    ) -> None:
        super().__init__(name)
        self._task = task
        self._spec = spec
        self._count = processes
        self._python = python or Path(sys.executable)
        self._log_file = log_file or Path(os.devnull)
        self._processes: list[asyncio.subprocess.Process] = []

    async def open(self) -> None:
        with self._log_file.open("ab") as log_file:
            self._processes = [await self._start(log_file.fileno()) for _ in range(self._count)]
        async with asyncio.timeout(_READY_WITHIN):
            for process in self._processes:
                if await self._line(process) != "ready":
                    raise ContenderFailed(f"{self.name}: {self._last_words()}")

    async def _start(self, log_file: int) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            str(self._python),
            "-m",
            "bench.worker",
            self._task,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log_file,
            cwd=ROOT,
            limit=2**24,
        )
        _tell(process, json.dumps(asdict(self._spec)))
        return process

    async def round(self) -> Sample:
        for process in self._processes:
            _tell(process, "")
        async with asyncio.timeout(_ROUND_WITHIN):
            lines = [await self._line(process) for process in self._processes]
        return _together([Sample(**json.loads(line)) for line in lines])

    async def close(self) -> None:
        for process in self._processes:
            if process.stdin is not None:
                process.stdin.close()
        for process in self._processes:
            try:
                async with asyncio.timeout(20):
                    await process.wait()
            except TimeoutError:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()

    async def _line(self, process: asyncio.subprocess.Process) -> str:
        line = await process.stdout.readline() if process.stdout is not None else b""
        if not line:
            await process.wait()
            raise ContenderFailed(f"{self.name} ended: {self._last_words()}")
        return line.decode().strip()

    def _last_words(self) -> str:
        return self._log_file.read_text(errors="replace")[-2000:] if self._log_file.is_file() else ""


class Pgbench(Contender):
    """PostgreSQL's own ``pgbench`` with a script, ``clients`` at a time on two threads."""

    def __init__(
        self, name: str, *, binaries: Path, environment: dict[str, str], url: str, script: str, values: dict[str, str],
        clients: int, seconds: float, folder: Path,
    ) -> None:  # fmt: skip
        super().__init__(name)
        self._script = folder / "pgbench.sql"
        self._script_text = script
        self._environment = environment
        self._seconds = max(1, round(seconds))
        defined = [word for key, value in values.items() for word in ("-D", f"{key}={value}")]
        self._argv = [str(binaries / "bin" / "pgbench"), "-n", "-M", "prepared", "-c", str(clients), "-j", "2"]
        self._argv += ["-T", str(self._seconds), "-f", str(self._script), *defined, url]

    async def open(self) -> None:
        self._script.write_text(self._script_text)

    async def round(self) -> Sample:
        """A round; again, where a busy machine spent all of it on opening the connections."""
        for _ in range(10):
            began = time.monotonic()
            process = await asyncio.create_subprocess_exec(
                *self._argv,
                env=self._environment,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            out, err = await process.communicate()
            if process.returncode:
                break
            if rate := re.search(r"tps = ([\d.]+)", out.decode()):
                done = int(float(rate[1]) * self._seconds)
                return Sample(done=done, began=began, ended=began + self._seconds)
        raise ContenderFailed(f"{self.name}: {err.decode()[-2000:] or 'no transaction in any round'}")

    async def close(self) -> None:
        self._script.unlink(missing_ok=True)


async def take_turn(contender: Contender) -> Sample:
    """A round, and after it the disk given what the round left in the system's memory: written later, in the next one's
    turn, that would be the next one's burden (with ``fsync``, of up to a tenth of a second)."""
    sample = await contender.round()
    await asyncio.to_thread(os.sync)
    return sample


def _tell(process: asyncio.subprocess.Process, line: str) -> None:
    if process.stdin is not None:
        process.stdin.write(f"{line}\n".encode())


def _together(samples: Sequence[Sample]) -> Sample:
    """What several processes did at the same time."""
    return Sample(
        done=sum(each.done for each in samples),
        began=min(each.began for each in samples),
        ended=max(each.ended for each in samples),
        latencies=tuple(latency for sample in samples for latency in sample.latencies),
    )


__all__ = ["PEERS_PYTHON", "ROOT", "Contender", "ContenderFailed", "Pgbench", "Workers", "take_turn"]
