"""A draft, a case in publicity, a district and a notice, as the log holds them, and a token for every role."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg

from shared.contracts.core import Actor, Context, Event, Role, derived_id
from shared.eventlog.log import EventLog
from shared.service.identity.development_issuer import DevelopmentIssuer
from tests.intake import cases
from tests.lifecycle import situations
from tests.operator.conftest import DELIVERY, NOTIFY, delivered, requested
from tests.review import histories
from tests.servers import Database
from tests.specification import actor

NOW = datetime(2019, 9, 2, 1, tzinfo=UTC)
EVERYBODY = (
    histories.COUNTY,
    actor(f"unit:{histories.KEY_UNIT.uscc}", Role.KEY_UNIT),
    actor("city:220100", Role.CITY),
    actor("province", Role.PROVINCE),
    actor("province", Role.PROVINCE_LEAD, subject="lead"),
    actor("expert:e1", Role.EXPERT),
    actor("operator", Role.OPERATOR),
    actor("auditor", Role.AUDITOR),
    actor("consumer:statistics", Role.CONSUMER),
    actor("system:review", Role.SYSTEM),
)
"""One of each role; those whom the cases concern, where there are such."""

_STREAMS: dict[str, tuple[str, str, Actor]] = {
    "intake": (f"intake/application/{cases.CASE}", "2018-06-11", cases.COUNTY),
    "review": (f"review/case/{histories.CASE}", "2018-08-20", histories.OFFICER),
    "lifecycle": (f"lifecycle/district/{situations.CASE}", "2019-08-20", situations.SYSTEM),
    "notify": (f"notify/delivery/{DELIVERY}", "2018-06-20", NOTIFY),
}
CASES = {"intake": cases.CASE, "review": histories.CASE, "lifecycle": situations.CASE, "notify": histories.CASE}
"""The case that each service has."""


def _events(service: str) -> Sequence[Event]:
    match service:
        case "intake":
            return cases.written()
        case "review":
            return histories.publicised()
        case "lifecycle":
            return situations.history(situations.designate("2019-08-20"))
        case _:
            return (requested(derived_id("cause")), *delivered())


async def tell(database: Database) -> None:
    """Write the story into the log, and set the clock to when it goes on."""
    connection = await asyncpg.connect(database.owner_url)
    await connection.execute("select clock.set($1)", NOW)
    await connection.close()
    for service, (stream, on, who) in _STREAMS.items():
        context = Context(
            actor=who,
            now=NOW,
            effective_on=date.fromisoformat(on),
            command_id=derived_id("story", service),
            correlation_id="story",
            policy_version="2018-04-28.1",
        )
        async with await EventLog.open(database.url(service)) as log:
            await log.append(stream, 0, _events(service), context)


def told(service: str, keys: Path) -> dict[str, Any]:
    """What is known of it: tokens of everybody, and the ids that a path may name."""
    issuer = DevelopmentIssuer(keys)
    tokens = {one.office + one.subject: issuer.token(one, lifetime=timedelta(hours=1)) for one in EVERYBODY}
    known = {"case_id": CASES.get(service, histories.CASE), "delivery_id": DELIVERY}
    return {"tokens": tokens, "known": known}
