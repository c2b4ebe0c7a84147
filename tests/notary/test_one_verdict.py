"""One log, one verdict: whatever is done to a file, ``docs/verify.py`` and ``juqu log verify`` say the same of it."""

from __future__ import annotations

import copy
import json
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.notary.note import Signature, SignatureType, Signer
from shared.notary.streams import NO_CHAIN, Entry
from tests.notary.judges import judge
from tests.notary.papers import ORIGIN, Columns, Line, Papers, hash_of, history, write

MANY = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))

SIGNER, WITNESS = Signer(ORIGIN, b"1" * 32), Signer("witness.example", b"2" * 32, SignatureType.WITNESS)
STRANGER = Signer(ORIGIN, b"3" * 32)
HONEST = Papers(history(20), SIGNER)
ONE, TWO = "intake/application/1", "intake/application/2"


def _forked() -> Papers:
    """By whoever has the key: an event of another stream was altered, and everything signed once more."""
    events: list[Columns] = [dict(each) for each in HONEST.events]
    events[10]["actor"] = "somebody else"
    return Papers(events, SIGNER)


FORKED = _forked()
OTHER = Papers(history(20), Signer("other.example/log", b"4" * 32))


def _witnessed(lines: list[Line], papers: Papers, size: int) -> list[Line]:
    """The lines, with a witness's signature under the last checkpoint too."""
    last = next(each for each in reversed(lines) if "checkpoint" in each)
    last["checkpoint"] = papers.note(size, SIGNER, WITNESS)
    return lines


FILES: list[list[Line]] = [
    HONEST.log(8, 13, 20),
    _witnessed(HONEST.log(0, 20), HONEST, 20),
    HONEST.log(13),
    HONEST.stream(TWO, 20, 8, 13),
    [*HONEST.stream(ONE, 20, 13), *HONEST.stream(TWO, 20, 13)],
    _witnessed(HONEST.stream(ONE, 19, 13), HONEST, 19),
    FORKED.log(8, 20),
    FORKED.stream(TWO, 20, 8, 13),
    OTHER.log(20),
    OTHER.stream(ONE, 20),
]
BARE = [
    HONEST.note(8),
    HONEST.note(20),
    HONEST.note(0),
    FORKED.note(13),
    OTHER.note(8),
    HONEST.note(13, SIGNER, WITNESS),
]
KEYS = [
    [SIGNER.verifier.vkey],
    [SIGNER.verifier.vkey, WITNESS.verifier.vkey],
    [WITNESS.verifier.vkey],
    [STRANGER.verifier.vkey],
    [SIGNER.verifier.vkey, STRANGER.verifier.vkey],
    [OTHER.vkey],
]

ODD: list[Any] = [
    None, True, False, 0, 1, -1, 1.0, 5, 10**30, 2**63, "", " ", "0", "05", "+5", "5_0", "-5", "٥", "5 ", "1e1",
    [], {}, [[]], ["0" * 64], "0" * 64, "A" * 64, "a\rb", "\x1b[2K", "a\nProven. b",
    "\u00a0", "\u202e", "\ud800", "聚区", "a" * 300, "Proven. These are all 20 events",
    {"a": 1}, json.loads("[" * 300 + "]" * 300),
]  # fmt: skip
NOTE_ODD = [
    "05",
    "+5",
    "5_0",
    "-5",
    "٥",
    " 5",
    "5\r",
    "1" * 25,
    "0x5",
    "5.0",
    "\n",
    "\r\n",
    "\u2028",
    " ",
    "=",
    "—",
    "extension\n",
]


def _spots(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(spot for key, each in inside for spot in _spots(each, (*path, key)))]


def _put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    value[path[0]] = _put(value[path[0]], path[1:], new)
    return value


def _lines(lines: list[Line], random: Random) -> None:
    """Drops, repeats, swaps, moves or reverses lines, or takes some of another file."""
    at, other = random.randrange(len(lines)), random.randrange(len(lines))
    match random.randrange(6):
        case 0:
            del lines[at]
        case 1:
            lines.insert(other, copy.deepcopy(lines[at]))
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case 3:
            lines.insert(other, lines.pop(at))
        case 4:
            lines[at:other] = reversed(lines[at:other])
        case _:
            file = copy.deepcopy(random.choice(FILES))
            first = random.randrange(len(file))
            lines[at:at] = file if random.random() < 0.5 else file[first : first + random.randrange(1, 4)]


def _value(lines: list[Line], random: Random) -> None:
    """Puts an odd value somewhere, or a name that nobody knows, or takes one away."""
    at = random.randrange(len(lines))
    spot = random.choice(_spots(lines[at])[1:] or [()])
    match random.randrange(4):
        case 0 if spot and isinstance(spot[-1], str):
            parent = lines[at]
            for key in spot[:-1]:
                parent = parent[key]
            parent.pop(spot[-1], None)
        case 1 if isinstance(lines[at], dict):
            lines[at][random.choice(["names", "note", "proof", "end", "export", "event", "checkpoint"])] = (
                random.choice(ODD)
            )
        case _:
            lines[at] = _put(lines[at], spot, copy.deepcopy(random.choice(ODD)))


