"""What a superuser with the triggers off does to events is found and named: where it stands, and in an export."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from deploy.operator.log.export import export_log, export_streams
from deploy.operator.log.verify import Kept, Verdict, verify_file, verify_log
from shared.notary.memory import memory_of
from shared.notary.merkle import Frontier
from shared.notary.note import SignatureType, Signer, Verifier
from shared.notary.reading import Connection, find_note, keys
from tests.notary.conftest import MakeNotary, at_work, until
from tests.notary.ledger import fill, opinion, tamper
from tests.notary.papers import Outcome, verify

SIZES = (40, 300, 520)
PLACES = sorted(Random(2018).sample(range(20, SIZES[-1]), 3))


@dataclass(frozen=True, slots=True)
class Notarised:
    """A log of 520 events in 20 streams under three checkpoints, and what was kept of it."""

    owner: Connection
    folder: Path
    vkey: str
    kept: Path
    note: Path

    async def online(self, *against: Path) -> Verdict:
        """The verdict on the log where it stands."""
        kept = [Kept(each) for each in against]
        return await verify_log(self.owner, [Verifier.parse(self.vkey)], kept, lambda _: None)

    async def offline(self, *against: Path) -> Outcome:
        """What ``docs/verify.py`` says of an export made now; ``juqu log verify FILE`` must judge alike."""
        file = await export(self.owner, self.folder / "export.jsonl")
        said = verify(file, [self.vkey], against=against)
        other = verify_file(file, [Verifier.parse(self.vkey)], [Kept(each) for each in against], lambda _: None)
        assert other.holds == said.proven, (other, said)
        return said


async def export(owner: Connection, file: Path) -> Path:
    """An export of the whole log, as ``juqu log export`` writes it."""
    with file.open("wb") as out:
        await export_log(owner, out, lambda _: None)
    return file


@pytest.fixture
async def notarised(owner: Connection, make_notary: MakeNotary, tmp_path: Path) -> Notarised:
    async with at_work(make_notary()) as notary:
        await until(lambda: notary.status().role == "leading")
        for first, last in zip((1, *(size + 1 for size in SIZES)), SIZES, strict=False):
            await fill(owner, first, last)
            await notary.checkpoint()
    (key,) = await keys(owner)
    kept = await export(owner, tmp_path / "kept.jsonl")
    note = tmp_path / "checkpoint"
    note.write_text((await find_note(owner, 300)).note.encode(), encoding="utf-8")
    return Notarised(owner, tmp_path, key.vkey, kept, note)


Deed = Callable[[Connection, int], Awaitable[tuple[str, str]]]
"""Does something to an event; gives what is to be said of it where the log stands, and of an export."""


def update(change: str) -> Deed:
    async def deed(owner: Connection, seq: int) -> tuple[str, str]:
        await tamper(owner, f"update log.events set {change} where seq = $1", seq)
        stream = await owner.fetchval("select stream from log.events where seq = $1", seq)
        named = f"Event {seq} (intake.ApplicationEndorsed, {stream}) was altered"
        return named, named

    return deed


async def drop(owner: Connection, seq: int) -> tuple[str, str]:
    await tamper(owner, "delete from log.events where seq = $1", seq)
    return f"Event {seq} is missing", f"stands where {seq} should: {seq} was dropped"


async def drop_and_close_up(owner: Connection, seq: int) -> tuple[str, str]:
    await tamper(owner, "delete from log.events where seq = $1", seq)
    await tamper(owner, "update log.events set seq = -seq where seq > $1", seq)
    await tamper(owner, "update log.events set seq = -seq - 1 where seq < 0")
    return f"Event {seq} was dropped", f"what was event {seq} was dropped"


INSERT = """
    insert into log.events (
        seq, recorded_at, event_id, command_id, effective_on, version, schema_version, ordinal, internal, stream, type,
        actor, office, correlation_id, policy_version, data
    )
    select $1::bigint, recorded_at, gen_random_uuid(), gen_random_uuid(), effective_on, 1, 1, 0, false,
        'intake/application/forged', type, actor, office, correlation_id, policy_version, data
    from log.events where seq = $1::bigint + 1"""


async def insert(owner: Connection, seq: int) -> tuple[str, str]:
    await tamper(owner, "update log.events set seq = -seq where seq >= $1", seq)
    await tamper(owner, "update log.events set seq = -seq + 1 where seq < 0")
    await tamper(owner, INSERT, seq)
    named = f"Event {seq} (intake.ApplicationEndorsed, intake/application/forged) was inserted"
    return named, named


async def swap(owner: Connection, seq: int) -> tuple[str, str]:
    other = seq - 7
    await tamper(owner, "update log.events set seq = -seq where seq in ($1, $2)", seq, other)
    await tamper(owner, "update log.events set seq = $1::bigint + $2::bigint + seq where seq < 0", seq, other)
    return f"Events {other} and {seq} have changed places", f"what was event {seq} stands at {other}"


DEEDS = {
    "data": update("data = replace(data, '同意', '不同意')"),
    "actor": update("actor = 'wang'"),
    "recorded time": update("recorded_at = recorded_at - interval '1 microsecond'"),
    "effective date": update("effective_on = effective_on - 1"),
    "cause": update("causation_id = gen_random_uuid()"),
    "internal": update("internal = not internal"),
    "drop": drop,
    "drop and close up": drop_and_close_up,
    "insert": insert,
    "swap": swap,
}


async def test_what_was_not_touched_is_proven(notarised: Notarised) -> None:
    online = await notarised.online(notarised.kept, notarised.note)
    assert online.holds, online
    assert "All 520 events" in online.proven[0]
    offline = await notarised.offline(notarised.kept, notarised.note)
    assert offline.proven, offline.text
    assert "all 520 events" in offline.text


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS.keys())
async def test_what_was_done_to_an_event_is_named(notarised: Notarised, deed: Deed, place: int) -> None:
    here, there = await deed(notarised.owner, place)
    online = await notarised.online()
    assert not online.holds
    assert here in online.findings[0], online.findings
    offline = await notarised.offline()
    assert not offline.proven
    assert there in offline.text


async def test_a_tail_that_was_cut_off_is_named(notarised: Notarised) -> None:
    await tamper(notarised.owner, "delete from log.events where seq > 400")
    assert (await notarised.online()).findings == ["Events 401 to 520 are missing: they were dropped."]
    assert "Events 401 to 520 are missing" in (await notarised.offline()).text


async def rewrite_tiles(owner: Connection) -> None:
    """As an attacker who knows the notary: its hashes fit the log again."""
    tree = Frontier()
    tiles = {(tile.level, tile.index): tile.hashes for tile in tree.extend((await opinion(owner)).leaves)}
    await tamper(owner, "delete from notary.tiles")
    for (level, index), hashes in tiles.items():
        await tamper(owner, "insert into notary.tiles values ($1, $2, $3)", level, index, hashes)


@pytest.mark.parametrize("name", ["data", "drop and close up", "insert", "swap"])
async def test_rewritten_hashes_do_not_give_what_was_signed(notarised: Notarised, name: str) -> None:
    await DEEDS[name](notarised.owner, 173)
    await rewrite_tiles(notarised.owner)
    online = await notarised.online()
    assert not online.holds
    assert any("one of events 41 to 300 was altered" in each for each in online.findings), online
    assert not (await notarised.offline()).proven
    seq = 166 if name == "swap" else 173
    assert f"Event {seq} " in (await notarised.online(notarised.kept)).findings[0]
    assert f"Event {seq} " in (await notarised.offline(notarised.kept)).text


async def test_a_history_that_was_signed_anew_is_caught_by_what_was_kept(
    notarised: Notarised, make_notary: MakeNotary, key_file: Path
) -> None:
    """By the thief of the keys folder, who took the notary's memory away with it."""
    owner = notarised.owner
    memory_of(key_file).file.unlink()
    await DEEDS["data"](owner, 173)
    for table in ("signatures", "entries", "buckets", "streams", "keys", "checkpoints", "tiles"):
        await tamper(owner, f"delete from notary.{table}")
    async with at_work(make_notary()) as notary:
        await until(lambda: notary.status().signed == SIZES[-1])
    assert (await notarised.online()).holds, "the thief of the key has a sound log of his own"
    assert (await notarised.offline()).proven
    by_note = await notarised.online(notarised.note)
    assert ["A kept checkpoint of size 300 has another root" in each for each in by_note.findings] == [True]
    assert "one of events 1 to 300 was altered" in (await notarised.offline(notarised.note)).text
    assert "Event 173 " in (await notarised.online(notarised.kept)).findings[0]
    assert "Event 173 " in (await notarised.offline(notarised.kept)).text


