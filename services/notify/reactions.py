"""What events lead to: messages to those whom they concern, reminders planned and cleared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from services.notify.aggregates.code import CODES, IssueCode, address_key
from services.notify.aggregates.delivery import DELIVERY, commands
from services.notify.aggregates.subscription import SUBSCRIPTION, ReplaceSubscription
from services.notify.channels.addresses import Gate, Unusable
from services.notify.codes import subscription_token, unsubscribe_url
from services.notify.content import content_sha256
from services.notify.notices import DeliveryRequest, notices_for
from services.notify.notices.confirming import confirmation_for
from services.notify.notices.rendering import OCCURRENCE
from services.notify.notices.table import tells
from services.notify.telling.recipients import Directory, directory
from services.notify.telling.returning import returned
from services.notify.templates import ENQUIRIES, Enquiries
from services.notify.timetable import reminders
from services.notify.views.people import PEOPLE
from shared.contracts.core import Context, Envelope, Event
from shared.contracts.notify import (
    AttemptNotSent,
    AttemptStarted,
    AttemptUnknown,
    Channel,
    DeliveryAccepted,
    DeliveryDeferred,
    DeliveryDelivered,
    DeliveryReleased,
    DeliveryRequested,
    ReceiptReceived,
    SubscriptionCodeIssued,
    SubscriptionRequested,
)
from shared.programme.values.email_address import sent_to
from shared.programme.values.personal import ERASED
from shared.service.reactions import React
from shared.service.todos import Todo

if TYPE_CHECKING:
    from shared.service.service import Service

Stopped = Mapping[tuple[Channel, str], str]
"""Addresses to which nothing is sent, as they are sent to, and why."""
OWN_COURSE: frozenset[type[Event]] = frozenset(
    {
        AttemptNotSent,
        AttemptStarted,
        AttemptUnknown,
        DeliveryAccepted,
        DeliveryDeferred,
        DeliveryDelivered,
        DeliveryReleased,
        DeliveryRequested,
        ReceiptReceived,
    }
)
"""The course of every delivery, which leads to nothing else."""
CODES_ISSUED_SINCE = 3
"""The version of a request from which on its code is an event of its own."""
WAIT = 5.0
"""Seconds that a reaction waits for the people of its event before it is tried again."""


@dataclass(frozen=True, slots=True)
class Considering:
    """Looks up who is concerned, as of each event, and gives what is to be done. What may be switched off is at
    ``public_url``, where there is one; questions are answered by ``enquiries``."""

    service: Service
    gate: Gate
    mail_domain: str
    secret: Callable[[], bytes]
    public_url: str = ""
    enquiries: Enquiries = ENQUIRIES

    async def __call__(self, events: Sequence[Envelope]) -> React:
        """What events lead to. Raises ``TimeoutError`` while the people of one are not known yet."""
        concerned = [each for each in events if tells(each) or sends_code(each)]
        known = await self._known(concerned) if concerned else None
        back = {each.seq: await returned(each.event, self.service.log, self.secret) for each in events}

        def react(envelope: Envelope) -> Sequence[Todo]:
            todos = [*reminders(envelope), *self._codes(envelope)]
            if known is not None:
                todos += self._messages(envelope, known)
            follows = back[envelope.seq]
            return [*todos, follows] if follows is not None else todos

        return react

    def _codes(self, envelope: Envelope) -> Iterator[Todo]:
        """A code for a subscription that was asked for, where its address may have one; it ends the one before."""
        match envelope.event:
            case SubscriptionRequested() as asked if not sends_code(envelope) and asked.address != ERASED:
                key = address_key(self.secret(), asked.channel, asked.address)
                yield Todo("issue-code", key, partial(_issue, asked, envelope.recorded_at), CODES)
            case SubscriptionCodeIssued(replaces=replaced) if replaced:
                yield Todo("replace-subscription", replaced, partial(_replace, replaced), SUBSCRIPTION)

    def _messages(self, envelope: Envelope, known: Directory) -> Iterator[Todo]:
        people = known.people(getattr(envelope.event, "case_id", ""), envelope.seq)
        if code := sends_code(envelope):
            token = subscription_token(self.secret(), code.subscription_id)
            yield self._todo(confirmation_for(envelope, code, token, self.enquiries), people.stopped)
        elif tells(envelope):
            notices = notices_for(envelope, people, self._away, self.enquiries)
            yield from (self._todo(one, people.stopped) for one in notices)

    async def _known(self, events: Sequence[Envelope]) -> Directory:
        last = events[-1].seq
        if not await self.service.projectors[PEOPLE.name].wait_until(last, within=WAIT):
            raise TimeoutError(f"the people of event {last} are not known yet")
        async with self.service.reading() as connection:
            return await directory(connection, (getattr(each.event, "case_id", "") for each in events))

    def _away(self, delivery_id: UUID) -> str:
        return unsubscribe_url(self.public_url, self.secret(), str(delivery_id)) if self.public_url else ""

    def _todo(self, asked: DeliveryRequest, stopped: Stopped) -> Todo:
        command = partial(self._command, asked, stopped)
        return Todo("request-delivery", str(asked.delivery_id), command, DELIVERY, new=True)

    def _command(self, asked: DeliveryRequest, stopped: Stopped, context: Context) -> commands.RequestDelivery:
        address, suppressed = self._address(asked, stopped)
        content = asked.content
        notice = DeliveryRequested(
            delivery_id=str(asked.delivery_id),
            case_id=asked.case_id,
            cause_id=asked.cause_id,
            cause_type=asked.cause_type,
            rule=asked.rule,
            rule_version=asked.rule_version,
            occurrence=OCCURRENCE,
            role=asked.role,
            recipient=asked.recipient,
            recipient_name=asked.recipient_name,
            channel=asked.channel,
            address=address,
            subject=content.subject,
            body=content.body,
            message_id=f"<{asked.delivery_id}@{self.mail_domain}>" if asked.channel is Channel.MAIL else "",
            dated=context.now,
            reminder_id=asked.reminder_id,
            expires_at=asked.expires_at,
            language=asked.language,
            template=asked.template,
            html=content.html,
            sms_template=content.sms_template,
            variables=content.variables,
            content_sha256=content_sha256(
                subject=content.subject,
                body=content.body,
                html=content.html,
                sms_template=content.sms_template,
                variables=content.variables,
            ),
            statutory=asked.statutory,
            urgent=asked.urgent,
            unsubscribe_url=asked.unsubscribe_url,
        )
        return commands.RequestDelivery(context=context, notice=notice, suppressed=suppressed)

    def _address(self, asked: DeliveryRequest, stopped: Stopped) -> tuple[str, str]:
        """The address as it is sent to, and why nothing is sent there."""
        if not asked.address:
            return "", f"no {asked.channel} address of {asked.recipient} is known"
        try:
            address = self.gate.check(asked.channel, asked.address)
        except Unusable as error:
            return asked.address, str(error)
        bounced = stopped.get((asked.channel, sent_to(address)))
        return address, asked.stopped or (f"nothing is sent to this address: {bounced}" if bounced is not None else "")


def sends_code(envelope: Envelope) -> SubscriptionRequested | None:
    """The subscription whose code an event sends: a request sent it itself before its version 3."""
    match envelope.event:
        case SubscriptionRequested() as asked if envelope.schema_version < CODES_ISSUED_SINCE:
            return asked
        case SubscriptionCodeIssued() as code:
            return SubscriptionRequested(
                subscription_id=code.subscription_id,
                channel=code.channel,
                address=code.address,
                division=code.division,
                topic=code.topic,
                language=code.language,
            )
        case _:
            return None


def _issue(request: SubscriptionRequested, asked_at: datetime, context: Context) -> IssueCode:
    return IssueCode(context=context, request=request, asked_at=asked_at)


def _replace(subscription_id: str, context: Context) -> ReplaceSubscription:
    return ReplaceSubscription(context=context, subscription_id=subscription_id)
