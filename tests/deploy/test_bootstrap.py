"""Roles, schemas and migrations on a real server."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from deploy.database.bootstrap import MigrationChanged, bootstrap, migrations
from deploy.database.roles import ROLES, SERVICES, service_url
from tests.servers import PASSWORDS, Database

NOON = datetime(2027, 3, 1, 4, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    sql = tmp_path / "unit" / "sql"
    sql.mkdir(parents=True)
    (sql / "010_table.sql").write_text("create table public.once (n int);")
    (sql / "020_function.sql").write_text("-- repeatable\ncreate or replace function f() returns int return 1;")
    return sql


async def value(url: str, query: str, *arguments: object) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query, *arguments)
    finally:
        await connection.close()


async def test_the_second_time_applies_nothing(database: Database, folder: Path) -> None:
    names = ["unit/010_table.sql", "unit/020_function.sql"]
    assert await bootstrap(database.owner_url, PASSWORDS, [folder]) == names
    assert await bootstrap(database.owner_url, PASSWORDS, [folder]) == []


async def test_the_projects_own_migrations_are_applied_and_not_again(database: Database) -> None:
    assert [each.name for each in migrations()].count("database/010_clock.sql") == 1
    assert await bootstrap(database.owner_url, PASSWORDS) == []


async def test_a_changed_migration_is_refused(database: Database, folder: Path) -> None:
    await bootstrap(database.owner_url, PASSWORDS, [folder])
    (folder / "010_table.sql").write_text("create table public.once (n bigint);")
    with pytest.raises(MigrationChanged) as refused:
        await bootstrap(database.owner_url, PASSWORDS, [folder])
    assert refused.value.name == "unit/010_table.sql"


async def test_a_changed_repeatable_migration_is_applied_again(database: Database, folder: Path) -> None:
    await bootstrap(database.owner_url, PASSWORDS, [folder])
    (folder / "020_function.sql").write_text("-- repeatable\ncreate or replace function f() returns int return 2;")
    assert await bootstrap(database.owner_url, PASSWORDS, [folder]) == ["unit/020_function.sql"]
    assert await value(database.owner_url, "select f()") == 2


async def test_a_failing_migration_leaves_nothing_of_itself(database: Database, folder: Path) -> None:
    (folder / "030_half.sql").write_text("create table public.half (n int); select 1 / 0;")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await bootstrap(database.owner_url, PASSWORDS, [folder])
    assert await value(database.owner_url, "select to_regclass('public.half')") is None
    (folder / "030_half.sql").write_text("create table public.half (n int);")
    assert await bootstrap(database.owner_url, PASSWORDS, [folder]) == ["unit/030_half.sql"]


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_logs_in_without_powers(database: Database, role: str) -> None:
    query = "select current_user || rolsuper || rolcreatedb || rolcreaterole || rolbypassrls from pg_roles "
    found = await value(database.url(role), query + "where rolname = current_user")
    assert found == role + "false" * 4


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_makes_tables_in_its_own_schema_only(database: Database, service: str) -> None:
    for schema in (*SERVICES, "log", "clock", "public"):
        statement = f"create table {schema}.mine (n int)"
        if schema == service:
            await value(database.url(service), statement)
        else:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await value(database.url(service), statement)
    assert await value(database.url("operator"), f"select count(*) from {service}.mine") == 0
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await value(database.url("operator"), f"delete from {service}.mine")


async def test_the_clock_moves_forward_and_tells(database: Database) -> None:
    heard: list[object] = []
    listener = await asyncpg.connect(database.url("intake"))
    await listener.add_listener("juqu_clock", lambda *news: heard.append(news[-1]))
    for instant in (NOON, NOON, NOON + timedelta(days=1)):
        assert await value(database.url("operator"), "select clock.set($1)", instant) == instant
        assert await listener.fetchval("select at from clock.driven") == instant
    await listener.close()
    assert heard == ["2027-03-01T04:00:00.000000Z", "2027-03-02T04:00:00.000000Z"]


async def test_the_clock_never_goes_back(database: Database) -> None:
    await value(database.url("operator"), "select clock.set($1)", NOON)
    with pytest.raises(asyncpg.DatetimeFieldOverflowError, match="does not go back"):
        await value(database.url("operator"), "select clock.set($1)", NOON - timedelta(seconds=1))
    assert await value(database.url("review"), "select at from clock.driven") == NOON


@pytest.mark.parametrize("role", [role for role in ROLES if role != "juqu_operator"])
async def test_only_the_operator_moves_the_clock(database: Database, role: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await value(database.url(role), "select clock.set($1)", NOON)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await value(database.url(role), "insert into clock.driven (at) values (now()) returning 1")


def test_a_role_url_keeps_everything_but_the_login() -> None:
    owner = "postgresql://owner:secret@db.example:6432/juqu?sslmode=require"
    given = service_url(owner, "juqu_intake", "p@ss/word")
    assert given == "postgresql://juqu_intake:p%40ss%2Fword@db.example:6432/juqu?sslmode=require"


async def test_checkpoints_of_an_earlier_build_are_given_what_they_rest_on(database: Database) -> None:
    service = await asyncpg.connect(database.url("intake"))
    await service.execute(
        "create table intake.checkpoints (name text primary key, seq bigint not null, version integer not null, "
        "definition text not null, tables text[] not null, note text not null, "
        "updated_at timestamptz not null default now()); "
        "insert into intake.checkpoints values ('intake.old', 7, 1, '', '{}', '')"
    )
    owner = await asyncpg.connect(database.owner_url)
    await owner.execute("delete from public.juqu_migrations where name like '%checkpoints_say%'")
    await owner.close()
    assert [name.partition("/")[2] for name in await bootstrap(database.owner_url, PASSWORDS)] == [
        "020_checkpoints_say_what_they_rest_on.sql"
    ]
    row = await service.fetchrow("select seq, epoch, event_seq, event_id from intake.checkpoints")
    await service.close()
    assert tuple(row or ()) == (7, None, None, None)
