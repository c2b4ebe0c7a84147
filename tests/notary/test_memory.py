"""What the notary remembers beside its key: it signs no other history, whatever was done to the database."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from deploy.operator.notary.accepting import read_reason
from services.notary.follower import LOCK, Notary, NotLeading
from services.notary.settings import NotarySettings
from shared.contracts.operator import HistoryAccepted
from shared.eventlog.log import EventLog
from shared.notary import selfcheck
from shared.notary.checkpoint import open_checkpoint
from shared.notary.keys import load_key, rotate
from shared.notary.memory import Memory, NotRemembered, Recollection, memory_of
from shared.notary.merkle import Frontier
from shared.notary.note import Note, Signer, verified
from shared.notary.reading import Connection, find_note, keys, read_note
from shared.notary.refusal import SigningRefused
from shared.notary.store import Overtaken
from tests.notary.conftest import QUICK, MakeNotary, at_work, until
from tests.notary.ledger import ORIGIN, Ledger, fill, opinion, tamper
from tests.operator.conftest import System
from tests.servers import Database

NOTARYS = ("signatures", "entries", "buckets", "streams", "keys", "checkpoints", "tiles")
WHY = "restored the backup of last night; office note 2026-17"


@pytest.fixture
def memory(key_file: Path) -> Memory:
    return memory_of(key_file)


@pytest.fixture
def system(database: Database, tmp_path: Path) -> System:
    """A system whose keys folder is that of the notaries of the test."""
    made = System(tmp_path, database)
    made.note()
    return made


def remembered(memory: Memory) -> Recollection:
    known = memory.read()
    assert known is not None
    return known


@asynccontextmanager
async def leading(notary: Notary) -> AsyncIterator[Notary]:
    async with at_work(notary):
        await until(lambda: notary.status().role == "leading")
        yield notary


@asynccontextmanager
async def refusing(notary: Notary, why: str) -> AsyncIterator[Notary]:
    """A notary that refuses when it begins, and says why."""
    async with at_work(notary):
        await until(lambda: notary.status().role in {"refusing", "leading"})
        assert notary.status().role == "refusing"
        assert why in notary.status().finding, notary.status()
        assert not notary.status().healthy
        with pytest.raises(SigningRefused):
            await notary.checkpoint()
        yield notary


async def empty(owner: Connection, table: str) -> None:
    async with owner.transaction():
        await owner.execute("set local session_replication_role = replica")
        await owner.execute(f"delete from {table}")


async def cut_all(owner: Connection) -> None:
    """The log and the notary's tables, as if nothing had ever been."""
    for table in ("log.events", *(f"notary.{each}" for each in NOTARYS)):
        await empty(owner, table)


async def sign(notary: Notary) -> Note:
    async with leading(notary):
        return (await notary.checkpoint()).note


async def test_what_was_signed_is_remembered_before_it_is_stored(
    db: Connection, owner: Connection, ledger: Ledger, make_notary: MakeNotary, memory: Memory
) -> None:
    await ledger.write(3)
    note = await sign(make_notary())
    assert remembered(memory).note == note
    assert stat.S_IMODE(memory.file.stat().st_mode) == 0o600
    assert [each.name for each in memory.file.parent.iterdir() if "signed." in each.name] == [], "nothing is left over"
    await ledger.write(1, after=3)
    async with leading(make_notary()) as notary:
        await owner.execute("alter table notary.checkpoints add constraint full_disk check (size <> 4)")
        with pytest.raises(asyncpg.CheckViolationError):
            await notary.checkpoint()
        assert remembered(memory).size == 4, "written ahead"
        assert (await find_note(db)).checkpoint.size == 3
        await owner.execute("alter table notary.checkpoints drop constraint full_disk")
        await until(lambda: notary.status().signed == 3)
        assert (await notary.checkpoint()).note == remembered(memory).note


async def test_another_history_is_not_signed_where_log_and_notary_were_both_cut(
    owner: Connection, make_notary: MakeNotary, memory: Memory
) -> None:
    await fill(owner, 1, 300)
    note = await sign(make_notary())
    await cut_all(owner)
    async with refusing(make_notary(), "it signed 300 events, and the log has 0"):
        pass
    await fill(owner, 1, 300)
    async with refusing(make_notary(), "its first 300 events are not those that were signed"):
        pass
    await fill(owner, 301, 900)
    async with refusing(make_notary(), "its first 300 events are not those that were signed"):
        assert await owner.fetchval("select count(*) from notary.checkpoints") == 0
    assert remembered(memory).note == note


