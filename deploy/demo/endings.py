"""What became of the cases, asked of the log, the notices and the read models; and whether a rebuild gives the same."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from deploy.demo.cases import OldCode, SampleCase
from deploy.operator.frame.definitions import projections
from shared.eventlog.log import EventLog
from shared.privacy.opening import sealer_of
from shared.projections.engine import open_engine
from shared.projections.rebuilding.rebuild import Rebuilt, rebuild

_STATES = """
select state, count(*) from notify.notices join notify.deliveries using (delivery_id)
where case_id = $1 group by state order by state
"""
FATES = (
    ({"lifecycle.TitleRevoked"}, "revoked"),
    ({"lifecycle.RectificationOrdered", "lifecycle.TitleRetained"}, "rectified and kept"),
    ({"lifecycle.NationalRecommendationMade", "lifecycle.TitleRetained"}, "excellent"),
    ({"lifecycle.TitleRetained"}, "qualified"),
    ({"intake.FilingBlocked"}, "not eligible"),
    ({"intake.DraftOpened"}, "explained and routed"),
)
"""By which events a fate is known; the first that fits."""


@dataclass(frozen=True, slots=True)
class CaseEnd:
    """A case: what was expected and reached, its events, its notices by state."""

    case: str
    case_id: str
    expected: str
    reached: str
    events: int
    notices: Mapping[str, int]

    @property
    def as_expected(self) -> bool:
        """Whether the case ended as it must, and no notice is unsettled."""
        return self.reached == self.expected and not self.notices.keys() & UNSETTLED

    @property
    def sent(self) -> int:
        """Notices that a provider took or a receipt confirmed."""
        return sum(self.notices.get(state, 0) for state in SENT)

    @property
    def other(self) -> int:
        """Notices that were not sent, each with its reason in the log."""
        return sum(self.notices.values()) - self.sent


SENT = ("accepted", "delivered")
UNSETTLED = {"ready", "attempting", "not-sent", "unknown"}


def fate(types: set[str]) -> str:
    """What became of a case, by the events it has."""
    return next((name for needed, name in FATES if needed <= types), "open")


async def endings(
    operator_url: str, cases: tuple[SampleCase, ...], old: OldCode, case_ids: Mapping[str, str]
) -> list[CaseEnd]:
    """What became of each case, by the log alone."""
    expected = {case.name: case.outcome for case in cases} | {"OLD-CODE": old.outcome}
    connection = await asyncpg.connect(operator_url)
    try:
        ends = []
        for name, outcome in expected.items():
            ident = case_ids.get(name, "")
            rows = await connection.fetch("select type from log.events where stream like '%/' || $1", ident)
            states = await connection.fetch(_STATES, ident)
            types = [row["type"] for row in rows]
            notices = {row["state"]: row["count"] for row in states}
            ends.append(CaseEnd(name, ident, outcome, fate(set(types)), len(types), notices))
        return ends
    finally:
        await connection.close()


async def rebuilds(role_urls: Mapping[str, str], keys: Path, *, switch: bool = False) -> dict[str, Rebuilt]:
    """Every projection of every service, rebuilt from the log beside the live one and compared; to ``switch`` puts the
    new tables in place of the live ones where they are equal.

    ``keys`` is the folder of the master key.
    """
    rebuilt = {}
    for owned in projections():
        url = role_urls[owned.role]
        engine = open_engine(url)
        sealer = sealer_of(url, keys, os.environ, sees_personal_data=owned.sees_personal_data)
        log = await EventLog.open(url, sealer=sealer)
        try:
            rebuilt[owned.projection.name] = await rebuild(log, engine, owned.projection, owned.service, switch=switch)
        finally:
            await log.close()
            await engine.dispose()
    return rebuilt
