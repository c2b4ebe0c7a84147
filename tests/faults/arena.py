"""The whole system with a gate before each server for each process, on a small disk where one can be had."""

from __future__ import annotations

import asyncio
import shutil
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import psutil
import redis.asyncio as redis
from redis.exceptions import RedisError

from deploy.local.peers import Peers
from deploy.local.ports import free_ports
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.stack import Stack
from deploy.local.supervisor import Occurrence, Program
from tests.faults.disk import NoSmallDisk, SmallDisk
from tests.faults.gate import Gate, Mode
from tests.faults.plan import PARTITIONS, SERVERS, WAYS, Fault, Kind
from tests.faults.timeline import Timeline
from tests.standby import Standby

_URLS = {
    "JUQU_DATABASE_URL": "postgres",
    "JUQU_REDIS_URL": "valkey",
    "JUQU_SMTP_URL": "mail",
    "JUQU_SMPP_URL": "sms",
}
_SETTINGS = {"JUQU_RETRY_PACE": "0.05", "JUQU_TRUSTED_PROXIES": "127.0.0.1", "JUQU_PUBLIC_CLIENT_RATE": "60/minute"}
"""Hostile clients say that they are somebody else's; the others come from this machine."""
_SMALL_WAL = {"max_wal_size": "64MB", "min_wal_size": "32MB", "wal_keep_size": "128MB"}
_STANDBY = {"wal_retrieve_retry_interval": "200ms"}
CATCHING_UP = 10.0
"""Seconds for the standby to have all that the primary has; where it has not, it is not promoted."""
RELAY_2 = "relay-2"