async def test_another_history_is_not_signed_while_it_grows_over_what_was_signed(
    owner: Connection, make_notary: MakeNotary
) -> None:
    """The promise is kept on the way, too: where the log has all that was signed only once it is read."""
    await fill(owner, 1, 300)
    await sign(make_notary())
    await cut_all(owner)
    await fill(owner, 1, 40_000)
    async with refusing(make_notary(), "its first 300 events are not those that were signed"):
        assert await owner.fetchval("select count(*) from notary.tiles") == 0, "nothing of it was taken in"


async def test_the_same_history_is_signed_on_where_the_notary_s_tables_were_lost(
    owner: Connection, make_notary: MakeNotary, memory: Memory
) -> None:
    await fill(owner, 1, 700)
    note = await sign(make_notary())
    for each in NOTARYS:
        await empty(owner, f"notary.{each}")
    again = await sign(make_notary())
    assert again == note
    await fill(owner, 701, 800)
    assert open_checkpoint(await sign(make_notary()), await keys(owner)).size == 800
    assert remembered(memory).size == 800


async def test_a_log_that_went_back_with_its_notary_is_not_signed(
    owner: Connection, make_notary: MakeNotary, ledger: Ledger
) -> None:
    """A failover to a standby that had not got the last events, nor the checkpoint over them."""
    await fill(owner, 1, 100)
    await sign(make_notary())
    await fill(owner, 101, 103)
    await sign(make_notary())
    await back_to(owner, 100)
    async with refusing(make_notary(), "it signed 103 events, and the log has 100"):
        pass
    await ledger.write(9, "later")
    async with refusing(make_notary(), "its first 103 events are not those that were signed"):
        pass


async def back_to(owner: Connection, size: int) -> None:
    """The database as it was after so many events, of which a checkpoint is."""
    for table, condition in (
        ("log.events", "seq > $1"),
        ("notary.signatures", "size > $1"),
        ("notary.entries", "size > $1"),
        ("notary.buckets", "size > $1"),
        ("notary.checkpoints", "size > $1"),
    ):
        await tamper(owner, f"delete from {table} where {condition}", size)
    await tamper(owner, "delete from notary.tiles where index >= 0 and $1::bigint > 0", size)
    tree = Frontier()
    tiles = {(tile.level, tile.index): tile.hashes for tile in tree.extend((await opinion(owner)).leaves)}
    for (level, index), hashes in tiles.items():
        await tamper(owner, "insert into notary.tiles values ($1, $2, $3)", level, index, hashes)


async def test_accept_history_is_the_way_out_and_leaves_word(
    database: Database, owner: Connection, system: System, make_notary: MakeNotary, memory: Memory
) -> None:
    await fill(owner, 1, 100)
    await sign(make_notary())
    await fill(owner, 101, 103)
    lost = await sign(make_notary())
    await back_to(owner, 100)
    async with at_work(make_notary()) as notary:
        await until(lambda: notary.status().role == "refusing")
        assert "it signed 103 events, and the log has 100" in notary.status().finding
        said = await system.juqu("notary", "accept-history", "--reason", WHY)
        assert said.code == 0, said
        await until(lambda: notary.status().role == "leading")
        again = await notary.checkpoint()
    assert again.checkpoint.size == 101, "with the event that says so"
    known = remembered(memory)
    assert known.note == again.note
    ((at, reason, former),) = [(each.at, each.reason, each.former) for each in known.accepted]
    assert (bool(at), reason, former) == (True, WHY, lost.encode())
    async with await EventLog.open(database.url("operator")) as log:
        (event,) = [each.event for each in await log.read_stream("operator/notary")]
    assert isinstance(event, HistoryAccepted)
    assert (event.reason, event.former_size, event.size) == (WHY, 103, 100)
    nothing = await system.juqu("notary", "accept-history", "--reason", WHY)
    assert nothing.code == 1
    assert "nothing to accept" in nothing.err
    assert remembered(memory).accepted == known.accepted


