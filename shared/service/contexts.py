"""What surrounds a command: who gives it, when, and because of what. A service makes every ``Context`` here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from functools import cache
from uuid import UUID, uuid4

from shared.contracts.core import Actor, Context, Envelope, Role, day_in_china, derived_id
from shared.programme.dates.announced import latest
from shared.programme.policy import Policy, policy_in_force
from shared.service.deadlines import DeadlineSet
from shared.service.recounting import StandingDeadline
from shared.service.todos import Todo


@cache
def system_actor(service: str) -> Actor:
    """The service itself, acting by rule and not by anybody's choice."""
    return Actor(f"system:{service}", f"juqu {service}", f"system:{service}", frozenset({Role.SYSTEM}))


def of_request(
    actor: Actor, now: datetime, *, effective_on: date, law: Policy, command_id: UUID, correlation_id: str
) -> Context:
    """The context of a command that somebody sends, of effect from a day on, under the law of that day."""
    return Context(
        actor=actor,
        now=now,
        effective_on=effective_on,
        command_id=command_id,
        correlation_id=correlation_id,
        policy_version=law.version,
        calendar=latest(),
    )


def of_question(actor: Actor, now: datetime) -> Context:
    """The context of what somebody might do now. Nothing is done in it."""
    today = day_in_china(now)
    law = policy_in_force(today)
    return of_request(actor, now, effective_on=today, law=law, command_id=uuid4(), correlation_id="")


def of_reaction(service: str, now: datetime, todo: Todo, cause: Envelope) -> Context:
    """The context of what an event leads to.

    It has the event's day and law. The command's id follows from the event, so that it is done once.
    """
    return Context(
        actor=system_actor(service),
        now=now,
        effective_on=cause.effective_on,
        command_id=derived_id(cause.event_id, todo.name, todo.ident),
        correlation_id=cause.correlation_id,
        causation_id=cause.event_id,
        policy_version=cause.policy_version,
        calendar=latest(),
    )


def of_deadline(service: str, now: datetime, deadline: DeadlineSet) -> Context:
    """The context of what a deadline leads to.

    It has the deadline's day and law. The command's id follows from the deadline, so that it fires once.
    """
    effective_on = day_in_china(deadline.due)
    command_id = derived_id(service, deadline.ident, deadline.kind, deadline.due.isoformat())
    return Context(
        actor=system_actor(service),
        now=now,
        effective_on=effective_on,
        command_id=command_id,
        correlation_id=str(command_id),
        policy_version=policy_in_force(effective_on).version,
        calendar=latest(),
    )


def of_recount(service: str, now: datetime, deadline: StandingDeadline, calendar: str) -> Context:
    """The context in which a deadline is counted again, today, by a calendar.

    The command's id follows from the deadline and the calendar, so that it is counted once.
    """
    ident = derived_id(service, deadline.ident, deadline.kind, deadline.due.isoformat(), calendar)
    return replace(of_today(system_actor(service), now, command_id=ident), calendar=calendar)


def of_today(
    actor: Actor,
    now: datetime,
    *,
    command_id: UUID | None = None,
    correlation_id: str | None = None,
    causation_id: UUID | None = None,
    policy_version: str = "",
) -> Context:
    """The context of a command that an actor gives now, with effect from today.

    It has an id of its own, correlates with nothing, and is under today's law, unless these are given.
    """
    effective_on = day_in_china(now)
    command_id = command_id or uuid4()
    return Context(
        actor=actor,
        now=now,
        effective_on=effective_on,
        command_id=command_id,
        correlation_id=str(command_id) if correlation_id is None else correlation_id,
        causation_id=causation_id,
        policy_version=policy_version or policy_in_force(effective_on).version,
        calendar=latest(),
    )


__all__ = ["of_deadline", "of_reaction", "of_recount", "of_request", "of_today", "system_actor"]