def _note(lines: list[Line], random: Random) -> None:
    """Alters the text of a checkpoint, or its signatures."""
    noted = [each for each in lines if isinstance(each, dict) and isinstance(each.get("checkpoint"), str)]
    if not noted:
        return
    line = random.choice(noted)
    note: str = line["checkpoint"]
    head, _, signatures = note.rpartition("\n\n")
    parts = head.split("\n")
    match random.randrange(7):
        case 0:
            at = random.randrange(len(note) or 1)
            line["checkpoint"] = note[:at] + random.choice(NOTE_ODD) + note[at + random.randrange(2) :]
        case 1:
            parts[random.randrange(len(parts))] = random.choice(NOTE_ODD)
            line["checkpoint"] = "\n".join(parts) + "\n\n" + signatures
        case 2:
            line["checkpoint"] = note + signatures
        case 3:
            line["checkpoint"] = note + random.choice(["trailing\n", "\n", "— x\n"])
        case 4:
            _, _, wrong = STRANGER.sign(head + "\n").line().partition(" ")
            line["checkpoint"] = head + "\n\n" + f"— {ORIGIN} {wrong.partition(' ')[2]}" + signatures
        case 5:
            line["checkpoint"] = random.choice(BARE)
        case _:
            text = head + "\nan extension\n"
            line["checkpoint"] = text + "\n" + SIGNER.sign(text).line()


def _bytes(text: str, random: Random) -> str:
    """Alters a few characters of a file."""
    for _ in range(random.randrange(1, 3)):
        at = random.randrange(len(text) or 1)
        new = random.choice(
            ["", "0", "9", "a", "Z", '"', "{", "}", "\n", "\r", " ", "\u00a0", "\\u0000", "\x1b", "=", "+", "\ufeff"]
        )
        text = text[:at] + new + text[at + random.randrange(2) :]
    return text


TRICKS: list[Callable[[list[Line], Random], None]] = [_lines, _value, _note]


def _made(folder: Path, name: str, random: Random, *, bare: bool = False) -> Path:
    """A file of a sound or forked log, with none or some of it altered."""
    if bare and random.random() < 0.4:
        text = random.choice(BARE)
    else:
        lines = copy.deepcopy(random.choice(FILES))
        for _ in range(random.choice([0, 0, 1, 1, 2])):
            random.choice(TRICKS)(lines, random)
            lines = lines or [{}]
        text = "".join(json.dumps(each, ensure_ascii=random.random() < 0.5) + "\n" for each in lines)
    if random.random() < 0.2:
        text = _bytes(text, random)
    file = folder / name
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    return file


