"""Loops end when they are told to, whatever a library makes of a cancellation."""

from __future__ import annotations

import asyncio

import pytest

from shared import tasks
from shared.service.background import Background


async def deaf(times: int) -> None:
    """A loop that a library robs of its cancellation so many times."""
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            if times == 0:
                raise
            times -= 1


async def test_a_loop_ends_though_a_library_swallows_its_cancellation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "AGAIN", 0.01)
    background = Background()
    background.start("deaf", lambda: deaf(2))
    background.start("heedful", lambda: deaf(0))
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await background.stop()
    assert not background.tasks


async def test_how_a_task_ended_is_nobodys_trouble() -> None:
    async def broken() -> None:
        raise ValueError("broken")

    ended = asyncio.create_task(broken())
    await asyncio.sleep(0)
    await tasks.end(ended, asyncio.create_task(deaf(0)))
    assert isinstance(ended.exception(), ValueError)
    await tasks.end()
