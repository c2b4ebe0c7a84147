"""Words of the office that have one meaning, in everything that people read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
READ = ("services", "shared", "deploy")
KINDS = frozenset({".py", ".html", ".toml", ".csv"})
LETTERS = HOUSE / "tests" / "notify" / "golden"

NEVER = {
    "立案": "新建申报, 收件",
    "本案": "本办件",
    "案件": "办件",
    "专利代理人": "专利代理师",
}
"""What is not said, and what is said for it."""


def words() -> Iterator[tuple[Path, str]]:
    """Every file that has words, and its text."""
    for room in READ:
        for path in sorted((HOUSE / room).rglob("*")):
            if path.suffix in KINDS and "static" not in path.parts:
                yield path.relative_to(HOUSE), path.read_text()


def newest_letters() -> list[Path]:
    """The newest version of each template, as its golden file renders it."""
    newest: dict[str, tuple[int, Path]] = {}
    for path in LETTERS.glob("*@*.txt"):
        name, _, version = path.stem.partition("@")
        newest[name] = max(newest.get(name, (0, path)), (int(version), path))
    return [path for _, path in sorted(newest.values(), key=lambda each: each[1].name)]


@pytest.mark.parametrize("word", NEVER)
def test_a_word_of_courts_or_of_the_past_is_not_said(word: str) -> None:
    said = [f"{path}: {line.strip()}" for path, text in words() for line in text.splitlines() if word in line]
    assert not said, f"say {NEVER[word]}"


def test_a_receipt_is_an_offices_and_a_device_has_a_status_report() -> None:
    """回执: an office has received something. What a provider says of a message is its 状态报告."""
    of_messages = [
        (path, line)
        for path, text in words()
        if path.parts[:2] in (("services", "notify"), ("shared", "contracts")) and "notify" in path.parts
        for line in text.splitlines()
        if "回执" in line
    ]
    assert {path.name for path, _ in of_messages} <= {"replying.py"}, of_messages


def test_the_last_day_still_counts_in_every_letter() -> None:
    """X日（含当日）前 leaves nothing open; X日前 does."""
    letters = newest_letters()
    assert len(letters) > 50
    open_ended = [f"{path.name}: {found}" for path in letters for found in re.findall(r".{8}日前", path.read_text())]
    assert not open_ended
    assert sum("（含当日" in path.read_text() for path in letters) > 10
