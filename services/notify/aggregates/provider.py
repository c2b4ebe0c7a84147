"""A paused provider. The service pauses one for what it says about our account; operators pause and resume."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from services.notify.aggregates import rules
from services.notify.aggregates.permission import operator_pauses
from shared.contracts import notify as events
from shared.contracts.core import Command, Decider, Event, Outcome
from shared.contracts.notify import Channel
from shared.contracts.refusing import first, unless


@dataclass(frozen=True, kw_only=True, slots=True)
class PauseProvider(Command):
    """Give a provider nothing more. ``channel`` is looked up; ``known`` says whether there is such a provider."""

    provider: str
    reason: str
    channel: Channel = Channel.MAIL
    known: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class ResumeProvider(Command):
    """Use a provider again."""

    provider: str
    reason: str
    channel: Channel = Channel.MAIL
    known: bool = True


ProviderCommand: TypeAlias = PauseProvider | ResumeProvider
Pause: TypeAlias = events.ProviderPaused | None
"""The pause that stands, or none."""


def evolve(state: Pause, event: Event) -> Pause:
    """The state after an event."""
    match event:
        case events.ProviderPaused():
            return event
        case events.ProviderResumed():
            return None
        case _:
            return state


def decide(state: Pause, command: ProviderCommand) -> Outcome:
    """The service may pause a provider; operators may also resume it."""
    if refusal := first(
        operator_pauses(command.context, or_system=isinstance(command, PauseProvider)),
        unless(command.known, rules.PROVIDER_KNOWN, command.provider),
    ):
        return refusal
    actor = command.context.actor.subject
    match command:
        case PauseProvider(provider=provider, channel=channel, reason=reason):
            paused = events.ProviderPaused(provider=provider, channel=channel, reason=reason, paused_by=actor)
            return (paused,) if state is None else ()
        case ResumeProvider(provider=provider, channel=channel, reason=reason):
            resumed = events.ProviderResumed(provider=provider, channel=channel, reason=reason, resumed_by=actor)
            return (resumed,) if state is not None else ()
        case _:
            assert_never(command)


PROVIDER: Decider[Pause, ProviderCommand] = Decider("notify", "provider", None, evolve, decide)
