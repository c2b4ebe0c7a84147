"""A short run with a fixed seed: every kind of fault once or more, and the history holds."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.faults.plan import Kind, plan

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 20
SEED = 20180611
FACTS = ("--seconds", SECONDS, "--seed", SEED, "--clients", 6, "--between", 1.4, "--longest", 3)
LIMIT = 1500
"""Seconds after which the run is given up: it takes one minute on a machine that has nothing else to do."""


def test_a_seed_gives_the_same_faults_again() -> None:
    first = plan(SEED, SECONDS, longest=3, between=1.4)
    assert first == plan(SEED, SECONDS, longest=3, between=1.4)
    assert first != plan(SEED + 1, SECONDS, longest=3, between=1.4)
    assert {fault.kind for fault in first} == set(Kind)


@pytest.mark.skipif(sys.platform != "linux", reason="faults are made by means of Linux")
def test_the_history_holds_whatever_goes_wrong_with_hostile_clients_and_a_promoted_standby() -> None:
    """In a process of its own: it mounts a small disk where it may, and must be on a main thread."""
    with tempfile.TemporaryDirectory(prefix="juqu-timeline-") as folder:
        timeline = Path(folder) / "timeline.jsonl"
        command = [sys.executable, "-m", "tests.faults", *map(str, FACTS), "--timeline", str(timeline)]
        done = subprocess.run(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT, check=False
        )
        said = done.stdout.decode(errors="replace")
        happened = timeline.read_text(encoding="utf-8") if timeline.exists() else ""
    assert done.returncode == 0, f"{said}\n--- what was done:\n{happened[-6000:]}"
    assert "the history holds" in said
    rows = [json.loads(line) for line in happened.splitlines()]
    befell = {row["fault"]["kind"] for row in rows if row["what"] == "fault"}
    missed = {row["fault"]["kind"] for row in rows if row["what"] == "fault missed"}
    assert Kind.PROMOTE in befell - missed, "a standby was promoted"
    assert len({row["kind"] for row in rows if row["what"] == "attack"}) >= 3, "hostile clients were at work"
