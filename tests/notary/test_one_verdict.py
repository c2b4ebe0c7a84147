"""One log, one verdict: whatever is done to a file, ``docs/verify.py`` and ``juqu log verify`` say the same of it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.notary.judges import judge
from tests.notary.papers import ORIGIN, Line
from tests.notary.sound import (
    FORKED,
    HONEST,
    ONE,
    OTHER,
    SIGNER,
    STRANGER,
    TWO,
    VKEY,
    WITNESS,
    made,
    witnessed,
)

MANY = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))

FILES: list[list[Line]] = [
    HONEST.log(8, 13, 20),
    witnessed(HONEST.log(0, 20), HONEST, 20),
    HONEST.log(13),
    HONEST.stream(TWO, 20, 8, 13),
    [*HONEST.stream(ONE, 20, 13), *HONEST.stream(TWO, 20, 13)],
    witnessed(HONEST.stream(ONE, 19, 13), HONEST, 19),
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


def test_an_honest_export_is_proven_by_both(tmp_path: Path) -> None:
    for lines in FILES[:6]:
        file = made(tmp_path, lines)
        assert judge(file, [VKEY]).proven
        assert judge(file, [VKEY], [file]).proven
    bare = tmp_path / "bare"
    bare.write_text(HONEST.note(13, SIGNER, WITNESS), encoding="utf-8")
    assert judge(made(tmp_path, HONEST.log(8, 20)), [VKEY], [bare]).proven
