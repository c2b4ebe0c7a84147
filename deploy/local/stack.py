"""The whole system on one machine: PostgreSQL, Valkey, the eight processes, and an identity provider for trying."""

import asyncio
import fcntl
import json
import os
import secrets
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import IO, Literal, Self

import httpx

from deploy.database.bootstrap import bootstrap
from deploy.database.roles import OPERATOR, ROLES, SERVICES, service_url
from deploy.local.forking import Zygote
from deploy.local.ports import free_ports, listeners
from deploy.local.postgres import EmbeddedPostgres, write_secret
from deploy.local.server import Server
from deploy.local.supervisor import Occurrence, Program, Supervisor
from deploy.local.valkey import EmbeddedValkey
from shared.service.settings import DEVELOPMENT
from shared.tasks import end

PORTAL = "portal"
PORTAL_CLIENT = "portal-client"
"""Under this name the portal's secret at the identity provider for trying is kept among the passwords."""
ISSUER = "issuer"
"""The identity provider for trying; it is not started where the environment names a real one."""
PROCESSES = ("relay", "notary", *SERVICES, ISSUER)
MODULES = {
    "relay": "services.relay.app",
    "notary": "services.notary.app",
    **{service: f"services.{service}.app" for service in SERVICES},
    ISSUER: "deploy.local.issuer.app",
}
PORTS = {
    "relay": 8100,
    "intake": 8101,
    "review": 8102,
    "lifecycle": 8103,
    "notify": 8104,
    "notary": 8105,
    "portal": 8106,
    ISSUER: 8107,
    "office": 8108,
}

HOST = "127.0.0.1"
OF_COMMANDS = frozenset(
    {
        "JUQU_KEYS_DIR",
        "JUQU_MASTER_KEY",
        "JUQU_KEY_LEASE",
        "JUQU_NOTARY_KEY",
        "JUQU_NOTARY_MEMORY",
        "JUQU_OIDC_ISSUER",
        "JUQU_OIDC_AUDIENCE",
    }
)
"""Settings of processes that the command line reads, too."""

Clock = Literal["system", "driven"]


def remembered_clock(state: Path) -> Clock:
    """The clock that a state folder was last run with; ``system`` for a new one."""
    file = state / "clock"
    return "driven" if file.exists() and file.read_text() == "driven" else "system"


class StateInUse(RuntimeError):
    """Another running system uses the same state folder."""


class NotHealthy(RuntimeError):
    """A process did not become healthy in time; the message ends with the tail of its log."""

    def __init__(self, name: str, seconds: float, log_file: Path) -> None:
        tail = log_file.read_text(errors="replace").splitlines()[-20:] if log_file.exists() else []
        super().__init__("\n".join([f"{name} was not healthy within {seconds:.0f} s ({log_file})", *tail]))


class PortTaken(RuntimeError):
    """Another process listens on the port of one of ours, which therefore ended."""

    def __init__(self, name: str, port: int, others: Mapping[int | None, str]) -> None:
        who = ", ".join(others.values())
        super().__init__(f"{name} cannot listen on port {port}, where another process listens already: {who}")


