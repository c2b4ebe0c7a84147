"""The master key is changed while everything serves; it may break off after each step; no key is lost by it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest

from deploy.database.bootstrap import bootstrap
from deploy.database.roles import beside
from shared.contracts.notify import ContactRegistered
from shared.contracts.operator import MasterKeyChanged, MasterKeyRetired
from shared.eventlog.log import EventLog
from shared.privacy.changing import Change, ChangeRefused, Connection, prepare, put_in_force, retire, wrap_anew
from shared.privacy.cipher import Forged, wrap
from shared.privacy.keystore import OtherMaster
from shared.privacy.master import Master, id_of, put_master, read_master
from shared.privacy.opening import MASTER_FILE
from tests.operator.conftest import System
from tests.privacy.conftest import KeysAt, OpenLog, Personal
from tests.privacy.test_sealing import WANG, by
from tests.servers import PASSWORDS, Database


def somebody() -> ContactRegistered:
    """A contact whom the key store does not know."""
    return replace(WANG, phone="", email=f"{uuid4().hex}@example.com")


@pytest.fixture
async def keys_at(database: Database) -> AsyncIterator[KeysAt]:
    """A key store of the test's own: the run's is under the master keys of many tests."""
    name = f"{database.name}_keys"
    connection = await asyncpg.connect(database.owner_url)
    await connection.execute(f"create database {name}")
    await bootstrap(database.owner_url, PASSWORDS, keys_url=beside(database.owner_url, name))
    yield lambda role: beside(database.url(role) if role else database.owner_url, name)
    await connection.execute(f"drop database {name} with (force)")
    await connection.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The master key's file, as ``personal`` has it."""
    return tmp_path / "keys" / MASTER_FILE


@pytest.fixture
async def store(keys_at: KeysAt) -> AsyncIterator[Connection]:
    """The key store as the operators' role."""
    connection = await asyncpg.connect(keys_at("operator"))
    yield connection
    await connection.close()


@pytest.fixture
async def owner(keys_at: KeysAt) -> AsyncIterator[Connection]:
    """The key store as its owner."""
    connection = await asyncpg.connect(keys_at(""))
    yield connection
    await connection.close()


async def register(log: EventLog) -> ContactRegistered:
    event = somebody()
    await log.append(f"notify/contact/{uuid4()}", 0, [event], by())
    return event


async def registered(log: EventLog) -> list[ContactRegistered]:
    return [
        each.event for each in await log.read_all(0, include_internal=True) if isinstance(each.event, ContactRegistered)
    ]


async def under(owner: Connection) -> set[bytes]:
    """The ids that the stored keys say."""
    return {row[0] for row in await owner.fetch("select substring(key for 8) from keys.wrapped")}


async def changed(store: Connection, file: Path) -> Change:
    """All steps at once."""
    change = await prepare(store, file)
    await put_in_force(store, file, change)
    await wrap_anew(store, file, change, lambda _: None)
    retire(file, change)
    await store.execute("select pg_advisory_unlock_all()")
    return change


async def test_everybody_can_be_read_before_and_after_by_processes_old_and_new(
    sealing: OpenLog, store: Connection, owner: Connection, file: Path
) -> None:
    old = await sealing("notify")
    told = [await register(old), await register(old)]
    was = read_master(file)
    change = await changed(store, file)
    now = read_master(file)
    assert (id_of(was.wrapping), id_of(now.wrapping)) == (change.former, change.master)
    assert (now.naming, now.other) == (was.naming, b"")
    assert await under(owner) == {change.master}
    assert await registered(old) == told
    assert await registered(await sealing("notify")) == told
    told.append(await register(old))
    assert await under(owner) == {change.master}
    assert await registered(await sealing("notify")) == told


