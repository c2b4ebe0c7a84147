"""A subscription of somebody of the public: asked for, confirmed with the code that was sent, ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias, assert_never

from services.notify.aggregates import rules
from services.notify.aggregates.permission import own_subscription, system_only
from services.notify.notices import Topic
from shared.contracts import notify as events
from shared.contracts.core import Command, Decider, Event, Outcome, Refusal, Role
from shared.contracts.lengths import Name, PublicText, Reach
from shared.contracts.notify import Channel, Language
from shared.contracts.refusing import first, unless


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
class Requested:
    """Asked for; messages go out once it is confirmed. A webhook's signatures use secret number ``secret``, and the
    one before it until ``old_until``."""

    request: events.SubscriptionRequested
    confirmed: bool = False
    secret: int = 0
    old_until: datetime | None = None

    def secrets(self, now: datetime) -> tuple[int, ...]:
        """The numbers of the valid secrets, the newest first."""
        both = self.old_until is not None and now < self.old_until
        return (self.secret, self.secret - 1) if both else (self.secret,)


@dataclass(frozen=True, slots=True)
class Ended:
    """Ended for good."""


Subscription: TypeAlias = Requested | Ended | None


def evolve(state: Subscription, event: Event) -> Subscription:
    """The state after an event."""
    match event:
        case events.SubscriptionRequested():
            return Requested(event)
        case events.SubscriptionEnded():
            return Ended()
        case _ if not isinstance(state, Requested):
            return state
        case events.SubscriptionConfirmed():
            return replace(state, confirmed=True)
        case events.WebhookSecretChanged():
            return replace(state, secret=event.number, old_until=event.old_until)
        case _:
            return state


def decide(state: Subscription, command: SubscriptionCommand) -> Outcome:
    """The events that a command makes happen, or the rule that refuses it. Whoever has the code decides; operators
    may end it."""
    match command:
        case RequestSubscription():
            return () if state is not None else _unfit(command) or _requested(command)
        case ReplaceSubscription():
            return system_only(command.context) or _replaced(state, command)
        case _ if state is None:
            return Refusal(rules.SUBSCRIPTION_EXISTS)
        case EndSubscription():
            by_hand = command.context.actor.has(Role.OPERATOR, Role.SYSTEM)
            return own_subscription(token_right=command.token_right or by_hand) or _ended(state, command)
        case ConfirmSubscription():
            return own_subscription(token_right=command.token_right) or _confirm(state)
        case ChangeSecret():
            return own_subscription(token_right=command.token_right) or _change_secret(state, command)
        case _:
            assert_never(command)


def _unfit(command: RequestSubscription) -> Refusal | None:
    """Refuses an unusable address, an unknown county and an unknown topic."""
    usable, detail_zh = not command.unusable, command.unusable_zh
    return first(
        unless(usable, rules.ADDRESS_USABLE, command.unusable, field="address", detail_zh=detail_zh),
        unless(command.division_known, rules.DIVISION_KNOWN, command.division, field="division"),
        unless(command.topic in {"", *Topic}, rules.TOPIC_KNOWN, ", ".join(Topic), field="topic"),
    )


def _requested(command: RequestSubscription) -> tuple[Event, ...]:
    return (
        events.SubscriptionRequested(
            subscription_id=command.subscription_id,
            channel=command.channel,
            address=command.address,
            division=command.division,
            topic=command.topic,
            language=command.language,
        ),
    )


def _replaced(state: Subscription, command: ReplaceSubscription) -> tuple[Event, ...]:
    if not isinstance(state, Requested) or state.confirmed:
        return ()
    return (events.SubscriptionEnded(subscription_id=command.subscription_id, reason="asked for anew"),)


def _ended(state: Requested | Ended, command: EndSubscription) -> tuple[Event, ...]:
    if isinstance(state, Ended):
        return ()
    return (events.SubscriptionEnded(subscription_id=command.subscription_id, reason=command.reason),)


def _confirm(state: Requested | Ended) -> Outcome:
    if isinstance(state, Ended):
        return Refusal(rules.SUBSCRIPTION_STANDS)
    if state.confirmed:
        return ()
    request = state.request
    return (
        events.SubscriptionConfirmed(
            subscription_id=request.subscription_id,
            channel=request.channel,
            address=request.address,
            division=request.division,
            topic=request.topic,
            language=request.language,
        ),
    )


def _change_secret(state: Requested | Ended, command: ChangeSecret) -> Outcome:
    if isinstance(state, Ended):
        return Refusal(rules.SUBSCRIPTION_STANDS)
    if not state.confirmed or state.request.channel is not Channel.WEBHOOK:
        return Refusal(rules.SECRET_OF_A_WEBHOOK)
    until = command.context.now + BOTH
    return (
        events.WebhookSecretChanged(subscription_id=command.subscription_id, number=state.secret + 1, old_until=until),
    )


SUBSCRIPTION: Decider[Subscription, SubscriptionCommand] = Decider("notify", "subscription", None, evolve, decide)