async def test_a_checkpoint_that_was_altered_is_found(notarised: Notarised) -> None:
    body = await notarised.owner.fetchval("select body from notary.checkpoints where size = 300")
    altered = body.replace("juqu.test", "juqu.best")
    await tamper(notarised.owner, "update notary.checkpoints set body = $1 where size = 300", altered)
    assert "is not signed as it should be" in (await notarised.online()).findings[0]
    assert "The signature of juqu.test/log on the checkpoint of size 300" in (await notarised.offline()).text


async def test_one_stream_is_proven_complete_and_what_was_done_to_it_is_named(notarised: Notarised) -> None:
    owner, file = notarised.owner, notarised.folder / "stream.jsonl"
    name = await owner.fetchval("select stream from log.events where seq = 173")

    async def said() -> str:
        with file.open("wb") as out:
            await export_streams(owner, out, [name], lambda _: None)
        return verify(file, [notarised.vkey]).text

    assert f"Proven. These are all 26 events of {name}" in await said()
    await DEEDS["data"](owner, 173)
    assert f"Event 173 (intake.ApplicationEndorsed, {name}) was altered" in await said()
    await drop(owner, 173)
    assert "Not proven." in await said()
    await tamper(owner, "delete from log.events where stream = $1 and seq > 173", name)
    assert "These are not all events" in await said()


