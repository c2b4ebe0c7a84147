"""What those SMS providers have in common that take each message as an HTTP request, by an approved template."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Self

from services.notify.channels.outcome import NotSent, Receipt, Result
from services.notify.channels.sms.account import NoTemplate, SmsAccount, SmsTemplate, filled
from services.notify.channels.sms.segments import split
from shared.contracts.notify import DeliveryRequested

ANSWER = 20.0
"""Seconds for the whole of a request."""


@dataclass(slots=True)
class ByRequest(ABC):
    """An account with a provider; it is its own session, as nothing is connected before a message and nothing is kept
    open after it. ``on_receipt`` is told of what a query finds delivered or failed."""

    account: SmsAccount
    on_receipt: Callable[[Receipt], Awaitable[None]]
    name: str
    answer: float = ANSWER

    @property
    def lease_seconds(self) -> float:
        return 3 * self.answer

    def segments(self, notice: DeliveryRequested) -> int:
        return len(split(notice.body))

    async def open(self) -> Self:
        """The way to the provider, always open."""
        return self

    async def release(self) -> None:  # noqa: B027 - there is nothing to do
        """Nothing to give back."""

    async def close(self) -> None:  # noqa: B027
        """Nothing is kept open."""

    async def send(self, notice: DeliveryRequested, out_id: str) -> Result:
        """One request, never repeated; none if the account has no template for the notice."""
        try:
            template, variables = filled(self.account, notice)
        except NoTemplate as error:
            return NotSent("template", str(error))
        return await self.submit(notice, template, variables, out_id)

    @abstractmethod
    async def submit(
        self, notice: DeliveryRequested, template: SmsTemplate, variables: Mapping[str, str], out_id: str
    ) -> Result:
        """Ask the provider to send, and say what its answer means; never raises but when cancelled."""
