"""The whole system from one command: it says where it is, stops on Ctrl-C, and finds its data again."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from deploy.operator.system import find_system
from shared.eventlog.log import EventLog
from tests.operator.conftest import CASE, CITY, ROOT, juqu
from tests.review import histories
from tests.review.recorded import filed
from tests.specification import context


@asynccontextmanager
async def up(state: Path) -> AsyncIterator[str]:
    """The system, running; gives what the command said until it was up. On leaving: Ctrl-C."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.operator.app", "up", "--free-ports", "--state", str(state)),
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("JUQU_")},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    said = b""
    while b"Ctrl-C stops it" not in said:
        chunk = await asyncio.wait_for(process.stdout.readline(), 120)
        assert chunk, said.decode()
        said += chunk
    try:
        yield said.decode()
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = await asyncio.wait_for(process.communicate(), 60)
    assert (process.returncode, b"Stopped" in rest) == (0, True)


async def test_a_second_up_finds_the_data_of_the_first(state_dir: Path) -> None:
    async with up(state_dir) as said:
        assert "/docs" in said
        assert f" token --office county:220112 --role county --state {state_dir}" in said
        async with await EventLog.open(find_system(state_dir).url("juqu_intake")) as log:
            await log.append(
                f"intake/application/{CASE}", 0, [filed(histories.open_case())], context(CITY, "2018-06-20")
            )
        listed = await juqu("projection", "list", "--state", str(state_dir))
        assert listed.code == 0, listed.err
        refused = await juqu("up", "--free-ports", "--state", str(state_dir))
        assert "another system is running" in refused.refused
    assert not (state_dir / "stack.json").exists()
    async with up(state_dir):
        first = await juqu("log", "show", "1", "--state", str(state_dir))
        assert first.out.startswith("1  intake.ApplicationFiled")
