"""``docs/verify.py`` by itself: what it proves, and that it finds and names what was done to an export."""

from __future__ import annotations

import json
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deploy.operator.frame.failures import Unable
from deploy.operator.log.verify import Kept, verify_file
from shared.notary.checkpoint import Checkpoint
from shared.notary.merkle import Frontier
from shared.notary.note import Note, SignatureType, Signer
from shared.notary.streams import NO_CHAIN, Entry, TopTree, bucket_of, bucket_root, extend_chain
from tests.notary.papers import PROGRAM, Columns, Line, Papers, event, hash_of, history, verify, write

SMALL = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
PROGRAM_ITSELF: dict[str, Any] = runpy.run_path(str(PROGRAM))


@pytest.fixture(scope="module")
def papers() -> Papers:
    return Papers(history(20))


def said(tmp_path: Path, papers: Papers, lines: list[Line], *more: str, against: tuple[Path, ...] = ()) -> str:
    """What is wrong with these lines; fails where nothing is found."""
    found = verify(write(tmp_path / "export.jsonl", lines), [papers.vkey, *more], against=against)
    assert not found.proven, found.text
    return found.text


def test_it_is_short_and_needs_nothing() -> None:
    text = PROGRAM.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 600
    modules = {line.split()[1] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert modules <= sys.stdlib_module_names


def test_a_whole_log_is_proven(tmp_path: Path, papers: Papers) -> None:
    found = verify(write(tmp_path / "export.jsonl", papers.log(0, 1, 8, 13, 20)), [papers.vkey])
    assert found.proven
    assert f"all 20 events of the log {papers.signer.name}" in found.text
    assert "each of 5 checkpoints" in found.text


def test_an_empty_log_is_proven_by_its_empty_checkpoint_only(tmp_path: Path) -> None:
    empty = Papers([])
    assert verify(write(tmp_path / "export.jsonl", empty.log(0)), [empty.vkey]).proven
    assert "There is no checkpoint" in said(tmp_path, empty, empty.log(0)[:1])


def test_a_stream_is_proven_complete(tmp_path: Path, papers: Papers) -> None:
    file = write(tmp_path / "export.jsonl", papers.stream("intake/application/2", 19))
    found = verify(file, [papers.vkey])
    assert found.proven
    assert "all 5 events of intake/application/2" in found.text


def test_the_streams_of_a_case_are_proven_one_by_one(tmp_path: Path, papers: Papers) -> None:
    lines = [*papers.stream("intake/application/1", 20), *papers.stream("intake/application/3", 20)]
    found = verify(write(tmp_path / "export.jsonl", lines), [papers.vkey])
    assert found.proven
    assert found.text.count("Proven.") == 2


def altered(lines: list[Line], place: int) -> str:
    lines[place]["event"]["data"] = '{"县":"别处"}'
    return f"Event {place} (intake.DraftOpened, {lines[place]['event']['stream']}) was altered"


def backdated(lines: list[Line], place: int) -> str:
    lines[place]["event"]["effective_on"] = "2023-05-01"
    return f"Event {place} (intake.DraftOpened, {lines[place]['event']['stream']}) was altered"


def dropped(lines: list[Line], place: int) -> str:
    del lines[place]
    return f"should: {place} was dropped or moved" if place < 20 else "Events 20 to 20 are missing"


def twice(lines: list[Line], place: int) -> str:
    lines.insert(place, lines[place])
    return f"stands where {place + 1} should" if place < 20 else "No checkpoint covers Event 20"


def swapped(lines: list[Line], place: int) -> str:
    other = place % 20 + 1
    lines[place], lines[other] = lines[other], lines[place]
    return f"stands where {min(place, other)} should: {min(place, other)} was dropped or moved"


def renumbered_after_a_drop(lines: list[Line], place: int) -> str:
    hashes = [each["hash"] for each in lines[1:21]]
    del lines[place]
    _number(lines, hashes)
    if place == 20:
        return "Events 20 to 20 are missing"
    return f"what was event {place + 1} stands at {place}, and what was event {place} was dropped"


def renumbered_after_an_insertion(lines: list[Line], place: int) -> str:
    hashes = [each["hash"] for each in lines[1:21]]
    lines.insert(place, {"event": event(place, "intake/application/new", 1), "hash": ""})
    lines.pop(21)
    _number(lines, hashes)
    return f"Event {place} (intake.DraftOpened, intake/application/new) was " + (
        f"inserted, and what was event {place} at {place + 1}" if place < 20 else "altered"
    )


def changed_places(lines: list[Line], place: int) -> str:
    other = place % 20 + 1
    one, two = lines[place], lines[other]
    one["event"], two["event"] = two["event"] | {"seq": str(place)}, one["event"] | {"seq": str(other)}
    first, second = sorted((place, other))
    return f"The order was changed: what was event {second} stands at {first}, and what was event {first} at {second}"


def _number(lines: list[Line], hashes: list[str]) -> None:
    for seq, (line, known) in enumerate(zip((each for each in lines if "event" in each), hashes, strict=False), 1):
        line["event"]["seq"], line["hash"] = str(seq), known


TRICKS = [
    altered,
    backdated,
    dropped,
    twice,
    swapped,
    renumbered_after_a_drop,
    renumbered_after_an_insertion,
    changed_places,
]


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("place", [1, 9, 20])
def test_what_was_done_to_an_event_is_named(
    tmp_path: Path, papers: Papers, trick: Callable[[list[Line], int], str], place: int
) -> None:
    lines = papers.log(8, 13, 20)
    named = trick(lines, place)
    assert named in said(tmp_path, papers, lines)


def _main(file: Path, *words: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The program in this process, for many runs."""
    before, sys.argv = sys.argv, ["verify.py", str(file), *words]
    try:
        PROGRAM_ITSELF["main"]()
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        sys.argv = before
    return code, capsys.readouterr().out


@settings(SMALL, suppress_health_check=list(HealthCheck))
@given(place=st.integers(1, 20), column=st.sampled_from(sorted(event(1, "a", 1))), data=st.data())
def test_no_column_of_any_event_can_be_changed(
    *, tmp_path: Path, capsys: pytest.CaptureFixture[str], papers: Papers, place: int, column: str, data: st.DataObject
) -> None:
    lines = papers.log(8, 20)
    was = lines[place]["event"][column]
    value = data.draw(st.one_of(st.none(), st.text(max_size=5)).filter(lambda each: each != was), label="value")
    lines[place]["event"][column] = value
    code, text = _main(write(tmp_path / "export.jsonl", lines), papers.vkey, capsys=capsys)
    assert (code, "Not proven." in text) == (1, True)


@settings(SMALL, suppress_health_check=list(HealthCheck))
@given(trick=st.sampled_from(TRICKS), place=st.integers(1, 20))
def test_hashes_that_were_rewritten_too_do_not_help(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    papers: Papers,
    trick: Callable[[list[Line], int], str],
    place: int,
) -> None:
    lines = papers.log(8, 13, 20)
    kept = write(tmp_path / "kept.jsonl", lines)
    trick(lines, place)
    for each in lines:
        if "event" in each:
            each["hash"] = hash_of(each["event"]).hex()
    file = write(tmp_path / "export.jsonl", lines)
    assert _main(file, papers.vkey, capsys=capsys)[0] == 1
    code, text = _main(file, papers.vkey, "--against", str(kept), capsys=capsys)
    assert (code, "Event" in text or "event" in text) == (1, True)


def test_without_its_hash_an_altered_event_is_bounded_by_checkpoints_and_named_by_an_earlier_export(
    tmp_path: Path, papers: Papers
) -> None:
    lines = papers.log(8, 13, 20)
    kept = write(tmp_path / "kept.jsonl", papers.log(8, 13))
    altered(lines, 11)
    lines[11]["hash"] = hash_of(lines[11]["event"]).hex()
    assert "one of events 9 to 13 was altered" in said(tmp_path, papers, lines)
    named = said(tmp_path, papers, lines, against=(kept,))
    assert f"Event 11 (intake.DraftOpened, {lines[11]['event']['stream']}) is not as in" in named


def test_a_history_signed_anew_is_caught_by_a_kept_checkpoint_or_export(tmp_path: Path, papers: Papers) -> None:
    note = tmp_path / "checkpoint"
    note.write_text(papers.note(13), encoding="utf-8")
    kept = write(tmp_path / "kept.jsonl", papers.log(13))
    events: list[Columns] = [dict(each) for each in papers.events]
    events[4]["actor"] = "somebody else"
    forged = Papers(events, papers.signer).log(20)
    assert verify(write(tmp_path / "forged.jsonl", forged), [papers.vkey]).proven
    assert "one of events 1 to 13 was altered" in said(tmp_path, papers, forged, against=(note,))
    assert "Event 5 " in said(tmp_path, papers, forged, against=(kept,))
    one = Papers(events, papers.signer).stream(str(events[4]["stream"]), 20)
    assert "Event 5 " in said(tmp_path, papers, one, against=(kept,))


def test_what_was_kept_agrees_with_what_grew_from_it(tmp_path: Path, papers: Papers) -> None:
    note = tmp_path / "checkpoint"
    note.write_text(papers.note(13), encoding="utf-8")
    kept = write(tmp_path / "kept.jsonl", papers.log(8, 10))
    file = write(tmp_path / "export.jsonl", papers.log(20))
    found = verify(file, [papers.vkey], against=[kept, note])
    assert found.proven
    assert "each of 4 checkpoints" in found.text


def test_a_tail_cut_off_is_missed_by_a_kept_checkpoint(tmp_path: Path, papers: Papers) -> None:
    note = tmp_path / "checkpoint"
    note.write_text(papers.note(13), encoding="utf-8")
    cut = Papers(papers.events[:9], papers.signer).log(9)
    assert "Events 10 to 13 are missing" in said(tmp_path, papers, cut, against=(note,))


def test_events_after_the_last_checkpoint_are_not_proven(tmp_path: Path, papers: Papers) -> None:
    lines = [each for each in papers.log(8, 20) if '"checkpoint"' not in json.dumps(each)]
    lines.append({"checkpoint": papers.note(18)})
    assert "No checkpoint covers Event 19 (" in said(tmp_path, papers, lines)


def test_signatures_that_are_wrong_and_keys_that_are_unknown(tmp_path: Path, papers: Papers) -> None:
    lines = papers.log(20)
    stranger = Signer.new(papers.signer.name)
    assert (
        "No key of the log that you gave has signed the checkpoint of size 20"
        in verify(write(tmp_path / "export.jsonl", lines), [stranger.verifier.vkey]).text
    )
    body, _, _ = papers.note(20).rpartition("\n\n")
    _, _, signature = papers.note(19).rpartition("\n\n")
    lines[-1]["checkpoint"] = f"{body}\n\n{signature}"
    assert f"The signature of {papers.signer.name} on the checkpoint of size 20" in said(tmp_path, papers, lines)
    lines[-1]["checkpoint"] = f"{body}\n\n"
    assert "No key of the log that you gave" in said(tmp_path, papers, lines)


def test_a_changed_key_is_followed_through_the_handover(tmp_path: Path, papers: Papers) -> None:
    new = Signer.new(papers.signer.name)
    lines = papers.log(8, 13, 20)
    lines[-2]["checkpoint"], lines[-1]["checkpoint"] = papers.note(13, papers.signer, new), papers.note(20, new)
    file = write(tmp_path / "export.jsonl", lines)
    assert verify(file, [papers.vkey, new.verifier.vkey]).proven
    assert new.verifier.key_id.hex() in said(tmp_path, papers, lines)


def test_a_stream_that_lacks_an_event_is_not_complete(tmp_path: Path, papers: Papers) -> None:
    name = "intake/application/2"
    lines = papers.stream(name, 20)
    for place in range(1, 6):
        cut = lines[:place] + lines[place + 1 :]
        assert "Not proven." in said(tmp_path, papers, cut)
    assert "These are not all events" in said(tmp_path, papers, lines[:5] + lines[6:])
    assert "These are not all events" in said(tmp_path, papers, [*lines[:4], *lines[6:]])


def test_a_stream_with_an_event_of_another_history_is_not_proven(tmp_path: Path, papers: Papers) -> None:
    name = "intake/application/2"
    lines = papers.stream(name, 20)
    altered(lines, 1)
    assert "was altered" in said(tmp_path, papers, lines)
    lines[1]["hash"] = hash_of(lines[1]["event"]).hex()
    assert "is not under the checkpoint of size 20" in said(tmp_path, papers, lines)
    other = papers.stream("intake/application/3", 20)
    assert "is not of intake/application/2" in said(tmp_path, papers, [lines[0], *other[1:]])


def test_a_stream_is_shown_to_have_grown_from_what_was_kept(tmp_path: Path, papers: Papers) -> None:
    note, name = tmp_path / "checkpoint", "intake/application/2"
    for size in range(1, 21):
        note.write_text(papers.note(size), encoding="utf-8")
        file = write(tmp_path / "export.jsonl", papers.stream(name, 20, *({size} - {20})))
        assert verify(file, [papers.vkey], against=[note]).proven, size
        assert verify_file(file, [papers.signer.verifier], [Kept(note)], print).holds
    assert "It is not shown that the checkpoint of size 19" in said(
        tmp_path, papers, papers.stream(name, 19, 13), against=(note,)
    )


def test_a_kept_checkpoint_is_not_passed_over_in_silence(tmp_path: Path, papers: Papers) -> None:
    note, name = tmp_path / "checkpoint", "intake/application/2"
    note.write_text(papers.note(13), encoding="utf-8")
    for lines in (papers.stream(name, 20), papers.stream(name, 20, 12)):
        assert "grew out of the checkpoint of size 13" in said(tmp_path, papers, lines, against=(note,))
        judged = verify_file(tmp_path / "export.jsonl", [papers.signer.verifier], [Kept(note)], print)
        assert "of size 20 grew out of that of size 13" in judged.findings[0]


def test_a_stream_of_a_history_signed_anew_did_not_grow_from_what_was_kept(tmp_path: Path, papers: Papers) -> None:
    """The key's holder changed an event of another stream, and signed all checkpoints once more."""
    note, name = tmp_path / "checkpoint", "intake/application/2"
    note.write_text(papers.note(13), encoding="utf-8")
    events: list[Columns] = [dict(each) for each in papers.events]
    assert events[4]["stream"] != name
    events[4]["actor"] = "somebody else"
    forger = Papers(events, papers.signer)
    forged = forger.stream(name, 20, 13)
    assert verify(write(tmp_path / "forged.jsonl", forged), [papers.vkey]).proven
    assert "grew out of the checkpoint of size 13" in said(tmp_path, papers, forged, against=(note,))
    forged[-3]["checkpoint"] = papers.note(13)
    assert "grew out of the checkpoint of size 13" in said(tmp_path, papers, forged)
    honest = papers.stream(name, 20, 13)
    forged[-3]["end"] = honest[-3]["end"]
    assert "grew out of the checkpoint of size 13" in said(tmp_path, papers, forged)


def test_a_proof_of_another_length_is_refused(tmp_path: Path, papers: Papers) -> None:
    lines = papers.stream("intake/application/2", 20, 13)
    leaf, path = lines[-3]["end"]
    for end in ([leaf, path[:-1]], [leaf, [*path, path[0]]], [leaf + path[0], path[1:]], [leaf[:-2], path]):
        lines[-3]["end"] = end
        assert "Not proven." in said(tmp_path, papers, lines)


def test_several_streams_are_each_compared_with_what_was_kept(tmp_path: Path, papers: Papers) -> None:
    """Their events are not in the order of the log."""
    lines = [*papers.stream("intake/application/1", 20), *papers.stream("intake/application/3", 20)]
    events: list[Columns] = [dict(each) for each in papers.events]
    place = next(each for each, event in enumerate(events) if event["stream"] == "intake/application/3")
    events[place]["actor"] = "somebody else"
    forger = Papers(events, papers.signer)
    forged = [*forger.stream("intake/application/1", 20), *forger.stream("intake/application/3", 20)]
    kept = write(tmp_path / "kept.jsonl", lines)
    whole = write(tmp_path / "whole.jsonl", papers.log(20))
    for against in (kept, whole):
        assert f"Event {place + 1} (" in said(tmp_path, papers, forged, against=(against,))
        file = tmp_path / "export.jsonl"
        judged = verify_file(file, [papers.signer.verifier], [Kept(against)], print)
        assert any(each.startswith(f"Event {place + 1} (") for each in judged.findings)


def test_a_witness_whose_key_is_given_must_have_seen_what_the_verdict_rests_on(tmp_path: Path, papers: Papers) -> None:
    witness = Signer.new("witness.example", SignatureType.WITNESS)
    lines = papers.log(8, 13, 20)
    assert "witness.example has cosigned none" in said(tmp_path, papers, lines, witness.verifier.vkey)
    lines[-2]["checkpoint"] = papers.note(13, papers.signer, witness)
    assert "it has up to size 13: `log export --until 13`" in said(tmp_path, papers, lines, witness.verifier.vkey)
    judged = verify_file(tmp_path / "export.jsonl", [papers.signer.verifier, witness.verifier], [], print)
    assert "has not cosigned the checkpoint of size 20" in judged.findings[0]
    lines[-1]["checkpoint"] = papers.note(20, papers.signer, witness)
    file = write(tmp_path / "export.jsonl", lines)
    found = verify(file, [papers.vkey, witness.verifier.vkey])
    assert found.proven
    assert "The witness witness.example saw it of size 20, at 2026-03-02 01:00:00+00:00." in found.text
    assert verify_file(file, [papers.signer.verifier, witness.verifier], [], print).holds
    assert verify(file, [papers.vkey]).proven
    assert "No key of the log" in verify(file, [witness.verifier.vkey]).text


def test_a_cosignature_that_is_wrong_is_found(tmp_path: Path, papers: Papers) -> None:
    witness = Signer.new("witness.example", SignatureType.WITNESS)
    lines = papers.log(20)
    _, _, signatures = papers.note(13, witness).rpartition("\n\n")
    lines[-1]["checkpoint"] = papers.note(20) + signatures
    assert "The signature of witness.example on the checkpoint of size 20" in said(
        tmp_path, papers, lines, witness.verifier.vkey
    )


def test_a_stream_stands_under_a_cosigned_checkpoint_too(tmp_path: Path, papers: Papers) -> None:
    witness = Signer.new("witness.example", SignatureType.WITNESS)
    lines = papers.stream("intake/application/2", 20, 13)
    lines[-2]["checkpoint"] = papers.note(20, papers.signer, witness)
    found = verify(write(tmp_path / "export.jsonl", lines), [papers.vkey, witness.verifier.vkey])
    assert found.proven
    assert "witness.example saw it of size 20" in found.text


def test_an_object_that_names_something_twice_is_refused(tmp_path: Path, papers: Papers) -> None:
    """One reader takes the first value, another the last: so one file would say two things."""
    file = write(tmp_path / "export.jsonl", papers.log(20))
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('"actor": "city-clerk"', '"actor": "mayor", "actor": "city-clerk"', 1), "utf-8")
    assert "stands twice" in verify(file, [papers.vkey]).text
    with pytest.raises(Unable, match="stands twice"):
        verify_file(file, [papers.signer.verifier], [], print)


def test_a_file_that_is_no_export_is_said_in_words(tmp_path: Path, papers: Papers) -> None:
    file = tmp_path / "export.jsonl"
    for text in ("", "{", '{"export": 1}\n', "no export", '{"export": "juqu/1", "kind": "stream"}\n'):
        file.write_text(text)
        assert not verify(file, [papers.vkey]).proven
    assert not verify(tmp_path / "nothing", [papers.vkey]).proven


def test_signatures_are_judged_as_others_judge_them() -> None:
    key_of, point = PROGRAM_ITSELF["Key"], PROGRAM_ITSELF["point"]
    for number in range(20):
        secret = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
        signer = Signer("a", bytes([number]) * 32)
        key = key_of(signer.verifier.vkey)
        message = bytes(range(number))
        signature = secret.sign(message)
        assert key.verifies(message, signature)
        assert not key.verifies(message + b"!", signature)
        assert not key.verifies(message, signature[:40] + bytes([signature[40] ^ 1]) + signature[41:])
        order = (2**252 + 27742317777372353535851937790883648493).to_bytes(32, "little")
        more = int.from_bytes(signature[32:], "little") + int.from_bytes(order, "little")
        assert not key.verifies(message, signature[:32] + more.to_bytes(32, "little"))
        assert not key.verifies(message, signature[:63])
    with pytest.raises(ValueError, match="unpack"):
        point((2).to_bytes(32, "little"))


def test_a_checkpoint_costs_an_eighth_of_the_additions_that_its_signature_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two products of a point and 253 bits, each of doublings and additions: some 750, where tables of multiples leave
    37 each, and few enough more to make the tables. A year of minutes has larger tables, and 20 each."""
    file = tmp_path / "export.jsonl"
    signer, count = Signer.new("juqu.example/log"), 2000
    file.write_text("".join(f"{json.dumps(each)}\n" for each in _minutes(signer, count)), encoding="utf-8")
    inside, additions = PROGRAM_ITSELF["main"].__globals__, 0
    plus = inside["plus"]

    def counted(*terms: Any) -> Any:
        nonlocal additions
        additions += 1
        return plus(*terms)

    monkeypatch.setitem(inside, "plus", counted)
    assert _main(file, signer.verifier.vkey, capsys=capsys)[0] == 0
    assert 70 * count < additions < 90 * count


def _minutes(signer: Signer, count: int) -> list[Line]:
    """A log of so many events, signed after each."""
    tree, top, chain, lines, notes = Frontier(), TopTree(), NO_CHAIN, list[Line](), list[Line]()
    for seq in range(1, count + 1):
        columns = event(seq, "intake/application/1", seq)
        leaf = hash_of(columns)
        tree.extend([leaf])
        chain = extend_chain(chain, leaf)
        lines.append({"event": columns, "hash": leaf.hex()})
        entry = Entry("intake/application/1", seq, seq, chain)
        top.update({bucket_of(entry.stream): bucket_root([entry])})
        body = Checkpoint(signer.name, seq, tree.root(), top.root).body()
        notes.append({"checkpoint": Note(body, (signer.sign(body),)).encode()})
    return [{"export": "juqu/1", "kind": "log", "origin": signer.name}, *lines, *notes]


def test_the_published_vector_of_the_standard_holds() -> None:
    """RFC 8032, 7.1, TEST 2."""
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    key = PROGRAM_ITSELF["Key"](Signer.new("a").verifier.vkey)
    key.raw, key.point = public, PROGRAM_ITSELF["point"](public)
    assert key.verifies(b"\x72", signature)