@MANY
@given(seed=st.integers(0, 2**32))
def test_both_verifiers_judge_every_file_alike_and_answer_in_a_sentence(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    file = _made(tmp_path, "export.jsonl", random)
    kept = [_made(tmp_path, f"kept{number}", random, bare=True) for number in range(random.choice([0, 0, 1, 2]))]
    judge(file, random.choice(KEYS[:2] if random.random() < 0.7 else KEYS), kept)


VKEY, WITNESS_KEY = SIGNER.verifier.vkey, WITNESS.verifier.vkey


def made(folder: Path, lines: list[Line], name: str = "export.jsonl") -> Path:
    return write(folder / name, lines)


def refused(file: Path, *against: Path, keys: list[str] | None = None) -> str:
    """What the program says of a file that both refuse."""
    found = judge(file, keys or [VKEY], against)
    assert not found.proven, found.program
    return found.program


def cut(papers: Papers, size: int) -> Papers:
    """The same log, from which the holder of the key took what follows a size."""
    return Papers(papers.events[:size], papers.signer)


def dropped(seq: int) -> Papers:
    """The same log, from which the holder of the key took one event that ends its stream; what follows moved up."""
    events: list[Columns] = [dict(each) for each in HONEST.events]
    gone = events.pop(seq - 1)
    assert gone["stream"] not in {each["stream"] for each in events[seq - 1 :]}
    for place, each in enumerate(events, 1):
        each["seq"] = str(place)
    return Papers(events, SIGNER)


LAST_OF_TWO = max(int(str(each["seq"])) for each in HONEST.events if each["stream"] == TWO)


@pytest.mark.parametrize("kept", [HONEST.log(8, 20), HONEST.stream(TWO, 20), HONEST.note(20)])
def test_a_fork_that_drops_the_last_event_of_a_stream_is_not_proven_against_what_was_kept(
    tmp_path: Path, kept: list[Line] | str
) -> None:
    fork = dropped(LAST_OF_TWO)
    before = tmp_path / "kept"
    if isinstance(kept, str):
        before.write_text(kept, encoding="utf-8")
    else:
        write(before, kept)
    grown = [*fork.events, dict(HONEST.events[0], seq="20", version="6")]
    assert grown[0]["stream"] == grown[-1]["stream"]
    longer = Papers(grown, SIGNER)
    for papers in (fork, longer):
        size = len(papers.events)
        for lines in (papers.log(size), papers.stream(TWO, size), papers.stream(TWO, size, 13)):
            file = made(tmp_path, lines)
            assert judge(file, [VKEY]).proven, "the fork is sound in itself"
            refused(file, before)


@pytest.mark.parametrize("size", [8, 13, 19])
def test_an_older_state_is_not_proven_against_what_was_kept(tmp_path: Path, size: int) -> None:
    older = cut(HONEST, size)
    bare = tmp_path / "checkpoint"
    bare.write_text(HONEST.note(20), encoding="utf-8")
    exports = [
        write(tmp_path / "log.jsonl", HONEST.log(8, 20)),
        write(tmp_path / "stream.jsonl", HONEST.stream(TWO, 20)),
    ]
    for lines in (older.log(size), older.stream(TWO, size), older.stream(ONE, size)):
        for before in (bare, *exports):
            refused(made(tmp_path, lines), before)


def test_every_kept_checkpoint_must_be_grown_from_bare_or_in_an_export(tmp_path: Path) -> None:
    kept = write(tmp_path / "kept.jsonl", HONEST.log(8, 13))
    part = write(tmp_path / "part.jsonl", HONEST.stream(ONE, 13, 8))
    assert "grew out of the checkpoint of size 13" in refused(made(tmp_path, HONEST.stream(TWO, 20)), kept)
    assert "grew out of the checkpoint of size 13" in refused(made(tmp_path, HONEST.stream(TWO, 20, 8)), part)
    for before in (kept, part):
        assert judge(made(tmp_path, HONEST.stream(TWO, 20, 13)), [VKEY], [before]).proven
        assert judge(made(tmp_path, HONEST.log(20)), [VKEY], [before]).proven
        refused(made(tmp_path, FORKED.stream(TWO, 20, 13)), before)
        refused(made(tmp_path, FORKED.log(13, 20)), before)
    empty = tmp_path / "empty"
    empty.write_text(HONEST.note(0), encoding="utf-8")
    assert judge(made(tmp_path, HONEST.stream(TWO, 20)), [VKEY], [empty]).proven
    assert judge(made(tmp_path, HONEST.log(20)), [VKEY], [empty]).proven


def test_what_was_kept_must_be_proven_itself(tmp_path: Path) -> None:
    lines = HONEST.log(13)
    lines[4]["event"]["actor"] = "somebody else"
    before = write(tmp_path / "kept.jsonl", lines)
    for export in (HONEST.log(13, 20), HONEST.stream(TWO, 20, 13)):
        refused(made(tmp_path, export), before)


def test_every_kept_event_must_be_there(tmp_path: Path) -> None:
    """A kept file whose own checkpoint does not cover its last event: the event counts all the same."""
    kept = [*HONEST.log(20)[:21], {"checkpoint": HONEST.note(13)}]
    before = write(tmp_path / "kept.jsonl", kept)
    assert "missing, which EARLIER holds" in refused(made(tmp_path, cut(HONEST, 13).log(13)), before)
    assert judge(made(tmp_path, HONEST.log(20)), [VKEY], [before]).proven


def test_what_was_kept_is_of_the_same_log(tmp_path: Path) -> None:
    before = write(tmp_path / "kept.jsonl", OTHER.log(8))
    export = made(tmp_path, HONEST.log(20))
    assert "is of the log other.example/log" in refused(export, before)
    assert "is not one of the log" in refused(export, keys=[VKEY, OTHER.vkey])


def test_a_witness_s_key_is_required_of_each_section(tmp_path: Path) -> None:
    one, two = HONEST.stream(ONE, 20), HONEST.stream(TWO, 20)
    keys = [VKEY, WITNESS_KEY]
    assert judge(made(tmp_path, _witnessed(copy.deepcopy(one), HONEST, 20)), keys).proven
    for lines in (
        [*_witnessed(copy.deepcopy(one), HONEST, 20), *two],
        [*one, *_witnessed(copy.deepcopy(two), HONEST, 20)],
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


def test_an_honest_export_is_proven_by_both(tmp_path: Path) -> None:
    for lines in FILES[:6]:
        file = made(tmp_path, lines)
        assert judge(file, [VKEY]).proven
        assert judge(file, [VKEY], [file]).proven
    bare = tmp_path / "bare"
    bare.write_text(HONEST.note(13, SIGNER, WITNESS), encoding="utf-8")
    assert judge(made(tmp_path, HONEST.log(8, 20)), [VKEY], [bare]).proven


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
