"""What events lead to: messages to those they concern, reminders, codes and suppressed addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

from services.notify.aggregates.delivery import DELIVERY, commands
from services.notify.channels.addresses import AddressRules, Unusable
from services.notify.codes import subscription_token, unsubscribe_url
from services.notify.notices.answering import answer_for, answers_a_letter
from services.notify.notices.confirming import confirmation_for
from services.notify.notices.rendering import unwanted
from services.notify.notices.table import notices_for, tells
from services.notify.telling.recipients import Directory, directory
from services.notify.telling.returning import returned
from services.notify.telling.subscribing import codes, sends_code
from services.notify.templates import ENQUIRIES, Enquiries
from services.notify.timetable import reminders
from services.notify.views.people import PEOPLE
from shared.contracts import notify as events
from shared.contracts.core import Context, Envelope
from shared.contracts.notify import Channel
from shared.programme.values.email_address import sent_to
from shared.service.reactions import React
from shared.service.todos import Todo

if TYPE_CHECKING:
    from shared.service.service import Service

Stopped: TypeAlias = Mapping[tuple[Channel, str], str]
"""The addresses that nothing is sent to, in the form used for sending, each with its reason."""
WAIT = 5.0
"""Seconds that a reaction waits for the read model of people before it is tried again."""


@dataclass(frozen=True, slots=True)
class Considering:
    """Looks up who is concerned, as of each event, and says what is to be done. Links to unsubscribe begin with
    ``public_url`` (empty: none); letters refer questions to ``enquiries``."""

    service: Service
    addresses: AddressRules
    mail_domain: str
    secret: Callable[[], bytes]
    public_url: str = ""
    enquiries: Enquiries = ENQUIRIES

    async def __call__(self, envelopes: Sequence[Envelope]) -> React:
        """What events lead to. Raises ``TimeoutError`` if the read model of people is behind them."""
        concerned = [envelope for envelope in envelopes if _tells_somebody(envelope)]
        known = await self._known(concerned) if concerned else None
        log = self.service.log
        endings = {envelope.seq: await returned(envelope.event, log, self.secret) for envelope in envelopes}

        def react(envelope: Envelope) -> Sequence[Todo]:
            todos = [*reminders(envelope), *codes(envelope, self.secret)]
            if known is not None:
                todos += self._messages(envelope, known)
            ending = endings[envelope.seq]
            return [*todos, ending] if ending is not None else todos

        return react

    async def _known(self, envelopes: Sequence[Envelope]) -> Directory:
        last = envelopes[-1].seq
        if not await self.service.shown(PEOPLE.name, last, within=WAIT):
            raise TimeoutError(f"the people of event {last} are not known yet")
        async with self.service.reading() as connection:
            return await directory(connection, (getattr(envelope.event, "case_id", "") for envelope in envelopes))

    def _messages(self, envelope: Envelope, known: Directory) -> Iterator[Todo]:
        people = known.people(getattr(envelope.event, "case_id", ""), envelope.seq)
        if request := sends_code(envelope):
            token = subscription_token(self.secret(), request.subscription_id)
            yield self._todo(confirmation_for(envelope, request, token, self.enquiries), "", people.stopped)
        elif answered := answers_a_letter(envelope):
            yield self._todo(answer_for(envelope, answered, self.enquiries), "", people.stopped)
        elif tells(envelope):
            for notice in notices_for(envelope, people, self._unsubscribe_link, self.enquiries):
                yield self._todo(notice, unwanted(notice, people), people.stopped)

    def _unsubscribe_link(self, delivery_id: UUID) -> str:
        return unsubscribe_url(self.public_url, self.secret(), str(delivery_id)) if self.public_url else ""

    def _todo(self, notice: events.DeliveryRequested, not_wanted: str, stopped: Stopped) -> Todo:
        command = partial(self._addressed, notice, not_wanted, stopped)
        return Todo("request-delivery", notice.delivery_id, command, DELIVERY, new=True)

    def _addressed(
        self, notice: events.DeliveryRequested, not_wanted: str, stopped: Stopped, context: Context
    ) -> commands.RequestDelivery:
        """Freeze the message with its address, or with the reason why it is not sent."""
        address, suppressed = self._address(notice, not_wanted, stopped)
        message_id = f"<{notice.delivery_id}@{self.mail_domain}>" if notice.channel is Channel.MAIL else ""
        frozen = replace(notice, address=address, message_id=message_id, dated=context.now)
        return commands.RequestDelivery(context=context, notice=frozen, suppressed=suppressed)

    def _address(self, notice: events.DeliveryRequested, not_wanted: str, stopped: Stopped) -> tuple[str, str]:
        """The address in the form used for sending, and why nothing is sent there (empty: it is)."""
        if not notice.address:
            return "", f"no {notice.channel} address of {notice.recipient} is known"
        try:
            address = self.addresses.check(notice.channel, notice.address)
        except Unusable as error:
            return notice.address, str(error)
        bounced = stopped.get((notice.channel, sent_to(address)))
        if not_wanted or bounced is None:
            return address, not_wanted
        return address, f"nothing is sent to this address: {bounced}"


def _tells_somebody(envelope: Envelope) -> bool:
    return tells(envelope) or sends_code(envelope) is not None or answers_a_letter(envelope) is not None


__all__ = ["Considering"]
