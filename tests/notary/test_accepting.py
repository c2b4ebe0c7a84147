"""``juqu notary accept-history``: the one way on from a history that the notary remembers otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.operator.notary.accepting import read_reason
from shared.contracts.operator import HistoryAccepted
from shared.eventlog.log import EventLog
from shared.notary.memory import Memory
from shared.notary.reading import Connection
from tests.notary.conftest import MakeNotary, at_work, until
from tests.notary.ledger import fill, tamper
from tests.notary.remembering import WHY, back_to, cut_all, refusing, remembered, sign
from tests.operator.conftest import System
from tests.servers import Database


async def test_accept_history_is_the_way_out_and_leaves_word(
    database: Database, owner: Connection, system: System, make_notary: MakeNotary, memory: Memory
) -> None:
    await fill(owner, 1, 100)
    await sign(make_notary())
    await fill(owner, 101, 103)
    lost = await sign(make_notary())
    await back_to(owner, 100)
    async with at_work(make_notary()) as notary:
        await until(lambda: notary.status().role == "refusing")
        assert "it signed 103 events, and the log has 100" in notary.status().finding
        said = await system.juqu("notary", "accept-history", "--reason", WHY)
        assert said.code == 0, said
        await until(lambda: notary.status().role == "leading")
        again = await notary.checkpoint()
    assert again.checkpoint.size == 101, "with the event that says so"
    known = remembered(memory)
    assert known.note == again.note
    ((at, reason, former),) = [(each.at, each.reason, each.former) for each in known.accepted]
    assert (bool(at), reason, former) == (True, WHY, lost.encode())
    async with await EventLog.open(database.url("operator")) as log:
        (event,) = [each.event for each in await log.read_stream("operator/notary")]
    assert isinstance(event, HistoryAccepted)
    assert (event.reason, event.former_size, event.size) == (WHY, 103, 100)
    nothing = await system.juqu("notary", "accept-history", "--reason", WHY)
    assert nothing.code == 1
    assert "nothing to accept" in nothing.err
    assert remembered(memory).accepted == known.accepted


async def test_accept_history_is_the_way_out_of_a_database_that_was_made_anew(
    owner: Connection, system: System, make_notary: MakeNotary, memory: Memory
) -> None:
    await fill(owner, 1, 100)
    note = await sign(make_notary())
    await cut_all(owner)
    await fill(owner, 1, 30)
    async with refusing(make_notary(), "it signed 100 events, and the log has 30") as notary:
        said = await system.juqu("notary", "accept-history", "--reason", WHY, "--json")
        assert (said.code, said.json[0]["former_size"], said.json[0]["size"]) == (0, 100, -1), said
        await until(lambda: notary.status().role == "leading")
        assert (await notary.checkpoint()).checkpoint.size == 31
    assert remembered(memory).accepted[0].former == note.encode()


async def test_accept_history_is_for_where_the_notary_runs(system: System, key_file: Path) -> None:
    said = await system.juqu("notary", "accept-history", "--reason", WHY)
    assert "Neither the notary's key nor its memory is here" in said.refused
    assert not key_file.parent.exists() or not list(key_file.parent.iterdir())


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "two\nlines", "turned \u202e about"])
async def test_accept_history_takes_a_reason(reason: str, system: System) -> None:
    assert "--reason" in (await system.juqu("notary", "accept-history", "--reason", reason)).refused


def test_a_reason_is_judged_by_the_one_rule_of_plain_text() -> None:
    assert read_reason("\u3000主库　宕机，已核对\u00a0\u200b") == "主库　宕机，已核对"


async def test_accept_history_accepts_no_log_that_its_own_notary_contradicts(
    owner: Connection, system: System, make_notary: MakeNotary, memory: Memory
) -> None:
    await fill(owner, 1, 600)
    note = await sign(make_notary())
    await tamper(owner, "update log.events set actor = 'wang' where seq = 17")
    said = await system.juqu("notary", "accept-history", "--reason", WHY)
    assert said.code == 1
    assert "event 17 is not as it was" in said.err
    assert remembered(memory).note == note
