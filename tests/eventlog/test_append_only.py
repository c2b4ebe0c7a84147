"""What nobody may do to the log, and what each role may see of it."""

from __future__ import annotations

import json
from typing import Any, TypeAlias
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest

from shared.eventlog.codec import COLUMNS
from shared.eventlog.log import EventLog
from shared.eventlog.reader import LAST_OF_CATEGORIES, PAGE, PAGE_OF_CATEGORIES, STREAM
from tests.eventlog.conftest import OpenLog
from tests.eventlog.facts import DAY, context, endorsed, score_sheet, stream
from tests.servers import Database

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

SERVICES = ("intake", "review", "lifecycle", "notify", "office")
ROLES = (*SERVICES, "relay", "operator")
FORBIDDEN = {
    "insert": "insert into log.events (seq) values (9)",
    "update": "update log.events set data = ''",
    "delete": "delete from log.events",
    "truncate": "truncate log.events",
    "merge": "merge into log.events e using log.writers on false when matched then delete",
    "lock": "lock table log.events in exclusive mode",
    "take the turn": "lock table log.turn in share update exclusive mode",
    "take the turn by its row": "select from log.turn for update",
    "end the turn": "delete from log.turn",
    "become a writer": "insert into log.writers values (current_user, 'review')",
    "disarm": "alter table log.events disable trigger all",
    "go unseen": "set session_replication_role = replica",
    "unveil": "alter table log.events disable row level security",
    "index": "create index on log.events (actor)",
    "drop": "drop table log.events",
    "replace": "create or replace procedure log.append(facts log.fact[], inout verdicts log.verdict[]) "
    "language sql as 'select null'",
    "create": "create table log.other ()",
    "become the owner": "set session authorization {owner}",
}


@pytest.mark.parametrize("role", ROLES)
async def test_no_role_changes_the_log(database: Database, log: EventLog, role: str) -> None:
    await log.append(stream(), 0, [endorsed()], context())
    before = await log.read_raw(0)
    connection = await asyncpg.connect(database.url(role))
    owner = urlsplit(database.owner_url).username

    for name, statement in FORBIDDEN.items():
        refusal = None
        try:
            async with connection.transaction():
                await connection.execute(statement.format(owner=owner))
        except asyncpg.PostgresError as error:
            refusal = error
        assert isinstance(refusal, asyncpg.InsufficientPrivilegeError), f"{role} tried to {name}: {refusal}"

    assert await log.read_raw(0) == before
    await connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "update log.events set data = ''",
        "delete from log.events",
        "truncate log.events",
        "delete from log.turn",
        "insert into log.turn values (true)",
        "update log.turn set taken_by_lock = true",
        "truncate log.turn",
    ],
)
async def test_not_even_a_superuser_changes_the_log_by_mistake(
    owner: Connection, log: EventLog, statement: str
) -> None:
    await log.append(stream(), 0, [endorsed()], context())

    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
        await owner.execute(statement)

    assert await log.head() == 1


async def test_a_row_numbered_anew_is_refused(owner: Connection, log: EventLog) -> None:
    await log.append(stream(), 0, [endorsed()], context())
    copied = COLUMNS.replace("seq", "{}")

    for numbered in ("1", "2"):
        with pytest.raises(asyncpg.UniqueViolationError):
            await owner.execute(
                f"insert into log.events ({COLUMNS}, ordinal) select {copied.format(numbered)}, 0 from log.events"
            )


@pytest.mark.parametrize("procedure", ["append", "append_one"])
async def test_append_is_refused_inside_a_transaction(database: Database, log: EventLog, procedure: str) -> None:
    connection = await asyncpg.connect(database.url("intake"))
    call, sent = f"call log.{procedure}($1, null)", _fact() if procedure == "append_one" else [_fact()]

    with pytest.raises(asyncpg.InvalidTransactionTerminationError):
        async with connection.transaction():
            await connection.fetchval(call, sent)
    await connection.execute("begin")
    with pytest.raises(asyncpg.InvalidTransactionTerminationError):
        await connection.fetchval(call, sent)

    # Nothing was written, and the turn is free although the transaction was not ended.
    assert connection.is_in_transaction()
    assert (await log.append(stream(), 0, [endorsed()], context())).first_seq == 1
    await connection.close()


async def test_the_inside_of_append_is_not_for_calling(database: Database) -> None:
    connection = await asyncpg.connect(database.url("intake"))

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.fetchval("select log.record($1)", [_fact()])
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append_one only"):
        await connection.fetchval("select log.record_one($1)", _fact())
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.fetchval("select log.first_result($1, $2)", [_fact()], uuid4())

    await connection.close()


