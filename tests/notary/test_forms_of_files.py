"""What a file of proofs may hold, sign by sign: both verifiers take one form and no other."""

from __future__ import annotations

import copy
import json
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shared.notary.note import Signature
from shared.notary.streams import NO_CHAIN, Entry
from tests.notary.judges import judge
from tests.notary.papers import ORIGIN, Columns, Papers, hash_of, write
from tests.notary.sound import (
    FORKED,
    HONEST,
    ONE,
    OTHER,
    SIGNER,
    TWO,
    VKEY,
    WITNESS,
    WITNESS_KEY,
    made,
    refused,
    witnessed,
)


def test_a_witness_s_key_is_required_of_each_section(tmp_path: Path) -> None:
    one, two = HONEST.stream(ONE, 20), HONEST.stream(TWO, 20)
    keys = [VKEY, WITNESS_KEY]
    assert judge(made(tmp_path, witnessed(copy.deepcopy(one), HONEST, 20)), keys).proven
    for lines in (
        [*witnessed(copy.deepcopy(one), HONEST, 20), *two],
        [*one, *witnessed(copy.deepcopy(two), HONEST, 20)],
    ):
        assert judge(made(tmp_path, lines), [VKEY]).proven
        refused(made(tmp_path, lines), keys=keys)


def test_the_sections_of_a_file_lie_under_one_log(tmp_path: Path) -> None:
    """The same key signed both, of which one is not the log that everybody sees."""
    for size, since in ((20, ()), (20, (13,)), (13, ()), (19, (13,))):
        lines = [*HONEST.stream(ONE, 20, 13), *FORKED.stream(TWO, size, *since)]
        assert judge(made(tmp_path, FORKED.stream(TWO, size, *since)), [VKEY]).proven
        assert "grew out of" in refused(made(tmp_path, lines))
    assert judge(made(tmp_path, [*HONEST.stream(ONE, 20, 13), *HONEST.stream(TWO, 13)]), [VKEY]).proven
    refused(made(tmp_path, [*HONEST.stream(ONE, 20), *HONEST.stream(TWO, 13)]))
    refused(made(tmp_path, [*HONEST.stream(ONE, 20), *HONEST.stream(ONE, 20)]))
    refused(made(tmp_path, [*HONEST.log(20), *HONEST.stream(ONE, 20)]))


def test_a_forged_event_before_the_header_is_refused(tmp_path: Path) -> None:
    forged = {"event": dict(HONEST.events[0], actor="nobody"), "hash": "0" * 64}
    for lines in (HONEST.log(20), HONEST.stream(ONE, 20)):
        assert "Line 1 of" in refused(made(tmp_path, [forged, *lines]))
        refused(made(tmp_path, [*lines, forged]))


def test_unknown_kinds_of_line_and_unhashed_names_are_refused(tmp_path: Path) -> None:
    for lines in (HONEST.log(13, 20), HONEST.stream(ONE, 20, 13)):
        for at in range(len(lines)):
            refused(made(tmp_path, [*lines[: at + 1], {"note": "all is well"}, *lines[at + 1 :]]))
            refused(made(tmp_path, [*lines[:at], lines[at] | {"actor": "the mayor"}, *lines[at + 1 :]]))
    lines = HONEST.stream(ONE, 20)
    for name, value in (
        ("says", "all"),
        ("version", 5.0),
        ("seq", 1),
        ("chain", "0" * 64),
        ("bucket", 1),
        ("size", True),
    ):
        forged = copy.deepcopy(lines)
        forged[-1]["complete"][name] = value
        refused(made(tmp_path, forged))


SPOOFS = ["\r", "\x1b[2K", "\n", "\u00a0", "\u2003", "\u202e", "\u2028", "\x85", "\ud800", " "]


@pytest.mark.parametrize("sign", SPOOFS)
def test_what_a_file_says_is_never_printed_as_it_stands(tmp_path: Path, sign: str) -> None:
    spoof = f"a{sign}Proven. These are all 20 events of the log"
    logs = [HONEST.log(20), HONEST.log(20), HONEST.log(20), HONEST.stream(ONE, 20), HONEST.stream(ONE, 20)]
    logs[0][1]["event"]["type"] = logs[1][2]["event"]["stream"] = spoof
    logs[2][0]["origin"] = logs[3][0]["stream"] = logs[4][0]["kind"] = spoof
    for lines in logs:
        file = tmp_path / "export.jsonl"
        file.write_text("".join(json.dumps(each) + "\n" for each in lines))
        found = judge(file, [VKEY])
        assert not found.proven
        for text in (found.program.rstrip("\n"), *found.command):
            assert f"a{sign}Proven" not in text.replace(str(tmp_path), "")


