"""Roles, schemas and migrations of the one database; every step may be repeated."""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from deploy.database.roles import KEYS, OPERATOR, ROLES, SERVICES, beside

SCHEMAS = ("log", "notary", "clock", *SERVICES)
REPEATABLE = "-- repeatable"

_ROOT = Path(__file__).resolve().parents[2]
FOLDERS = tuple(_ROOT / room / "sql" for room in ("shared/eventlog", "shared/notary", "deploy/database"))
KEYS_FOLDER = _ROOT / "shared" / "privacy" / "sql"
_LOCK = 0x6A757175  # "juqu"

_MIGRATIONS = (
    "create table if not exists public.juqu_migrations ("
    "name text primary key, sha256 text not null, applied_at timestamptz not null default now())"
)


class MigrationChanged(RuntimeError):
    """A migration's file differs from what this database applied; write a new file instead."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} was changed after it was applied; add a new file instead")
        self.name = name


@dataclass(frozen=True, slots=True)
class Migration:
    """One SQL file; ``repeatable`` (said in its first line) ones are applied again when they change."""

    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @property
    def repeatable(self) -> bool:
        return self.sql.startswith(REPEATABLE)


def migrations(folders: Sequence[Path] = FOLDERS) -> list[Migration]:
    """The SQL files of the folders, in the order of folders, then of names."""
    return [
        Migration(f"{file.parent.parent.name}/{file.name}", file.read_text(encoding="utf-8"))
        for folder in folders
        for file in sorted(folder.glob("*.sql"))
    ]


async def bootstrap(
    owner_url: str, passwords: Mapping[str, str], folders: Sequence[Path] = FOLDERS, *, keys_url: str = ""
) -> list[str]:
    """Brings a database up to date: roles with these passwords, schemas, then each migration in its own transaction.

    And then the key store: ``keys_url`` is its owner's, where it is not the database ``KEYS`` of the same server. Gives
    the names of the migrations applied now to the log's database. Raises ``MigrationChanged``; ``KeyError`` for a role
    without a password.
    """
    connection = await asyncpg.connect(owner_url)
    try:
        await connection.execute("select pg_advisory_lock($1)", _LOCK)
        for role in ROLES:
            await _ensure_role(connection, role, passwords[role])
        await _ensure_schemas(connection)
        applied = [each.name for each in migrations(folders) if await _apply(connection, each)]
    finally:
        await connection.close()
    await _bootstrap_keys(owner_url, passwords, keys_url)
    return applied


async def _bootstrap_keys(owner_url: str, passwords: Mapping[str, str], keys_url: str) -> None:
    """Brings the key store up to date: its database, roles where they are missing, its schema and functions."""
    if not keys_url:
        await _ensure_database(owner_url, KEYS)
    connection = await asyncpg.connect(keys_url or beside(owner_url, KEYS))
    try:
        await connection.execute("select pg_advisory_lock($1)", _LOCK)
        for role in ROLES:
            if not await connection.fetchval("select true from pg_roles where rolname = $1", role):
                await _ensure_role(connection, role, passwords[role])
        await connection.execute(_MIGRATIONS)
        for each in migrations([KEYS_FOLDER]):
            await _apply(connection, each)
    finally:
        await connection.close()


async def _ensure_database(owner_url: str, name: str) -> None:
    connection = await asyncpg.connect(owner_url)
    try:
        if not await connection.fetchval("select true from pg_database where datname = $1", name):
            with suppress(asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
                await connection.execute(f"create database {name}")
    finally:
        await connection.close()


async def _ensure_role(connection: asyncpg.Connection, role: str, password: str) -> None:
    exists = await connection.fetchval("select true from pg_roles where rolname = $1", role)
    attributes = "login nosuperuser nocreatedb nocreaterole noreplication nobypassrls" if not exists else "login"
    statement = f"{'alter' if exists else 'create'} role {role} {attributes} password "
    await connection.execute(statement + await connection.fetchval("select quote_literal($1::text)", password))
    # A managed server's owner is no superuser and may set default privileges only of roles that it is a member of.
    if not await connection.fetchval("select rolsuper from pg_roles where rolname = current_user"):
        await connection.execute(f"grant {role} to current_user")


async def _ensure_schemas(connection: asyncpg.Connection) -> None:
    statements = [f"create schema if not exists {schema}" for schema in SCHEMAS]
    statements.append(f"grant usage on schema clock to {', '.join(ROLES)}")
    for service in SERVICES:
        later = f"alter default privileges for role juqu_{service} in schema {service}"
        statements += [
            f"grant usage, create on schema {service} to juqu_{service}",
            f"grant usage on schema {service} to {OPERATOR}",
            f"{later} grant select on tables to {OPERATOR}",
        ]
    statements.append(_MIGRATIONS)
    async with connection.transaction():
        await connection.execute("set local client_min_messages = warning")
        for statement in statements:
            await connection.execute(statement)


async def _apply(connection: asyncpg.Connection, migration: Migration) -> bool:
    applied = await connection.fetchval("select sha256 from public.juqu_migrations where name = $1", migration.name)
    if applied == migration.sha256:
        return False
    if applied is not None and not migration.repeatable:
        raise MigrationChanged(migration.name)
    async with connection.transaction():
        await connection.execute("set local client_min_messages = warning")
        await connection.execute(migration.sql)
        await connection.execute(
            "insert into public.juqu_migrations (name, sha256) values ($1, $2) "
            "on conflict (name) do update set sha256 = excluded.sha256, applied_at = now()",
            migration.name,
            migration.sha256,
        )
    return True
