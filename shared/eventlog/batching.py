"""Callers who ask at the same time share one question: a round trip for many in place of one each."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from shared.eventlog.errors import LogUnavailable

Q = TypeVar("Q")
A = TypeVar("A")


@dataclass(slots=True, eq=False)
class _Caller(Generic[Q, A]):
    question: Q
    answer: asyncio.Future[A]

    def settle(self, answer: A) -> None:
        """Tell the caller, who may have gone."""
        if not self.answer.done():
            self.answer.set_result(answer)

    def fail(self, error: Exception) -> None:
        """Tell the caller of trouble."""
        if not self.answer.done():
            self.answer.set_exception(error)


class Together(Generic[Q, A]):
    """The first caller's question goes at once, with those of all who are ready then; whoever comes meanwhile goes with
    the next. ``ask`` answers questions in their order, at most ``most`` at a time.

    Where it raises for several, each question is asked alone, so that an error reaches only its own caller. When the
    server is away all fail at once: they have waited long enough.
    """

    def __init__(self, ask: Callable[[Sequence[Q]], Awaitable[Sequence[A]]], *, most: int = 256) -> None:
        self._ask = ask
        self._most = most
        self._waiting: deque[_Caller[Q, A]] = deque()
        self._flight: asyncio.Task[None] | None = None

    async def __call__(self, question: Q) -> A:
        """The answer. Raises what ``ask`` raises for it."""
        caller: _Caller[Q, A] = _Caller(question, asyncio.get_running_loop().create_future())
        self._waiting.append(caller)
        if self._flight is None:
            self._flight = asyncio.create_task(self._fly(), name="together")
        return await caller.answer

    async def _fly(self) -> None:
        try:
            while self._waiting:
                group = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
                await self._answer([caller for caller in group if not caller.answer.done()])
        finally:
            self._flight = None

    async def _answer(self, group: Sequence[_Caller[Q, A]]) -> None:
        if not group:
            return
        try:
            answers = await self._ask([caller.question for caller in group])
        except Exception as error:  # noqa: BLE001 - its callers are told
            if len(group) == 1 or isinstance(error, LogUnavailable):
                for caller in group:
                    caller.fail(error)
            else:
                await asyncio.gather(*(self._answer([caller]) for caller in group))
        except asyncio.CancelledError:
            for caller in group:
                caller.answer.cancel()
            raise
        else:
            for caller, answer in zip(group, answers, strict=True):
                caller.settle(answer)


__all__ = ["Together"]
