"""The commands: exporting, verifying, proving, keeping checkpoints, and the notary's keys."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shared.contracts.operator import RecordsRead
from shared.eventlog.log import EventLog
from shared.notary import proofs
from shared.notary.checkpoint import open_checkpoint
from shared.notary.note import SignatureType, Signer, Verifier, parse_note
from shared.notary.reading import Connection, keys
from shared.notary.streams import StreamProof, verify_stream
from tests.notary.conftest import MakeNotary, at_work, until
from tests.notary.ledger import fill, tamper
from tests.notary.papers import verify
from tests.operator.conftest import System
from tests.servers import Database


@pytest.fixture
async def system(database: Database, owner: Connection, make_notary: MakeNotary, tmp_path: Path) -> System:
    """A system with 300 events under two checkpoints, and 5 events after them."""
    made = System(tmp_path / "state", database)
    made.state.mkdir()
    made.note()
    async with at_work(make_notary()) as notary:
        await until(lambda: notary.status().role == "leading")
        await fill(owner, 1, 200)
        await notary.checkpoint()
        await fill(owner, 201, 300)
        await notary.checkpoint()
    await fill(owner, 301, 305)
    return made


@pytest.fixture
async def vkey(system: System, owner: Connection) -> str:
    (key,) = await keys(owner)
    return key.vkey


async def exported(system: System, *words: str) -> Path:
    file = system.state / "export.jsonl"
    said = await system.juqu("log", "export", "--to", str(file), *words)
    assert said.code == 0, said
    assert said.out == ""
    return file


async def test_an_export_is_verified_by_the_program_and_by_the_command(system: System, vkey: str) -> None:
    file = await exported(system)
    assert file.stat().st_mode & 0o077 == 0
    assert len(file.read_text().splitlines()) == 1 + 300 + 3, (
        "a header, events, and the checkpoints of sizes 0, 200 and 300"
    )
    assert verify(file, [vkey]).proven
    said = await system.juqu("log", "verify", str(file), "--key", vkey, "--against", str(file))
    assert said.code == 0, said
    assert said.out.startswith("Proven. All 300 events of juqu.test/log")
    again = await exported(system)
    assert again.read_text() == file.read_text()


async def test_an_export_goes_to_standard_output_too(system: System, vkey: str) -> None:
    said = await system.juqu("log", "export", "--stream", await _stream(system, 7))
    assert [next(iter(each)) for each in said.json] == ["export", *["event"] * 15, "checkpoint", "complete"]
    assert "15 events" in said.err


async def _stream(system: System, seq: int) -> str:
    (event,) = (await system.juqu("log", "show", str(seq), "--json")).json
    return str(event["stream"])


async def test_one_stream_is_exported_and_verified(system: System, vkey: str) -> None:
    name = await _stream(system, 7)
    file = await exported(system, "--stream", name)
    found = verify(file, [vkey])
    assert found.proven
    assert f"all 15 events of {name}" in found.text
    said = await system.juqu("log", "verify", str(file))
    assert said.code == 0, said
    assert f"all 15 events of {name}" in said.out
    assert "keys that the database itself lists" in said.err
    (system.state / "stack.json").unlink()
    assert "Give it: --key VKEY" in (await system.juqu("log", "verify", str(file))).refused
    assert (await system.juqu("log", "verify", str(file), "--key", vkey)).code == 0


async def test_a_stream_is_exported_with_earlier_checkpoints(system: System, vkey: str) -> None:
    name = await _stream(system, 7)
    kept = system.state / "kept"
    kept.write_text((await system.juqu("log", "checkpoint", "--size", "200")).out)
    file = await exported(system, "--stream", name)
    assert "It is not shown" in verify(file, [vkey], against=[kept]).text
    assert (await system.juqu("log", "verify", str(file), "--against", str(kept))).code == 1
    file = await exported(system, "--stream", name, "--since", "200")
    assert verify(file, [vkey], against=[kept]).proven
    said = await system.juqu("log", "verify", str(file), "--against", str(kept))
    assert said.code == 0, said
    assert "whole log has every checkpoint" in (await system.juqu("log", "export", "--since", "200")).err
    assert "no checkpoint of size 17" in (await system.juqu("log", "export", "--stream", name, "--since", "17")).refused


async def test_a_stream_is_exported_with_what_a_witness_cosigned(system: System, vkey: str, owner: Connection) -> None:
    witness = Signer.new("witness.example", SignatureType.WITNESS)
    note = parse_note((await system.juqu("log", "checkpoint", "--size", "200")).out)
    signature = witness.cosign(note.text, 1_772_413_200)
    await owner.execute(
        "insert into notary.signatures (size, name, key_id, payload) values (200, $1, $2, $3)",
        signature.name,
        signature.key_id,
        signature.payload,
    )
    name = await _stream(system, 7)
    file = await exported(system, "--stream", name)
    assert "has not cosigned the checkpoint of size 300" in verify(file, [vkey, witness.verifier.vkey]).text
    assert (await system.juqu("log", "verify", "--key", vkey, "--key", witness.verifier.vkey)).code == 1
    for words in (["--stream", name], []):
        file = await exported(system, *words, "--until", "200")
        found = verify(file, [vkey, witness.verifier.vkey])
        assert found.proven, found.text
        said = await system.juqu("log", "verify", str(file), "--key", vkey, "--key", witness.verifier.vkey)
        assert said.code == 0, said
    assert "The witness witness.example saw it of size 200" in found.text


async def test_a_case_is_exported_stream_by_stream(system: System, vkey: str) -> None:
    case = (await _stream(system, 7)).rpartition("/")[2]
    file = await exported(system, "--case", case[:8])
    assert verify(file, [vkey]).text.count("Proven.") == 1


async def test_an_export_leaves_word(system: System) -> None:
    await exported(system)
    async with await EventLog.open(system.database.url("juqu_operator")) as log:
        found = [each.event for each in await log.read_all(305, include_internal=True)]
    assert [(each.command.split()[:3], each.count) for each in found if isinstance(each, RecordsRead)] == [
        (["juqu", "log", "export"], 300)
    ]


async def test_an_unknown_stream_and_a_log_without_checkpoint_are_said_in_words(
    system: System, owner: Connection
) -> None:
    said = await system.juqu("log", "export", "--stream", "intake/application/none")
    assert "No event of intake/application/none" in said.refused
    assert said.code == 1
    assert "Either" in (await system.juqu("log", "export", "--stream", "a", "--case", "b")).refused
    for table in ("signatures", "entries", "buckets", "checkpoints"):
        await tamper(owner, f"delete from notary.{table}")
    assert "There is no checkpoint yet" in (await system.juqu("log", "export")).refused


async def test_verifying_the_log_names_what_was_done(system: System, vkey: str, owner: Connection) -> None:
    said = await system.juqu("log", "verify", "--key", vkey)
    assert (said.code, said.out.split(".")[0]) == (0, "Proven")
    await tamper(owner, "update log.events set office = 'province' where seq = 77")
    again = await system.juqu("log", "verify", "--key", vkey, "--json")
    assert again.code == 1
    assert again.json[0]["findings"][0].startswith("Event 77 (intake.ApplicationEndorsed, ")
    assert not again.json[0]["holds"]


async def test_a_checkpoint_is_printed_to_be_kept_and_holds_later(system: System, vkey: str) -> None:
    said = await system.juqu("log", "checkpoint", "--size", "200")
    kept = system.state / "kept"
    kept.write_text(said.out)
    assert open_checkpoint(said.out, [Verifier.parse(vkey)]).size == 200
    assert (await system.juqu("log", "verify", "--key", vkey, "--against", str(kept))).code == 0
    assert "no checkpoint of size 17" in (await system.juqu("log", "checkpoint", "--size", "17")).refused
    assert "not running" in (await system.juqu("log", "checkpoint", "--now")).refused


async def test_proofs_are_those_of_the_newest_checkpoint(system: System, vkey: str) -> None:
    verifiers = [Verifier.parse(vkey)]
    (proof,) = (await system.juqu("log", "prove", "--seq", "77")).json
    checkpoint = open_checkpoint(proof["checkpoint"], verifiers)
    path = [bytes.fromhex(each) for each in proof["proof"]]
    assert proofs.verify_inclusion(bytes.fromhex(proof["hash"]), 76, 300, path, checkpoint.root)
    (grown,) = (await system.juqu("log", "prove", "--since", "200")).json
    old = open_checkpoint((await system.juqu("log", "checkpoint", "--size", "200")).out, verifiers)
    path = [bytes.fromhex(each) for each in grown["proof"]]
    assert proofs.verify_consistency(200, 300, old.root, checkpoint.root, path)
    (complete,) = (await system.juqu("log", "prove", "--stream", await _stream(system, 7))).json
    assert verify_stream(StreamProof.from_json(complete["complete"]), checkpoint.streams)
    assert (await system.juqu("log", "prove", "--seq", "303")).code == 1
    assert "Of what?" in (await system.juqu("log", "prove")).refused


async def test_the_keys_are_listed_and_rotated_and_old_exports_hold(
    system: System, vkey: str, key_file: Path, make_notary: MakeNotary
) -> None:
    assert vkey in (await system.juqu("notary", "keys")).out
    rotated = await system.juqu("notary", "rotate", "--json", JUQU_NOTARY_KEY=str(key_file))
    assert rotated.code == 0, rotated
    new = rotated.json[0]["new"]
    assert [each["vkey"] for each in (await system.juqu("notary", "keys", "--json")).json] == [vkey, new]
    async with at_work(make_notary()) as notary:
        await until(lambda: notary.status().role == "leading")
        await notary.checkpoint()
    file = await exported(system)
    assert verify(file, [vkey, new]).proven
    assert "No key of the log that you gave has signed" in verify(file, [vkey]).text
    assert (await system.juqu("log", "verify")).code == 0


async def test_a_file_that_is_no_export_is_said_in_words(system: System, vkey: str) -> None:
    file = system.state / "file"
    file.write_text(json.dumps({"export": "juqu/1"}) + "\n")
    assert (await system.juqu("log", "verify", str(file), "--key", vkey)).code in {1, 2}
    file.write_text("nothing\n")
    assert "neither an export nor a checkpoint" in (await system.juqu("log", "verify", str(file))).refused
    assert "There is no file" in (await system.juqu("log", "verify", "nowhere")).refused
    assert (await system.juqu("log", "verify", str(file), "--key", "nonsense")).code == 2
