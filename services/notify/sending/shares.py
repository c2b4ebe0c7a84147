"""Whose share of a number or of a provider a message uses: each class of traffic has its own.

A place is taken when bytes are about to leave, and given back where none did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from limits import RateLimitItem

from services.notify.channels.outcome import Result, Submitted, Unclear, unheard
from services.notify.notices.confirming import RULE as CONFIRMATION
from services.notify.sending.providers import Provider
from shared.contracts.notify import Channel, DeliveryRequested
from shared.service.limits.limiting import Limiter, Place

KEPT = 5
"""Every fifth place of a provider's is kept for statutory messages."""


class Traffic(StrEnum):
    """The classes of messages that have a share each."""

    STATUTORY = "statutory"
    CODE = "code"
    OTHER = "other"


def traffic(notice: DeliveryRequested) -> Traffic:
    """The class of a message."""
    if notice.statutory:
        return Traffic.STATUTORY
    return Traffic.CODE if notice.rule == CONFIRMATION else Traffic.OTHER


@dataclass(frozen=True, slots=True)
class Shares:
    """``numbers`` has the rates of one telephone number by class: what one class has used up is still another's.
    ``codes`` is the budget of all codes together, by whatever channel."""

    limiter: Limiter
    numbers: Mapping[Traffic, Sequence[RateLimitItem]]
    codes: Sequence[RateLimitItem] = ()

    async def take(self, notice: DeliveryRequested, provider: Provider) -> Hold:
        """Take a message's places with its number and with a provider: of both, or of neither."""
        of_number, of_provider = self._number(notice), provider_places(provider, traffic(notice))
        wait = await self.limiter.take(of_number)
        if wait:
            return Hold(number_wait=wait)
        wait = await self.limiter.take(of_provider)
        if wait:
            await self.limiter.give_back(of_number)
            return Hold(provider_wait=wait)
        return Hold(of_number, of_provider)

    async def settle(self, hold: Hold, result: Result) -> None:
        """Give back what was not used: the number's place unless the message may be under way to it, the provider's
        where it has heard nothing of the message."""
        if not isinstance(result, Submitted | Unclear):
            await self.limiter.give_back(hold.of_number)
        if unheard(result):
            await self.limiter.give_back(hold.of_provider)

    def _number(self, notice: DeliveryRequested) -> tuple[Place, ...]:
        kind = traffic(notice)
        of_all = tuple((item, ("codes",)) for item in self.codes) if kind is Traffic.CODE else ()
        if notice.channel is not Channel.SMS:
            return of_all
        return (*((item, ("number", kind.value, notice.address)) for item in self.numbers[kind]), *of_all)


@dataclass(frozen=True, slots=True)
class Hold:
    """Places that a message holds, or the seconds until there may be one."""

    of_number: tuple[Place, ...] = ()
    of_provider: tuple[Place, ...] = ()
    number_wait: float = 0.0
    provider_wait: float = 0.0


def provider_places(provider: Provider, kind: Traffic) -> tuple[Place, ...]:
    """The places of a message with a provider: one of all, and for what is not statutory first one of those that the
    statutory ones leave."""
    every = tuple((item, ("provider", provider.name)) for item in provider.rates)
    if kind is Traffic.STATUTORY:
        return every
    return (*((_less(item), ("provider", provider.name, "others")) for item in provider.rates), *every)


def _less(item: RateLimitItem) -> RateLimitItem:
    return type(item)(max(1, item.amount - -(-item.amount // KEPT)), item.multiples, item.namespace)
