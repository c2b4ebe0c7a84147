"""What the notary remembers beside its key: it signs no other history, whatever was done to the database."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from services.notary.follower import LOCK, Notary, NotLeading
from services.notary.settings import NotarySettings
from shared.notary.checkpoint import open_checkpoint
from shared.notary.keys import load_key, rotate
from shared.notary.memory import Memory, NotRemembered, memory_of
from shared.notary.note import Note, Signer, verified
from shared.notary.reading import Connection, find_note, keys, read_note
from shared.notary.refusal import SigningRefused
from shared.notary.store import Overtaken
from tests.notary.conftest import QUICK, MakeNotary, at_work, until
from tests.notary.ledger import ORIGIN, Ledger, fill
from tests.notary.remembering import NOTARYS, WHY, back_to, cut_all, empty, leading, refusing, remembered, sign
from tests.operator.conftest import System
from tests.servers import Database


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


async def _signs(notary: Notary, size: int) -> bool:
    """Whether it gave the checkpoint of a size; one that was overtaken is asked again."""
    try:
        return (await notary.checkpoint()).checkpoint.size == size
    except (NotLeading, Overtaken, asyncpg.InterfaceError):
        return False


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
