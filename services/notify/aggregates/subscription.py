"""A subscription of somebody of the public: asked for, confirmed with the code that was sent, ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias, assert_never

from services.notify.aggregates import rules
from services.notify.notices import Topic
from shared.contracts.core import Command, Decider, Event, Outcome, Refusal, Role
from shared.contracts.lengths import Name, PublicText, Reach
from shared.contracts.notify import (
    Channel,
    Language,
    SubscriptionConfirmed,
    SubscriptionEnded,
    SubscriptionRequested,
    WebhookSecretChanged,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestSubscription(Command):
    """Hear of a district (``division``; empty for all) and a ``topic`` (empty for every one), in a language.

    ``unusable`` says what is wrong with the address.
    """

    subscription_id: str
    channel: Channel
    address: Reach
    division: str = ""
    topic: str = ""
    language: Language = Language.CHINESE
    unusable: str = ""
    unusable_zh: str = ""
    division_known: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfirmSubscription(Command):
    """Confirm with the code; ``token_right`` is looked up."""

    subscription_id: str
    token: Name
    token_right: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class EndSubscription(Command):
    """End it: with the code, by an operator, or by the service for what came back."""

    subscription_id: str
    reason: PublicText = ""
    token: Name = ""
    token_right: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplaceSubscription(Command):
    """By the system: another one was asked for in its place. One that was confirmed stays."""

    subscription_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeSecret(Command):
    """Have a webhook's signatures made with a new secret; the old one is used beside it for ``BOTH``."""

    subscription_id: str
    token: Name
    token_right: bool = False


SubscriptionCommand: TypeAlias = (
    RequestSubscription | ConfirmSubscription | EndSubscription | ChangeSecret | ReplaceSubscription
)
BOTH = timedelta(days=1)
"""For how long a webhook's old secret is valid beside the new one."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Asked for; messages go out once it is confirmed. A webhook's signatures are made with its ``secret``-th secret,
    and with the one before until ``old_until``."""

    asked: SubscriptionRequested
    confirmed: bool = False
    secret: int = 0
    old_until: datetime | None = None

    def secrets(self, now: datetime) -> tuple[int, ...]:
        """The numbers of the secrets that are valid, the newest first."""
        both = self.old_until is not None and now < self.old_until
        return (self.secret, self.secret - 1) if both else (self.secret,)


@dataclass(frozen=True, slots=True)
class Ended:
    """Ended for good."""


Subscription: TypeAlias = Standing | Ended | None


def evolve(state: Subscription, event: Event) -> Subscription:
    """The state after an event."""
    match event:
        case SubscriptionRequested():
            return Standing(event)
        case SubscriptionConfirmed():
            return replace(state, confirmed=True) if isinstance(state, Standing) else state
        case WebhookSecretChanged(number=number, old_until=until):
            return replace(state, secret=number, old_until=until) if isinstance(state, Standing) else state
        case SubscriptionEnded():
            return Ended()
    return state


def decide(state: Subscription, command: SubscriptionCommand) -> Outcome:
    """What a command makes of a subscription."""
    match command:
        case RequestSubscription():
            return _request(state, command)
        case ReplaceSubscription():
            return _replace(state, command)
        case ConfirmSubscription() | EndSubscription() | ChangeSecret():
            return _go_on(state, command)
    assert_never(command)


def _request(state: Subscription, command: RequestSubscription) -> Outcome:
    if state is not None:
        return ()
    if command.unusable:
        return Refusal(rules.ADDRESS_USABLE, command.unusable, "address", detail_zh=command.unusable_zh)
    if not command.division_known:
        return Refusal(rules.DIVISION_KNOWN, command.division, "division")
    if command.topic and command.topic not in set(Topic):
        return Refusal(rules.TOPIC_KNOWN, ", ".join(Topic), "topic")
    return (
        SubscriptionRequested(
            subscription_id=command.subscription_id,
            channel=command.channel,
            address=command.address,
            division=command.division,
            topic=command.topic,
            language=command.language,
        ),
    )


def _replace(state: Subscription, command: ReplaceSubscription) -> Outcome:
    if not command.context.actor.has(Role.SYSTEM):
        return Refusal(rules.SYSTEM_ONLY)
    if not isinstance(state, Standing) or state.confirmed:
        return ()
    return (SubscriptionEnded(subscription_id=command.subscription_id, reason="asked for anew"),)


def _go_on(state: Subscription, command: ConfirmSubscription | EndSubscription | ChangeSecret) -> Outcome:
    if state is None:
        return Refusal(rules.SUBSCRIPTION_EXISTS)
    by_hand = isinstance(command, EndSubscription) and command.context.actor.has(Role.OPERATOR, Role.SYSTEM)
    if not command.token_right and not by_hand:
        return Refusal(rules.TOKEN_RIGHT, field="token")
    if isinstance(command, EndSubscription):
        if isinstance(state, Ended):
            return ()
        return (SubscriptionEnded(subscription_id=command.subscription_id, reason=command.reason),)
    if isinstance(state, Ended):
        return Refusal(rules.SUBSCRIPTION_STANDS)
    if isinstance(command, ChangeSecret):
        return _change_secret(state, command)
    if state.confirmed:
        return ()
    asked = state.asked
    return (
        SubscriptionConfirmed(
            subscription_id=asked.subscription_id,
            channel=asked.channel,
            address=asked.address,
            division=asked.division,
            topic=asked.topic,
            language=asked.language,
        ),
    )


def _change_secret(state: Standing, command: ChangeSecret) -> Outcome:
    if not state.confirmed or state.asked.channel is not Channel.WEBHOOK:
        return Refusal(rules.SECRET_OF_A_WEBHOOK)
    return (
        WebhookSecretChanged(
            subscription_id=command.subscription_id,
            number=state.secret + 1,
            old_until=command.context.now + BOTH,
        ),
    )


SUBSCRIPTION: Decider[Subscription, SubscriptionCommand] = Decider("notify", "subscription", None, evolve, decide)
