"""The digest finds any altered row, and says the same of the same rows wherever they are."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.projections.comparing.digest import Digest, digest_projection
from shared.projections.projector import Projector
from tests.projections.conftest import SCHEMA
from tests.projections.ledger import LEDGER, history
from tests.projections.test_projector import follow


async def test_it_is_bound_to_the_seq(engine: AsyncEngine) -> None:
    projector = Projector(engine, LEDGER, SCHEMA)
    await follow(projector, history(50))
    one = await digest_projection(engine, LEDGER, SCHEMA)
    await projector.apply([], 60)
    other = await digest_projection(engine, LEDGER, SCHEMA)
    assert (one.seq, other.seq) == (50, 60)
    assert one.tables == other.tables
    assert one.combined != other.combined


@pytest.mark.parametrize(
    ("change", "table"),
    [
        ("update intake.accounts set balance = balance + 1 where account = 'a3'", "accounts"),
        ("update intake.accounts set notes = '[]' where account = 'a3'", "accounts"),
        ("update intake.accounts set last_at = last_at + interval '1 microsecond' where account = 'a3'", "accounts"),
        ("delete from intake.payments where event = (select event from intake.payments limit 1)", "payments"),
        ("insert into intake.days values (1999, 'Mon', 0, 0)", "days"),
    ],
)
async def test_an_altered_row_is_found_and_its_table_named(engine: AsyncEngine, change: str, table: str) -> None:
    await follow(Projector(engine, LEDGER, SCHEMA), history(200, accounts=5))
    before = await digest_projection(engine, LEDGER, SCHEMA)
    async with engine.begin() as connection:
        assert (await connection.execute(text(change))).rowcount == 1
    after = await digest_projection(engine, LEDGER, SCHEMA)
    assert after.differs(before) == (table,)
    assert after.combined != before.combined


async def test_it_does_not_depend_on_the_session(engine: AsyncEngine) -> None:
    await follow(Projector(engine, LEDGER, SCHEMA), history(100))
    before = await digest_projection(engine, LEDGER, SCHEMA)
    async with engine.begin() as connection:
        for setting in ("timezone = 'Asia/Shanghai'", "datestyle = 'German'", "extra_float_digits = -5"):
            await connection.execute(text(f"alter role current_user in database {engine.url.database} set {setting}"))
    await engine.dispose()
    async with engine.connect() as connection:
        assert await connection.scalar(text("show timezone")) == "Asia/Shanghai"
    assert await digest_projection(engine, LEDGER, SCHEMA) == before


async def test_what_is_not_there_has_none(engine: AsyncEngine) -> None:
    await Projector(engine, LEDGER, SCHEMA).prepare()
    with pytest.raises(LookupError, match=r"intake\.ledger@lost"):
        await digest_projection(engine, LEDGER, SCHEMA, "lost")


def test_the_combined_digest_is_what_the_text_says() -> None:
    digest = Digest("intake.ledger", 1, 7, {"b": "22", "a": "11"})
    assert digest.combined == "741bd1671c826945e0b0e4de41445325a1d44f522f4d0d9549f5725bca7c0de3"