async def test_a_process_that_remembers_the_former_key_keeps_nothing_under_it(
    sealing: OpenLog, store: Connection, owner: Connection, file: Path
) -> None:
    old = await sealing("notify")
    told = [await register(old)]
    change = await prepare(store, file)
    await put_in_force(store, file, change)
    told.append(await register(old))
    assert await under(owner) == {change.former, change.master}
    assert await registered(old) == told


async def test_a_machine_with_the_prepared_file_goes_on_by_the_key_in_force(
    sealing: OpenLog, personal: Personal, store: Connection, owner: Connection, file: Path
) -> None:
    """Its copy of the file still has the former key first."""
    log = await sealing("notify")
    told = [await register(log)]
    change = await prepare(store, file)
    prepared = read_master(file)
    await put_in_force(store, file, change)
    await wrap_anew(store, file, change, lambda _: None)
    put_master(file, prepared)
    there = await sealing("notify")
    told.append(await register(there))
    assert await under(owner) == {change.master}
    assert await registered(there) == told


@pytest.mark.parametrize("steps", [1, 2, 3, 4])
async def test_what_broke_off_is_gone_on_with(
    sealing: OpenLog, store: Connection, owner: Connection, file: Path, steps: int
) -> None:
    log = await sealing("notify")
    told = [await register(log) for _ in range(3)]
    first = await prepare(store, file)
    if steps > 1:
        prepared = read_master(file)
        await put_in_force(store, file, first)
        if steps == 2:
            put_master(file, prepared)  # broken off between the key store and the file
    if steps > 2:
        (row, *_) = await store.fetch("select * from keys.under_others($1, $2, 1)", first.master, UUID(int=0))
        key = read_master(file).unwrap(row["key"], row["person_id"])
        now = read_master(file).wrap(key, row["person_id"])
        assert await store.fetchval("select keys.rewrap($1, $2, $3)", [row["person_id"]], [row["key"]], [now]) == 1
    if steps > 3:
        await wrap_anew(store, file, first, lambda _: None)
    await store.execute("select pg_advisory_unlock_all()")
    assert await registered(await sealing("notify")) == told
    assert await changed(store, file) == first
    assert await under(owner) == {first.master}
    assert read_master(file).ids == (first.master,)
    assert await registered(await sealing("notify")) == told


async def test_persons_who_come_meanwhile_and_keys_that_go_are_not_lost_and_do_not_come_back(
    sealing: OpenLog, personal: Personal, store: Connection, owner: Connection, file: Path
) -> None:
    logs = [await sealing("notify") for _ in range(3)]
    told = [await register(logs[0]) for _ in range(4)]
    gone = await owner.fetchval("select person_id from keys.wrapped order by person_id limit 1")

    async def come(log: EventLog) -> list[ContactRegistered]:
        return [await register(log) for _ in range(10)]

    came = asyncio.gather(*(come(log) for log in logs))
    change = await prepare(store, file)
    await put_in_force(store, file, change)
    rows = await store.fetch("select * from keys.under_others($1, $2, 100)", change.master, UUID(int=0))
    assert await personal("operator").store.destroy(gone, "x")
    was = {row["person_id"]: row["key"] for row in rows}
    master = read_master(file)
    now = master.wrap(master.unwrap(was[gone], gone), gone)
    assert await store.fetchval("select keys.rewrap($1, $2, $3)", [gone], [was[gone]], [now]) == 0
    await wrap_anew(store, file, change, lambda _: None)
    told += [event for each in await came for event in each]
    assert await under(owner) == {change.master}
    assert not await owner.fetchval("select true from keys.wrapped where person_id = $1", gone)
    found = await registered(await sealing("notify"))
    assert len(found) == len(told)
    assert sum(each in told for each in found) == len(told) - 1


