"""What an office or a subscriber chose: which notices, by which channel, in which language."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from services.notify.aggregates import rules
from services.notify.aggregates.contact import OFFICES
from services.notify.aggregates.permission import own_preferences
from services.notify.notices import RULES
from services.notify.notices.people import SUBSCRIBER, Choices
from shared.contracts import notify as events
from shared.contracts.core import Command, Decider, Event, Outcome, Refusal
from shared.contracts.notify import Channel, Language
from shared.contracts.refusing import first, unless
from shared.programme.values.offices import Office

OWNERS = frozenset({*OFFICES, SUBSCRIBER})
"""The kinds of office that can choose, and subscribers."""


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


def evolve(state: Choices, event: Event) -> Choices:
    """The state after an event."""
    match event:
        case events.PreferenceSet():
            return replace(state, wanted={**state.wanted, (event.channel, event.kind): event.on})
        case events.LanguageSet():
            return replace(state, language=event.language)
        case _:
            return state


def decide(state: Choices, command: PreferenceCommand) -> Outcome:
    """Chosen by the office itself, an operator, or the service for whoever holds a notice's own code."""
    if refusal := first(
        own_preferences(command.context, command.owner),
        unless(Office.parse(command.owner).kind in OWNERS, rules.OFFICE_KNOWN, command.owner[:100], field="owner"),
    ):
        return refusal
    match command:
        case SetPreference():
            return _refused_kind(command) or _choose(state, command)
        case SetLanguage():
            return _speak(state, command)
        case _:
            assert_never(command)


def _refused_kind(command: SetPreference) -> Refusal | None:
    """Refuses a kind that does not exist, and an office that switches off what the law demands."""
    kind = command.kind
    if not kind:
        return None
    if kind not in RULES:
        return Refusal(rules.KIND_KNOWN, kind[:100], "kind")
    stays = RULES[kind].statutory and not command.owner.startswith(f"{SUBSCRIBER}:")
    return unless(command.on or not stays, rules.STATUTORY_STAYS, kind, field="kind")


def _choose(state: Choices, command: SetPreference) -> tuple[Event, ...]:
    if state.wanted.get((command.channel, command.kind)) is command.on:
        return ()
    return (
        events.PreferenceSet(
            owner=command.owner,
            channel=command.channel,
            kind=command.kind,
            on=command.on,
            set_by=command.context.actor.subject,
        ),
    )


def _speak(state: Choices, command: SetLanguage) -> tuple[Event, ...]:
    if state.language is command.language:
        return ()
    set_by = command.context.actor.subject
    return (events.LanguageSet(owner=command.owner, language=command.language, set_by=set_by),)


PREFERENCE: Decider[Choices, PreferenceCommand] = Decider("notify", "preference", Choices(), evolve, decide)
