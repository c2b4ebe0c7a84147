"""Parked events: listed, shown, released; what a reaction then does, it does once."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import create_async_engine

from shared.contracts.intake import CorrectionFiled
from shared.eventlog.log import EventLog
from shared.projections.parking import Parking
from shared.projections.positions import Position, Positions
from tests.operator.conftest import CASE, CITY, System
from tests.review import histories

FILING = f"intake/application/{CASE}"
REVIEW = f"review/case/{CASE}"


async def park(system: System, follower: str, seq: int, *behind: int) -> None:
    """Set an event aside for a follower of review, and others behind it, as if it had failed there."""
    engine = create_async_engine(system.database.url("review").replace("postgresql://", "postgresql+asyncpg://"))
    async with await EventLog.open(system.database.url("review")) as log, engine.begin() as connection:
        await Positions("review").create(connection)
        parking = Parking(engine, "review")
        await parking.create(connection)
        if await Positions("review").read(connection, follower) is None:
            await Positions("review").put(connection, Position(name=follower, seq=seq))
        for each in (seq, *behind):
            (envelope,) = await log.read_all(each - 1, limit=1, until=each, include_internal=True)
            error = ValueError("it does not add up") if each == seq else None
            await parking.park(connection, follower, envelope, error, behind=seq)
    await engine.dispose()


async def filed_only(system: System) -> None:
    await system.append("intake", FILING, CITY, "2018-06-20", histories.FILING)


def correction_of_an_unknown_case() -> CorrectionFiled:
    return replace(histories.CORRECTION, case_id=CASE)


async def types(system: System) -> list[str]:
    async with await EventLog.open(system.database.url("juqu_operator")) as log:
        return [each.type for each in await log.read_raw(0) if each.category == "review"]


async def test_what_is_parked_is_listed_and_shown_with_its_error(system: System) -> None:
    await filed_only(system)
    assert (await system.juqu("parked", "list")).out == "Nothing is parked.\n"
    await park(system, "review.reactions", 1)
    (listed,) = (await system.juqu("parked", "list", "--json")).json
    assert (listed["seq"], listed["state"], listed["service"]) == (1, "failed", "review")
    said = await system.juqu("parked", "show", "1")
    assert "ValueError: it does not add up" in said.out
    assert f"juqu parked release review.reactions {FILING}" in said.out
    assert "is not parked" in (await system.juqu("parked", "show", "2")).refused


async def test_a_released_reaction_executes_its_command_once(system: System) -> None:
    await filed_only(system)
    await system.follow("review")
    await park(system, "review.reactions", 1)
    said = await system.juqu("parked", "release", "review.reactions", FILING)
    assert said.code == 0, said.err
    assert said.out.startswith("Taken in: 1.")
    assert await types(system) == ["review.CaseOpened"]
    again = await system.juqu("parked", "release", "review.reactions", FILING)
    assert (again.code, "holds nothing" in again.refused) == (1, True)
    await park(system, "review.reactions", 1)
    assert (await system.juqu("parked", "release", "review.reactions", FILING)).code == 0
    assert await types(system) == ["review.CaseOpened"]


async def test_a_released_stream_is_folded_and_then_equals_a_rebuild(lived: System) -> None:
    await lived.follow("review", upto=2)
    await park(lived, "review.cases", 3, 4)
    await lived.follow("review")
    held = (await lived.juqu("parked", "list", "--follower", "review.cases", "--json")).json
    assert {each["state"] for each in held} == {"failed", "held"}
    assert (await lived.juqu("projection", "rebuild", "review.cases")).code == 1
    said = await lived.juqu("parked", "release", "review.cases", REVIEW)
    assert said.code == 0, said.err
    assert (await lived.juqu("projection", "rebuild", "review.cases")).code == 0


async def test_what_fails_again_stays_parked(system: System) -> None:
    await system.append("intake", FILING, CITY, "2018-07-02", correction_of_an_unknown_case())
    await system.follow("review")
    await park(system, "review.reactions", 1)
    said = await system.juqu("parked", "release", "review.reactions", FILING)
    assert "failed again" in said.refused
    assert said.code == 1
    assert len((await system.juqu("parked", "list", "--json")).json) == 1


async def test_a_reaction_is_not_released_beside_a_service_of_another_version(system: System) -> None:
    await filed_only(system)
    await park(system, "review.reactions", 1)
    said = await system.juqu("parked", "release", "review.reactions", FILING)
    assert "in another version than this code" in said.refused
    assert await types(system) == []
