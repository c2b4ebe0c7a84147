"""What was counted in a read model, remembered for as long as nothing in it moves."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

V = TypeVar("V")


class CountedOnce(Generic[V]):
    """Counts by their questions, at most ``most`` of them: the one that was asked for longest ago goes first."""

    def __init__(self, most: int = 200) -> None:
        self._most = most
        self._known: OrderedDict[Hashable, tuple[int, V]] = OrderedDict()

    async def get(self, question: Hashable, reached: int, count: Callable[[], Awaitable[V]]) -> V:
        """The answer of tables that show the seq ``reached`` at least."""
        known = self._known.get(question)
        if known is None or known[0] != reached:
            known = self._known[question] = (reached, await count())
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        self._known.move_to_end(question)
        return known[1]


__all__ = ["CountedOnce"]