def test_a_log_whose_own_streams_spoof_is_named_by_its_signs(tmp_path: Path) -> None:
    """Whoever holds the key may sign what he likes; it is said in a form that cannot be mistaken."""
    events: list[Columns] = [dict(each, stream=f"{each['stream']}\u00a0is\x1b[1A all\r") for each in HONEST.events]
    lines = Papers(events, SIGNER).stream(str(events[0]["stream"]), 20)
    found = judge(made(tmp_path, lines), [VKEY])
    assert found.proven
    assert "\\u00a0is\\u001b[1A\\u0020all\\u000d" in found.program


def test_header_checkpoints_and_keys_agree_on_the_origin(tmp_path: Path) -> None:
    for lines in (HONEST.log(13, 20), HONEST.stream(ONE, 20, 13)):
        renamed = [lines[0] | {"origin": "other.example/log"}, *lines[1:]]
        refused(made(tmp_path, renamed))
        refused(made(tmp_path, renamed), keys=[VKEY, OTHER.vkey])
    body = HONEST.checkpoint(20).body().replace(ORIGIN, "other.example/log")
    note = f"{body}\n{SIGNER.sign(body).line()}"
    refused(made(tmp_path, [*HONEST.log(20)[:-1], {"checkpoint": note}]))
    refused(
        made(
            tmp_path, [HONEST.log(20)[0] | {"origin": "other.example/log"}, *HONEST.log(20)[1:-1], {"checkpoint": note}]
        )
    )


def test_two_signatures_of_one_key_are_refused_in_any_order(tmp_path: Path) -> None:
    body = HONEST.checkpoint(20).body()
    right = SIGNER.sign(body).line()
    other = SIGNER.sign("another text\n").line()
    for signatures in (right + other, other + right, right + right):
        assert "twice" in refused(made(tmp_path, [*HONEST.log(20)[:-1], {"checkpoint": f"{body}\n{signatures}"}]))


SIZES = [
    "020",
    "+20",
    "2_0",
    "-20",
    "٢٠",
    "２０",
    "20 ",
    " 20",
    "20.0",
    "2e1",
    "0x14",
    "",
    "20\r",
    "9" * 19,
    "9" * 5000,
]


@pytest.mark.parametrize("size", SIZES)
def test_a_size_is_written_in_one_way(tmp_path: Path, size: str) -> None:
    text = HONEST.checkpoint(20).body().replace("\n20\n", f"\n{size}\n")
    note = f"{text}\n{_raw(text)}"
    file = tmp_path / "export.jsonl"
    for lines in (HONEST.log(20), HONEST.stream(ONE, 20)):
        at = next(place for place, each in enumerate(lines) if "checkpoint" in each)
        lines[at]["checkpoint"] = note
        write(file, lines)
        refused(file)
    bare = tmp_path / "bare"
    bare.write_text(note, encoding="utf-8")
    refused(made(tmp_path, HONEST.log(20)), bare)


def _raw(text: str) -> str:
    """The key's signature line of any text, also one that it would not sign."""
    signed = SIGNER.verifier.key_id + SIGNER._key().sign(text.encode())
    return f"— {ORIGIN} {b64encode(signed).decode()}\n"


@pytest.mark.parametrize(
    "twisted",
    [
        lambda note: note.replace("=\n", "\n", 1),
        lambda note: note.replace("=\n", "==\n", 1),
        lambda note: note.replace("=\n", "= \n", 1),
        lambda note: note.replace(ORIGIN + "\n", "\n", 1),
        lambda note: note.replace(ORIGIN + "\n", f"{ORIGIN}\x07\n", 1),
        lambda note: note.replace(f"— {ORIGIN}", f"— {ORIGIN} x"),
        lambda note: note.replace(f"— {ORIGIN}", f"— {ORIGIN}\u00a0x"),
        lambda note: note.replace("— ", "- "),
        lambda note: note + "trailing\n",
        lambda note: note + "\n",
        lambda note: note[:-1],
        lambda note: note + "".join(f"— stranger{number} AAAAAAAA\n" for number in range(100)),
        lambda note: note + f"— stranger {'A' * 80_000}\n",
        lambda note: note + "— stranger AAA=\n",
        lambda note: note.replace("streams ", "Streams "),
        lambda note: note.replace("\n\n", "\n\n\n"),
        lambda note: "\ufeff" + note,
        lambda note: note.replace("\n", "\r\n"),
    ],
)
def test_a_checkpoint_has_one_form(tmp_path: Path, twisted: Callable[[str], str]) -> None:
    note = twisted(HONEST.note(20))
    assert note != HONEST.note(20)
    for lines in (HONEST.log(20), HONEST.stream(ONE, 20)):
        at = next(place for place, each in enumerate(lines) if "checkpoint" in each)
        lines[at]["checkpoint"] = note
        refused(made(tmp_path, lines))
    bare = tmp_path / "bare"
    bare.write_bytes(note.encode())
    refused(made(tmp_path, HONEST.log(20)), bare)


