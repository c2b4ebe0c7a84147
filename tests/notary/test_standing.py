"""What no hash covers, and readers rely on, is looked at where the log stands, as the operators' login."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from deploy.database.as_made import differences
from deploy.operator.log.verify import Verdict, verify_log
from shared.notary.note import Signer, Verifier
from shared.notary.reading import Connection, keys, listed_keys
from tests.notary.conftest import MakeNotary, at_work, until
from tests.notary.ledger import fill, tamper
from tests.operator.conftest import System
from tests.servers import Database

SIZES = (40, 300, 520)


@pytest.fixture
async def operator(database: Database) -> AsyncIterator[Connection]:
    """A connection of the operators' login, which row security applies to."""
    connection = await asyncpg.connect(database.url("operator"))
    yield connection
    await connection.close(timeout=5)


@pytest.fixture
async def vkeys(owner: Connection, make_notary: MakeNotary) -> list[Verifier]:
    """A log of 520 events under three checkpoints and 5 events after them; gives the keys."""
    async with at_work(make_notary()) as notary:
        await until(lambda: notary.status().role == "leading")
        for first, last in zip((1, *(size + 1 for size in SIZES)), SIZES, strict=False):
            await fill(owner, first, last)
            await notary.checkpoint()
    await fill(owner, 521, 525)
    return await keys(owner)


async def verified(operator: Connection, vkeys: list[Verifier]) -> Verdict:
    """What `juqu log verify` says."""
    verdict = await verify_log(operator, vkeys, [], lambda _: None)
    verdict.findings += await differences(operator)
    return verdict


async def as_superuser(owner: Connection, statement: str) -> None:
    """Any statement, with the triggers off and the catalogue open."""
    async with owner.transaction():
        await owner.execute("set local session_replication_role = replica")
        await owner.execute("set local allow_system_table_mods = on")
        await owner.execute(statement)


async def test_what_was_not_touched_is_proven(operator: Connection, vkeys: list[Verifier]) -> None:
    verdict = await verified(operator, vkeys)
    assert verdict.holds, verdict
    assert "All 520 events" in verdict.proven[0]


