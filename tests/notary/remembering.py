"""Notaries that lead or refuse, and databases that were put back, for the tests of what a notary remembers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from services.notary.follower import Notary
from shared.notary.memory import Memory, Recollection
from shared.notary.merkle import Frontier
from shared.notary.note import Note
from shared.notary.reading import Connection
from shared.notary.refusal import SigningRefused
from tests.notary.conftest import at_work, until
from tests.notary.ledger import opinion, tamper

NOTARYS = ("signatures", "entries", "buckets", "streams", "keys", "checkpoints", "tiles")
WHY = "restored the backup of last night; office note 2026-17"


def remembered(memory: Memory) -> Recollection:
    known = memory.read()
    assert known is not None
    return known


@asynccontextmanager
async def leading(notary: Notary) -> AsyncIterator[Notary]:
    async with at_work(notary):
        await until(lambda: notary.status().role == "leading")
        yield notary


@asynccontextmanager
async def refusing(notary: Notary, why: str) -> AsyncIterator[Notary]:
    """A notary that refuses when it begins, and says why."""
    async with at_work(notary):
        await until(lambda: notary.status().role in {"refusing", "leading"})
        assert notary.status().role == "refusing"
        assert why in notary.status().finding, notary.status()
        assert not notary.status().healthy
        with pytest.raises(SigningRefused):
            await notary.checkpoint()
        yield notary


async def empty(owner: Connection, table: str) -> None:
    async with owner.transaction():
        await owner.execute("set local session_replication_role = replica")
        await owner.execute(f"delete from {table}")


async def cut_all(owner: Connection) -> None:
    """The log and the notary's tables, as if nothing had ever been."""
    for table in ("log.events", *(f"notary.{each}" for each in NOTARYS)):
        await empty(owner, table)


async def sign(notary: Notary) -> Note:
    async with leading(notary):
        return (await notary.checkpoint()).note


async def back_to(owner: Connection, size: int) -> None:
    """The database as it was after so many events, of which a checkpoint is."""
    for table, condition in (
        ("log.events", "seq > $1"),
        ("notary.signatures", "size > $1"),
        ("notary.entries", "size > $1"),
        ("notary.buckets", "size > $1"),
        ("notary.checkpoints", "size > $1"),
    ):
        await tamper(owner, f"delete from {table} where {condition}", size)
    await tamper(owner, "delete from notary.tiles where index >= 0 and $1::bigint > 0", size)
    tree = Frontier()
    tiles = {(tile.level, tile.index): tile.hashes for tile in tree.extend((await opinion(owner)).leaves)}
    for (level, index), hashes in tiles.items():
        await tamper(owner, "insert into notary.tiles values ($1, $2, $3)", level, index, hashes)
