"""Whether a backup would help, tried on a second server."""

from __future__ import annotations

import asyncio
import os
import secrets
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import asyncpg

from deploy.database.bootstrap import bootstrap
from deploy.database.roles import KEYS, ROLES, beside, service_url
from deploy.local.client import ProgramFailed, run_client
from deploy.local.postgres import OWNER, EmbeddedPostgres
from deploy.local.server import ServerFailed
from deploy.operator.frame.definitions import Owned, projections
from deploy.operator.frame.failures import Unable
from deploy.operator.frame.system import System, connected, environment_of, find_system, keys_folder
from deploy.operator.keeping.backup import DUMP, NOTE, VKEYS, Manifest, digest
from deploy.operator.log.verify import Kept, verify_log
from shared.eventlog.errors import EventLogError
from shared.eventlog.log import EventLog
from shared.eventlog.personal import EventSealer
from shared.notary.note import Malformed, Verifier
from shared.privacy.cipher import Forged
from shared.privacy.master import read_master
from shared.privacy.opening import master_path, personal_data, store_url
from shared.privacy.withheld import Withheld
from shared.projections.engine import open_engine
from shared.projections.rebuilding.rebuild import rebuild
from shared.service.law import Law


@dataclass(slots=True)
class Trial:
    """What a drill found: ``steps`` with their seconds, ``trouble`` in words; read models that were ``equal`` to the
    restored ones, and those of which there were none to compare (``alone``). ``tell`` is told each step."""

    tell: Callable[[str], None]
    events: int = 0
    equal: list[str] = field(default_factory=list)
    alone: list[str] = field(default_factory=list)
    steps: list[tuple[str, float]] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """How long it took."""
        return sum(seconds for _, seconds in self.steps)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measures a step, and says that it is under way."""
        self.tell(name)
        began = monotonic()
        yield
        self.steps.append((name, monotonic() - began))


@dataclass(frozen=True, slots=True)
class Unlocking:
    """What opens personal data: a ``dump`` of a key store, else that of the running ``system``; and the master key."""

    master: Path
    dump: Path | None
    system: System | None = None

    def store(self, log_url: str, role: str) -> str:
        """The key store for a role of the drill's server, whose login to the log that is."""
        if self.dump is not None or self.system is None:
            return beside(log_url, KEYS)
        return store_url(self.system.url(role), os.environ)


def try_out(
    folder: Path, vkeys: Sequence[str], keys: Path | None, state: Path, tell: Callable[[str], None]
) -> tuple[Manifest, Trial]:
    """Try a backup on a second server, which is removed again; ``tell`` is told each step as it begins.

    ``vkeys``: public keys that were kept, else the backup's; ``keys``: the key store's backup. Raises ``Unable``.
    """
    manifest = Manifest.read(folder)
    try:
        verifiers = [Verifier.parse(vkey) for vkey in vkeys or (folder / VKEYS).read_text().split()]
    except Malformed as error:
        raise Unable(f"{error}.") from None
    trial = Trial(tell)
    try:
        with tempfile.TemporaryDirectory(prefix="juqu-drill-") as scratch:
            Path(scratch).chmod(0o711)
            unlocking = _unlocking(state, keys)
            asyncio.run(_try(Path(scratch), folder, manifest, verifiers, unlocking, trial))
    except (ProgramFailed, ServerFailed) as error:
        trial.trouble.append(f"{error}")
    return manifest, trial


def verdict(trial: Trial, manifest: Manifest) -> str:
    """What the drill says of the backup."""
    when = f"The backup of {manifest.made_at[:16].replace('T', ' ')} UTC"
    if trial.trouble:
        return f"{when} does NOT hold. Make another one now, and find out why."
    compared = f"{len(trial.equal)} read models folded again and equal"
    if trial.alone:
        compared += f", {len(trial.alone)} folded of which it has no rows to compare"
    return f"{when} holds: {trial.events:,} events restored and proven, {compared}, in {trial.seconds:.1f} s."


async def _try(  # noqa: PLR0917
    scratch: Path,
    folder: Path,
    manifest: Manifest,
    verifiers: list[Verifier],
    unlocking: Unlocking | None,
    trial: Trial,
) -> None:
    with trial.step("the file is as it was written"):
        if await asyncio.to_thread(digest, folder / DUMP) != manifest.sha256:
            trial.trouble.append(f"{folder / DUMP} is not as it was written: its SHA-256 differs.")
            return
    server = EmbeddedPostgres(scratch, durable=False)
    try:
        with trial.step("a second server"):
            await server.start()
            passwords = await _roles(server, manifest)
        with trial.step("restored"):
            words = ["--dbname=juqu", "--exit-on-error", "--jobs=2", str(folder / DUMP)]
            await run_client("pg_restore", server.url, *words)
            async with connected(server.url) as connection:
                await connection.execute("analyze")
        with trial.step("verified"):
            await _verify(server, folder, manifest, verifiers, trial)
        if unlocking is not None and unlocking.dump is not None:
            with trial.step("the persons' keys restored and opened"):
                if not await _open_keys(server, unlocking, trial):
                    return
        with trial.step("brought up to date"):
            await bootstrap(server.url, passwords)
        await _rebuild(server, passwords, unlocking, trial)
    finally:
        await server.stop()