def test_the_unused_bits_of_base64_are_zero(tmp_path: Path) -> None:
    """Readers pass over them, so that one root could be written in four ways."""
    body = HONEST.checkpoint(20).body()
    root = body.split("\n")[2]
    for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/":
        text = body.replace(root, f"{root[:-2]}{last}=")
        if text != body:
            refused(made(tmp_path, [*HONEST.log(20)[:-1], {"checkpoint": f"{text}\n{_raw(text)}"}]))


def test_depths_lengths_and_numbers_have_bounds(tmp_path: Path) -> None:
    file = tmp_path / "export.jsonl"
    head = json.dumps(HONEST.log(20)[0]) + "\n"
    for line in (
        "[" * 100_000,
        '{"event":' * 100_000,
        '{"event": ' + "9" * 5000 + "}",
        '{"event": NaN}',
        "{}",
        "",
        "5",
    ):
        file.write_text(head + line + "\n")
        refused(file)
    lines = HONEST.stream(ONE, 20, 13)
    ends: list[Any] = [5, [[]], ["0" * 64, ["0" * 64] * 5000], [lines[1]["hash"].upper(), []], [" " * 64, []], []]
    for end in ends:
        refused(made(tmp_path, [*lines[:-3], lines[-3] | {"end": end}, *lines[-2:]]))
    for odd in (*ends, 0, None, "", False, {}):
        refused(made(tmp_path, [*lines[:-2], lines[-2] | {"end": odd}, lines[-1]]))
    for name in ("index", "size", "version", "seq"):
        for number in (-1, 10**30, 1.0, "1", None, True, 2**64):
            forged = copy.deepcopy(lines)
            forged[-1]["complete"][name] = number
            refused(made(tmp_path, forged))


@pytest.mark.parametrize("seconds", [253_402_300_800, 2**63, 2**64 - 1])
def test_a_cosignature_of_no_time_is_none(tmp_path: Path, seconds: int) -> None:
    body = HONEST.checkpoint(20).body()
    signed = seconds.to_bytes(8, "big") + WITNESS._key().sign(f"cosignature/v1\ntime {seconds}\n{body}".encode())
    note = HONEST.note(20) + Signature(WITNESS.name, WITNESS.verifier.key_id, signed).line()
    refused(made(tmp_path, [*HONEST.log(20)[:-1], {"checkpoint": note}]), keys=[VKEY, WITNESS_KEY])


def test_an_event_in_an_export_has_the_hashed_columns_and_no_other(tmp_path: Path) -> None:
    """A `category` beside them, by which readers could file the event, is covered by no hash: there is none."""
    for lines in (HONEST.log(20), HONEST.stream(ONE, 20)):
        for change in ({"category": "review"}, {"Seq": "1"}):
            forged = copy.deepcopy(lines)
            forged[1]["event"] |= change
            assert "has not the columns" in refused(made(tmp_path, forged))
        for name in sorted(lines[1]["event"]):
            forged = copy.deepcopy(lines)
            del forged[1]["event"][name]
            assert "has not the columns" in refused(made(tmp_path, forged))


def test_a_stream_follows_the_order_of_the_log(tmp_path: Path) -> None:
    """The key's holder numbers two events of a stream against their order, and signs a map that says so."""
    events: list[Columns] = [dict(each) for each in HONEST.events]
    places = [place for place, each in enumerate(events) if each["stream"] == ONE][-2:]
    first, second = (events[place] for place in places)
    first["version"], second["version"] = second["version"], first["version"]

    class Disordered(Papers):
        def entries(self, size: int) -> list[Entry]:
            ends: dict[str, Entry] = {}
            for each in sorted(self.events[:size], key=lambda each: int(str(each["version"]))):
                stream = str(each["stream"])
                before = ends.get(stream, Entry(stream, 0, 0, NO_CHAIN))
                ends[stream] = before.next(int(str(each["seq"])), hash_of(each))
            return list(ends.values())

    lines = Disordered(events, SIGNER).stream(ONE, 20)
    said = [each for each in lines if "event" in each]
    said.sort(key=lambda each: int(each["event"]["version"]))
    found = refused(made(tmp_path, [lines[0], *said, *lines[len(said) + 1 :]]))
    assert "on which it follows in its stream" in found
    refused(made(tmp_path, Disordered(events, SIGNER).log(20)))
