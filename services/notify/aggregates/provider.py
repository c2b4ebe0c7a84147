"""A provider that is paused: by what it said of our account, or by an operator; used again when somebody says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from services.notify.aggregates import rules
from shared.contracts.core import Command, Decider, Event, Outcome, Refusal, Role
from shared.contracts.notify import Channel, ProviderPaused, ProviderResumed


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
Provider: TypeAlias = ProviderPaused | None
"""The pause that stands, or none."""


def evolve(state: Provider, event: Event) -> Provider:
    """The state after an event."""
    match event:
        case ProviderPaused():
            return event
        case ProviderResumed():
            return None
    return state


def decide(state: Provider, command: ProviderCommand) -> Outcome:
    """The service pauses, operators do both."""
    actor = command.context.actor
    if not actor.has(Role.OPERATOR) and not (isinstance(command, PauseProvider) and actor.has(Role.SYSTEM)):
        return Refusal(rules.OPERATOR_PAUSES)
    if not command.known:
        return Refusal(rules.PROVIDER_KNOWN, command.provider)
    match command:
        case PauseProvider(provider=provider, channel=channel, reason=reason):
            paused = ProviderPaused(provider=provider, channel=channel, reason=reason, paused_by=actor.subject)
            return (paused,) if state is None else ()
        case ResumeProvider(provider=provider, channel=channel, reason=reason):
            resumed = ProviderResumed(provider=provider, channel=channel, reason=reason, resumed_by=actor.subject)
            return (resumed,) if state is not None else ()
    assert_never(command)


PROVIDER: Decider[Provider, ProviderCommand] = Decider("notify", "provider", None, evolve, decide)
