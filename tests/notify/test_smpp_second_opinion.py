"""The npm package smpp as the SMS centre: whether another reading of SMPP 3.4 agrees with ours."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.notify.channels.outcome import Misconfigured, Receipt, Submitted
from services.notify.channels.sms.segments import split
from services.notify.channels.sms.smpp import SmppTransport
from shared.contracts.notify import Channel
from tests.notify.messages import delivery

SCRIPT = Path(__file__).parent / "peers" / "smpp_peer.js"
LONG = delivery(channel=Channel.SMS, address="+8613800138000", body="【吉林省科技厅】" + "字😀" * 60)


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package; skips where there is no node, no npm or no registry."""
    folder = tmp_path_factory.mktemp("npm")
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("there is no node or no npm")
    words = ("install", "--prefix", str(folder), "--no-audit", "--no-fund", "--loglevel=error")
    once = ("--fetch-retries=0", "--fetch-timeout=10000", "smpp@0.5.1")
    with suppress(subprocess.SubprocessError):
        subprocess.run(
            [npm, *words, *once], check=True, timeout=60, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        return folder
    pytest.skip("npm cannot install the package smpp here")


class Node:
    """The peer's process."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self.process, self.port = process, port

    async def says(self) -> dict[str, Any]:
        """The next thing that happened there."""
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), 20)
        return dict(json.loads(line))


@pytest.fixture
async def node(module: Path) -> AsyncIterator[Node]:
    process = await asyncio.create_subprocess_exec(
        "node",
        str(SCRIPT),
        stdout=asyncio.subprocess.PIPE,
        env={"NODE_PATH": str(module / "node_modules"), "PATH": "/usr/local/bin:/usr/bin:/bin"},
    )
    peer = Node(process, 0)
    try:
        peer.port = int((await peer.says())["port"])
        yield peer
    finally:
        process.kill()
        await process.wait()


async def test_it_reads_our_segments_and_we_its_receipts_and_states(node: Node) -> None:
    kept: asyncio.Queue[Receipt] = asyncio.Queue()
    transport = SmppTransport(f"smpp://juqu:local@127.0.0.1:{node.port}?receipts=decimal", kept.put)
    async with asyncio.timeout(30):
        result = await (await transport.open()).send(LONG, "out-1")
        assert isinstance(result, Submitted)
        told = [await kept.get() for _ in result.references]
        said = [await node.says() for _ in range(2 * len(result.references))]
        asked = await transport.query("out-1", result.references, LONG.address, datetime.now(UTC))
        await transport.close()
    submitted = sorted((each for each in said if "udh" in each), key=lambda each: str(each["id"]))
    assert [each["message"] for each in submitted] == list(split(LONG.body))
    assert [each["to"] for each in submitted] == ["8613800138000"] * len(submitted)
    assert [(each["ton"], each["coding"]) for each in submitted] == [(1, 8)] * len(submitted)
    assert [each["udh"][-2:] for each in submitted] == [f"{n:02x}" for n in range(1, len(submitted) + 1)]
    assert {each["status"] for each in said if "receipt" in each} == {0}
    assert {each.reference for each in told} == set(result.references)
    assert {each.state for each in told} == {"DELIVRD"}
    assert isinstance(asked, Submitted)


async def test_it_refuses_our_password_and_we_know_it(node: Node) -> None:
    transport = SmppTransport(f"smpp://juqu:wrong@127.0.0.1:{node.port}", lambda _receipt: asyncio.sleep(0))
    async with asyncio.timeout(15):
        for _again in range(2):
            with pytest.raises(Misconfigured, match="RINVPASWD"):
                await transport.open()
