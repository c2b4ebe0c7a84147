"""The notary on a real log: what it signs is what the log holds, whatever interrupts it, and it refuses the rest."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from contextlib import suppress

import asyncpg
import pytest

from services.notary.follower import Cadence, Notary, NotLeading
from shared.notary import merkle, proofs, reading, streams
from shared.notary.checkpoint import open_checkpoint
from shared.notary.growing import Tree, read_leaves
from shared.notary.reading import Connection, find_note, keys, read_note
from shared.notary.refusal import SigningRefused
from shared.notary.store import Overtaken
from shared.notary.streams import AbsenceProof, StreamProof, TopTree
from tests.notary.conftest import MakeNotary, at_work, until
from tests.notary.ledger import ORIGIN, Ledger, fill, opinion, tamper


async def signed_size(db: Connection) -> int:
    found = await read_note(db)
    return -1 if found is None else found.checkpoint.size


async def test_the_leaf_that_the_server_makes_is_the_leaf_of_the_definition(
    db: Connection, owner: Connection, ledger: Ledger
) -> None:
    await fill(owner, 1, 3000)
    odd = "update log.events set actor = $1, data = $2, recorded_at = $3::text::timestamptz where seq = $4"
    await tamper(owner, odd, "李𠮷\n:,", '{"a":"\\u0000 é"}', "1969-12-31 23:59:59.999999+00", 1)
    await tamper(owner, odd, "", "", "2199-12-31 23:59:59.999999+00", 2)
    await tamper(owner, odd, "x" * 5000, "{}", "2026-11-22 12:34:56.000001+08", 3)
    read = [leaf async for page in read_leaves(db, 0, 3000) for leaf in page]
    assert [leaf.hash for leaf in read] == (await opinion(owner)).leaves
    assert [leaf.seq for leaf in read] == list(range(1, 3001))


async def test_an_empty_log_is_signed_once(db: Connection, notary: Notary) -> None:
    await until(lambda: notary.status().signed == 0)
    first = await notary.checkpoint()
    assert first.checkpoint.root == merkle.EMPTY_ROOT
    assert first.checkpoint.streams == TopTree().root
    assert await notary.checkpoint() == first
    assert await db.fetchval("select count(*) from notary.signatures") == 1


async def test_a_checkpoint_is_of_every_event_internal_ones_included(
    db: Connection, owner: Connection, ledger: Ledger, notary: Notary
) -> None:
    await ledger.write(5)
    await ledger.write_sheets(3)
    await ledger.write(2, "2")
    signed = await notary.checkpoint()
    truth = await opinion(owner)
    assert signed.checkpoint.size == len(truth.leaves) == 10
    assert signed.checkpoint.root == truth.root()
    assert signed.checkpoint.streams == truth.stream_root()
    assert open_checkpoint(signed.note.encode(), await keys(db), ORIGIN) == signed.checkpoint
    assert await find_note(db) == signed
    await ledger.write(3, "2", after=2)
    again = await notary.checkpoint()
    truth = await opinion(owner)
    assert (again.checkpoint.root, again.checkpoint.streams) == (truth.root(), truth.stream_root())


async def test_it_signs_by_itself_when_the_log_has_grown(
    db: Connection, ledger: Ledger, make_notary: MakeNotary
) -> None:
    async with at_work(make_notary(interval=0.05)):
        await ledger.write(1)
        await until(lambda: _is(signed_size(db), 1))
        await ledger.write(1, after=1)
        await until(lambda: _is(signed_size(db), 2))
    count = await db.fetchval("select count(*) from notary.checkpoints")
    assert count <= 3, "it signs only what has grown"


async def test_a_backlog_is_taken_in_pages_and_proven(
    db: Connection, owner: Connection, make_notary: MakeNotary
) -> None:
    await fill(owner, 1, 40_000, streams=300)
    async with at_work(make_notary(cadence=Cadence(look=0.1, gather=0.0, events=10_000))) as notary:
        await until(lambda: notary.status().role == "leading")
        signed = await notary.checkpoint()
    truth = await opinion(owner)
    assert signed.checkpoint.size == 40_000
    assert signed.checkpoint.root == truth.root()
    assert signed.checkpoint.streams == truth.stream_root()
    sizes = [each.checkpoint.size async for each in reading.read_notes(db, page=2)]
    assert len(sizes) >= 2, "signed on the way"
    for size in sizes:
        old = (await find_note(db, size)).checkpoint
        assert (old.root, old.streams) == (truth.root(size), truth.stream_root(size))
        proof = await reading.prove_consistency(db, size, 40_000)
        assert proofs.verify_consistency(size, 40_000, old.root, signed.checkpoint.root, proof)
    for seq in (1, 256, 257, 16_385, 39_999, 40_000):
        found = await reading.prove_inclusion(db, seq, 40_000)
        assert found.leaf == truth.leaves[seq - 1]
        assert proofs.verify_inclusion(found.leaf, seq - 1, 40_000, found.path, signed.checkpoint.root)
    together = await reading.prove_inclusions(db, [1, 20_000], 40_000)
    assert together == [await reading.prove_inclusion(db, seq, 40_000) for seq in (1, 20_000)]
    assert await reading.leaf_hashes(db, 250, 600) == truth.leaves[250:600]


async def test_to_read_leaves_only_their_own_tiles_are_looked_at(owner: Connection) -> None:
    await owner.execute(
        "insert into notary.tiles select 0, n, convert_to(repeat('h', 8192), 'utf8') from generate_series(0, 2999) as n"
    )
    await owner.execute("analyze notary.tiles")
    plan = json.loads(await owner.fetchval(f"explain (analyze, format json) {reading.LEAVES}", 200, 600))[0]["Plan"]
    found = [plan]
    for each in found:
        found += each.get("Plans", [])
    assert sum(each.get("Rows Removed by Filter", 0) for each in found) == 0
    assert plan["Actual Rows"] == 3


async def test_all_events_of_a_stream_are_proven_at_any_checkpoint(
    db: Connection, owner: Connection, ledger: Ledger, notary: Notary
) -> None:
    one, other = await ledger.write(3, "1"), await ledger.write(2, "2")
    early = (await notary.checkpoint()).checkpoint
    await ledger.write(2, "1", after=3)
    late = (await notary.checkpoint()).checkpoint
    truth = await opinion(owner)
    for stream, checkpoint, count in ((one, early, 3), (one, late, 5), (other, late, 2)):
        proof = await reading.prove_stream_at(db, stream, checkpoint.size)
        assert isinstance(proof, StreamProof)
        leaves = [leaf for seq, leaf in truth.streams[stream] if seq <= checkpoint.size]
        assert len(leaves) == count
        assert streams.verify_complete(proof, leaves, checkpoint.streams)
        assert not streams.verify_complete(proof, leaves[:-1], checkpoint.streams)
    nobody = await reading.prove_stream_at(db, "intake/application/none", late.size)
    assert isinstance(nobody, AbsenceProof)
    assert streams.verify_absence(nobody, late.streams)
    with pytest.raises(reading.Absent):
        await reading.prove_stream_at(db, one, 4)


async def test_a_second_notary_stands_by_and_takes_over(
    db: Connection, owner: Connection, ledger: Ledger, make_notary: MakeNotary
) -> None:
    await ledger.write(3)
    first, second = make_notary(), make_notary()
    async with at_work(second):
        async with at_work(first):
            await until(lambda: {first.status().role, second.status().role} == {"leading", "standby"})
            leading = first if first.status().role == "leading" else second
            await leading.checkpoint()
        await until(lambda: second.status().role == "leading")
        await ledger.write(2, after=3)
        signed = await second.checkpoint()
    truth = await opinion(owner)
    assert (signed.checkpoint.root, signed.checkpoint.streams) == (truth.root(), truth.stream_root())


async def test_two_that_both_think_they_lead_do_no_harm(
    db: Connection, owner: Connection, ledger: Ledger, make_notary: MakeNotary
) -> None:
    first, second = make_notary(), make_notary()
    second._lock += 1
    async with at_work(first), at_work(second):
        for round_ in range(20):
            await ledger.write(2, after=2 * round_)
            for each in (first, second):
                with suppress(Overtaken, NotLeading, asyncpg.InterfaceError):
                    await each.checkpoint()
    async with at_work(make_notary()) as third:
        await until(lambda: third.status().role == "leading")
        signed = await third.checkpoint()
        assert await third.check(full=True) is None
    truth = await opinion(owner)
    assert (signed.checkpoint.root, signed.checkpoint.streams) == (truth.root(), truth.stream_root())


async def test_who_was_overtaken_finds_no_disorder(
    db: Connection, owner: Connection, ledger: Ledger, notary: Notary
) -> None:
    slow = await Tree.load(owner, owner, 0)
    await ledger.write(4)
    await notary.finish()
    assert await signed_size(db) == 4
    with pytest.raises(Overtaken):
        await slow.grow(4)


async def test_the_last_checkpoint_is_signed_at_the_end(db: Connection, ledger: Ledger, notary: Notary) -> None:
    await ledger.write(4)
    await notary.finish()
    assert await signed_size(db) == 4
    await notary.finish()
    assert await signed_size(db) == 4


ALTERATIONS = {
    "data": "update log.events set data = replace(data, '同意', '不同意') where seq = 3",
    "actor": "update log.events set actor = 'wang' where seq = 3",
    "recorded_at": "update log.events set recorded_at = recorded_at + interval '1 microsecond' where seq = 3",
    "internal": "update log.events set internal = true where seq = 3",
    "causation_id": "update log.events set causation_id = null where seq = 3",
}


@pytest.mark.parametrize("column", ALTERATIONS)
async def test_an_altered_event_stops_the_signing(
    column: str, db: Connection, owner: Connection, ledger: Ledger, notary: Notary
) -> None:
    await ledger.write(5)
    await notary.checkpoint()
    await tamper(owner, ALTERATIONS[column])
    await ledger.write(1, after=5)
    with pytest.raises(SigningRefused, match="event 3 is not as it was"):
        await notary.checkpoint()
    await until(lambda: notary.status().role == "refusing")
    assert not notary.status().healthy
    assert "event 3" in notary.status().finding
    assert await signed_size(db) == 5
    with pytest.raises(SigningRefused):
        await notary.checkpoint()


async def test_it_refuses_until_what_was_altered_is_put_back(owner: Connection, ledger: Ledger, notary: Notary) -> None:
    await ledger.write(5)
    await notary.checkpoint()
    await tamper(owner, "update log.events set actor = 'wang' where seq = 2")
    found = await notary.check(full=True)
    assert found is not None
    assert (found.kind, found.seq) == ("altered", 2)
    await until(lambda: notary.status().role == "refusing")
    assert await notary.check(full=True) == found
    await tamper(owner, "update log.events set actor = 'li' where seq = 2")
    assert await notary.check(full=True) is None
    await until(lambda: notary.status().role == "leading")
    await ledger.write(1, after=5)
    assert (await notary.checkpoint()).checkpoint.size == 6


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("delete from log.events where seq = 3", "missing"),
        ("delete from log.events where seq >= 4", "shorter"),
        ("update log.events set data = data || ' ' where seq = 1", "altered"),
        ("update notary.tiles set hashes = set_byte(hashes, 70, get_byte(hashes, 70) # 1)", "root"),
        ("update notary.checkpoints set root = sha256('')", None),
        ("update notary.checkpoints set root = sha256(''), body = replace(body, encode(root, 'base64'), 'x')", "any"),
        ("update notary.buckets set root = sha256('x')", "streams"),
        ("delete from notary.tiles", "tree"),
        ("update notary.signatures set payload = sha256('') || sha256('')", "signature"),
        ("update notary.checkpoints set body = 'nonsense' where size = 0", "unreadable"),
        ("delete from notary.signatures where size = 0", "unreadable"),
        ("update notary.checkpoints set body = 'nonsense' where size = 5", "unreadable"),
        ("update notary.keys set vkey = ''", "unreadable"),
        ("update notary.entries set chain = sha256('x')", None),
    ],
)
async def test_a_new_notary_finds_what_is_wrong(
    statement: str, kind: str | None, owner: Connection, ledger: Ledger, make_notary: MakeNotary
) -> None:
    async with at_work(make_notary()) as notary:
        await until(lambda: notary.status().role == "leading")
        await ledger.write(5)
        await notary.checkpoint()
    if kind == "any":
        return
    await tamper(owner, statement)
    async with at_work(make_notary()) as notary:
        if kind is None:
            await until(lambda: notary.status().role == "leading")
            return
        await until(lambda: notary.status().role == "refusing")
        assert notary._finding is not None
        assert notary._finding.kind == kind
        with pytest.raises(SigningRefused):
            await notary.checkpoint()


async def test_a_superuser_that_rewrites_the_map_s_entries_is_found(
    owner: Connection, ledger: Ledger, notary: Notary
) -> None:
    await ledger.write(3)
    await notary.checkpoint()
    await tamper(owner, "update notary.entries set chain = sha256('x')")
    await ledger.write(1, after=3)
    notary._term.tree.heads._remembered.clear()  # type: ignore[union-attr]
    with pytest.raises(SigningRefused, match="stream map"):
        await notary.checkpoint()


async def test_a_full_check_finds_what_a_sample_may_miss(owner: Connection, make_notary: MakeNotary) -> None:
    await fill(owner, 1, 3000)
    async with at_work(make_notary(cadence=Cadence(look=0.1, gather=0.0, samples=0))) as notary:
        await until(lambda: notary.status().role == "leading")
        await notary.checkpoint()
        assert await notary.check(full=True) is None
        await tamper(owner, "update log.events set office = 'x' where seq = 100")
        assert await notary.check() is None, "only the newest tile is looked at"
        found = await notary.check(full=True)
        assert found is not None
        assert str(found) == "event 100 is not as it was when it was taken into the tree"


@pytest.mark.parametrize(
    "statement",
    [
        "update notary.checkpoints set size = 7",
        "delete from notary.checkpoints",
        "truncate notary.checkpoints cascade",
        "update notary.signatures set name = 'x'",
        "delete from notary.keys",
        "update notary.entries set version = 9",
        "delete from notary.streams",
        "update notary.buckets set root = sha256('')",
        "delete from notary.tiles",
        "truncate notary.tiles",
        "update notary.tiles set hashes = sha256('x')",
        "update notary.tiles set hashes = sha256('x') || hashes",
        "update notary.tiles set index = index + 1",
    ],
)
async def test_what_the_notary_wrote_stays(statement: str, owner: Connection, ledger: Ledger, notary: Notary) -> None:
    await ledger.write(3)
    await notary.checkpoint()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await owner.execute(statement)


async def test_others_may_read_or_nothing_at_all(db: Connection, owner: Connection) -> None:
    may = """
        select has_table_privilege($1, t.oid, $2) from pg_class as t
        where t.relnamespace = 'notary'::regnamespace and t.relkind = 'r'"""
    for role, right, expected in (
        ("juqu_operator", "select", {True}),
        ("juqu_operator", "insert, update, delete, truncate", {False}),
        ("juqu_notary", "delete, truncate", {False}),
        ("juqu_intake", "select, insert, update, delete, truncate", {False}),
        ("juqu_relay", "select, insert, update, delete, truncate", {False}),
    ):
        assert {row[0] for row in await owner.fetch(may, role, right)} == expected, role
    for statement in ("insert into log.turn default values", "delete from log.events", "select log.record(null)"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await db.execute(statement)


async def _is(found: Awaitable[int], expected: int) -> bool:
    return await found == expected
