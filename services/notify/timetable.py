"""When people are reminded of a last day, and when it is announced that one has passed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from services.notify.aggregates.reminder import (
    REMINDER,
    ClearReminder,
    PlanReminder,
    RaiseOverdue,
    RaiseReminder,
    moment,
    moment_after,
    reminder_id,
)
from services.notify.notices.reminders import LastDay, ends, last_days
from services.notify.notices.rendering import law_of
from services.notify.templates.reminding import OVERDUE
from shared.contracts import notify as events
from shared.contracts.core import Context, Envelope
from shared.service.deadlines import Change, DeadlineCleared, DeadlineSet
from shared.service.todos import Todo

_BEFORE = "reminder:{}"
_AFTER = "overdue:{}"


def reminders(envelope: Envelope) -> Iterator[Todo]:
    """Clear the reminders that an event makes pointless, then plan new ones."""
    case_id = getattr(envelope.event, "case_id", "")
    for done in ends(envelope.event):
        ident = reminder_id(case_id, done.matter, done.item)
        yield Todo(f"clear-{done.matter}", ident, partial(_clear, envelope.type), REMINDER)
    for last_day in last_days(envelope.event):
        ident = reminder_id(case_id, last_day.matter, last_day.item)
        yield Todo(f"plan-{last_day.matter}", ident, partial(_plan, envelope, case_id, last_day), REMINDER)


def _plan(envelope: Envelope, case_id: str, last_day: LastDay, context: Context) -> PlanReminder:
    return PlanReminder(
        context=context,
        case_id=case_id,
        last_day=last_day,
        days_before=law_of(envelope).reminder_days_before,
        cause=envelope,
    )


def _clear(reason: str, context: Context) -> ClearReminder:
    return ClearReminder(context=context, reason=reason)


def timetable(envelope: Envelope) -> tuple[Change, ...]:
    """When reminders are raised, and when it is announced that a last day has passed."""
    event = envelope.event
    if isinstance(event, events.ReminderPlanned):
        after = law_of(envelope).overdue_days_after if event.matter in OVERDUE else ()
        ident, due = event.reminder_id, event.due
        off = [DeadlineCleared(ident, _BEFORE.format(days)) for days in event.replaces]
        on = [DeadlineSet(ident, _BEFORE.format(days), moment(due, days)) for days in event.days_before]
        late = [DeadlineSet(ident, _AFTER.format(days), moment_after(due, days)) for days in after]
        return (*off, *on, *late)
    if isinstance(event, events.ReminderCleared):
        kinds = [_BEFORE.format(days) for days in event.days_before]
        kinds += [_AFTER.format(days) for days in law_of(envelope).overdue_days_after]
        return tuple(DeadlineCleared(event.reminder_id, kind) for kind in kinds)
    return ()


def when_due(deadline: DeadlineSet) -> Todo:
    """What is done when such a moment has come."""
    kind, _, days = deadline.kind.rpartition(":")
    if kind == "overdue":
        return Todo("raise-overdue", deadline.ident, partial(_raise_overdue, int(days)), REMINDER)
    return Todo("raise", deadline.ident, partial(_raise, int(days)), REMINDER)


def _raise(days: int, context: Context) -> RaiseReminder:
    return RaiseReminder(context=context, days_before=days)


def _raise_overdue(days: int, context: Context) -> RaiseOverdue:
    return RaiseOverdue(context=context, days_after=days)
