"""Whose share of a number or of a provider a message uses: each class of traffic has its own.

A permit is taken when bytes are about to leave, and given back if none did.
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
from shared.service.limits.limiting import Limiter, Permit

KEPT = 5
"""Every fifth permit of a provider is kept for statutory messages."""


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
    """``numbers`` has the rates of one telephone number by class: what one class uses up is not taken from another.
    ``codes`` is the budget of all codes together, by whatever channel."""

    limiter: Limiter
    numbers: Mapping[Traffic, Sequence[RateLimitItem]]
    codes: Sequence[RateLimitItem] = ()

    async def take(self, notice: DeliveryRequested, provider: Provider) -> Hold:
        """Take a message's permits for its number and for a provider: for both, or for neither."""
        of_number, of_provider = self._number(notice), provider_permits(provider, traffic(notice))
        wait = await self.limiter.take(of_number)
        if wait:
            return Hold(number_wait=wait)
        wait = await self.limiter.take(of_provider)
        if wait:
            await self.limiter.give_back(of_number)
            return Hold(provider_wait=wait)
        return Hold(of_number, of_provider)

    async def settle(self, hold: Hold, result: Result) -> None:
        """Give back what was not used: the number's permit unless the message may be under way to it, the provider's if
        it has heard nothing of the message."""
        if not isinstance(result, Submitted | Unclear):
            await self.limiter.give_back(hold.of_number)
        if unheard(result):
            await self.limiter.give_back(hold.of_provider)

    def _number(self, notice: DeliveryRequested) -> tuple[Permit, ...]:
        kind = traffic(notice)
        of_all = tuple((item, ("codes",)) for item in self.codes) if kind is Traffic.CODE else ()
        if notice.channel is not Channel.SMS:
            return of_all
        return (*((item, ("number", kind.value, notice.address)) for item in self.numbers[kind]), *of_all)


@dataclass(frozen=True, slots=True)
class Hold:
    """Permits that a message holds, or the seconds until there may be one."""

    of_number: tuple[Permit, ...] = ()
    of_provider: tuple[Permit, ...] = ()
    number_wait: float = 0.0
    provider_wait: float = 0.0


def provider_permits(provider: Provider, kind: Traffic) -> tuple[Permit, ...]:
    """The permits that a message needs of a provider: one of all, and before that, unless it is statutory, one of those
    that are not kept for statutory messages."""
    every = tuple((item, ("provider", provider.name)) for item in provider.rates)
    if kind is Traffic.STATUTORY:
        return every
    return (*((_less(item), ("provider", provider.name, "others")) for item in provider.rates), *every)


def _less(item: RateLimitItem) -> RateLimitItem:
    return type(item)(max(1, item.amount - -(-item.amount // KEPT)), item.multiples, item.namespace)
