"""A poisoned event is set aside, its stream held back, everything else goes on; released, it is taken in in order."""

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.contracts.core import Envelope
from shared.eventlog.codec import RawEvent
from shared.eventlog.errors import LogUnavailable, VersionConflict
from shared.projections.parking import Parking, is_poison
from shared.projections.positions import PositionMoved
from shared.projections.projection import project
from shared.projections.projector import Projector
from tests.projections.conftest import SCHEMA
from tests.projections.ledger import LEDGER, MENDED, Broken, Noted, Opened, Paid, Recording, history, recorded
from tests.projections.test_projector import follow, stored

STREAM = "intake/account/bad"
EVENTS = [
    recorded(1, "bad", Opened(owner="白")),
    recorded(2, "good", Opened(owner="谷")),
    recorded(3, "bad", Broken()),
    recorded(4, "good", Paid(amount=4)),
    recorded(5, "bad", Paid(amount=5)),
    recorded(6, "good", Paid(amount=6)),
    recorded(7, "bad", Noted(text="七")),
]
GOOD = [each for each in EVENTS if each.seq not in {3, 5, 7}]


@pytest.mark.parametrize("page", [1, 2, 3, 7])
async def test_a_poisoned_event_is_parked_its_stream_held_and_the_rest_goes_on(engine: AsyncEngine, page: int) -> None:
    projector = Projector(engine, LEDGER, SCHEMA)
    await follow(projector, EVENTS, page)
    assert await projector.position() == 7
    assert await stored(engine) == project(LEDGER, GOOD)
    parked = await projector.parking.all()
    assert [(each.seq, each.state, each.stream) for each in parked] == [
        (3, "failed", STREAM),
        (5, "held", STREAM),
        (7, "held", STREAM),
    ]
    assert parked[0].error == "ZeroDivisionError: this account does not add up"
    assert "_broken" in parked[0].trace
    assert parked[1].error == "held behind seq 3"


async def test_the_same_page_again_parks_nothing_twice(engine: AsyncEngine) -> None:
    projector = Projector(engine, LEDGER, SCHEMA)
    await follow(projector, EVENTS)
    before = await projector.parking.all()
    await projector.apply(EVENTS, 7)
    assert await projector.parking.all() == before


@pytest.mark.parametrize("owner", ["a\x00b", "\ud800"], ids=["NUL", "half a surrogate pair"])
async def test_what_only_the_table_refuses_is_parked_too(engine: AsyncEngine, owner: str) -> None:
    events = [recorded(1, "bad", Opened(owner=owner)), *EVENTS[1:2], recorded(3, "bad", Paid(amount=3)), EVENTS[3]]
    projector = Projector(engine, LEDGER, SCHEMA)
    await follow(projector, events)
    assert [(each.seq, each.state) for each in await projector.parking.all()] == [(1, "failed"), (3, "held")]
    assert await stored(engine) == project(LEDGER, [events[1], events[3]])


async def test_what_is_kept_of_an_error_holds_nothing_of_the_row(engine: AsyncEngine) -> None:
    projector = Projector(engine, LEDGER, SCHEMA)
    await follow(projector, EVENTS[:1])
    async with engine.begin() as connection:
        await connection.execute(text(f"alter table {SCHEMA}.accounts add check (owner <> '欧阳小明')"))
    await projector.apply([recorded(2, "other", Opened(owner="欧阳小明"))], 2)
    (parked,) = await projector.parking.all()
    assert "violates check constraint" in parked.error
    assert "欧阳小明" not in parked.error + parked.trace


async def test_a_number_too_large_for_its_column_is_parked(engine: AsyncEngine) -> None:
    events = [recorded(1, "bad", Paid(amount=2**70)), recorded(2, "good", Paid(amount=2))]
    projector = Projector(engine, LEDGER, SCHEMA)
    await follow(projector, events)
    assert [each.seq for each in await projector.parking.all()] == [1]
    assert await stored(engine) == project(LEDGER, events[1:])


async def test_an_event_that_this_build_cannot_read_is_parked_until_one_that_can(engine: AsyncEngine) -> None:
    unheard = recorded(3, "bad", RawEvent("intake.Unheard", 1, "{}"))
    projector = Projector(engine, LEDGER, SCHEMA)
    await follow(projector, [*EVENTS[:2], unheard, *EVENTS[3:]])
    parked = await projector.parking.all()
    assert [(each.seq, each.state) for each in parked] == [(3, "failed"), (5, "held"), (7, "held")]
    assert parked[0].error == "UnknownEventType: no definition of intake.Unheard version 1"
    assert await stored(engine) == project(LEDGER, GOOD)
    heard = [*EVENTS[:2], recorded(3, "bad", Noted(text="heard")), *EVENTS[3:]]
    assert (await projector.release(Recording(heard), STREAM)).applied == (3, 5, 7)
    assert await stored(engine) == project(LEDGER, heard)


async def test_showing_names_every_follower_that_parked_it(engine: AsyncEngine) -> None:
    projector = Projector(engine, LEDGER, SCHEMA)
    await follow(projector, EVENTS)
    async with engine.begin() as connection:
        await projector.parking.park(connection, "intake.other", EVENTS[2], ValueError("not mine either"))
    assert [each.follower for each in await projector.parking.show(3)] == ["intake.ledger", "intake.other"]
    assert [each.seq for each in await projector.parking.all("intake.other")] == [3]
    assert await projector.parking.show(4) == []


