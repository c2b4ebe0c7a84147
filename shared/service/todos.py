"""What events lead to: commands, executed side by side as far as their order allows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.contracts.core import Command, Context, Decider, Envelope
from shared.projections.parking import is_poison

AT_ONCE = 128
"""Commands that are under way at a time."""


@dataclass(frozen=True, slots=True)
class Todo:
    """A command to be given to the aggregate ``ident``.

    ``name`` tells apart what one cause leads to, and never changes. ``decider`` is the service's own where ``None``.
    ``new`` says that the aggregate most likely does not exist yet, which saves looking for it.
    """

    name: str
    ident: str
    command: Callable[[Context], Command]
    decider: Decider[Any, Any] | None = None
    new: bool = False

    @property
    def target(self) -> tuple[str, str]:
        """What it is given to."""
        return (self.decider.aggregate if self.decider is not None else ""), self.ident


Do = Callable[[Todo, Envelope], Awaitable[None]]
"""Executes what an event led to; raises where it is refused."""


async def do_all(
    do: Do, planned: Sequence[tuple[Envelope, Sequence[Todo]]], held: Mapping[str, int]
) -> dict[int, Exception]:
    """Do what events (in the log's order) lead to; give the errors of those that failed for good, by seq.

    An event waits for earlier events of its stream, a command for earlier commands to its aggregate. So waiting only
    looks back in the log, and always ends. Events of a stream behind one that failed, or of a stream that is ``held``
    from a seq on, are left out. Raises the first error that may pass; what was done before stays done.
    """
    course = _Course(do, dict(held))
    try:
        async with asyncio.TaskGroup() as group:
            for envelope, todos in planned:
                course.begin(group, envelope, todos)
    except BaseExceptionGroup as raised:
        raise raised.exceptions[0] from None
    return course.errors


class _Course:
    """Who waits for whom. ``failed`` holds, by stream, the seq from which it is left alone."""

    def __init__(self, do: Do, failed: dict[str, int]) -> None:
        self.errors: dict[int, Exception] = {}
        self._do = do
        self._failed = failed
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._of_stream: dict[str, set[asyncio.Task[None]]] = {}
        self._of_target: dict[tuple[str, str], asyncio.Task[None]] = {}

    def begin(self, group: asyncio.TaskGroup, envelope: Envelope, todos: Sequence[Todo]) -> None:
        """Begin what an event leads to, as soon as it may be."""
        before = self._of_stream.get(envelope.stream, set())
        mine: set[asyncio.Task[None]] = set()
        for todo in todos:
            last = self._of_target.get(todo.target)
            step = self._step(todo, envelope, before if last is None else before | {last})
            self._of_target[todo.target] = group.create_task(step, name=f"do {todo.name}")
            mine.add(self._of_target[todo.target])
        if mine:
            self._of_stream[envelope.stream] = mine

    async def _step(self, todo: Todo, envelope: Envelope, before: set[asyncio.Task[None]]) -> None:
        if before:
            await asyncio.wait(before)
        seq, stream = envelope.seq, envelope.stream
        async with self._slots:
            if self._failed.get(stream, seq + 1) <= seq:
                return
            try:
                await self._do(todo, envelope)
            except Exception as error:
                if not is_poison(error):
                    raise
                self.errors.setdefault(seq, error)
                self._failed[stream] = min(seq, self._failed.get(stream, seq))


__all__ = ["Do", "Todo", "do_all"]
