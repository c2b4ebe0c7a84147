"""``juqu up`` on an older state of the log than the streams know: it starts, says so, and heals what can be rebuilt."""

from __future__ import annotations

import asyncio
import json
import subprocess
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

from deploy.operator.frame.system import find_system
from shared.eventlog.log import EventLog
from tests.operator.conftest import CITY, juqu
from tests.operator.test_up import up
from tests.review import histories
from tests.specification import context


def database_of(state: Path) -> Path:
    return Path(json.loads((state / "postgres.json").read_text())["data"])


def copied(folder: Path, to: Path) -> None:
    subprocess.run(["cp", "-a", str(folder), str(to)], check=True)


async def file_one(state: Path, ident: UUID) -> None:
    """File an application, and wait until review has opened its case and notify has asked for its mails."""
    before = await streams(state)
    async with await EventLog.open(find_system(state).url("juqu_intake")) as log:
        event = replace(histories.FILING, case_id=str(ident))
        asked = replace(context(CITY, "2018-06-20"), command_id=uuid4())
        await log.append(f"intake/application/{ident}", 0, [event], asked)
    async with asyncio.timeout(60):
        while not _followed(ident, await streams(state) - before):
            await asyncio.sleep(0.2)


def _followed(ident: UUID, new: set[str]) -> bool:
    return f"review/case/{ident}" in new and any(each.startswith("notify/delivery/") for each in new)


async def streams(state: Path) -> set[str]:
    async with await EventLog.open(find_system(state).url("juqu_operator")) as log:
        return {each.stream for each in await log.read_raw(0, limit=10_000, include_internal=True)}


async def caught_up(state: Path) -> None:
    """Wait until everything that follows the log is at its end."""
    async with asyncio.timeout(120):
        while True:
            followers = await juqu("projection", "list", "--json", "--state", str(state))
            if {each["lag"] for each in followers.json} == {0}:
                return


async def test_up_after_a_rollback_starts_says_so_and_heals(state_dir: Path) -> None:
    state, kept, gone = state_dir / "s", uuid4(), uuid4()
    async with up(state):
        await file_one(state, kept)
    copied(database_of(state), state_dir / "older")
    async with up(state) as said:
        assert "rolled back" not in said
        await file_one(state, gone)
    data = database_of(state)
    data.rename(state_dir / "newer")
    copied(state_dir / "older", data)
    async with up(state) as said:
        assert "The log was rolled back" in said
        assert "events that were published are not in it any more" in said
        assert "review.CaseOpened" in said
        assert str(gone) in said
        assert "juqu log lost" in said
        listed = await juqu("log", "lost", "--json", "--state", str(state))
        assert {each["type"] for each in listed.json} >= {"intake.ApplicationFiled", "review.CaseOpened"}
        await asyncio.sleep(3)
        await caught_up(state)
        found = await streams(state)
        assert f"intake/application/{gone}" not in found
        assert f"review/case/{gone}" not in found, "a case for a filing that the log does not have"
        proven = await juqu("projection", "rebuild", "all", "--json", "--state", str(state))
        assert proven.code == 0, proven.err
        assert all(each["equal"] for each in proven.json), proven.out
        proven = await juqu("projection", "prove", "review.cases", "--state", str(state))
        assert proven.code == 0, proven
        again = uuid4()
        await file_one(state, again)
        assert f"review/case/{again}" in await streams(state)
    async with up(state) as said:
        assert "rolled back" not in said