class Arena(Stack):
    """Befalls its parts with faults, and heals. Servers, documents and state are on a disk of ``megabytes``; the mail
    and SMS peers, the logs and the timeline are not."""

    def __init__(self, folder: Path, timeline: Timeline, *, megabytes: int) -> None:
        self.peers = Peers(folder / "outside")
        self._outside = folder / "outside" / "logs"
        self._outside.mkdir(parents=True, exist_ok=True)
        self.timeline = timeline
        self.disk: SmallDisk | None = None
        self.no_disk = ""
        try:
            self.disk = SmallDisk(folder / "state", megabytes)
        except NoSmallDisk as error:
            self.no_disk = str(error)
        super().__init__(
            folder / "state",
            ports="free",
            clock="driven",
            before=self.peers.programs,
            environment=self.peers.environment | _SETTINGS,
            on_change=self._note_change,
        )
        if self.postgres is None or self.valkey is None:
            raise RuntimeError("faults befall servers of its own: unset JUQU_DATABASE_URL and JUQU_REDIS_URL")
        self.postgres = EmbeddedPostgres(self.state, settings=_SMALL_WAL)
        self.standby: Standby | None = Standby(folder / "standby", self.postgres, **_STANDBY)
        self.gates = {(process, server): self._gate(server) for process, server in WAYS}
        self._open = AsyncExitStack()
        self._tasks: set[asyncio.Task[None]] = set()
        self._paused: list[psutil.Process] = []

    async def start(self, *, healthy_seconds: float = 180.0) -> None:
        for gate in self.gates.values():
            await self._open.enter_async_context(gate)
        await super().start(healthy_seconds=healthy_seconds)
        if self.standby is not None:
            await self.standby.start()
            await self._require_standby()

    async def _require_standby(self) -> None:
        """From now on nothing is said before the standby has it, so that promoting it takes nothing back."""
        connection = await asyncpg.connect(self.database_url)
        try:
            await connection.execute("alter system set synchronous_standby_names = '*'")
            await connection.execute("select pg_reload_conf()")
        finally:
            await connection.close()

    async def stop(self) -> None:
        await super().stop()
        if self.standby is not None:
            await self.standby.stop()
        await self._open.aclose()
        for server in SERVERS:
            with suppress(FileNotFoundError):
                shutil.copy(self.state / f"{server}.log", self.log(server))
        if self.disk is not None:
            self.disk.close()
            self.disk = None

    def log(self, name: str) -> Path:
        return self._outside / f"{name}.log"

    def environment(self, process: str) -> dict[str, str]:
        found = super().environment(process)
        for variable, server in _URLS.items():
            if (process, server) in self.gates:
                parts = urlsplit(found[variable])
                host = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
                port = self.gates[process, server].port
                found[variable] = urlunsplit(parts._replace(netloc=f"{host}127.0.0.1:{port}"))
        return found

    async def befall(self, fault: Fault) -> None:
        """Let a fault happen; what lasts is undone by itself when its time is over."""
        if fault.kind is Kind.DISK_FULL and self.disk is None:
            self.timeline.note("skipped", fault=fault.as_row(), why=self.no_disk)
            return
        self.timeline.note("fault", fault=fault.as_row())
        try:
            await self._begin(fault)
        except (OSError, RuntimeError, RedisError, psutil.Error) as error:
            self.timeline.note("fault missed", fault=fault.as_row(), why=f"{type(error).__name__}: {error}")

    async def _begin(self, fault: Fault) -> None:
        if fault.kind in PARTITIONS:
            self._partition(fault, Mode(fault.kind.value))
            self._later(fault.seconds, lambda: self._partition(fault, Mode.OPEN))
        elif fault.kind is Kind.KILL:
            self.kill(fault.part, signal.SIGKILL)
        elif fault.kind is Kind.RESTART:
            self.kill(fault.part, signal.SIGINT if fault.part == "postgres" else signal.SIGTERM)
        elif fault.kind is Kind.PAUSE:
            self._pause(fault)
        elif fault.kind is Kind.FLUSH:
            await self._redis("FLUSHALL")
        elif fault.kind is Kind.REDIS_FULL:
            await self._redis("CONFIG", "SET", "maxmemory", "1")
            self._later(fault.seconds, lambda: self._do(lambda: self._redis("CONFIG", "SET", "maxmemory", "0")))
        elif fault.kind is Kind.DISK_FULL and self.disk is not None:
            await asyncio.to_thread(self.disk.fill)
            self._later(fault.seconds, self.disk.free)
        elif fault.kind is Kind.PROMOTE:
            await self._promote()
        elif fault.kind is Kind.SECOND_RELAY and RELAY_2 not in self.supervisor.names:
            await self._second_relay()
            self._later(fault.seconds, lambda: self._do(self._no_second_relay))

    async def _promote(self) -> None:
        """Lose the primary for good; the standby takes its address."""
        standby, primary = self.standby, self.postgres
        if standby is None or primary is None or not primary.running:
            raise RuntimeError("there is no pair of servers now")
        try:
            async with asyncio.timeout(CATCHING_UP):
                await standby.caught_up()
        except (asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
            raise RuntimeError(f"the standby does not follow: {error!r}") from error
        if not primary.running:
            raise RuntimeError("the primary went away by itself")
        del self._servers["postgres"]
        await primary.kill()
        await standby.take_the_place_of(primary)
        self.postgres, self.standby = standby, None
        self._servers["postgres"] = standby

    async def heal(self) -> None:
        """Undo every fault that still lasts."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for gate in self.gates.values():
            gate.set(Mode.OPEN)
        self._resume(tuple(self._paused))
        if self.disk is not None:
            self.disk.free()
        await self._no_second_relay()
        await self._insist_on_memory()
        self.timeline.note("healed")

    def _partition(self, fault: Fault, mode: Mode) -> None:
        for (process, server), gate in self.gates.items():
            if server == fault.server and fault.part in {process, "*"}:
                gate.set(mode, pause=0.08, left=fault.left)

    def _pause(self, fault: Fault) -> None:
        pid = self.pid(fault.part)
        if pid is None:
            raise RuntimeError(f"{fault.part} is down")
        process = psutil.Process(pid)
        family = (process, *process.children(recursive=True))
        for each in family:
            each.suspend()
        self._paused += family
        self._later(fault.seconds, lambda: self._resume(family))

    def _resume(self, family: tuple[psutil.Process, ...]) -> None:
        for each in family:
            with suppress(psutil.Error):
                each.resume()
            if each in self._paused:
                self._paused.remove(each)

    async def _second_relay(self) -> None:
        environment = self.environment("relay") | {"JUQU_PORT": str(free_ports(1)[0])}
        argv = (sys.executable, "-m", "services.relay.app")
        await self.supervisor.start(Program(RELAY_2, argv, environment, log_file=self.log(RELAY_2)))

    async def _no_second_relay(self) -> None:
        if RELAY_2 in self.supervisor.names:
            await self.supervisor.stop(RELAY_2)

    async def _redis(self, *command: str) -> None:
        async with redis.from_url(self.redis_url, socket_timeout=3, socket_connect_timeout=3) as client:
            await client.execute_command(*command)  # type: ignore[no-untyped-call]

    async def _insist_on_memory(self) -> None:
        for _ in range(600):
            try:
                return await self._redis("CONFIG", "SET", "maxmemory", "0")
            except (RedisError, OSError):
                await asyncio.sleep(0.2)
        raise RuntimeError("Valkey did not come back")

    def _later(self, seconds: float, undo: Callable[[], None]) -> None:
        async def wait() -> None:
            await asyncio.sleep(seconds)
            undo()

        self._do(wait)

    def _do(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        async def quietly() -> None:
            try:
                await work()
            except (OSError, RuntimeError, RedisError, psutil.Error) as error:
                self.timeline.note("not undone", why=f"{type(error).__name__}: {error}")

        task = asyncio.create_task(quietly())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _gate(self, server: str) -> Gate:
        def target() -> tuple[str, int]:
            assert self.postgres is not None
            assert self.valkey is not None
            ports = {
                "postgres": self.postgres.port,
                "valkey": self.valkey.port,
                "mail": self.peers.mail_port,
                "sms": self.peers.sms_port,
            }
            return "127.0.0.1", ports[server]

        return Gate(target)

    def _note_change(self, name: str, occurrence: Occurrence) -> None:
        self.timeline.note(occurrence, part=name)


__all__ = ["Arena"]