@pytest.mark.parametrize(
    "name",
    [
        'intake."append"',
        "intake.not_append_one",
        'intake."log.append"',
        'intake."log.append_one"',
        r'intake.U&"x\000aPL/pgSQL function log.append(log.fact[],log.verdict[]) line 1"',
    ],
    ids=["same name", "ends so", "with its schema", "one, with its schema", "on a second line"],
)
async def test_a_function_of_the_callers_own_is_not_taken_for_append(database: Database, name: str) -> None:
    """Else a service could hold the turn for as long as its transaction lasts."""
    connection = await asyncpg.connect(database.url("intake"))
    inside = "record_one" if "append_one" in name else "record"
    facts, verdicts = ("log.fact", "log.verdict") if inside == "record_one" else ("log.fact[]", "log.verdict[]")
    await connection.execute(
        f"create procedure {name}(facts {facts}, inout verdicts {verdicts}) language plpgsql "
        f"as $$ begin verdicts := log.{inside}(facts); end $$; set search_path = intake, pg_catalog"
    )

    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="only, which ends its transaction by itself"):
        await connection.fetchval(f"call {name}($1, null)", _fact() if inside == "record_one" else [_fact()])

    await connection.close()


async def test_a_search_path_of_the_callers_does_not_reach_the_function(database: Database, log: EventLog) -> None:
    connection = await asyncpg.connect(database.url("intake"))
    await connection.execute(
        "create function intake.clock_timestamp() returns timestamptz "
        "language sql as $$ select timestamptz '1999-1-1' $$; set search_path = intake, pg_catalog"
    )

    await connection.fetchval("call log.append($1, null)", [_fact()])
    await connection.fetchval("call log.append_one($1, null)", _fact())

    assert all(event.recorded_at.year > 1999 for event in await log.read_raw(0))
    assert await log.head() == 2
    await connection.close()


async def test_internal_events_are_seen_by_their_own_service_and_the_operator_only(open_log: OpenLog) -> None:
    review = await open_log("review")
    where = stream("review")
    await review.append(where, 0, [score_sheet()], context())

    for role in ROLES:
        log = await open_log(role)
        seen = bool(await log.read_raw(0, include_internal=True))
        assert seen == (role in {"review", "operator", "relay"}), role
        assert seen == bool(await log.read_stream(where)), role
        assert seen == ((await log.head(["review"], include_internal=True)) == 1), role
        assert await log.read_raw(0) == [], role
        assert await log.head() == 1, role


async def test_published_events_are_seen_by_every_role(open_log: OpenLog, log: EventLog) -> None:
    await log.append(stream(), 0, [endorsed()], context())

    for role in ROLES:
        assert len(await (await open_log(role)).read_all(0)) == 1, role


@pytest.mark.parametrize("role", ROLES)
async def test_reading_a_page_or_a_stream_uses_an_index_under_row_level_security(
    database: Database, owner: Connection, role: str
) -> None:
    await owner.execute("""
        insert into log.events (
            seq, recorded_at, event_id, command_id, effective_on, version, schema_version, ordinal, internal, stream,
            type, actor, office, correlation_id, policy_version, data
        )
        select n, now(), gen_random_uuid(), gen_random_uuid(), now(), 1 + n / 500, 1, 0, n % 10 = 0,
            'review/case/' || n % 500, 'review.X', 'li', 'o', 'c', 'p', '{}'
        from generate_series(1, 20000) as n;
        analyze log.events
    """)
    connection = await asyncpg.connect(database.url(role))

    page = await _plan(connection, PAGE, 10000, 20000, 100, True)
    one_stream = await _plan(connection, STREAM, "review/case/7", 0)

    assert "seq > '10000'" in _index_condition(page, "events_pkey")
    assert "stream = 'review/case/7'" in _index_condition(one_stream, "one_event_a_version")
    assert _rows_read(page) <= 120
    assert _rows_read(one_stream) <= 50

    # Of notify's events the statistics know nothing: that is no reason to look for them in everybody's.
    quiet = await _plan(connection, PAGE_OF_CATEGORIES, 0, 20000, 100, True, ["notify"])
    its_end = await _plan(connection, LAST_OF_CATEGORIES, 20000, True, ["notify"])

    assert "ROW(category, seq)" in _index_condition(quiet, "events_by_category")
    assert "ROW(category, seq)" in _index_condition(its_end, "events_by_category")
    assert _rows_read(quiet) == _rows_read(its_end) == 0
    await connection.close()


async def _plan(connection: Connection, statement: str, *values: object) -> list[dict[str, Any]]:
    """The nodes of a plan that was executed."""
    text = await connection.fetchval(f"explain (analyze, format json) {statement}", *values)

    def nodes(node: dict[str, Any]) -> list[dict[str, Any]]:
        return [node, *(inner for child in node.get("Plans", []) for inner in nodes(child))]

    return nodes(json.loads(text)[0]["Plan"])


def _index_condition(plan: list[dict[str, Any]], index: str) -> str:
    (scan,) = [node for node in plan if node.get("Index Name") == index]
    return str(scan["Index Cond"])


def _rows_read(plan: list[dict[str, Any]]) -> float:
    (scan,) = [node for node in plan if node.get("Relation Name") == "events"]
    assert scan["Node Type"] != "Seq Scan"
    return float(scan["Actual Rows"] + scan.get("Rows Removed by Filter", 0))


def _fact() -> tuple[object, ...]:
    return (uuid4(), stream(), 0, uuid4(), None, DAY, 1, False, "intake.X", "li", "o", "c", "p", "{}")
