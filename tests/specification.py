"""Given these events, when this command, then those events (or that refusal): how an aggregate is specified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import reduce
from typing import Generic, TypeVar
from uuid import UUID

from shared.contracts.core import (
    CST,
    Actor,
    Command,
    Context,
    Decider,
    Event,
    EventType,
    Outcome,
    Refusal,
    Role,
    Rule,
    derived_id,
    event_types,
)

S = TypeVar("S")
C = TypeVar("C", bound=Command)


def contracts_of(*services: str) -> list[EventType]:
    """The published and internal events of services (of all, where none is named), without those of tests."""
    return [
        kind
        for kind in event_types()
        if kind.cls.__module__.startswith("shared.contracts.") and (not services or kind.service in services)
    ]


@dataclass(frozen=True)
class Given(Generic[S, C]):
    """A history."""

    decider: Decider[S, C]
    events: tuple[Event, ...]

    def when(self, command: C) -> Then[S, C]:
        """Decide a command on the state that the history leads to."""
        state = reduce(self.decider.evolve, self.events, self.decider.initial)
        return Then(self, command, self.decider.decide(state, command))


@dataclass(frozen=True)
class Then(Generic[S, C]):
    """What came of it."""

    given: Given[S, C]
    command: C
    outcome: Outcome

    def then(self, *events: Event) -> Then[S, C]:
        """It gave exactly these events."""
        assert self.outcome == events, f"\nexpected {events}\ngot      {self.outcome}"
        return self

    def then_kinds(self, *kinds: type[Event]) -> Then[S, C]:
        """It gave events of exactly these kinds, in this order."""
        assert not isinstance(self.outcome, Refusal), self.outcome
        assert tuple(type(event) for event in self.outcome) == kinds
        return self

    def refused(self, rule: Rule, *, field: str | None = None) -> Refusal:
        """It was refused by this rule (and for this field)."""
        assert isinstance(self.outcome, Refusal), f"not refused: {self.outcome}"
        assert self.outcome.rule.name == rule.name, f"refused by another rule: {self.outcome}"
        assert field is None or self.outcome.field == field
        return self.outcome

    @property
    def events(self) -> tuple[Event, ...]:
        """The new events; fails when it was refused."""
        assert not isinstance(self.outcome, Refusal), self.outcome
        return self.outcome

    def again(self) -> Then[S, C]:
        """The same command on the history that now includes its events."""
        return Given(self.given.decider, self.given.events + self.events).when(self.command)

    def and_then(self) -> Given[S, C]:
        """The history that now includes its events."""
        return Given(self.given.decider, self.given.events + self.events)


def given(decider: Decider[S, C], events: Sequence[Event] = ()) -> Given[S, C]:
    """Begin a specification."""
    return Given(decider, tuple(events))


def actor(office: str, *roles: Role, subject: str = "") -> Actor:
    """Somebody in an office."""
    return Actor(subject or office, f"测试人员 {office}", office, frozenset(roles))


def context(
    who: Actor, on: str = "2018-06-11", *, command_id: UUID | None = None, policy_version: str = "2018-04-28.1"
) -> Context:
    """A context at nine in the morning of a day in China."""
    day = date.fromisoformat(on)
    return Context(
        actor=who,
        now=datetime.combine(day, time(9), CST),
        effective_on=day,
        command_id=command_id or derived_id("test", who.office, on),
        correlation_id="test",
        policy_version=policy_version,
    )
