"""Reminders before and after the last day of a matter: planned when the day is set, cleared when it is done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TypeAlias, assert_never

from services.notify.aggregates.permission import system_only
from services.notify.notices.reminders import LastDay
from shared.contracts import notify as events
from shared.contracts.core import CST, Command, Decider, Due, Envelope, Event, Outcome, derived_id
from shared.contracts.notify import Matter

AT = time(8)
"""Reminders go out at eight in the morning, China Standard Time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanReminder(Command):
    """Plan reminders ``days_before`` (calendar days each) the last day that ``cause`` sets. A new last day replaces
    the old one."""

    case_id: str
    last_day: LastDay
    days_before: tuple[int, ...]
    cause: Envelope


@dataclass(frozen=True, kw_only=True, slots=True)
class RaiseReminder(Command):
    """It is time for one of the reminders."""

    days_before: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RaiseOverdue(Command):
    """``days_after`` (calendar) days have passed since the last day."""

    days_after: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ClearReminder(Command):
    """The matter is done."""

    reason: str


ReminderCommand: TypeAlias = PlanReminder | RaiseReminder | RaiseOverdue | ClearReminder


@dataclass(frozen=True, slots=True)
class Planned:
    """Planned. ``raised`` holds the reminders already sent, in days before; ``overdue`` the largest number of days
    after that was announced (0: none)."""

    plan: events.ReminderPlanned
    raised: frozenset[int] = frozenset()
    cleared: bool = False
    overdue: int = 0


Reminder: TypeAlias = Planned | None


def reminder_id(case_id: str, matter: Matter, item: str) -> str:
    """The id of the reminders for one matter of a case."""
    return str(derived_id("reminder", case_id, matter, item))


def moment(due: Due, days_before: int) -> datetime:
    """When a reminder is raised."""
    return datetime.combine(due.on - timedelta(days=days_before), AT, CST)


def moment_after(due: Due, days_after: int) -> datetime:
    """When it is announced that a last day has passed."""
    return moment(due, -days_after)


def evolve(state: Reminder, event: Event) -> Reminder:
    """The state after an event."""
    match event:
        case events.ReminderPlanned():
            return Planned(event)
        case _ if state is None:
            return state
        case events.ReminderRaised():
            return replace(state, raised=state.raised | {event.days_before})
        case events.MatterOverdue():
            return replace(state, overdue=max(state.overdue, event.days_after))
        case events.ReminderCleared():
            return replace(state, cleared=True)
        case _:
            return state


def decide(state: Reminder, command: ReminderCommand) -> Outcome:
    """Reminders are the calendar's: nobody plans one by hand."""
    if refusal := system_only(command.context):
        return refusal
    match command:
        case PlanReminder():
            return _plan(state, command)
        case RaiseReminder():
            return _raise(state, command)
        case RaiseOverdue():
            return _raise_overdue(state, command)
        case ClearReminder():
            return _clear(state, command)
        case _:
            assert_never(command)


def _plan(state: Reminder, command: PlanReminder) -> Outcome:
    last_day = command.last_day
    if state is not None and not state.cleared and state.plan.due == last_day.due:
        return ()
    ahead = tuple(
        days for days in command.days_before if moment(last_day.due, days).date() > command.context.effective_on
    )
    return (
        events.ReminderPlanned(
            reminder_id=reminder_id(command.case_id, last_day.matter, last_day.item),
            case_id=command.case_id,
            matter=last_day.matter,
            item=last_day.item,
            due=last_day.due,
            days_before=ahead,
            replaces=state.plan.days_before if state is not None else (),
            cause_id=command.cause.event_id,
            cause_type=command.cause.type,
        ),
    )


def _raise(state: Reminder, command: RaiseReminder) -> Outcome:
    """If several are due at once, only the one nearest the last day is raised; none after the last day."""
    days = command.days_before
    if state is None or state.cleared or days not in state.plan.days_before or days in state.raised:
        return ()
    plan, now = state.plan, command.context.now
    left = (plan.due.on - command.context.today).days
    nearer = any(moment(plan.due, other) <= now for other in plan.days_before if other < days)
    if nearer or left < 0:
        return ()
    return (
        events.ReminderRaised(
            reminder_id=plan.reminder_id,
            case_id=plan.case_id,
            matter=plan.matter,
            item=plan.item,
            due=plan.due,
            days_before=days,
            days_left=left,
            cause_id=plan.cause_id,
            cause_type=plan.cause_type,
        ),
    )


def _raise_overdue(state: Reminder, command: RaiseOverdue) -> Outcome:
    """It says how many days have really passed. If several are due at once, one is enough."""
    if state is None or state.cleared:
        return ()
    plan = state.plan
    gone = (command.context.today - plan.due.on).days
    if gone < command.days_after or state.overdue >= command.days_after:
        return ()
    return (
        events.MatterOverdue(
            reminder_id=plan.reminder_id,
            case_id=plan.case_id,
            matter=plan.matter,
            item=plan.item,
            due=plan.due,
            days_after=gone,
            cause_id=plan.cause_id,
            cause_type=plan.cause_type,
        ),
    )


def _clear(state: Reminder, command: ClearReminder) -> Outcome:
    if state is None or state.cleared:
        return ()
    plan = state.plan
    return (
        events.ReminderCleared(
            reminder_id=plan.reminder_id,
            case_id=plan.case_id,
            matter=plan.matter,
            item=plan.item,
            days_before=plan.days_before,
            reason=command.reason,
        ),
    )


REMINDER: Decider[Reminder, ReminderCommand] = Decider("notify", "reminder", None, evolve, decide)
