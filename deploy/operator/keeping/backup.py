"""The database in one folder, with what a drill needs to prove it; the persons' keys elsewhere."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from deploy.database.roles import SERVICES
from deploy.local.client import ProgramFailed, run_client
from deploy.operator.frame.failures import Unable
from deploy.operator.frame.system import System, connected
from shared.notary import reading
from shared.privacy.opening import store_url

DUMP, KEYS_DUMP, NOTE, VKEYS, MANIFEST = "log.dump", "keys.dump", "checkpoint", "vkeys", "backup.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup's folder holds. ``head``: the log's last seq before it began; ``size``: that of its checkpoint, -1
    where there was none; ``owner``: the role that owns the database."""

    made_at: str
    database: str
    owner: str
    server: str
    head: int
    size: int
    log_only: bool
    sha256: str
    bytes: int

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Of a backup's folder; raises ``Unable``."""
        try:
            return cls(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise Unable(f"{folder} is no backup of juqu's: {error}", "Make one: `juqu backup --to DIR`") from None


@dataclass(frozen=True, slots=True)
class Backup:
    """Where a backup is, and the file of the persons' keys where they were written, too."""

    folder: Path
    manifest: Manifest
    keys: Path | None


def back_up(system: System, to: Path, keys_to: Path | None, *, log_only: bool) -> Backup:
    """Write a backup into a folder of its own; raises ``Unable``."""
    for folder in (to, *([keys_to] if keys_to else [])):
        folder.mkdir(parents=True, exist_ok=True)
    name = f"juqu-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    try:
        folder, manifest = asyncio.run(_backed_up(system, to.absolute(), name, log_only=log_only))
        keys = asyncio.run(_keys(system, keys_to.absolute(), name)) if keys_to else None
    except ProgramFailed as error:
        refused = "permission denied" in str(error) or "row-level security" in str(error)
        hint = "It takes the login of the database's owner (JUQU_DATABASE_URL)." if refused else ""
        raise Unable(f"{error}", hint) from None
    return Backup(folder, manifest, keys)


def check_apart(keys_to: Path | None, to: Path) -> None:
    """Raise ``Unable`` where the persons' keys would lie with the rest."""
    if keys_to is not None and _within(keys_to, to):
        raise Unable("The persons' keys go to another place than the rest: with both, an erased person can be read.")


async def _backed_up(system: System, to: Path, name: str, *, log_only: bool) -> tuple[Path, Manifest]:
    beside_it = to / f"{name}.part"
    await asyncio.to_thread(beside_it.mkdir, mode=0o700)
    try:
        manifest = await _write(system, beside_it, log_only=log_only)
        return beside_it.rename(to / name), manifest
    finally:
        shutil.rmtree(beside_it, ignore_errors=True)


async def _write(system: System, folder: Path, *, log_only: bool) -> Manifest:
    url = system.database
    async with connected(url) as connection:
        head = int(await connection.fetchval("select coalesce(max(seq), 0) from log.events"))
        newest = await reading.read_note(connection)
        keys = await reading.keys(connection)
        owner = await connection.fetchval("select current_user::text")
        server = await connection.fetchval("show server_version")
    dump = folder / DUMP
    without = [f"--exclude-table={service}.*" for service in SERVICES] if log_only else []
    await run_client("pg_dump", url, "--format=custom", "--no-password", f"--file={dump}", *without)
    (folder / VKEYS).write_text("".join(f"{each.vkey}\n" for each in keys), encoding="utf-8")
    if newest is not None:
        (folder / NOTE).write_text(newest.note.encode(), encoding="utf-8")
    manifest = Manifest(
        made_at=datetime.now(UTC).isoformat(),
        database=urlsplit(url).path.removeprefix("/"),
        owner=owner,
        server=server,
        head=head,
        size=newest.checkpoint.size if newest else -1,
        log_only=log_only,
        sha256=await asyncio.to_thread(digest, dump),
        bytes=dump.stat().st_size,
    )
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")
    await asyncio.to_thread(_settle, folder)
    return manifest


async def _keys(system: System, to: Path, name: str) -> Path:
    """The key store, whose keys are wrapped by the master key, which is a file in the keys folder and not in this."""
    file = to / f"{name}-{KEYS_DUMP}"
    url = store_url(system.database, os.environ)
    try:
        async with connected(url):
            pass
    except asyncpg.InvalidCatalogNameError:
        raise Unable("There is no key store in this system.") from None
    await run_client("pg_dump", url, "--format=custom", "--no-password", f"--file={file}.part")
    part = file.with_name(f"{file.name}.part")
    part.chmod(0o600)
    return part.rename(file)


def digest(file: Path) -> str:
    """SHA-256 of a file, in hex."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _within(first: Path, second: Path) -> bool:
    """Whether one of two folders is the other, or lies in it."""
    a, b = first.resolve(), second.resolve()
    return a == b or a in b.parents or b in a.parents


def _settle(folder: Path) -> None:
    """Makes its files its owner's alone, and durable."""
    for file in folder.iterdir():
        file.chmod(0o600)
        with file.open("rb") as opened:
            os.fsync(opened.fileno())


__all__ = ["DUMP", "NOTE", "VKEYS", "Backup", "Manifest", "back_up", "check_apart", "digest"]
