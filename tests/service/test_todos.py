"""What events lead to is done side by side, in order where an order is owed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from shared.contracts.core import Envelope
from shared.service.todos import Todo, do_all
from tests.notify.messages import delivery, envelope


def event(seq: int, stream: str) -> Envelope:
    return replace(envelope(delivery(), seq=seq), stream=stream)


def todo(ident: str) -> Todo:
    return Todo("do", ident, cast(Any, None))


class Doing:
    """Notes what begins and ends; ``refused`` fail for good, ``held`` wait until they are let go."""

    def __init__(self, refused: Sequence[int] = (), held: Sequence[int] = ()) -> None:
        self.noted: list[str] = []
        self.refused = refused
        self.held = {seq: asyncio.Event() for seq in held}

    async def __call__(self, todo: Todo, of: Envelope) -> None:
        self.noted.append(f"begin {of.seq} {todo.ident}")
        if of.seq in self.held:
            await self.held[of.seq].wait()
        if of.seq in self.refused:
            raise ValueError(f"no {of.seq}")
        self.noted.append(f"end {of.seq} {todo.ident}")

    async def has(self, note: str) -> None:
        async with asyncio.timeout(10):
            while note not in self.noted:
                await asyncio.sleep(0)


async def test_streams_and_aggregates_keep_their_order_and_all_else_goes_side_by_side() -> None:
    doing = Doing(held=[1])
    planned = [
        (event(1, "s/1"), [todo("a")]),
        (event(2, "s/1"), [todo("b")]),
        (event(3, "s/2"), [todo("a")]),
        (event(4, "s/3"), [todo("c"), todo("d")]),
    ]
    task = asyncio.create_task(do_all(doing, planned, {}))
    await doing.has("end 4 c")
    await doing.has("end 4 d")
    assert not {"begin 2 b", "begin 3 a"} & set(doing.noted)  # behind 1: by its stream, by its aggregate
    doing.held[1].set()
    assert await task == {}
    assert doing.noted.index("end 1 a") < doing.noted.index("begin 2 b")
    assert doing.noted.index("end 1 a") < doing.noted.index("begin 3 a")


async def test_what_is_behind_a_failure_in_its_stream_is_left_out() -> None:
    doing = Doing(refused=[2])
    planned = [
        (event(seq, stream), [todo(f"{seq}")]) for seq, stream in ((1, "s/1"), (2, "s/1"), (3, "s/1"), (4, "s/2"))
    ]
    errors = await do_all(doing, planned, {"s/2": 4})
    assert list(errors) == [2]
    assert [note for note in doing.noted if note.startswith("end")] == ["end 1 1"]


async def test_trouble_that_may_pass_is_raised() -> None:
    async def away(_todo: Todo, _of: Envelope) -> None:
        raise TimeoutError("not yet")

    with pytest.raises(TimeoutError, match="not yet"):
        await do_all(away, [(event(1, "s/1"), [todo("a")])], {})
