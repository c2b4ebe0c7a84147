"""Past events that lead to nothing a process manager's position moves in one step, and never past another's."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.contracts.core import Envelope
from shared.projections.positions import Position, PositionMoved, Positions
from shared.service.reactions import Reactions, by_itself
from shared.service.todos import Todo
from tests.projections.conftest import SCHEMA

NAME = "intake.reactions"


async def prepared(engine: AsyncEngine) -> Reactions:
    async def never(todo: Todo, envelope: Envelope) -> None:
        raise AssertionError((todo, envelope))

    made = Reactions(engine, SCHEMA, NAME, by_itself(lambda _envelope: ()), never)
    await made.prepare()
    await made.position()
    return made


async def test_the_position_moves(engine: AsyncEngine) -> None:
    reactions = await prepared(engine)
    await reactions.apply([], 5)
    await reactions.apply([], 9)
    await reactions.apply([], 7)
    assert await (await prepared(engine)).position() == 9


async def test_who_comes_later_leaves_it_alone(engine: AsyncEngine) -> None:
    first, second = await prepared(engine), await prepared(engine)
    await first.apply([], 5)
    await second.apply([], 3)
    assert await first.position() == 5
    await second.apply([], 8)
    assert await first.position() == 8


async def test_a_position_that_went_back_is_noticed(engine: AsyncEngine) -> None:
    reactions = await prepared(engine)
    await reactions.apply([], 5)
    async with engine.begin() as connection:
        await Positions(SCHEMA).put(connection, Position(name=NAME, seq=2))
    with pytest.raises(PositionMoved):
        await reactions.apply([], 7)
    assert await reactions.position() == 2
