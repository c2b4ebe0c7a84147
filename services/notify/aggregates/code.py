"""Codes to one address: how often one is sent there, whoever asks. One stream an address, whatever is subscribed to.

What is asked for beyond that leads to nothing, and whoever asked is not told: an answer would say who is subscribed.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from services.notify.aggregates import rules
from shared.contracts.core import Command, Decider, Event, Outcome, Refusal, Role
from shared.contracts.notify import Channel, SubscriptionCodeIssued, SubscriptionRequested
from shared.programme.policy import policy
from shared.programme.values.email_address import sent_to

DAY = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueCode(Command):
    """By the system: send the code of a subscription that was asked for at a moment."""

    asked: SubscriptionRequested
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Issued:
    """A code that was sent: for what, and when it was asked for."""

    subscription_id: str
    wish: tuple[str, str]
    asked_at: datetime


Codes = tuple[Issued, ...]
"""The codes of an address, in the order in which they were asked for."""


def evolve(state: Codes, event: Event) -> Codes:
    """The state after an event; what is a day old when another is asked for counts no more, but its wish is known."""
    if not isinstance(event, SubscriptionCodeIssued):
        return state
    wish = event.division, event.topic
    known = tuple(one for one in state if one.wish != wish or one.asked_at > event.asked_at - DAY)
    return (*known, Issued(event.subscription_id, wish, event.asked_at))


def decide(state: Codes, command: IssueCode) -> Outcome:
    """A code is sent unless one for the same wish was a moment ago, or the address had its codes of 24 hours."""
    if not command.context.actor.has(Role.SYSTEM):
        return Refusal(rules.SYSTEM_ONLY)
    law, asked = policy(command.context.policy_version), command.asked
    same = [one for one in state if one.wish == (asked.division, asked.topic)]
    if any(one.asked_at > command.asked_at - timedelta(minutes=law.code_cooldown_minutes) for one in same):
        return ()
    if sum(one.asked_at > command.asked_at - DAY for one in state) >= law.codes_a_day:
        return ()
    return (
        SubscriptionCodeIssued(
            subscription_id=asked.subscription_id,
            channel=asked.channel,
            address=asked.address,
            division=asked.division,
            topic=asked.topic,
            language=asked.language,
            asked_at=command.asked_at,
            replaces=same[-1].subscription_id if same else "",
        ),
    )


def address_key(secret: bytes, channel: Channel, address: str) -> str:
    """The name of an address's stream, which tells nobody the address. All endpoints of a host are one address."""
    place = urlsplit(address).netloc if channel is Channel.WEBHOOK else sent_to(address)
    said = f"codes {channel.value} {place.casefold()}"
    return hmac.new(secret, said.encode(), hashlib.sha256).hexdigest()[:32]


CODES: Decider[Codes, IssueCode] = Decider("notify", "codes", (), evolve, decide)
