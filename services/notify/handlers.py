"""Facts that are looked up for commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from services.notify.aggregates.contact import RegisterContact
from services.notify.aggregates.subscription import (
    ChangeSecret,
    ConfirmSubscription,
    EndSubscription,
    RequestSubscription,
)
from services.notify.channels.addresses import AddressRules, Unusable
from services.notify.codes import same_code, subscription_token
from shared.programme.divisions import UnknownDivision, current_code, route

Coded = TypeVar("Coded", bound=ConfirmSubscription | EndSubscription | ChangeSecret)


@dataclass(frozen=True, slots=True)
class Handlers:
    """Checks addresses and codes. ``secret`` gives the key that subscribers' codes are made with."""

    addresses: AddressRules
    secret: Callable[[], bytes]

    async def contact(self, command: RegisterContact) -> RegisterContact:
        """The addresses in the form in which they are kept. A landline needs a mail address beside it."""
        try:
            if command.email:
                command = replace(command, email=self.addresses.email(command.email))
        except Unusable as error:
            return replace(command, unusable=f"email: {error}", unusable_zh=error.message_zh)
        try:
            if command.phone:
                self._reached_by(command)
                command = replace(command, phone=self.addresses.callable(command.phone))
        except Unusable as error:
            return replace(command, unusable=f"phone: {error}", unusable_zh=error.message_zh)
        return command

    def _reached_by(self, command: RegisterContact) -> None:
        """Raise ``Unusable`` if a telephone is the only address and cannot receive messages."""
        if not command.email:
            self.addresses.phone(command.phone)

    async def subscription(self, command: RequestSubscription) -> RequestSubscription:
        """The address in the form that is sent to, and the county by its present code."""
        try:
            address = self.addresses.check(command.channel, command.address)
        except Unusable as error:
            return replace(command, unusable=str(error), unusable_zh=error.message_zh)
        if not command.division:
            return replace(command, address=address)
        try:
            route(command.division, command.context.effective_on)
        except UnknownDivision:
            return replace(command, address=address, division_known=False)
        return replace(command, address=address, division=current_code(command.division))

    async def code(self, command: Coded) -> Coded:
        """Whether the code is the subscriber's."""
        right = subscription_token(self.secret(), command.subscription_id)
        return replace(command, token_right=same_code(right, command.token))
