"""Loading streams for commands: who asks while others are being read shares the next read."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

from shared.contracts.core import Envelope
from shared.eventlog.errors import LogUnavailable
from shared.eventlog.log import EventLog

AT_ONCE = 2
"""Reads under way at a time; further callers wait for the next one, which is theirs together."""

Answer = asyncio.Future[list[Envelope]]


class Loads:
    """Reads streams. Each read begins after it was asked for, so nobody is given less than the log held then."""

    def __init__(self, eventlog: EventLog) -> None:
        self._log = eventlog
        self._waiting: dict[str, list[Answer]] = {}
        self._under_way = 0
        self._readers: set[asyncio.Task[None]] = set()

    async def stream(self, name: str) -> list[Envelope]:
        """A stream's events, in order; raises what ``EventLog.read_stream`` raises. Others may hold the same list."""
        if self._under_way < AT_ONCE:
            return await self._alone(name)
        answer: Answer = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(name, []).append(answer)
        return await answer

    async def _alone(self, name: str) -> list[Envelope]:
        self._under_way += 1
        try:
            return await self._log.read_stream(name)
        finally:
            self._under_way -= 1
            if self._waiting:
                self._under_way += 1
                reader = asyncio.create_task(self._together(), name="load")
                self._readers.add(reader)
                reader.add_done_callback(self._readers.discard)

    async def _together(self) -> None:
        try:
            while self._waiting:
                asked, self._waiting = self._waiting, {}
                await self._answer(asked)
        finally:
            self._under_way -= 1

    async def _answer(self, asked: Mapping[str, list[Answer]]) -> None:
        try:
            found = await self._log.read_streams(list(asked))
        except LogUnavailable as error:
            _fail(asked, error)
        except Exception as error:  # noqa: BLE001 - those who asked are told
            if len(asked) == 1:
                _fail(asked, error)
            else:
                # One of them cannot be read: each goes alone, so that only that one fails.
                await asyncio.gather(*(self._answer({name: answers}) for name, answers in asked.items()))
        except asyncio.CancelledError:
            _fail(asked, LogUnavailable("the reading was broken off"))
            raise
        else:
            for answers, envelopes in zip(asked.values(), found, strict=True):
                for answer in _still_waiting(answers):
                    answer.set_result(envelopes)


def _fail(asked: Mapping[str, Iterable[Answer]], error: Exception) -> None:
    for answers in asked.values():
        for answer in _still_waiting(answers):
            answer.set_exception(error)


def _still_waiting(answers: Iterable[Answer]) -> Iterable[Answer]:
    return (answer for answer in answers if not answer.done())


__all__ = ["AT_ONCE", "Loads"]