async def test_an_older_state_of_log_and_notary_is_missed_by_what_was_kept(notarised: Notarised) -> None:
    """Both were cut back to the checkpoint of 300: nothing in them says so."""
    owner = notarised.owner
    await tamper(owner, "delete from log.events where seq > 300")
    for table in ("signatures", "entries", "buckets", "checkpoints"):
        await tamper(owner, f"delete from notary.{table} where size > 300")
    await rewrite_tiles(owner)
    assert (await notarised.online(notarised.note)).holds
    assert (await notarised.offline(notarised.note)).proven
    online = await notarised.online(notarised.kept)
    assert f"Event 301 is missing, which {notarised.kept} holds: it was dropped since." in online.findings, online
    assert any("checkpoint of size 520 was signed" in each for each in online.findings)
    assert "Events 301 to 520 are missing" in (await notarised.offline(notarised.kept)).text


async def test_a_witness_s_key_is_required_where_the_log_stands_too(notarised: Notarised) -> None:
    witness = Signer.new("witness.example", SignatureType.WITNESS)
    keys_ = [Verifier.parse(notarised.vkey), witness.verifier]
    for size, holds in ((300, False), (520, True)):
        note = (await find_note(notarised.owner, size)).note
        signed = witness.cosign(note.text, 1_772_413_200)
        await notarised.owner.execute(
            "insert into notary.signatures (size, name, key_id, payload) values ($1, $2, $3, $4)",
            size,
            signed.name,
            signed.key_id,
            signed.payload,
        )
        verdict = await verify_log(notarised.owner, keys_, [], lambda _: None)
        assert verdict.holds is holds, verdict
        assert holds or "has not cosigned the checkpoint of size 520" in verdict.findings[-1]
