"""Reading: pages, ends, moments, and what an operator searches for."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias
from uuid import UUID

import asyncpg
import pytest

from shared.contracts.core import derived_id
from shared.eventlog.codec import RawEvent
from shared.eventlog.log import EventLog, LogUnavailable, Search, UnknownEventType, UnreadableEvent
from tests.eventlog.conftest import OpenLog
from tests.eventlog.facts import DAY, context, endorsed, score_sheet, stream
from tests.servers import Database

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@pytest.fixture
async def operator(open_log: OpenLog) -> EventLog:
    """Sees 1, 3, 5 of intake, 2 and 4 of review; 4 is internal."""
    intake, review = await open_log("intake"), await open_log("review")
    for number in (1, 3, 5):
        await intake.append(f"intake/application/{number}", 0, [endorsed(f"opinion {number}")], context())
        if number == 1:
            await review.append("review/case/2", 0, [endorsed()], context(UUID(int=2), subject="wang"))
        if number == 3:
            await review.append("review/case/2", 1, [score_sheet()], context())
    return await open_log("operator")


async def _seqs(log: EventLog, after: int, **which: object) -> list[int]:
    envelopes = await log.read_all(after, **which)  # type: ignore[arg-type]
    raw = await log.read_raw(after, **which)  # type: ignore[arg-type]
    assert [event.seq for event in raw] == [envelope.seq for envelope in envelopes]
    return [event.seq for event in raw]


async def test_pages_hold_what_was_asked_for(operator: EventLog) -> None:
    assert await _seqs(operator, 0) == [1, 2, 3, 5]
    assert await _seqs(operator, 0, include_internal=True) == [1, 2, 3, 4, 5]
    assert await _seqs(operator, 1, limit=2) == [2, 3]
    assert await _seqs(operator, 1, until=3) == [2, 3]
    assert await _seqs(operator, 0, categories=["review"]) == [2]
    assert await _seqs(operator, 0, categories=["review"], include_internal=True) == [2, 4]
    assert await _seqs(operator, 1, categories=["review", "intake"], limit=2) == [2, 3]
    assert await _seqs(operator, 0, categories=["notify"]) == []
    assert await _seqs(operator, 0, categories=[]) == []
    assert await _seqs(operator, 5) == []


async def test_the_head_is_that_of_what_was_asked_for(operator: EventLog) -> None:
    assert await operator.head() == 5
    assert await operator.head(["review"]) == 2
    assert await operator.head(["review"], include_internal=True) == 4
    assert await operator.head(["review", "intake"]) == 5
    assert await operator.head(["notify"]) == 0
    assert await operator.head(until=4) == 3
    assert await operator.head(until=4, include_internal=True) == 4


async def test_an_empty_log_has_no_end(log: EventLog) -> None:
    assert await log.head() == 0
    assert await log.head(["intake"]) == 0
    assert await log.seq_before(datetime.now(UTC)) == 0
    assert await log.seq_before(timedelta(days=1)) == 0
    assert await log.read_stream(stream()) == []


async def test_a_stream_is_read_from_any_version_on(log: EventLog) -> None:
    where = stream()
    await log.append(where, 0, [endorsed("a"), endorsed("b"), endorsed("c")], context())

    assert [each.version for each in await log.read_stream(where)] == [1, 2, 3]
    assert [each.version for each in await log.read_stream(where, 2)] == [3]


async def test_a_moment_is_found_by_halving_the_log(owner: Connection, log: EventLog) -> None:
    began = datetime(2026, 1, 1, tzinfo=UTC)
    await _lay_events(owner, [began + timedelta(days=n // 2) for n in range(101)])

    assert await log.seq_before(began) == 0
    assert await log.seq_before(began + timedelta(days=7)) == 14
    assert await log.seq_before(began + timedelta(days=7, seconds=1)) == 16
    assert await log.seq_before(began + timedelta(days=500)) == 101
    assert await log.seq_before(timedelta(days=10)) == 80
    assert await log.seq_before(timedelta(days=500)) == 0


async def test_an_event_that_this_build_does_not_know_is_named_or_kept_as_it_is(
    owner: Connection, log: EventLog
) -> None:
    await _lay_events(owner, [datetime(2026, 1, 1, tzinfo=UTC)])

    with pytest.raises(UnknownEventType) as unknown:
        await log.read_all(0)
    assert (unknown.value.type_name, unknown.value.schema_version) == ("intake.FromTheFuture", 3)
    (envelope,) = await log.read_all(0, keep_unknown=True)

    assert envelope.event == RawEvent("intake.FromTheFuture", 3, '{"a":1}')


async def test_an_event_that_does_not_fit_its_definition_is_named_or_kept_as_it_is(
    owner: Connection, log: EventLog
) -> None:
    await _lay_events(owner, [datetime(2026, 1, 1, tzinfo=UTC)], type_name="intake.ApplicationEndorsed", version=1)

    with pytest.raises(UnreadableEvent, match=r"intake\.ApplicationEndorsed"):
        await log.read_all(0)
    (envelope,) = await log.read_all(0, keep_unknown=True)

    assert envelope.event == RawEvent("intake.ApplicationEndorsed", 1, '{"a":1}')


async def test_an_operator_finds_events(operator: EventLog) -> None:
    cases = {
        Search(): [5, 4, 3, 2, 1],
        Search(type_prefix="review.Score"): [4],
        Search(in_stream="case/2"): [4, 2],
        Search(actor="wang"): [2],
        Search(office="city:220100", actor="li"): [5, 4, 3, 1],
        Search(in_data="opinion 3"): [3],
        Search(correlation_id="corr-1"): [5, 4, 3, 2, 1],
        Search(correlation_id="corr-2"): [],
        Search(causation_id=UUID(int=7)): [5, 4, 3, 2, 1],
        Search(event_id=derived_id(UUID(int=2), "0")): [2],
        Search(effective_from=DAY, effective_to=DAY): [5, 4, 3, 2, 1],
        Search(effective_from=DAY + timedelta(days=1)): [],
        Search(effective_to=date(2026, 3, 1)): [],
        Search(recorded_before=datetime(2020, 1, 1, tzinfo=UTC)): [],
        Search(recorded_from=datetime(2020, 1, 1, tzinfo=UTC)): [5, 4, 3, 2, 1],
    }

    for wanted, found in cases.items():
        assert [event.seq for event in await operator.search(wanted)] == found, wanted
    oldest = await operator.search(Search(), after=1, limit=2, newest_first=False)
    assert [event.seq for event in oldest] == [2, 3]


async def test_a_service_finds_no_internal_events_of_another(operator: EventLog, log: EventLog) -> None:
    assert [event.seq for event in await log.search(Search())] == [5, 3, 2, 1]


async def test_a_log_that_nobody_serves_is_unavailable(database: Database) -> None:
    nowhere = "postgresql://juqu_intake:x@127.0.0.1:1/juqu"

    with pytest.raises(LogUnavailable):
        await EventLog.open(nowhere, patience=0.3)
    async with EventLog(nowhere, patience=0.3) as log:
        with pytest.raises(LogUnavailable):
            await log.append(stream(), 0, [endorsed()], context())
        assert await log.wait_for_news(0, 0.2) == 0


async def _lay_events(
    owner: Connection, moments: list[datetime], *, type_name: str = "intake.FromTheFuture", version: int = 3
) -> None:
    """Events recorded at given moments, as only a superuser can lay them."""
    await owner.execute(
        """
        insert into log.events (
            seq, recorded_at, event_id, command_id, effective_on, version, schema_version, ordinal, internal, stream,
            type, actor, office, correlation_id, policy_version, data
        )
        select n, moment, gen_random_uuid(), gen_random_uuid(), now(), n, $3, 0, false, 'intake/application/1', $2,
            'li', 'o', 'c', 'p', '{"a":1}'
        from unnest($1::timestamptz[]) with ordinality as m (moment, n)
        """,
        moments,
        type_name,
        version,
    )


async def test_more_readers_than_connections_take_turns(database: Database, owner: Connection) -> None:
    async with await EventLog.open(database.url("intake"), readers=2) as log:
        await log.append("intake/a/1", 0, [endorsed()], context())

        found = await asyncio.gather(*(log.read_stream("intake/a/1") for _ in range(20)))

        assert [len(each) for each in found] == [1] * 20
        connections = "select count(*) from pg_stat_activity where application_name = 'juqu read' and usename = $1"
        assert await owner.fetchval(f"{connections} and datname = current_database()", "juqu_intake") == 2


async def test_a_reader_who_goes_away_and_a_connection_that_is_lost_disturb_nobody(
    database: Database, owner: Connection
) -> None:
    async with await EventLog.open(database.url("intake"), readers=1) as log:
        await log.append("intake/a/1", 0, [endorsed()], context())
        leaving = asyncio.create_task(log.read_stream("intake/a/1"))
        await asyncio.sleep(0)
        leaving.cancel()
        assert len(await log.read_stream("intake/a/1")) == 1
        await owner.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where application_name = 'juqu read' and datname = current_database()"
        )

        assert len(await log.read_stream("intake/a/1")) == 1