async def test_accept_history_is_the_way_out_of_a_database_that_was_made_anew(
    owner: Connection, system: System, make_notary: MakeNotary, memory: Memory
) -> None:
    await fill(owner, 1, 100)
    note = await sign(make_notary())
    await cut_all(owner)
    await fill(owner, 1, 30)
    async with refusing(make_notary(), "it signed 100 events, and the log has 30") as notary:
        said = await system.juqu("notary", "accept-history", "--reason", WHY, "--json")
        assert (said.code, said.json[0]["former_size"], said.json[0]["size"]) == (0, 100, -1), said
        await until(lambda: notary.status().role == "leading")
        assert (await notary.checkpoint()).checkpoint.size == 31
    assert remembered(memory).accepted[0].former == note.encode()


async def test_accept_history_is_for_where_the_notary_runs(system: System, key_file: Path) -> None:
    said = await system.juqu("notary", "accept-history", "--reason", WHY)
    assert "Neither the notary's key nor its memory is here" in said.refused
    assert not key_file.parent.exists() or not list(key_file.parent.iterdir())


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "two\nlines", "turned \u202e about"])
async def test_accept_history_takes_a_reason(reason: str, system: System) -> None:
    assert "--reason" in (await system.juqu("notary", "accept-history", "--reason", reason)).refused


def test_a_reason_is_judged_by_the_one_rule_of_plain_text() -> None:
    assert read_reason("\u3000主库　宕机，已核对\u00a0\u200b") == "主库　宕机，已核对"


async def test_accept_history_accepts_no_log_that_its_own_notary_contradicts(
    owner: Connection, system: System, make_notary: MakeNotary, memory: Memory
) -> None:
    await fill(owner, 1, 600)
    note = await sign(make_notary())
    await tamper(owner, "update log.events set actor = 'wang' where seq = 17")
    said = await system.juqu("notary", "accept-history", "--reason", WHY)
    assert said.code == 1
    assert "event 17 is not as it was" in said.err
    assert remembered(memory).note == note


async def test_a_memory_that_is_gone_is_missed(
    owner: Connection, system: System, make_notary: MakeNotary, memory: Memory
) -> None:
    await fill(owner, 1, 10)
    await sign(make_notary())
    memory.file.unlink()
    async with refusing(make_notary(), f"there is no {memory.file}") as notary:
        assert not memory.file.exists()
        assert (await system.juqu("notary", "accept-history", "--reason", WHY)).code == 0
        await until(lambda: notary.status().role == "leading")
    assert remembered(memory).accepted[0].former == ""


async def test_a_first_start_begins_the_memory_whoever_made_the_key(
    make_notary: MakeNotary, key_file: Path, memory: Memory
) -> None:
    load_key(key_file, make_for=ORIGIN)
    async with leading(make_notary()) as notary:
        assert memory.file.exists()
        await notary.checkpoint()
    assert remembered(memory).size == 0


