"""Whether a notice is still true: asked before every attempt, also of one that waits for the morning."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from services.notify.notices import RULES
from services.notify.reminder import REMINDER
from services.notify.views.facts import case_events
from shared.contracts.core import Event, event_type
from shared.contracts.notify import DeliveryRequested
from shared.service.running import Service

DONE = "the matter is done"
MOVED = "the last day has changed"
CORRECTED = "the event that it rests on was corrected"


async def untrue(service: Service, notice: DeliveryRequested) -> str:
    """Why a notice is no longer true; empty while it is. Raises what the log and the database raise."""
    if notice.reminder_id:
        return await _reminder(service, notice.reminder_id)
    return await _overtaken(service, notice) if notice.case_id else ""


async def _reminder(service: Service, reminder_id: str) -> str:
    reminder, _ = await service.runner.state(REMINDER, reminder_id)
    if reminder is None:
        return ""
    if reminder.cleared:
        return DONE
    return "" if reminder.raised or reminder.overdue else MOVED


async def _overtaken(service: Service, notice: DeliveryRequested) -> str:
    """By a correction of its cause, or by a later event of the case after which its rule is silent."""
    rule = RULES.get(notice.rule)
    later = [event_type(kind).name for kind in rule.untrue_after] if rule is not None else []
    rows, cause = case_events.table, str(notice.cause_id)
    its_seq = sa.select(rows.c.seq).where(rows.c.event_id == cause).scalar_subquery()
    corrected = rows.c.corrects == cause
    query = (
        sa.select(rows.c.seq, rows.c.type, corrected.label("corrected"), its_seq.label("cause_seq"))
        .where(rows.c.case_id == notice.case_id, sa.or_(corrected, rows.c.type.in_(later) & (rows.c.seq > its_seq)))
        .order_by(rows.c.seq)
    )
    async with service.reading() as connection:
        found = (await connection.execute(query)).all()
    for row in found:
        if row.corrected:
            return CORRECTED
        if rule is None or rule.item is None or await _is_one(service, rule.item, row.cause_seq, row.seq):
            return f"overtaken by {row.type}"
    return ""


async def _is_one(service: Service, item: Callable[[Event], str], *seqs: int) -> bool:
    """Whether events are of one item."""
    pages = [await service.log.read_all(seq - 1, limit=1, until=seq, include_internal=True) for seq in seqs]
    return len({item(each.event) for page in pages for each in page}) == 1