ROWS = {
    "the category": (
        (
            "alter table log.events alter column category drop expression;"
            "update log.events set category = 'intake2' where seq = 17"
        ),
        "Event 17 (intake.ApplicationEndorsed, intake/application/",
    ),
    "the category of an event that nobody signed yet": (
        (
            "alter table log.events alter column category drop expression;"
            "update log.events set category = 'review' where seq = 523"
        ),
        "Event 523 ",
    ),
    "a null where there is none": (
        (
            "alter table log.events alter column stream drop not null;"
            "alter table log.events alter column category drop not null;"
            "update log.events set stream = null where seq = 17"
        ),
        "Event 17 ",
    ),
    "an event before the first": ("update log.events set seq = -5 where seq = 525", "numbered from -5 to 524"),
    "a gap after what was signed": ("delete from log.events where seq = 522", "has 524 events"),
    "an entry's version": ("update notary.entries set version = version + 1 where size = 300", "in notary.entries, of"),
    "an entry's seq": ("update notary.entries set seq = seq - 1 where size = 520", "in notary.entries, of size 520"),
    "an entry's chain": ("update notary.entries set chain = sha256('x') where size = 40", "of size 40, is not what"),
    "an entry's size": (
        "update notary.entries set size = 41 where ctid = (select ctid from notary.entries where size = 40 limit 1)",
        "rows of the size 41",
    ),
    "an entry gone": (
        "delete from notary.entries where ctid = (select ctid from notary.entries where size = 300 limit 1)",
        "in notary.entries, of size 300",
    ),
    "an entry more": (
        "insert into notary.entries select sha256('x'), 300, 1, 1, sha256('y')",
        "in notary.entries, of size 300",
    ),
    "a bucket's root": ("update notary.buckets set root = sha256('x') where size = 300", "in notary.buckets, of size"),
    "a bucket more": ("insert into notary.buckets select 65535, 300, sha256('x')", "The root of bucket 65535"),
    "a bucket gone": (
        "delete from notary.buckets where ctid = (select ctid from notary.buckets where size = 520 limit 1)",
        "in notary.buckets, of size 520",
    ),
    "a stream's name": (
        "update notary.streams set stream = 'x' where ctid = (select ctid from notary.streams limit 1)",
        "notary.streams has x",
    ),
    "a stream's bucket": (
        "update notary.streams set bucket = 65535 where ctid = (select ctid from notary.streams limit 1)",
        "not in its place",
    ),
    "a stream gone": (
        "delete from notary.streams where ctid = (select ctid from notary.streams limit 1)",
        "notary.streams lacks intake/application/",
    ),
    "a tile of level 1": (
        "update notary.tiles set hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1) where level = 1",
        "Tile 0 of level 1",
    ),
    "a tile of level 1 gone": ("delete from notary.tiles where level = 1", "Tile 0 of level 1 is missing"),
    "a tile of a level that there is not": (
        "insert into notary.tiles select 3, 0, sha256('x')",
        "Tile 0 of level 3",
    ),
    "a checkpoint's root": ("update notary.checkpoints set root = sha256('x') where size = 300", "size 300 do not say"),
    "a checkpoint's map": ("update notary.checkpoints set streams = sha256('x') where size = 300", "300 do not say"),
    "a checkpoint's text": (
        "update notary.checkpoints set body = 'nonsense' where size = 300",
        "the checkpoint of size 300: ",
    ),
    "a checkpoint's text of another size": (
        (
            "update notary.checkpoints as c set body = (select body from notary.checkpoints where size = 520) "
            "where size = 300"
        ),
        "the checkpoint of size 300 says that it is of 520",
    ),
    "a checkpoint gone": ("delete from notary.checkpoints where size = 300", "of the size 300, of which there is no"),
    "a signature's name": ("update notary.signatures set name = E'two\\nlines' where size = 300", "size 300: "),
    "a signature": (
        "update notary.signatures set payload = sha256('') || sha256('x') where size = 300",
        "event 300 is",
    ),
    "a signature gone": ("delete from notary.signatures where size = 300", "is not signed as it should be"),
    "a key": ("update notary.keys set vkey = 'nonsense'", "Key 1 of notary.keys cannot be used"),
    "since when a key signs": ("update notary.keys set since_size = 300", "since the checkpoint of size 0, not 300"),
    "a key more": (
        "insert into notary.keys (vkey, since_size) select 'juqu.test/log+f3ae6f5e+AQNY', 520",
        "Key 2 of notary.keys cannot be used",
    ),
}


@pytest.mark.parametrize("deed", ROWS)
async def test_what_readers_rely_on_is_compared(
    deed: str, owner: Connection, operator: Connection, vkeys: list[Verifier]
) -> None:
    statement, said = ROWS[deed]
    for each in statement.split(";"):
        await as_superuser(owner, each)
    verdict = await verified(operator, vkeys)
    assert not verdict.holds
    assert any(said in each for each in verdict.findings), verdict.findings


async def test_a_key_that_no_key_put_in_force_is_found(
    owner: Connection, operator: Connection, vkeys: list[Verifier]
) -> None:
    stranger = Signer.new("juqu.test/log").verifier.vkey
    await tamper(owner, "insert into notary.keys (vkey, since_size) values ($1, 520)", stranger)
    verdict = await verified(operator, vkeys)
    assert [each for each in verdict.findings if "Key 2 of notary.keys was not put in force by the one before" in each]


