"""What an office or a subscriber chose: which notices by which channel, and in which language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias, assert_never

from services.notify.aggregates import rules
from services.notify.aggregates.contact import OFFICES
from services.notify.notices import RULES
from shared.contracts.core import Command, Decider, Event, Outcome, Refusal, Role
from shared.contracts.notify import Channel, Language, LanguageSet, PreferenceSet


@dataclass(frozen=True, kw_only=True, slots=True)
class SetPreference(Command):
    """Want notices of a ``kind`` (a rule's name, empty for all) by a channel, or want none."""

    owner: str
    channel: Channel
    kind: str = ""
    on: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class SetLanguage(Command):
    """Be told in a language from now on."""

    owner: str
    language: Language


PreferenceCommand: TypeAlias = SetPreference | SetLanguage


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen so far."""

    language: Language | None = None
    wanted: Mapping[tuple[Channel, str], bool] = field(default_factory=dict)


def evolve(state: Choices, event: Event) -> Choices:
    """The state after an event."""
    match event:
        case PreferenceSet():
            return replace(state, wanted={**state.wanted, (event.channel, event.kind): event.on})
        case LanguageSet():
            return replace(state, language=event.language)
    return state


def decide(state: Choices, command: PreferenceCommand) -> Outcome:
    """Chosen by the office itself, an operator, or the service for whoever holds a notice's own code."""
    actor = command.context.actor
    if actor.office != command.owner and not actor.has(Role.OPERATOR, Role.SYSTEM):
        return Refusal(rules.OWN_PREFERENCES, actor.office)
    if command.owner.partition(":")[0] not in {*OFFICES, "subscriber"}:
        return Refusal(rules.OFFICE_KNOWN, command.owner[:100], "owner")
    match command:
        case SetLanguage():
            event: Event = LanguageSet(owner=command.owner, language=command.language, set_by=actor.subject)
            return () if state.language is command.language else (event,)
        case SetPreference():
            return _choose(state, command)
    assert_never(command)


def _choose(state: Choices, command: SetPreference) -> Outcome:
    kind = command.kind
    if kind and kind not in RULES:
        return Refusal(rules.KIND_KNOWN, kind[:100], "kind")
    if kind and RULES[kind].statutory and not command.on and not command.owner.startswith("subscriber:"):
        return Refusal(rules.STATUTORY_STAYS, kind, "kind")
    if state.wanted.get((command.channel, kind)) is command.on:
        return ()
    return (
        PreferenceSet(
            owner=command.owner,
            channel=command.channel,
            kind=kind,
            on=command.on,
            set_by=command.context.actor.subject,
        ),
    )


PREFERENCE: Decider[Choices, PreferenceCommand] = Decider("notify", "preference", Choices(), evolve, decide)
