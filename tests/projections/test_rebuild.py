"""A rebuild beside the live tables equals them byte for byte; a replay shows them as they were."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.contracts.core import CST, Envelope
from shared.projections.comparing.digest import Digest, digest_projection
from shared.projections.positions import Position
from shared.projections.projection import Projection, project
from shared.projections.projector import Projector
from shared.projections.rebuilding import rebuild as rebuilding
from shared.projections.rebuilding.filling import Effort, Progress
from shared.projections.rebuilding.rebuild import REBUILD, TimeAxis, drop_replay, rebuild, replay, replays
from shared.projections.rebuilding.shadow import InProgress, Shadow, open_shadow
from tests.projections.conftest import SCHEMA
from tests.projections.ledger import BEGAN, DAY, LEDGER, MENDED, Broken, Opened, Paid, Recording, history, recorded
from tests.projections.test_projector import follow, stored, until_backends_wait

TINY = Effort(page=16, rows=8, events=1_000)
ONE_GO = Effort()


async def tables_of(engine: AsyncEngine) -> set[str]:
    async with engine.connect() as connection:
        found = await connection.execute(
            text("select relname from pg_class where relnamespace = 'intake'::regnamespace")
        )
        return set(found.scalars())


@pytest.mark.parametrize(
    "effort", [TINY, ONE_GO, Effort(page=64, rows=10**6, events=50)], ids=["tiny", "one go", "often"]
)
async def test_a_rebuild_equals_the_live_tables_and_leaves_nothing(engine: AsyncEngine, effort: Effort) -> None:
    events = history(900, accounts=40)
    await follow(Projector(engine, LEDGER, SCHEMA), events)
    before = await tables_of(engine)
    seen: list[Progress] = []
    done = await rebuild(Recording(events), engine, LEDGER, SCHEMA, effort=effort, progress=seen.append)
    assert done.equal
    assert (done.differs, done.parked, done.switched, done.events) == ((), 0, False, 900)
    assert done.shadow == done.live == await digest_projection(engine, LEDGER, SCHEMA)
    assert await tables_of(engine) == before
    assert (seen[-1].seq, seen[-1].target, seen[-1].events) == (900, 900, 900)


async def test_an_altered_row_is_found_and_both_are_kept_for_looking_at(engine: AsyncEngine) -> None:
    events = history(200)
    await follow(Projector(engine, LEDGER, SCHEMA), events)
    async with engine.begin() as connection:
        await connection.execute(text("update intake.days set total = total + 1 where weekday = 'Mon'"))
    done = await rebuild(Recording(events), engine, LEDGER, SCHEMA, switch=True)
    assert (done.equal, done.differs, done.switched) == (False, ("days",), False)
    assert await stored(engine, tag=REBUILD) == project(LEDGER, events)
    assert await stored(engine) != project(LEDGER, events)
    assert [(each.tag, each.seq) for each in await replays(engine, SCHEMA)] == [(REBUILD, 200)]


async def test_forced_the_new_tables_take_the_place_of_the_old(engine: AsyncEngine) -> None:
    events = history(300)
    projector = Projector(engine, LEDGER, SCHEMA)
    await follow(projector, events[:200])
    names = await tables_of(engine)
    async with engine.begin() as connection:
        await connection.execute(text("delete from intake.accounts"))
    done = await rebuild(Recording(events), engine, LEDGER, SCHEMA, switch=True, force=True)
    assert (done.equal, done.switched) == (False, True)
    assert await stored(engine) == project(LEDGER, events[:200])
    assert await tables_of(engine) == names
    assert await replays(engine, SCHEMA) == []
    await follow(projector, events)
    assert await stored(engine) == project(LEDGER, events)


async def test_an_equal_rebuild_switches_without_force_and_again(engine: AsyncEngine) -> None:
    events = history(120)
    await follow(Projector(engine, LEDGER, SCHEMA), events)
    names = await tables_of(engine)
    for _ in range(2):
        done = await rebuild(Recording(events), engine, LEDGER, SCHEMA, switch=True)
        assert done.equal
        assert done.switched
        assert await tables_of(engine) == names
    assert await stored(engine) == project(LEDGER, events)


async def test_it_serves_and_goes_on_while_it_is_rebuilt(engine: AsyncEngine) -> None:
    events = history(3_000, accounts=200)
    log = Recording(events)
    projector = Projector(engine, LEDGER, SCHEMA)
    await follow(projector, events[:500])

    async def go_on() -> None:
        for start in range(500, 3_000, 100):
            await projector.apply(events[start : start + 100], start + 100)

    live, done = await asyncio.gather(go_on(), rebuild(log, engine, LEDGER, SCHEMA, switch=True, effort=TINY))
    assert live is None
    assert done.equal
    assert done.switched
    await follow(projector, events)
    assert await stored(engine) == project(LEDGER, events)


async def test_the_live_one_waits_while_both_are_compared_and_switched(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = history(100)
    projector = Projector(engine, LEDGER, SCHEMA)
    await follow(projector, events[:60])
    compare, applying = rebuilding._compare, []

    async def meanwhile(
        connection: AsyncConnection, shadow: Shadow, live: Position | None, schema: str
    ) -> tuple[Digest, Digest | None]:
        applying.append(asyncio.create_task(projector.apply(events[60:], 100)))
        await until_backends_wait(engine)
        return await compare(connection, shadow, live, schema)

    monkeypatch.setattr(rebuilding, "_compare", meanwhile)
    done = await rebuild(Recording(events), engine, LEDGER, SCHEMA, switch=True)
    assert (done.equal, done.switched, done.shadow.seq) == (True, True, 60)
    await asyncio.gather(*applying)
    assert await stored(engine) == project(LEDGER, events)


async def test_a_new_version_is_built_beside_the_old_and_then_taken(engine: AsyncEngine) -> None:
    events = history(150)
    await follow(Projector(engine, LEDGER, SCHEMA), events)
    second = Projection(LEDGER.name, 2, LEDGER.categories, MENDED.views[:2])
    done = await rebuild(Recording(events), engine, second, SCHEMA, switch=True, force=True)
    assert (done.live, done.switched) == (None, True)
    projector = Projector(engine, second, SCHEMA)
    await projector.prepare()
    assert await projector.position() == 150
    assert await stored(engine, second) == project(second, events)
    assert "payments" not in await tables_of(engine)


async def test_what_never_was_is_built_up_to_the_head(engine: AsyncEngine) -> None:
    events = history(150)
    done = await rebuild(Recording(events), engine, LEDGER, SCHEMA, switch=True)
    assert (done.live, done.switched, done.shadow.seq) == (None, True, 150)
    await follow(Projector(engine, LEDGER, SCHEMA), events)
    assert await stored(engine) == project(LEDGER, events)


def poisoned(at: int, length: int = 200) -> list[Envelope]:
    events = history(length, accounts=6)
    events[at - 1] = recorded(at, "a3", Broken())
    return events


@pytest.mark.parametrize("effort", [TINY, ONE_GO], ids=["tiny", "one go"])
async def test_it_parks_what_the_live_one_parked_and_is_equal(engine: AsyncEngine, effort: Effort) -> None:
    events = poisoned(90)
    projector = Projector(engine, LEDGER, SCHEMA)
    await follow(projector, events)
    parked = await projector.parking.all(LEDGER.name)
    done = await rebuild(Recording(events), engine, LEDGER, SCHEMA, switch=True, effort=effort)
    assert done.equal
    assert done.parked == len(parked) > 1
    after = await projector.parking.all()
    assert [(each.follower, each.seq, each.state) for each in after] == [
        (LEDGER.name, each.seq, each.state) for each in parked
    ]


@pytest.mark.parametrize("effort", [TINY, ONE_GO], ids=["tiny", "one go"])
async def test_what_only_the_table_refuses_is_found_and_parked_too(engine: AsyncEngine, effort: Effort) -> None:
    events = history(200, accounts=6)
    events[89] = recorded(90, "new", Opened(owner="a\x00b"))
    events[90] = recorded(91, "new", Paid(amount=1))
    await follow(Projector(engine, LEDGER, SCHEMA), events)
    done = await rebuild(Recording(events), engine, LEDGER, SCHEMA, effort=effort)
    assert (done.equal, done.parked) == (True, 2)


async def test_after_the_code_was_mended_a_forced_rebuild_clears_what_was_parked(engine: AsyncEngine) -> None:
    events = poisoned(90)
    await follow(Projector(engine, LEDGER, SCHEMA), events)
    done = await rebuild(Recording(events), engine, MENDED, SCHEMA, switch=True, force=True)
    assert (done.equal, done.parked, done.switched) == (False, 0, True)
    assert await Projector(engine, MENDED, SCHEMA).parking.all() == []
    assert await stored(engine) == project(MENDED, events)


class Interrupted(Recording):
    """A log that fails once, after some pages."""

    def __init__(self, events: Sequence[Envelope], after: int) -> None:
        super().__init__(events)
        self._after = after

    async def read_all(
        self,
        after: int,
        *,
        limit: int,
        categories: Sequence[str] | None = None,
        until: int | None = None,
        include_internal: bool = False,
        keep_unknown: bool = False,
    ) -> list[Envelope]:
        if self.reads == self._after:
            raise ConnectionResetError
        return await super().read_all(after, limit=limit, categories=categories, until=until)


async def test_interrupted_it_is_resumed_where_it_was(engine: AsyncEngine) -> None:
    events = history(600)
    await follow(Projector(engine, LEDGER, SCHEMA), events)
    often = Effort(page=50, events=100)
    with pytest.raises(ConnectionResetError):
        await rebuild(Interrupted(events, 8), engine, LEDGER, SCHEMA, effort=often)
    (left,) = await replays(engine, SCHEMA)
    assert 100 <= left.seq < 600
    done = await rebuild(Recording(events), engine, LEDGER, SCHEMA, resume=True, effort=often)
    assert done.equal
    assert done.events == 600 - left.seq


async def test_interrupted_and_not_resumed_it_begins_anew(engine: AsyncEngine) -> None:
    events = history(600)
    await follow(Projector(engine, LEDGER, SCHEMA), events)
    with pytest.raises(ConnectionResetError):
        await rebuild(Interrupted(events, 8), engine, LEDGER, SCHEMA, effort=Effort(page=50, events=100))
    done = await rebuild(Recording(events), engine, LEDGER, SCHEMA)
    assert (done.equal, done.events) == (True, 600)


async def test_only_one_rebuild_at_a_time(engine: AsyncEngine) -> None:
    await follow(Projector(engine, LEDGER, SCHEMA), history(20))
    async with open_shadow(engine, LEDGER, SCHEMA, REBUILD):
        with pytest.raises(InProgress, match=r"intake\.ledger@rebuild"):
            await rebuild(Recording(history(20)), engine, LEDGER, SCHEMA)
    assert (await rebuild(Recording(history(20)), engine, LEDGER, SCHEMA)).equal


@pytest.mark.parametrize("until", [0, 1, 137, 300, 999])
async def test_a_replay_to_a_seq(engine: AsyncEngine, until: int) -> None:
    events = history(300)
    await follow(Projector(engine, LEDGER, SCHEMA), events)
    made = await replay(Recording(events), engine, LEDGER, SCHEMA, "then", until=until)
    assert made.seq == min(until, 300)
    assert made.tables["accounts"] == "accounts__then"
    assert await stored(engine, tag="then") == project(LEDGER, events[:until])
    assert (await digest_projection(engine, LEDGER, SCHEMA, "then")).seq == made.seq
    assert await stored(engine) == project(LEDGER, events)


@pytest.mark.parametrize("day", [DAY - timedelta(days=1), DAY, DAY + timedelta(days=3), DAY + timedelta(days=99)])
async def test_a_replay_to_the_end_of_a_day_by_recorded_time(engine: AsyncEngine, day: date) -> None:
    events = history(300)
    made = await replay(Recording(events), engine, LEDGER, SCHEMA, "then", at=day)
    by_then = [each for each in events if each.recorded_at.astimezone(CST).date() <= day]
    assert made.seq == len(by_then)
    assert await stored(engine, tag="then") == project(LEDGER, by_then)


async def test_a_replay_to_a_moment_takes_what_was_recorded_at_it(engine: AsyncEngine) -> None:
    events = history(300)
    made = await replay(Recording(events), engine, LEDGER, SCHEMA, "then", at=BEGAN + timedelta(hours=42))
    assert made.seq == 42


async def test_a_replay_by_effective_time_takes_what_was_recorded_later(engine: AsyncEngine) -> None:
    events = history(300)
    day = DAY + timedelta(days=120)
    made = await replay(Recording(events), engine, LEDGER, SCHEMA, "then", at=day, axis=TimeAxis.EFFECTIVE)
    in_effect = [each for each in events if each.effective_on <= day]
    assert 0 < len(in_effect) < 300
    assert made.note == f"effective {day.isoformat()}"
    assert await stored(engine, tag="then") == project(LEDGER, in_effect)


async def test_replays_stand_side_by_side_until_they_are_dropped(engine: AsyncEngine) -> None:
    events = poisoned(90)
    await follow(Projector(engine, LEDGER, SCHEMA), events)
    before = await tables_of(engine)
    await replay(Recording(events), engine, LEDGER, SCHEMA, "early", until=50)
    await replay(Recording(events), engine, LEDGER, SCHEMA, "late", until=60)
    await replay(Recording(events), engine, LEDGER, SCHEMA, "late", until=150)
    standing = await replays(engine, SCHEMA)
    assert [(each.projection, each.tag, each.seq, each.note, each.parked > 0) for each in standing] == [
        (LEDGER.name, "early", 50, "seq 50", False),
        (LEDGER.name, "late", 150, "seq 150", True),
    ]
    assert standing[0].tables == {"accounts": "accounts__early", "days": "days__early", "payments": "payments__early"}
    assert await drop_replay(engine, SCHEMA, LEDGER.name, "late")
    assert not await drop_replay(engine, SCHEMA, LEDGER.name, "late")
    assert await drop_replay(engine, SCHEMA, LEDGER.name, "early")
    assert await tables_of(engine) == before
    assert {each.follower for each in await Projector(engine, LEDGER, SCHEMA).parking.all()} == {LEDGER.name}


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"until": 1, "at": DAY},
        {"at": BEGAN, "axis": TimeAxis.EFFECTIVE},
        {"until": 1, "tag": REBUILD},
        {"until": 1, "tag": "a;drop"},
        {"until": 1, "tag": "x" * 21},
        {"until": 1, "tag": ""},
        {"until": -1},
        {"at": BEGAN.replace(tzinfo=None)},
    ],
)
async def test_a_replay_of_nothing_sensible_is_refused(engine: AsyncEngine, asked: dict[str, object]) -> None:
    before = await tables_of(engine)
    with pytest.raises(ValueError, match=r"replay|tag"):
        await replay(Recording(history(5)), engine, LEDGER, SCHEMA, **{"tag": "then", **asked})  # type: ignore[arg-type]
    assert await tables_of(engine) == before