async def test_released_after_the_code_is_mended_the_stream_goes_on(engine: AsyncEngine) -> None:
    await follow(Projector(engine, LEDGER, SCHEMA), EVENTS)
    mended = Projector(engine, MENDED, SCHEMA)
    await mended.prepare()
    released = await mended.release(Recording(EVENTS), STREAM)
    assert (released.applied, released.failed_seq) == ((3, 5, 7), None)
    assert await mended.parking.all() == []
    assert await stored(engine) == project(MENDED, EVENTS)
    more = recorded(8, "bad", Paid(amount=8))
    await follow(mended, [*EVENTS, more])
    assert await stored(engine) == project(MENDED, [*EVENTS, more])


async def test_releasing_again_changes_nothing(engine: AsyncEngine) -> None:
    await follow(Projector(engine, LEDGER, SCHEMA), EVENTS)
    mended = Projector(engine, MENDED, SCHEMA)
    await mended.prepare()
    await mended.release(Recording(EVENTS), STREAM)
    again = await mended.release(Recording(EVENTS), STREAM)
    assert again.applied == ()
    assert await stored(engine) == project(MENDED, EVENTS)


async def test_released_and_failing_again_it_stays_with_the_new_error(engine: AsyncEngine) -> None:
    await follow(Projector(engine, LEDGER, SCHEMA), EVENTS)
    parking = Parking(engine, SCHEMA)
    before = await stored(engine)
    projector = Projector(engine, MENDED, SCHEMA)

    async def fails_later(connection: AsyncConnection, envelope: Envelope) -> None:
        await projector.reapply(connection, envelope)
        if envelope.seq == 5:
            raise ArithmeticError("still wrong")

    released = await parking.release(Recording(EVENTS), LEDGER.name, STREAM, fails_later)
    assert (released.applied, released.failed_seq, released.error) == ((), 5, "ArithmeticError: still wrong")
    assert await stored(engine) == before
    parked = await parking.all()
    assert [(each.seq, each.state) for each in parked] == [(3, "failed"), (5, "failed"), (7, "held")]
    assert parked[1].error == "ArithmeticError: still wrong"


async def test_a_connection_lost_in_a_release_changes_nothing(engine: AsyncEngine) -> None:
    await follow(Projector(engine, LEDGER, SCHEMA), EVENTS)
    parking = Parking(engine, SCHEMA)
    before = await parking.all()

    async def loses(connection: AsyncConnection, _envelope: Envelope) -> None:
        await connection.execute(text("select pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(DBAPIError):
        await parking.release(Recording(EVENTS), LEDGER.name, STREAM, loses)
    assert await parking.all() == before


async def test_a_restored_version_forgets_what_it_parked(engine: AsyncEngine) -> None:
    from shared.projections.projection import Projection

    await follow(Projector(engine, LEDGER, SCHEMA), EVENTS)
    second = Projection(MENDED.name, 2, MENDED.categories, MENDED.views)
    projector = Projector(engine, second, SCHEMA)
    await follow(projector, EVENTS)
    assert await projector.parking.all() == []
    assert await stored(engine, second) == project(MENDED, EVENTS)


async def test_many_good_pages_after_a_poisoned_one_are_folded(engine: AsyncEngine) -> None:
    events = history(300)
    events[120] = recorded(121, "a3", Broken())
    projector = Projector(engine, LEDGER, SCHEMA)
    await follow(projector, events, 40)
    kept = [each for each in events if each.seq < 121 or each.stream != "intake/account/a3"]
    assert await stored(engine) == project(LEDGER, kept)


@pytest.mark.parametrize(
    ("error", "poison"),
    [
        (ValueError("bad"), True),
        (KeyError("stage"), True),
        (PositionMoved("back"), False),
        (ConnectionResetError(), False),
        (LogUnavailable(), False),
        (VersionConflict(STREAM, 1, 2), False),
        (TimeoutError(), False),
        (OperationalError("select", {}, Exception("server closed the connection")), False),
        (asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress"), False),
        (RuntimeError("unable to perform operation on <TCPTransport closed=True>; the handler is closed"), False),
        (RuntimeError("a mistake of ours"), True),
        (asyncpg.InterfaceError("connection is closed"), False),
        (asyncpg.DataError("invalid input for query argument"), True),
    ],
    ids=lambda value: type(value).__name__,
)
def test_errors_of_the_connection_are_no_poison(error: Exception, poison: bool) -> None:
    assert is_poison(error) is poison


@pytest.mark.parametrize(
    ("statement", "poison"),
    [
        ("select 1 / 0", True),
        ("select * from intake.nowhere", False),
        ("select pg_terminate_backend(pg_backend_pid())", False),
        ("do $$ begin raise exception using errcode = '40001'; end $$", False),
        ("do $$ begin raise exception using errcode = '57014'; end $$", False),
        ("do $$ begin raise exception using errcode = '23505'; end $$", True),
    ],
)
async def test_sql_errors_are_told_apart_by_class(engine: AsyncEngine, statement: str, poison: bool) -> None:
    async with engine.connect() as connection:
        with pytest.raises(DBAPIError) as raised:
            await connection.execute(text(statement))
        assert is_poison(raised.value) is poison