MADE = {
    "a function": (
        (
            "create or replace function log.head(out seq bigint, out recorded_at timestamptz) language sql stable "
            "security definer as $$ select 520::bigint, now() $$"
        ),
        "The function log.head is not as this version",
    ),
    "a function more": (
        "create function log.md5(text) returns text language sql as 'select $1'",
        "log.md5 is not one of",
    ),
    "row security off": ("alter table log.events disable row level security", "Row security of log.events"),
    "row security forced": ("alter table log.events force row level security", "Row security of log.events"),
    "a policy more": (
        "create policy hide on log.events as restrictive for select to juqu_review using (seq <> 17)",
        "The policy hide of log.events",
    ),
    "a policy of another condition": (
        "alter policy own_and_published on log.events using (not internal)",
        "The policy own_and_published of log.events",
    ),
    "a policy for more": ("alter policy everything on log.events to public", "The policy everything of log.events"),
    "a policy gone": ("drop policy everything on log.events", "The policy everything of log.events is not there"),
    "a trigger asleep": (
        "alter table log.events disable trigger append_only",
        "append_only of log.events is put to sleep",
    ),
    "a trigger gone": ("drop trigger never_emptied on notary.tiles", "never_emptied of notary.tiles is not there"),
    "a trigger more": (
        "create trigger other before insert on log.events for each row execute function log.refuse_change()",
        "The trigger other of log.events is not one of ours",
    ),
    "a trigger with a condition": (
        (
            "drop trigger append_only on log.events; create trigger append_only before update or delete on log.events "
            "for each row when (false) execute function log.refuse_change()"
        ),
        "The trigger append_only of log.events is not as it was made",
    ),
    "a rule": (
        "create rule aside as on delete to log.events do instead nothing",
        "log.events is not a plain table",
    ),
    "a view in a table's place": (
        (
            "alter table log.writers rename to writers_; "
            "create view log.writers as select * from log.writers_; grant select on log.writers to juqu_operator"
        ),
        "log.writers is not a plain table",
    ),
    "a child table": ("create table log.more () inherits (log.events)", "log.events is not a plain table"),
    "an index gone": ("drop index log.events_by_category", "The index events_by_category of log.events is not"),
    "an index of some rows": (
        (
            "drop index log.events_by_category; "
            "create index events_by_category on log.events (category, seq) where seq <> 17"
        ),
        "The index events_by_category of log.events is not",
    ),
    "an index that is not whole": (
        "update pg_index set indisvalid = false where indexrelid = 'log.events_by_category'::regclass",
        "The index events_by_category of log.events is not whole",
    ),
    "a column": ("alter table log.events add column more text", "The columns of log.events"),
    "who writes what": ("insert into log.writers values ('juqu_intake', 'review')", "('juqu_intake', 'review')"),
}


@pytest.mark.parametrize("deed", MADE)
async def test_what_readers_read_through_is_compared(
    deed: str, owner: Connection, operator: Connection, vkeys: list[Verifier]
) -> None:
    statement, said = MADE[deed]
    for each in statement.split("; "):
        await as_superuser(owner, each)
    found = await differences(operator)
    assert any(said in each for each in found), found


async def test_a_setting_of_a_login_that_changes_what_statements_mean_is_found(
    owner: Connection, operator: Connection, database: Database
) -> None:
    assert await differences(operator) == []
    name = await owner.fetchval("select current_database()")
    try:
        await owner.execute(f"alter role juqu_operator in database {name} set search_path = elsewhere, pg_catalog")
        assert any("search_path" in each for each in await differences(operator))
    finally:
        await owner.execute(f"alter role juqu_operator in database {name} reset search_path")


async def test_functions_in_a_search_path_do_not_make_the_leaves(
    owner: Connection, database: Database, vkeys: list[Verifier]
) -> None:
    """The verification names PostgreSQL's own functions, whatever its login is told to look at first."""
    await owner.execute("create schema elsewhere")
    await owner.execute("create function elsewhere.octet_length(text) returns integer language sql as 'select 7'")
    await owner.execute("grant usage on schema elsewhere to public")
    fooled = await asyncpg.connect(
        database.url("operator"), server_settings={"search_path": "elsewhere, pg_catalog, public"}
    )
    try:
        assert await fooled.fetchval("select octet_length('x'::text)") == 7
        assert (await verify_log(fooled, vkeys, [], lambda _: None)).holds
    finally:
        await fooled.close()


