"""Changing the master key: every person's key is wrapped anew, while everything serves, and it may break off anywhere.

1. A new key is put beside the one in force, in the master key's file.
2. It is put in force in the key store: from here on nothing is kept under the former one. Processes that know only the
   former one are refused, read the file again and go on.
3. The persons' keys are wrapped anew, and their table is rewritten.
4. The former key is put into a file of its own, for backups from before, and taken out of the master key's file.

Each step may be done again. How far it has come follows from the file and the key store.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

import asyncpg

from shared.privacy.cipher import KEY
from shared.privacy.master import Master, id_of, put_master, read_master

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_PAGE = 500
_LOCK = "select pg_try_advisory_lock(hashtext('keys.change_master'))"
_FIRST = UUID(int=0)


class ChangeRefused(Exception):
    """The master key cannot be changed now; the message says why."""


@dataclass(frozen=True, slots=True)
class Change:
    """From one master key to another, by their ids."""

    former: bytes
    master: bytes


async def prepare(connection: Connection, path: Path) -> Change:
    """Put a new key into the file, beside the one in force; one that waits there already is taken. To be called by
    whoever may change keys, on a connection to the key store that stays open.

    Raises ``ChangeRefused``, ``OSError``, ``ValueError``.
    """
    if not await connection.fetchval(_LOCK):
        raise ChangeRefused("Somebody else is changing the master key")
    master, known = read_master(path), await _known(connection)
    if known and known[-1] not in master.ids:
        raise ChangeRefused(f"The master key in force is {known[-1].hex()}, and {path} does not have it")
    if not master.other:
        master = replace(master, other=secrets.token_bytes(KEY))
        put_master(path, master)
    first, second = master.ids
    if second in known[:-1]:
        return Change(former=second, master=first)
    return Change(former=first, master=second)


async def put_in_force(connection: Connection, path: Path, change: Change) -> None:
    """From here on keys are wrapped under the new key. Raises what asyncpg raises, ``OSError``."""
    await connection.execute("select keys.put_master_in_force($1, $2)", change.former, change.master)
    master = read_master(path)
    if id_of(master.wrapping) != change.master:
        put_master(path, Master(master.other, master.naming, master.wrapping))


async def wrap_anew(connection: Connection, path: Path, change: Change, tell: Callable[[int], None]) -> None:
    """Wrap every person's key under the new master key, and rewrite the table; ``tell`` is told how many were done.

    Raises ``Forged`` for a key that is under neither; nothing is lost then.
    """
    master = read_master(path)
    after = _FIRST
    while rows := await connection.fetch("select * from keys.under_others($1, $2, $3)", change.master, after, _PAGE):
        persons, was = [row["person_id"] for row in rows], [row["key"] for row in rows]
        now = [
            master.wrap(master.unwrap(key, person), person, change.master)
            for person, key in zip(persons, was, strict=True)
        ]
        tell(await connection.fetchval("select keys.rewrap($1, $2, $3)", persons, was, now))
        after = persons[-1]
    await connection.execute("vacuum full keys.wrapped")


def retire(path: Path, change: Change) -> Path:
    """Take the former key out of the master key's file; gives the file of its own that it is kept in."""
    master = read_master(path)
    kept = path.with_name(f"{path.name}.{change.former.hex()}")
    if master.other:
        put_master(kept, Master(master.other, master.naming))
        put_master(path, replace(master, other=b""))
    return kept


async def _known(connection: Connection) -> list[bytes]:
    """The ids of the master keys in the order of their use; none until it is changed once."""
    return [row[0] for row in await connection.fetch("select id from keys.masters order by number")]


__all__ = ["Change", "ChangeRefused", "prepare", "put_in_force", "retire", "wrap_anew"]
