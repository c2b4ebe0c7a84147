"""Whether a notice is still true. This is asked before every attempt, also after a night's wait."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from services.notify.aggregates.reminder import REMINDER
from services.notify.notices import RULES
from services.notify.views.facts import case_events
from shared.contracts import notify as events
from shared.contracts.core import Event, event_type
from shared.eventlog.batching import Together
from shared.projections.view_table import sql, tagged
from shared.service.service import Service

DONE = "the matter is done"
MOVED = "the last day has changed"
CORRECTED = "the event that it rests on was corrected"


class _Happened(NamedTuple):
    """A row of ``case_events``."""

    event_id: str
    type: str
    seq: int
    corrects: str


class Truth:
    """Says whether notices are true; questions asked at the same time share one round trip."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._of_case = Together(self._of_cases)
        rows = tagged(case_events.table, service.schema).c
        wanted = sa.bindparam("cases", type_=sa.ARRAY(sa.Text))
        of_cases = sa.select(rows.case_id, rows.event_id, rows.type, rows.seq, rows.corrects)
        self._events = sql(of_cases.where(rows.case_id == sa.any_(wanted)).order_by(rows.seq))

    async def untrue(self, notice: events.DeliveryRequested) -> str:
        """Why a notice is no longer true; empty if it is. Raises what the log and the database raise."""
        if notice.reminder_id:
            return await _reminder(self._service, notice.reminder_id)
        return await self._overtaken(notice) if notice.case_id else ""

    async def _overtaken(self, notice: events.DeliveryRequested) -> str:
        """Why it was overtaken: its cause was corrected, or a later event of the case made it untrue."""
        rule = RULES.get(notice.rule)
        later = {event_type(kind).name for kind in rule.untrue_after} if rule is not None else set()
        happened, cause = await self._of_case(notice.case_id), str(notice.cause_id)
        its_seq = next((row.seq for row in happened if row.event_id == cause), None)
        for row in happened:
            if row.corrects == cause:
                return CORRECTED
            if its_seq is None or row.seq <= its_seq or row.type not in later:
                continue
            if rule is None or rule.item is None or await _is_one(self._service, rule.item, its_seq, row.seq):
                return f"overtaken by {row.type}"
        return ""

    async def _of_cases(self, case_ids: Sequence[str]) -> list[Sequence[_Happened]]:
        """The events of cases, each case's in order."""
        of_cases: dict[str, list[_Happened]] = {}
        for case_id, *row in await self._service.fetch(self._events, list(set(case_ids))):
            of_cases.setdefault(case_id, []).append(_Happened(*row))
        return [of_cases.get(case_id, []) for case_id in case_ids]


async def _reminder(service: Service, reminder_id: str) -> str:
    reminder, _ = await service.runner.state(REMINDER, reminder_id)
    if reminder is None:
        return ""
    if reminder.cleared:
        return DONE
    return "" if reminder.raised or reminder.overdue else MOVED


async def _is_one(service: Service, item: Callable[[Event], str], *seqs: int) -> bool:
    """Whether events are about the same item."""
    pages = [await service.log.read_all(seq - 1, limit=1, until=seq, include_internal=True) for seq in seqs]
    return len({item(envelope.event) for page in pages for envelope in page}) == 1