async def test_an_event_that_row_security_hides_is_missed(
    owner: Connection, operator: Connection, vkeys: list[Verifier]
) -> None:
    """From the verification too: of events that it does not see, it counts as the owner does."""
    await owner.execute("alter policy everything on log.events using (seq <> 525)")
    assert await operator.fetchval("select count(*) from log.events") == 524
    verdict = await verify_log(operator, vkeys, [], lambda _: None)
    assert any("this login sees 524, and the table has 525" in each for each in verdict.findings), verdict
    assert not verdict.holds


async def test_an_event_that_an_index_lacks_is_missed(
    owner: Connection, operator: Connection, vkeys: list[Verifier]
) -> None:
    """It is in the table and under no hash yet; who reads by the index never meets it."""
    ready = "update pg_index set indisready = {} where indexrelid = 'log.events_by_category'::regclass"
    await as_superuser(owner, ready.format("false"))
    await owner.execute("select pg_stat_clear_snapshot()")
    await fill(owner, 526, 526)
    await as_superuser(owner, ready.format("true"))
    verdict = await verify_log(operator, vkeys, [], lambda _: None)
    assert any("events_by_category finds 525 of 526" in each for each in verdict.findings), verdict


async def test_one_state_is_verified_while_the_log_and_the_notary_go_on(
    owner: Connection, operator: Connection, vkeys: list[Verifier], make_notary: MakeNotary
) -> None:
    async with at_work(make_notary()) as notary:
        await until(lambda: notary.status().role == "leading")
        going: list[asyncio.Task[None]] = []

        async def go_on(size: int) -> None:
            await fill(owner, size + 1, size + 10)
            await notary.checkpoint()

        for size in (525, 535, 545):

            def tell(_: int, size: int = size, before: int = len(going)) -> None:
                if len(going) == before:
                    going.append(asyncio.create_task(go_on(size)))

            verdict = await verify_log(operator, vkeys, [], tell)
            assert verdict.holds, verdict
            await going[-1]
        assert len(going) == 3


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("update notary.checkpoints set body = 'nonsense' where size = 300", "the checkpoint of size 300"),
        ("update notary.keys set vkey = 'nonsense'", "Key 1 of notary.keys cannot be used"),
        ("update notary.signatures set key_id = 'x' where size = 520", "event 520"),
    ],
)
async def test_what_cannot_be_read_in_the_database_is_named_by_the_command(
    statement: str, named: str, owner: Connection, vkeys: list[Verifier], system: System
) -> None:
    (key,) = await listed_keys(owner)
    await owner.execute("alter table notary.signatures drop constraint signatures_key_id_check")
    await as_superuser(owner, statement)
    for given in ([], ["--key", key]):
        said = await system.juqu("log", "verify", *given)
        assert said.code == 1, said
        assert "Not proven" in said.out
        assert named in said.out.replace("\n", " "), said
        assert "Traceback" not in said.err
    for words in (
        ("log", "prove", "--seq", "3"),
        ("log", "export"),
        ("notary", "keys"),
        ("backup", "--to", str(system.state)),
    ):
        said = await system.juqu(*words)
        assert said.code in {0, 1}
        assert "Traceback" not in said.err, said
        if words[0] == "notary":
            assert said.code == ("keys" in statement), said


async def test_a_log_that_was_made_otherwise_is_not_proven_and_that_is_said(
    owner: Connection, vkeys: list[Verifier], system: System
) -> None:
    await as_superuser(owner, "alter table log.events alter column data type jsonb using data::jsonb")
    said = await system.juqu("log", "verify", "--key", vkeys[0].vkey)
    assert said.code == 1, said
    assert "The log cannot be read as it was made" in said.out
    assert "The columns of log.events" in said.out
    assert "Traceback" not in said.err
