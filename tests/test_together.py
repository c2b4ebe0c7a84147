"""Callers who ask at the same time share one question; trouble with one question is its own caller's only."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from shared.eventlog.batching import Together
from shared.eventlog.errors import LogUnavailable


class Oracle:
    """Doubles numbers; cannot bear 13. Waits for ``go`` before it answers."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.go = asyncio.Event()

    async def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.asked.append(list(numbers))
        await self.go.wait()
        if 13 in numbers:
            raise ValueError("13")
        return [2 * number for number in numbers]


async def test_who_comes_meanwhile_goes_with_the_next() -> None:
    oracle = Oracle()
    ask = Together(oracle, most=3)
    first = asyncio.create_task(ask(1))
    while not oracle.asked:
        await asyncio.sleep(0)
    others = [asyncio.create_task(ask(number)) for number in range(2, 7)]
    await asyncio.sleep(0)
    oracle.go.set()
    assert await asyncio.gather(first, *others) == [2, 4, 6, 8, 10, 12]
    assert oracle.asked == [[1], [2, 3, 4], [5, 6]]
    assert await ask(7) == 14


async def test_only_those_hear_of_trouble_whose_it_is() -> None:
    oracle = Oracle()
    oracle.go.set()
    ask = Together(oracle)
    one, bad, two = await asyncio.gather(ask(1), ask(13), ask(2), return_exceptions=True)
    assert (one, two) == (2, 4)
    assert isinstance(bad, ValueError)
    with pytest.raises(ValueError, match="13"):
        await ask(13)


async def test_a_caller_that_has_gone_keeps_nobody_waiting() -> None:
    oracle = Oracle()
    ask = Together(oracle)
    gone, stays = asyncio.create_task(ask(1)), asyncio.create_task(ask(2))
    while not oracle.asked:
        await asyncio.sleep(0)
    gone.cancel()
    oracle.go.set()
    assert await stays == 4
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_a_server_that_is_away_is_asked_once_for_all() -> None:
    asked = 0

    async def away(numbers: Sequence[int]) -> list[int]:
        nonlocal asked
        asked += 1
        raise LogUnavailable("away")

    ask = Together(away)
    heard = await asyncio.gather(*(ask(number) for number in range(5)), return_exceptions=True)
    assert [type(each) for each in heard] == [LogUnavailable] * 5
    assert asked == 1