class Stack:
    """Starts and keeps everything in one state folder; an async context manager, on the main thread.

    ``ports``: None for 8100 to 8108, ``"free"`` for whatever is free, or a port for each process by name.
    ``processes``: which of them to run. ``environment`` is added to that of every process, which has no other
    setting of juqu's than these and the stack's own. ``before``: programs started ahead of the services (local mail and
    SMS peers). Where JUQU_DATABASE_URL or JUQU_REDIS_URL is in ``os.environ`` when the stack is made, that server is
    used and none is started. Whatever dies by itself or by ``kill`` is started again. ``findings`` are, by process, why
    one that runs refuses its work until a person has decided: the notary, whose log was restored to an earlier state.
    """

    def __init__(
        self,
        state: Path = Path(".juqu"),
        *,
        ports: Mapping[str, int] | Literal["free"] | None = None,
        clock: Clock = "system",
        processes: Sequence[str] = PROCESSES,
        environment: Mapping[str, str] | None = None,
        before: Sequence[Program] = (),
        on_change: Callable[[str, Occurrence], None] | None = None,
    ) -> None:
        self.state = state.absolute()
        self.clock = clock
        self.ports = _ports(ports)
        self.processes = tuple(name for name in processes if name != ISSUER or not _names_an_issuer(environment))
        self.before = tuple(before)
        self.findings: dict[str, str] = {}
        self._zygote = Zygote([MODULES[name] for name in self.processes])
        self.supervisor = Supervisor(on_change=on_change, zygote=self._zygote)
        self._on_change = on_change or (lambda _name, _occurrence: None)
        self._environment = dict(environment or {})
        self._given = {name: os.environ.get(name) for name in ("JUQU_DATABASE_URL", "JUQU_REDIS_URL", "JUQU_KEYS_URL")}
        self.postgres = None if self._given["JUQU_DATABASE_URL"] else EmbeddedPostgres(self.state)
        self.valkey = None if self._given["JUQU_REDIS_URL"] else EmbeddedValkey(self.state)
        self._servers: dict[str, Server] = {}
        self._passwords: dict[str, str] = {}
        self._keeper: asyncio.Task[None] | None = None
        self._lock: IO[str] | None = None

    @property
    def database_url(self) -> str:
        """The owner's; valid once started."""
        return self.postgres.url if self.postgres else str(self._given["JUQU_DATABASE_URL"])

    @property
    def redis_url(self) -> str:
        """Valid once started."""
        return self.valkey.url if self.valkey else str(self._given["JUQU_REDIS_URL"])

    def role_url(self, role: str) -> str:
        """The database as one of ``ROLES``, for example ``juqu_operator``."""
        return service_url(self.database_url, role, self._passwords[role])

    def _keys_url(self, role: str) -> str:
        """The key store as a role; empty where it stands beside the log."""
        url = self._given["JUQU_KEYS_URL"]
        return service_url(url, role, self._passwords[role]) if url else ""

    def url(self, process: str) -> str:
        """Where a process answers, without a slash at the end."""
        return f"http://{reachable(self._environment.get('JUQU_HOST', HOST))}:{self.ports[process]}"

    def environment(self, process: str) -> dict[str, str]:
        """The environment that the process is started with."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("JUQU_")},
            "PYTHONUNBUFFERED": "1",
            "JUQU_SERVICE": process,
            "JUQU_PORT": str(self.ports[process]),
            "JUQU_REDIS_URL": self.redis_url,
            "JUQU_STATE_DIR": str(self.state),
            "JUQU_KEYS_DIR": str(self.state / "keys"),
            "JUQU_DOCUMENTS_URL": (self.state / "documents").as_uri(),
            "JUQU_OIDC_ISSUER": DEVELOPMENT,
            "JUQU_CLOCK": self.clock,
            **(self._logins(f"juqu_{process}") if process != ISSUER else {}),
            **self._environment,
            **(self._around_the_portal(process) if process in {PORTAL, ISSUER} else self._behind_the_portal()),
        }

    def _logins(self, role: str) -> dict[str, str]:
        return {"JUQU_DATABASE_URL": self.role_url(role), "JUQU_KEYS_URL": self._keys_url(role)}

    def _behind_the_portal(self) -> dict[str, str]:
        """What the other processes are told of the portal: it says from whom it asks."""
        believed = (
            self._environment.get("JUQU_TRUSTED_PROXIES", ""),
            _own_address(self._environment.get("JUQU_HOST", HOST)),
        )
        return {"JUQU_TRUSTED_PROXIES": ",".join(filter(None, believed))} if PORTAL in self.processes else {}

    def _around_the_portal(self, process: str) -> dict[str, str]:
        """What the portal and the identity provider for trying know of each other, and of the other processes."""
        own = {f"JUQU_{name.upper()}_URL": self.url(name) for name in PROCESSES}
        own["JUQU_PORTAL_CLIENT_SECRET"] = self._passwords[PORTAL_CLIENT]
        given = {name: value for name, value in self._environment.items() if name in own}
        people_sign_in_here = process == PORTAL and ISSUER in self.processes
        return own | given | ({"JUQU_OIDC_ISSUER": self.url(ISSUER)} if people_sign_in_here else {})

    async def start(self, *, healthy_seconds: float = 60.0) -> None:
        """Servers, database, processes; returns when every ``/health`` says 200, or what a person is to decide
        (``findings``). Again is an error.

        Raises ``StateInUse``, ``ServerFailed``, ``MigrationChanged``, ``PortTaken``, ``NotHealthy``. Whatever had
        started is ended.
        """
        self._hold_state()
        try:
            if self.processes:
                self._zygote.warm()
            await self._start_servers()
            self._passwords = self._secrets()
            await bootstrap(self.database_url, self._passwords, keys_url=self._given["JUQU_KEYS_URL"] or "")
            self._note()
            for program in (*self.before, *map(self._program, self.processes)):
                await self.supervisor.start(program)
            await self.healthy(*self.processes, seconds=healthy_seconds)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Ends all in reverse order; again is without effect."""
        if self._lock is None:
            return
        await self.supervisor.stop_all()
        self._zygote.close()
        if self._keeper is not None:
            await end(self._keeper)
            self._keeper = None
        for server in reversed(self._servers.values()):
            await server.stop()
        self._servers.clear()
        (self.state / "stack.json").unlink(missing_ok=True)
        self._lock.close()
        self._lock = None

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """A signal to ``postgres``, ``valkey`` or a process; what dies of it is started again."""
        if name in self._servers:
            os.kill(self._servers[name].pid, how)
        else:
            self.supervisor.kill(name, how)

    def pid(self, name: str) -> int | None:
        """The pid of ``postgres``, ``valkey`` or a process; None while it is down."""
        if name in self._servers:
            return self._servers[name].pid if self._servers[name].running else None
        return self.supervisor.pid(name)

    async def healthy(self, *names: str, seconds: float = 60.0) -> None:
        """Waits until each process answers 200 at ``/health``, or has a finding there.

        Raises ``NotHealthy``, ``PortTaken``.
        """
        async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
            await asyncio.gather(*(self._healthy(client, name, seconds) for name in names))

    def log_file(self, name: str) -> Path:
        """The file that a process writes to."""
        return self.state / "logs" / f"{name}.log"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def _program(self, process: str) -> Program:
        argv = (sys.executable, "-m", MODULES[process])
        return Program(process, argv, self.environment(process), log_file=self.log_file(process))

    async def _healthy(self, client: httpx.AsyncClient, name: str, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while loop.time() < deadline:
            try:
                answer = await client.get(f"{self.url(name)}/health")
                if answer.is_success:
                    return
                if finding := str(answer.json().get("finding") or ""):
                    self.findings[name] = finding
                    return
            except (httpx.TransportError, ValueError, AttributeError):
                pass
            self._require_port(name)
            await asyncio.sleep(0.05)
        raise NotHealthy(name, seconds, self.log_file(name))

    def _require_port(self, name: str) -> None:
        """Raise ``PortTaken`` where a process ended, and its port is another's: it would do so again and again."""
        if name not in self.supervisor.names or not self.supervisor.restarts(name):
            return
        others = {pid: who for pid, who in listeners(self.ports[name]).items() if pid != self.pid(name)}
        if others:
            raise PortTaken(name, self.ports[name], others)

    async def _start_servers(self) -> None:
        for name, server in (("postgres", self.postgres), ("valkey", self.valkey)):
            if server is not None:
                self._servers[name] = server
                await server.start()
        self._keeper = asyncio.create_task(self._keep_servers(), name="keep servers")

    async def _keep_servers(self) -> None:
        while True:
            for name, server in self._servers.items():
                if not server.running:
                    self._on_change(name, "crashed")
                    with suppress(Exception):  # a full disk, say, or killed while it starts: tried again
                        await server.start()
                        self._on_change(name, "started")
            await asyncio.sleep(0.1)

    def _hold_state(self) -> None:
        if self._lock is not None:
            raise StateInUse("this stack is running already")
        for folder in (self.state, self.state / "logs", self.state / "documents"):
            folder.mkdir(parents=True, exist_ok=True)
        (self.state / "keys").mkdir(mode=0o700, exist_ok=True)
        lock = (self.state / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise StateInUse(f"another system is running in {self.state}") from None
        self._lock = lock

    def _secrets(self) -> dict[str, str]:
        file = self.state / "passwords.json"
        known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        missing = {name: secrets.token_urlsafe(24) for name in (*ROLES, PORTAL_CLIENT) if name not in known}
        if missing:
            write_secret(file, json.dumps(known | missing))
        return known | missing

    def _note(self) -> None:
        """Leaves in ``stack.json`` where everything is, for commands run in another terminal."""
        facts = {
            "clock": self.clock,
            "database": self.database_url,
            "roles": {role: self.role_url(role) for role in ROLES},
            "redis": self.redis_url,
            "services": {name: self.url(name) for name in PROCESSES},
            "settings": self._told(),
        }
        write_secret(self.state / "stack.json", json.dumps(facts, indent=2))
        (self.state / "clock").write_text(self.clock)

    def _told(self) -> dict[str, str]:
        """The settings that commands in another terminal must have as the processes have them."""
        settings = {name: value for name, value in self._environment.items() if name in OF_COMMANDS}
        keys_url = self._keys_url(OPERATOR)
        return settings | ({"JUQU_KEYS_URL": keys_url} if keys_url else {})


def _names_an_issuer(environment: Mapping[str, str] | None) -> bool:
    return (environment or {}).get("JUQU_OIDC_ISSUER", DEVELOPMENT) != DEVELOPMENT


def _own_address(host: str) -> str:
    """The address from which a process of ours reaches another, which listens on ``host``."""
    try:
        address = ip_address(host)
    except ValueError:
        return HOST
    return HOST if address.is_unspecified else str(address)


def reachable(host: str) -> str:
    """A host to reach, in a URL, what listens on ``host``: this machine for every address."""
    if host in {"", "0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return HOST
    return f"[{host}]" if ":" in host else host


def _ports(wanted: Mapping[str, int] | Literal["free"] | None) -> dict[str, int]:
    if wanted == "free":
        return dict(zip(PROCESSES, free_ports(len(PROCESSES)), strict=True))
    return PORTS | dict(wanted or {})
