"""A whole system in a process of its own, for tests that look at pages: ``python -m tests.portal.system STATE CLOCK``.

It stands in ``STATE/stack.json`` where everything is; it ends with SIGTERM.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from typing import Literal, cast

from deploy.local.peers import Peers
from deploy.local.stack import Stack


async def keep(state: Path, clock: Literal["system", "driven"]) -> None:
    """Start it, say so in ``STATE/ready``, and keep it until told to end."""
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    peers = Peers(state)
    stack = Stack(state, ports="free", clock=clock, before=peers.programs, environment=peers.environment)
    await stack.start(healthy_seconds=240)
    try:
        (state / "ready").touch()
        await over.wait()
    finally:
        await stack.stop()


if __name__ == "__main__":
    asyncio.run(keep(Path(sys.argv[1]), cast("Literal['system', 'driven']", sys.argv[2])))