async def test_keys_from_before_there_were_ids_are_wrapped_anew_too(
    sealing: OpenLog, store: Connection, owner: Connection, file: Path
) -> None:
    told = [await register(await sealing("notify"))]
    master = read_master(file)
    for row in await owner.fetch("select person_id, key from keys.wrapped"):
        key = wrap(master.wrapping, master.unwrap(row["key"], row["person_id"]), row["person_id"])
        assert len(key) == 60
        await owner.execute("update keys.wrapped set key = $2 where person_id = $1", row["person_id"], key)
    assert await registered(await sealing("notify")) == told
    change = await changed(store, file)
    assert await under(owner) == {change.master}
    assert await registered(await sealing("notify")) == told


async def test_the_former_key_opens_a_key_store_from_before_and_no_other(
    sealing: OpenLog, store: Connection, owner: Connection, file: Path
) -> None:
    await register(await sealing("notify"))
    before = await owner.fetchrow("select person_id, key from keys.wrapped")
    assert before is not None
    change = await changed(store, file)
    kept = read_master(file.with_name(f"{file.name}.{change.former.hex()}"))
    after = await owner.fetchrow("select person_id, key from keys.wrapped where person_id = $1", before["person_id"])
    assert after is not None
    assert kept.unwrap(before["key"], before["person_id"]) == read_master(file).unwrap(after["key"], after["person_id"])
    for master, row in ((kept, after), (read_master(file), before)):
        with pytest.raises(Forged):
            master.unwrap(row["key"], row["person_id"])
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.with_name(f"{file.name}.{change.former.hex()}").stat().st_mode & 0o777 == 0o600


async def test_a_file_that_is_not_the_stores_changes_nothing(
    sealing: OpenLog, store: Connection, owner: Connection, file: Path
) -> None:
    log = await sealing("notify")
    told = [await register(log)]
    await changed(store, file)
    good = read_master(file)
    put_master(file, Master(bytes(32), good.naming))
    with pytest.raises(ChangeRefused, match="does not have it"):
        await prepare(store, file)
    assert read_master(file).other == b""
    with pytest.raises(OtherMaster):
        await register(await sealing("notify"))
    put_master(file, good)
    assert await registered(await sealing("notify")) == told


async def test_one_changes_it_at_a_time(keys_at: KeysAt, store: Connection, sealing: OpenLog, file: Path) -> None:
    await register(await sealing("notify"))
    other = await asyncpg.connect(keys_at("operator"))
    await prepare(other, file)
    with pytest.raises(ChangeRefused, match="Somebody else"):
        await prepare(store, file)
    await other.close()


async def test_the_command_changes_it_and_leaves_word(
    sealing: OpenLog, database: Database, tmp_path: Path, owner: Connection, keys_at: KeysAt
) -> None:
    system = System(tmp_path, database)
    system.note()
    there = {"JUQU_KEYS_URL": keys_at("operator")}
    told = [await register(await sealing("notify")) for _ in range(2)]
    waits = await system.juqu("keys", "rotate", "--prepare", "--json", **there)
    assert waits.code == 0, waits.err
    assert len(await under(owner)) == 1
    said = await system.juqu("keys", "rotate", "--json", **there)
    assert said.code == 0, said.err
    (done,) = said.json
    assert (done["former"], done["master"]) == (waits.json[0]["former"], waits.json[0]["master"])
    assert done["persons"] == 2
    assert await under(owner) == {bytes.fromhex(done["master"])}
    (former, master) = (await system.juqu("keys", "list", "--json", **there)).json
    assert (former["id"], former["persons"]) == (done["former"], 0)
    assert (master["id"], master["persons"]) == (done["master"], 2)
    log = await sealing("notify")
    assert await registered(log) == told
    async with await EventLog.open(database.url("operator")) as reading:
        words = [each.event for each in await reading.read_stream("operator/master-key")]
    assert words == [
        MasterKeyChanged(former=done["former"], master=done["master"]),
        MasterKeyRetired(former=done["former"], master=done["master"], persons=2),
    ]
    assert (await system.juqu("keys", "rotate", **there)).code == 0
    assert await registered(log) == told
    assert "in force since" in (await system.juqu("keys", "list", **there)).out
