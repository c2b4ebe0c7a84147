"""The map of the house names rooms that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("docs/map.md", "CONTRIBUTING.md", "README.md")
_ROOM = re.compile(r"^In `([a-z/]+/)`")
_PATH = re.compile(r"`((?:services|shared|deploy|docs|tests|bench)/[^` ]*|[a-z_]+/(?:[a-z_]+\.py)?|[a-z_]+\.py)`")


def named(page: str) -> list[tuple[str, str]]:
    """The paths that a page names, each with the room of its table."""
    room, names = "", []
    for line in (ROOT / page).read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            room = ""
        if heading := _ROOM.match(line):
            room = heading[1]
        names += [(room, path) for path in _PATH.findall(line)]
    return names


@pytest.mark.parametrize("page", PAGES)
def test_every_path_on_a_page_is_there(page: str) -> None:
    missing = [path for room, path in named(page) if not _is_there(room, path)]
    assert missing == []


def test_paths_are_found_at_all() -> None:
    assert len(named("docs/map.md")) > 60


def _is_there(room: str, path: str) -> bool:
    pattern = re.sub(r"<[a-z]+>", "*", path).rstrip("/")
    anywhere = pattern if pattern.startswith(("services", "shared", "deploy", "docs", "tests", "bench")) else None
    looked_for = [anywhere] if anywhere else [f"{room}{pattern}", f"**/{pattern}"]
    return any(next(ROOT.glob(each), None) is not None for each in looked_for)
