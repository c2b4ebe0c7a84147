"""A reader without keys: what is sealed reads as erased, the rest as it is, and nothing can be appended."""

from __future__ import annotations

import asyncpg
import pytest

from deploy.database.roles import KEYS, beside
from shared.contracts.core import EventType
from shared.contracts.review import SiteVisitScheduled
from shared.eventlog.log import EventLog
from shared.privacy.withheld import Withheld
from shared.programme.values.personal import ERASED
from tests.contracts.samples import samples
from tests.privacy.conftest import OpenLog
from tests.privacy.test_sealing import PERSONAL, WANG, by
from tests.servers import Database


@pytest.mark.parametrize("kind", [kind for kind in PERSONAL if not kind.internal], ids=lambda kind: kind.name)
async def test_the_portal_reads_every_personal_event_without_the_person(
    sealing: OpenLog, database: Database, kind: EventType
) -> None:
    writer = await sealing(kind.service)
    events = list(samples(kind.cls))
    await writer.append(f"{kind.service}/thing/1", 0, events, by())
    async with await EventLog.open(database.url("portal"), sealer=Withheld()) as log:
        read = await log.read_stream(f"{kind.service}/thing/1")
    assert [type(envelope.event) for envelope in read] == [type(event) for event in events]
    assert ERASED in str([envelope.event for envelope in read])


async def test_what_is_not_personal_reads_as_it_is(sealing: OpenLog, database: Database) -> None:
    visit = samples(SiteVisitScheduled)[0]
    assert isinstance(visit, SiteVisitScheduled)
    await (await sealing("review")).append("review/case/1", 0, [visit], by())
    async with await EventLog.open(database.url("portal"), sealer=Withheld()) as log:
        (read,) = await log.read_stream("review/case/1")
    event = read.event
    assert isinstance(event, SiteVisitScheduled)
    assert (event.case_id, event.visit_on) == (visit.case_id, visit.visit_on)
    assert set(event.visitors) == {ERASED}


async def test_the_portal_has_no_way_to_the_keys(database: Database) -> None:
    connection = await asyncpg.connect(beside(database.url("portal"), KEYS))
    try:
        for question in (
            "select * from keys.wrapped",
            "select keys.resolve_all(null)",
            "select * from keys.keys_of(null)",
        ):
            with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.UndefinedFunctionError)):
                await connection.fetch(question)
    finally:
        await connection.close()


async def test_the_portal_appends_nothing(database: Database) -> None:
    async with await EventLog.open(database.url("portal"), sealer=Withheld()) as log:
        with pytest.raises(PermissionError):
            await log.append("notify/contact/city:220100", 0, [WANG], by())
    connection = await asyncpg.connect(database.url("portal"))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("call log.append(array[]::log.fact[], null)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("insert into log.events default values")
    finally:
        await connection.close()
