"""Codes to one address: how often one is sent there, whoever asks. Each address has one stream, whatever its wishes.

A request beyond that leads to nothing, and nobody is told so: an answer would reveal who has subscribed.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from services.notify.aggregates.permission import system_only
from shared.contracts import notify as events
from shared.contracts.core import Command, Decider, Event, Outcome
from shared.contracts.notify import Channel
from shared.programme.policy import policy
from shared.programme.values.email_address import sent_to

DAY = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueCode(Command):
    """By the system: send the code of a subscription that was asked for at ``asked_at``."""

    request: events.SubscriptionRequested
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
    """The state after an event."""
    match event:
        case events.SubscriptionCodeIssued():
            return _issued(state, event)
        case _:
            return state


def _issued(state: Codes, event: events.SubscriptionCodeIssued) -> Codes:
    """A code that is a day old no longer counts, but its wish stays known until a newer code is sent for it."""
    wish = event.division, event.topic
    known = tuple(code for code in state if code.wish != wish or code.asked_at > event.asked_at - DAY)
    return (*known, Issued(event.subscription_id, wish, event.asked_at))


def decide(state: Codes, command: IssueCode) -> Outcome:
    """A code is sent unless one for the same wish was just sent, or the address has had its codes for 24 hours."""
    if refusal := system_only(command.context):
        return refusal
    law, request = policy(command.context.policy_version), command.request
    same = [code for code in state if code.wish == (request.division, request.topic)]
    cooling = command.asked_at - timedelta(minutes=law.code_cooldown_minutes)
    if any(code.asked_at > cooling for code in same):
        return ()
    if sum(code.asked_at > command.asked_at - DAY for code in state) >= law.codes_a_day:
        return ()
    return (
        events.SubscriptionCodeIssued(
            subscription_id=request.subscription_id,
            channel=request.channel,
            address=request.address,
            division=request.division,
            topic=request.topic,
            language=request.language,
            asked_at=command.asked_at,
            replaces=same[-1].subscription_id if same else "",
        ),
    )


def address_key(secret: bytes, channel: Channel, address: str) -> str:
    """The name of an address's stream, which does not reveal the address. All endpoints of a host are one address."""
    reached = urlsplit(address).netloc if channel is Channel.WEBHOOK else sent_to(address)
    text = f"codes {channel.value} {reached.casefold()}"
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:32]


CODES: Decider[Codes, IssueCode] = Decider("notify", "codes", (), evolve, decide)