DAMAGE: dict[str, Callable[[str], str]] = {
    "cut off": lambda text: text[: len(text) // 2],
    "empty": lambda _: "",
    "no object": lambda _: "[1]",
    "a name more": lambda text: json.dumps(json.loads(text) | {"more": 1}),
    "a size": lambda text: text.replace("\\n3\\n", "\\n9\\n"),
    "a large size": lambda text: text.replace("\\n3\\n", "\\n" + "9" * 5000 + "\\n"),
    "a root": lambda text: json.dumps({"checkpoint": json.loads(text)["checkpoint"].swapcase(), "accepted": []}),
    "nested": lambda _: "[" * 100_000,
    "an acceptance": lambda text: json.dumps(json.loads(text) | {"accepted": [{"at": 1}]}),
}


@pytest.mark.parametrize("damage", DAMAGE)
async def test_a_memory_that_is_damaged_is_no_memory(
    damage: str, ledger: Ledger, system: System, make_notary: MakeNotary, memory: Memory
) -> None:
    await ledger.write(3)
    await sign(make_notary())
    text = DAMAGE[damage](memory.file.read_text())
    memory.file.write_text(text)
    async with refusing(make_notary(), str(memory.file)) as notary:
        assert (await system.juqu("notary", "accept-history", "--reason", WHY)).code == 0
        await until(lambda: notary.status().role == "leading")
    assert remembered(memory).accepted[0].reason == WHY


async def test_a_memory_that_another_key_signed_is_no_memory(
    ledger: Ledger, make_notary: MakeNotary, memory: Memory
) -> None:
    await ledger.write(3)
    note = await sign(make_notary())
    stranger = Signer.new(ORIGIN)
    memory.file.write_text(
        json.dumps({"checkpoint": Note(note.text, (stranger.sign(note.text),)).encode(), "accepted": []})
    )
    async with refusing(make_notary(), "no signature is of a known key"):
        pass


async def test_a_memory_that_others_can_write_is_no_memory(
    ledger: Ledger, make_notary: MakeNotary, memory: Memory
) -> None:
    await ledger.write(3)
    await sign(make_notary())
    memory.file.chmod(0o666)
    async with refusing(make_notary(), "its mode must be 600"):
        pass


async def test_what_cannot_be_remembered_is_not_signed(
    db: Connection, ledger: Ledger, database: Database, key_file: Path, tmp_path: Path
) -> None:
    """A folder that cannot be written to, here one that is a file; root writes to any other."""
    (tmp_path / "file").write_text("")
    settings = NotarySettings(origin=ORIGIN, key=key_file, interval=3600.0, memory_file=tmp_path / "file" / "memory")
    await ledger.write(3)
    async with at_work(Notary(database.url("notary"), settings, QUICK)) as notary:
        await until(lambda: not notary.status().healthy and notary.status().finding + notary.status().trouble != "")
        assert str(settings.memory_file) in notary.status().finding + notary.status().trouble
    assert await read_note(db) is None


async def test_a_memory_on_a_full_disk_keeps_what_it_had(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    memory.begin()
    before = memory.file.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotRemembered, match="No space left"):
        memory.begin()
    assert memory.file.read_bytes() == before
    assert [each.name for each in memory.file.parent.iterdir()] == [memory.file.name]


async def test_a_standby_remembers_what_the_leader_signs(
    owner: Connection, ledger: Ledger, database: Database, make_notary: MakeNotary, key_file: Path
) -> None:
    """Two hosts, each with the key and a memory of its own: to be taken over from is no way around the memory."""
    elsewhere = key_file.parent / "other host" / "notary.key"
    await ledger.write(2)
    first = make_notary()
    async with leading(first):
        await first.checkpoint()
        elsewhere.parent.mkdir()
        for ending in ("", ".signed"):
            copy = elsewhere.with_name(f"notary.key{ending}")
            copy.write_bytes(key_file.with_name(f"notary.key{ending}").read_bytes())
            copy.chmod(0o600)
        second = Notary(database.url("notary"), NotarySettings(origin=ORIGIN, key=elsewhere, interval=3600.0), QUICK)
        async with at_work(second):
            await until(lambda: second.status().role == "standby" and second.status().healthy)
            await ledger.write(3, after=2)
            await first.checkpoint()
            await until(lambda: remembered(memory_of(elsewhere)).size == 5)
            memory_of(elsewhere).file.rename(elsewhere.with_name("away"))
            await until(lambda: "does not remember" in second.status().finding)
            assert not second.status().healthy, "said before it is needed"
            elsewhere.with_name("away").rename(memory_of(elsewhere).file)
            await until(lambda: second.status().healthy)
    await cut_all(owner)
    await fill(owner, 1, 9)
    async with refusing(second, "its first 5 events are not those that were signed"):
        pass


async def test_after_a_rotation_both_keys_are_under_what_is_remembered(
    db: Connection, ledger: Ledger, make_notary: MakeNotary, key_file: Path, memory: Memory
) -> None:
    await ledger.write(3)
    async with leading(make_notary()) as notary:
        await notary.checkpoint()
        done = await rotate(db, key_file)
        note = remembered(memory).note
        assert note is not None
        assert verified(note, [done.old, done.new]) == [done.old, done.new]
        await ledger.write(1, after=3)
        await notary.checkpoint()
    assert await sign(make_notary())


async def test_a_rotation_is_none_out_of_another_history(
    owner: Connection, db: Connection, make_notary: MakeNotary, key_file: Path, memory: Memory
) -> None:
    await fill(owner, 1, 100)
    await sign(make_notary())
    await fill(owner, 101, 103)
    note = await sign(make_notary())
    await back_to(owner, 100)
    with pytest.raises(SigningRefused, match="it remembers a checkpoint of 103 events"):
        await rotate(db, key_file)
    assert remembered(memory).note == note
    assert len(await keys(db)) == 1


async def test_a_new_key_is_no_way_around_the_memory(
    owner: Connection, make_notary: MakeNotary, key_file: Path, memory: Memory
) -> None:
    await fill(owner, 1, 100)
    await sign(make_notary())
    await cut_all(owner)
    key_file.unlink()
    async with refusing(make_notary(), "no signature is of a known key"):
        pass


async def test_restarted_while_the_log_is_locked_it_signs_over_no_alteration(
    owner: Connection, database: Database, make_notary: MakeNotary
) -> None:
    """What it builds on is what it checked: while it waits for the log, tiles, events and map are altered alike."""
    await fill(owner, 1, 3000)
    async with leading(make_notary()) as notary:
        true = (await notary.checkpoint()).checkpoint
    locking = await asyncpg.connect(database.owner_url)
    try:
        async with locking.transaction():
            await locking.execute("lock table log.events in access exclusive mode")
            notary = make_notary()
            async with at_work(notary):
                await until(lambda: _waits_for_the_log(owner))
                await locking.execute("set local session_replication_role = replica")
                await locking.execute("update log.events set actor = 'wang' where seq between 1 and 2999")
                leaves = (await opinion(locking)).leaves
                await locking.execute("delete from notary.tiles")
                for tile in Frontier().extend(leaves):
                    await locking.execute(
                        "insert into notary.tiles values ($1, $2, $3)", tile.level, tile.index, tile.hashes
                    )
                await locking.execute("commit")
                await until(lambda: notary.status().role in {"refusing", "leading"})
                await fill(owner, 3001, 3010)
                if notary.status().role == "leading":
                    with pytest.raises(SigningRefused):
                        await notary.checkpoint()
                assert not notary.status().healthy
                await locking.execute("begin")
    finally:
        await locking.close()
    (size,) = [row[0] for row in await owner.fetch("select max(size) from notary.checkpoints")]
    assert size == true.size


async def _signs(notary: Notary, size: int) -> bool:
    """Whether it gave the checkpoint of a size; one that was overtaken is asked again."""
    try:
        return (await notary.checkpoint()).checkpoint.size == size
    except (NotLeading, Overtaken, asyncpg.InterfaceError):
        return False


async def _waits_for_the_log(owner: Connection) -> bool:
    return bool(
        await owner.fetchval(
            "select count(*) from pg_stat_activity where application_name = 'juqu notary' and wait_event_type = 'Lock'"
        )
    )


async def test_an_alteration_between_check_and_load_is_not_built_on(
    owner: Connection, make_notary: MakeNotary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of many events the samples may meet none that was altered: the tree goes on from the edge that was checked."""
    await fill(owner, 1, 3000)
    await sign(make_notary())
    truth = (await opinion(owner)).root(3000)
    check_base = selfcheck.check_base

    async def then_altered(*given: object, **more: object) -> None:
        await check_base(*given, **more)  # type: ignore[arg-type]
        await tamper(owner, "update log.events set actor = 'wang' where seq = 100")
        for tile in Frontier().extend((await opinion(owner)).leaves):
            await tamper(
                owner,
                "update notary.tiles set hashes = $3 where level = $1 and index = $2",
                tile.level,
                tile.index,
                tile.hashes,
            )

    monkeypatch.setattr(selfcheck, "check_base", then_altered)
    async with at_work(make_notary()) as notary:
        await until(lambda: notary.status().role in {"leading", "refusing"})
        await fill(owner, 3001, 3001)
        try:
            made = (await notary.checkpoint()).checkpoint
        except SigningRefused:
            return
        leaves = (await opinion(owner)).leaves
        tree = Frontier()
        tree.extend(leaves[:3000])
        assert tree.root() != truth
        tree.extend(leaves[3000:])
        assert made.root != tree.root(), "signed over the alteration"


async def test_two_on_one_host_share_the_memory(ledger: Ledger, make_notary: MakeNotary, memory: Memory) -> None:
    first, second = make_notary(), make_notary()
    second._lock = LOCK + 1
    async with leading(first), leading(second):
        for round_ in range(5):
            await ledger.write(1, after=round_)
            for each in (first, second):
                await until(lambda each=each, round_=round_: _signs(each, round_ + 1))
                assert not each.status().finding
            assert remembered(memory).size == round_ + 1
