"""A loop for ever outlives its errors, waits longer each time, and ends when it is told to."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from shared import retrying
from shared.retrying import Pauses, retry, run_for_ever
from shared.tasks import end


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that are taken, which pass at once."""
    pauses: list[float] = []
    sleep = asyncio.sleep

    async def at_once(seconds: float) -> None:
        pauses.append(seconds)
        await sleep(0)

    monkeypatch.setattr("shared.retrying.asyncio.sleep", at_once)
    return pauses


class Enough(Exception):
    """Ends a loop from within."""


class Flaky:
    """Fails in the rounds that are named (from 1), and ends the loop after ``rounds``."""

    def __init__(self, *failing: int, rounds: int) -> None:
        self.failing = failing
        self.rounds = rounds
        self.round = 0

    async def step(self) -> int:
        """One round."""
        self.round += 1
        if self.round in self.failing:
            raise OSError(f"round {self.round}")
        if self.round > self.rounds:
            raise Enough
        return self.round


async def run(flaky: Flaky, pauses: Pauses, *, rest: float = 0.0) -> list[str]:
    """What the loop told of its trouble until it was ended."""
    told: list[str] = []

    def troubled(error: Exception) -> None:
        if isinstance(error, Enough):
            raise error
        told.append(str(error))

    with suppress(Enough):
        await run_for_ever(flaky.step, troubled=troubled, pauses=pauses, rest=rest)
    return told


async def test_a_loop_goes_on_after_every_error_and_tells_of_each(slept: list[float]) -> None:
    assert await run(Flaky(1, 3, rounds=4), Pauses(0.5)) == ["round 1", "round 3"]
    assert slept == [0.5, 0.5]


async def test_pauses_grow_while_a_step_fails_and_begin_anew_once_it_does_not(slept: list[float]) -> None:
    await run(Flaky(1, 2, 3, 4, 6, rounds=6), Pauses(0.1, 0.5))
    assert slept == [0.1, 0.2, 0.4, 0.5, 0.1]


async def test_pauses_begin_anew_after_a_step_that_was_well_for_long(
    slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrying, "SETTLED", -1.0)
    await run(Flaky(1, 2, 3, rounds=3), Pauses(0.1, 0.5))
    assert slept == [0.1, 0.1, 0.1]


async def test_a_loop_rests_after_a_step_that_went_well(slept: list[float]) -> None:
    await run(Flaky(2, rounds=3), Pauses(0.5), rest=2.0)
    assert slept == [2.0, 0.5, 2.0]


async def test_a_loop_ends_with_an_error_that_it_does_not_outlive() -> None:
    async def broken() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await run_for_ever(broken, troubled=print, pauses=Pauses(0.0), survivable=OSError)


async def test_a_loop_ends_when_it_is_cancelled_though_a_step_swallows_that() -> None:
    rounds = 0

    async def deaf() -> None:
        nonlocal rounds
        rounds += 1
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()

    loop = asyncio.create_task(run_for_ever(deaf, troubled=print, pauses=Pauses(0.0)))
    await asyncio.sleep(0)
    async with asyncio.timeout(1):
        await end(loop)
    assert loop.cancelled()
    assert rounds == 1


async def test_an_action_is_repeated_until_it_succeeds(slept: list[float]) -> None:
    flaky = Flaky(1, 2, rounds=3)
    assert await retry(flaky.step, outlives=lambda error: isinstance(error, OSError), pauses=Pauses(0.1, 9.0)) == 3
    assert slept == [0.1, 0.2]


async def test_an_error_that_is_not_outlived_is_raised_at_once(slept: list[float]) -> None:
    with pytest.raises(OSError, match="round 1"):
        await retry(Flaky(1, rounds=1).step, outlives=lambda _: False, pauses=Pauses(0.1))
    assert slept == []


async def test_scattered_pauses_are_shorter_by_their_share_at_most(slept: list[float]) -> None:
    pauses = Pauses(1.0, scatter=0.5)
    for _ in range(200):
        await pauses.take()
    assert 0.5 <= min(slept) < 0.6
    assert 0.9 < max(slept) <= 1.0
