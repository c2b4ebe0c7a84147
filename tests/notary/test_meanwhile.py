"""The log altered while the notary begins: between its check and what it builds on that."""

from __future__ import annotations

import asyncpg
import pytest

from shared.notary import selfcheck
from shared.notary.merkle import Frontier
from shared.notary.reading import Connection
from shared.notary.refusal import SigningRefused
from tests.notary.conftest import MakeNotary, at_work, until
from tests.notary.ledger import fill, opinion, tamper
from tests.notary.remembering import leading, sign
from tests.servers import Database


async def test_restarted_while_the_log_is_locked_it_signs_over_no_alteration(
    owner: Connection, database: Database, make_notary: MakeNotary
) -> None:
    """What it builds on is what it checked: while it waits for the log, tiles, events and map are altered alike."""
    await fill(owner, 1, 3000)
    async with leading(make_notary()) as notary:
        true = (await notary.checkpoint()).checkpoint
    locking = await asyncpg.connect(database.owner_url)
    try:
        async with locking.transaction():
            await locking.execute("lock table log.events in access exclusive mode")
            notary = make_notary()
            async with at_work(notary):
                await until(lambda: _waits_for_the_log(owner))
                await locking.execute("set local session_replication_role = replica")
                await locking.execute("update log.events set actor = 'wang' where seq between 1 and 2999")
                leaves = (await opinion(locking)).leaves
                await locking.execute("delete from notary.tiles")
                for tile in Frontier().extend(leaves):
                    await locking.execute(
                        "insert into notary.tiles values ($1, $2, $3)", tile.level, tile.index, tile.hashes
                    )
                await locking.execute("commit")
                await until(lambda: notary.status().role in {"refusing", "leading"})
                await fill(owner, 3001, 3010)
                if notary.status().role == "leading":
                    with pytest.raises(SigningRefused):
                        await notary.checkpoint()
                assert not notary.status().healthy
                await locking.execute("begin")
    finally:
        await locking.close()
    (size,) = [row[0] for row in await owner.fetch("select max(size) from notary.checkpoints")]
    assert size == true.size


async def _waits_for_the_log(owner: Connection) -> bool:
    return bool(
        await owner.fetchval(
            "select count(*) from pg_stat_activity where application_name = 'juqu notary' and wait_event_type = 'Lock'"
        )
    )


async def test_an_alteration_between_check_and_load_is_not_built_on(
    owner: Connection, make_notary: MakeNotary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of many events the samples may meet none that was altered: the tree goes on from the edge that was checked."""
    await fill(owner, 1, 3000)
    await sign(make_notary())
    truth = (await opinion(owner)).root(3000)
    check_base = selfcheck.check_base

    async def then_altered(*given: object, **more: object) -> None:
        await check_base(*given, **more)  # type: ignore[arg-type]
        await tamper(owner, "update log.events set actor = 'wang' where seq = 100")
        for tile in Frontier().extend((await opinion(owner)).leaves):
            await tamper(
                owner,
                "update notary.tiles set hashes = $3 where level = $1 and index = $2",
                tile.level,
                tile.index,
                tile.hashes,
            )

    monkeypatch.setattr(selfcheck, "check_base", then_altered)
    async with at_work(make_notary()) as notary:
        await until(lambda: notary.status().role in {"leading", "refusing"})
        await fill(owner, 3001, 3001)
        try:
            made = (await notary.checkpoint()).checkpoint
        except SigningRefused:
            return
        leaves = (await opinion(owner)).leaves
        tree = Frontier()
        tree.extend(leaves[:3000])
        assert tree.root() != truth
        tree.extend(leaves[3000:])
        assert made.root != tree.root(), "signed over the alteration"