async def _roles(server: EmbeddedPostgres, manifest: Manifest) -> Mapping[str, str]:
    """The roles that the backup's grants are to; their passwords are made up."""
    passwords = {role: secrets.token_urlsafe(16) for role in ROLES}
    async with connected(server.url) as connection:
        for role, password in passwords.items():
            await connection.execute(f"create role {role} login password '{password}'")
        if manifest.owner != OWNER:
            quoted = await connection.fetchval("select quote_ident($1)", manifest.owner)
            await connection.execute(f"create role {quoted} superuser")
    return passwords


async def _verify(
    server: EmbeddedPostgres, folder: Path, manifest: Manifest, verifiers: list[Verifier], trial: Trial
) -> None:
    kept = [Kept(folder / NOTE)] if manifest.size >= 0 else []
    async with connected(server.url) as connection:
        trial.events = int(await connection.fetchval("select count(*) from log.events"))
        verdict = await verify_log(connection, verifiers, kept, lambda _: None)
    trial.trouble += verdict.findings
    if trial.events < manifest.head:
        trial.trouble.append(f"{trial.events} events were restored, but there were {manifest.head} when it was made.")


async def _rebuild(
    server: EmbeddedPostgres, passwords: Mapping[str, str], unlocking: Unlocking | None, trial: Trial
) -> None:
    """Every read model that can be, from the restored log, against the restored tables."""
    for owned in projections():
        sealed_off = unlocking is None and owned.sees_personal_data
        if sealed_off and not owned.projection.name.endswith(".deadlines"):
            continue
        url = service_url(server.url, owned.role, passwords[owned.role])
        with trial.step(f"{owned.projection.name} folded again"):
            await _rebuilt(url, owned, unlocking, trial)


async def _rebuilt(url: str, owned: Owned, unlocking: Unlocking | None, trial: Trial) -> None:
    name = owned.projection.name
    engine = open_engine(url)
    try:
        async with _log(url, owned, unlocking) as log:
            result = await rebuild(log, engine, owned.projection, owned.service)
    except (asyncpg.PostgresError, EventLogError, OSError) as error:
        trial.trouble.append(f"{name} could not be folded: {error}")
        return
    finally:
        await engine.dispose()
    if result.live is None:
        trial.alone.append(name)
    elif result.differs:
        trial.trouble.append(f"{name} differs in {', '.join(result.differs)}.")
    else:
        trial.equal.append(name)


@asynccontextmanager
async def _log(url: str, owned: Owned, unlocking: Unlocking | None) -> AsyncIterator[EventLog]:
    sealer: EventSealer | None = None
    if not owned.sees_personal_data:
        sealer = Withheld()
    elif unlocking is not None:
        named = {"JUQU_KEYS_URL": unlocking.store(url, owned.role), "JUQU_MASTER_KEY": str(unlocking.master)}
        sealer = personal_data(url, unlocking.master.parent, os.environ | named)
    async with await EventLog.open(url, sealer=sealer) as log:
        await Law(log).read()
        yield log


async def _open_keys(server: EmbeddedPostgres, unlocking: Unlocking, trial: Trial) -> bool:
    """Restore the key store to the second server. Whether every key in it is under the master key's file."""
    async with connected(server.url) as connection:
        await connection.execute(f"create database {KEYS}")
    await run_client("pg_restore", beside(server.url, KEYS), f"--dbname={KEYS}", "--exit-on-error", str(unlocking.dump))
    try:
        master = read_master(unlocking.master)
    except (OSError, ValueError) as error:
        trial.trouble.append(f"The master key cannot be read: {error}.")
        return False
    async with connected(beside(server.url, KEYS)) as connection:
        rows = await connection.fetch("select person_id, key from keys.wrapped")
    try:
        for row in rows:
            master.unwrap(row["key"], row["person_id"])
    except Forged as error:
        trial.trouble.append(f"The key store's backup and the master key do not belong together: {error}.")
        return False
    return True


def _unlocking(state: Path, dump: Path | None) -> Unlocking | None:
    master = master_path(keys_folder(state, environment_of(state)), environment_of(state))
    if dump is not None:
        return Unlocking(master, dump)
    try:
        return Unlocking(master, None, find_system(state))
    except Unable:
        return None


__all__ = ["Trial", "try_out", "verdict"]
