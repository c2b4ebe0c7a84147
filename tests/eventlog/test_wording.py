"""What is written down of an error tells nothing of a person: neither the row that was refused nor a value."""

import traceback
from typing import TypeAlias

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from shared.eventlog.wording import WITHHELD, describe, trace
from tests.servers import Database

NAME, PHONE = "欧阳小明", "13800138000"
TABLE = "create temporary table people (name text, phone text check (phone <> '13800138000'), age int)"

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def refused(owner: Connection, statement: str, *values: object) -> Exception:
    try:
        await owner.execute(statement, *values)
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return error
    raise AssertionError("it was taken")


@pytest.mark.parametrize(
    ("statement", "values", "still_told"),
    [
        ("insert into people values ($1, $2)", (NAME, PHONE), "people_phone_check"),
        ("insert into people values ($1, '1', $2)", (NAME, PHONE), "invalid input for query argument $2"),
        (f"select '{PHONE} {NAME}'::date", (), "invalid input syntax for type date"),
    ],
    ids=["a row", "an argument", "a value"],
)
async def test_why_is_told_and_of_whom_is_not(
    owner: Connection, statement: str, values: tuple[object, ...], still_told: str
) -> None:
    await owner.execute(TABLE)
    error = await refused(owner, statement, *values)
    assert PHONE in str(error), "else this test would show nothing"
    for told in (describe(error), trace(error)):
        assert NAME not in told
        assert PHONE not in told
        assert WITHHELD in told
        assert still_told in told
    assert describe(error).startswith(f"{type(error).__name__}: ")
    assert "refused" in trace(error), "where it was raised is told"


async def test_nor_what_another_error_made_of_it(owner: Connection) -> None:
    await owner.execute(TABLE)
    error = await refused(owner, "insert into people values ($1, $2)", NAME, PHONE)
    with pytest.raises(LookupError) as raised:
        raise LookupError(f"not kept: {error}") from error
    told = trace(ExceptionGroup("several", [raised.value]))
    assert PHONE not in told
    assert NAME not in told
    assert "not kept" in told


async def test_nor_what_sqlalchemy_says(database: Database) -> None:
    engine = create_async_engine("postgresql+asyncpg://" + database.owner_url.partition("://")[2], hide_parameters=True)
    async with engine.connect() as connection:
        await connection.execute(text(TABLE))
        with pytest.raises(DBAPIError) as raised:
            await connection.execute(text("insert into people values (:name, :phone)"), {"name": NAME, "phone": PHONE})
    await engine.dispose()
    assert PHONE in "".join(traceback.format_exception(raised.value)), "else this test would show nothing"
    for told in (describe(raised.value), trace(raised.value)):
        assert PHONE not in told
        assert NAME not in told
        assert "people_phone_check" in told


async def test_a_short_value_takes_nothing_else_with_it(owner: Connection) -> None:
    error = await refused(owner, "select 'e'::int")
    assert describe(error) == f"{type(error).__name__}: invalid input syntax for type integer: {WITHHELD}"


def test_any_other_error_is_told_as_it_is() -> None:
    assert describe(ValueError("no such case")) == "ValueError: no such case"
