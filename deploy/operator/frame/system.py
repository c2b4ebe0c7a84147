"""Where the running system is: the note that ``juqu up`` leaves in its state folder, or the environment."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.database.roles import OPERATOR
from deploy.operator.frame.failures import Unable

if TYPE_CHECKING:
    import asyncpg

NOTE = "stack.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A running system. ``roles`` are the database's URLs by role; without them ``database`` is the only login.
    ``settings`` are those of its processes that commands need."""

    state: Path
    clock: str
    database: str
    redis: str
    roles: Mapping[str, str]
    services: Mapping[str, str]
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment of a command about it: its processes' settings, but for what is set here."""
        return {**self.settings, **os.environ}

    def url(self, role: str) -> str:
        """The database as one of ``deploy.database.roles.ROLES``, ``juqu_operator`` for example."""
        return self.roles.get(role, self.database)

    @property
    def operator_url(self) -> str:
        """The database as the operators' role."""
        return self.url(OPERATOR)

    @property
    def keys(self) -> Path:
        """Its keys folder."""
        return keys_folder(self.state, self.environment)


def keys_folder(state: Path, environment: Mapping[str, str]) -> Path:
    """Where the keys of a system are: ``JUQU_KEYS_DIR``, else in its state folder."""
    return Path(environment.get("JUQU_KEYS_DIR") or state / "keys")


def environment_of(state: Path) -> Mapping[str, str]:
    """The environment of a command about a system, whether it runs or not; raises ``Unable``."""
    note = state.absolute() / NOTE
    return _read(note).environment if note.exists() else os.environ


def find_system(state: Path) -> System:
    """The running system of a state folder, else the one that the environment names; raises ``Unable``."""
    state = state.absolute()
    note = state / NOTE
    if note.exists():
        return _read(note)
    database = os.environ.get("JUQU_DATABASE_URL", "")
    if not database:
        raise Unable(
            f"There is no running system in {state}.",
            "Name its folder with --state, set JUQU_DATABASE_URL and JUQU_REDIS_URL, or start one: `juqu up`",
        )
    return System(
        state=state,
        clock=os.environ.get("JUQU_CLOCK", "system"),
        database=database,
        redis=os.environ.get("JUQU_REDIS_URL", ""),
        roles={},
        services={},
    )


def _read(note: Path) -> System:
    try:
        facts: dict[str, Any] = json.loads(note.read_text(encoding="utf-8"))
        return System(
            state=note.parent,
            clock=str(facts["clock"]),
            database=str(facts["database"]),
            redis=str(facts["redis"]),
            roles=dict(facts["roles"]),
            services=dict(facts["services"]),
            settings=dict(facts.get("settings", {})),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unable(f"{note} cannot be read: {error}", "Write it anew: `juqu up`") from None


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """A connection to the database."""
    import asyncpg

    connection = await asyncpg.connect(url, timeout=10)
    try:
        yield connection
    finally:
        await connection.close()


async def require_login(system: System, role: str) -> str:
    """The URL of a role's login. Raises ``Unable`` where ours is another's: what it made would not be the service's."""
    url = system.url(role)
    async with connected(url) as connection:
        login = await connection.fetchval("select session_user")
    if login != role:
        raise Unable(
            f"This takes the login {role}, and ours is {login}.", f"Set JUQU_DATABASE_URL to the URL of {role}."
        )
    return url


__all__ = ["System", "connected", "find_system", "require_login"]
