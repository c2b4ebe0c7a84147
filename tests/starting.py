"""Starting our programs quickly: forked from a Zygote that each test process has."""

from __future__ import annotations

import asyncio
import atexit
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from deploy.local.forking import ForkedProcess, Zygote, reader_of
from deploy.local.stack import MODULES

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = ("deploy.operator.app", "deploy.operator.frame.definitions", "deploy.operator.running.up", "rich.progress")
"""What most commands import."""


async def start(
    module: str, *words: str, environment: Mapping[str, str], folder: Path = ROOT, out: int = 1, errors: int = 2
) -> ForkedProcess:
    """Start ``python -m MODULE WORDS`` in a folder; ``out`` and ``errors`` are descriptors that it writes to, else
    where we write to."""
    return await _zygote().fork(module, words, environment=environment, folder=folder, out=out, errors=errors)


async def run(
    module: str, *words: str, environment: Mapping[str, str], folder: Path = ROOT, seconds: float
) -> tuple[int, bytes, bytes]:
    """Run it to its end, its output in pipes: exit code, standard output, standard error."""
    (out, to_out), (errors, to_errors) = os.pipe(), os.pipe()
    readers = await reader_of(out), await reader_of(errors)
    try:
        process = await start(module, *words, environment=environment, folder=folder, out=to_out, errors=to_errors)
    finally:
        os.close(to_out)
        os.close(to_errors)
    async with asyncio.timeout(seconds):
        said, wrong = await asyncio.gather(*(each.read() for each in readers))
        return await process.wait(), said, wrong


@cache
def _zygote() -> Zygote:
    made = Zygote([*MODULES.values(), *COMMANDS])
    atexit.register(made.close)
    return made


__all__ = ["run", "start"]
