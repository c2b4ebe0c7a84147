"""What events lead to: messages to those whom they concern, reminders planned and cleared."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.notify.addresses import Gate, Unusable
from services.notify.content import content_sha256
from services.notify.delivery import DELIVERY, RequestDelivery
from services.notify.notices import Case, DeliveryRequest, People, Person, Subscriber, notices_for
from services.notify.notices.confirming import confirmation_for
from services.notify.notices.reminders import LastDay, ends, last_days
from services.notify.notices.table import tells
from services.notify.reminder import REMINDER, ClearReminder, PlanReminder, RaiseReminder, moment, reminder_id
from services.notify.views.people import PEOPLE, as_of, case_people, contacts, subscriptions
from shared.contracts.core import Context, Envelope
from shared.contracts.notify import (
    Channel,
    DeliveryRequested,
    Language,
    ReminderCleared,
    ReminderPlanned,
    SubscriptionRequested,
)
from shared.contracts.personal import ERASED
from shared.programme.policy import PolicyError, policy, policy_in_force
from shared.service.deadlines import Change, DeadlineCleared, DeadlineSet
from shared.service.reactions import Todo
from shared.service.running import Service

WAIT = 5.0
"""Seconds that a reaction waits for the people of its event before it is tried again."""


def timetable(envelope: Envelope) -> tuple[Change, ...]:
    """When reminders are raised."""
    event = envelope.event
    if isinstance(event, ReminderPlanned):
        off = [DeadlineCleared(event.reminder_id, _kind(days)) for days in event.replaces]
        on = [DeadlineSet(event.reminder_id, _kind(days), moment(event.due, days)) for days in event.days_before]
        return (*off, *on)
    if isinstance(event, ReminderCleared):
        return tuple(DeadlineCleared(event.reminder_id, _kind(days)) for days in event.days_before)
    return ()


def when_due(deadline: DeadlineSet) -> Todo:
    """A reminder's moment has come."""
    days = int(deadline.kind.rpartition(":")[2])
    return Todo("raise", deadline.ident, partial(_raise, days), REMINDER)


def _kind(days: int) -> str:
    return f"reminder:{days}"


def _raise(days: int, context: Context) -> RaiseReminder:
    return RaiseReminder(context=context, days_before=days)


@dataclass(frozen=True, slots=True)
class Considering:
    """Looks up who is concerned, as of the event, and gives what is to be done."""

    service: Service
    gate: Gate
    mail_domain: str
    secret: Callable[[], bytes]

    async def __call__(self, envelope: Envelope) -> Sequence[Todo]:
        """What an event leads to. Raises ``TimeoutError`` while the people of the event are not known yet."""
        todos = [*reminders(envelope)]
        event = envelope.event
        if isinstance(event, SubscriptionRequested):
            token = subscription_token(self.secret(), event.subscription_id)
            todos.append(self._todo(confirmation_for(envelope, event, token)))
        elif tells(envelope):
            people = await self._people(envelope)
            todos += [self._todo(one) for one in notices_for(envelope, people)]
        return todos

    async def _people(self, envelope: Envelope) -> People:
        if not await self.service.projectors[PEOPLE.name].wait_until(envelope.seq, within=WAIT):
            raise TimeoutError(f"the people of event {envelope.seq} are not known yet")
        case_id = getattr(envelope.event, "case_id", "")
        async with self.service.reading() as connection:
            return await people_at(connection, case_id, envelope.seq)

    def _todo(self, asked: DeliveryRequest) -> Todo:
        return Todo("request-delivery", str(asked.delivery_id), partial(self._command, asked), DELIVERY)

    def _command(self, asked: DeliveryRequest, context: Context) -> RequestDelivery:
        address, suppressed = self._address(asked)
        notice = DeliveryRequested(
            delivery_id=str(asked.delivery_id),
            case_id=asked.case_id,
            cause_id=asked.cause_id,
            cause_type=asked.cause_type,
            rule=asked.rule,
            rule_version=asked.rule_version,
            occurrence=asked.occurrence,
            role=asked.role,
            recipient=asked.recipient,
            recipient_name=asked.recipient_name,
            channel=asked.channel,
            address=address,
            subject=asked.subject,
            body=asked.body,
            message_id=f"<{asked.delivery_id}@{self.mail_domain}>" if asked.channel is Channel.MAIL else "",
            dated=context.now,
            reminder_id=asked.reminder_id,
            expires_at=None,
            language=Language.CHINESE,
            template=f"{asked.rule}@{asked.rule_version}",
            html="",
            sms_template="",
            variables="",
            content_sha256=content_sha256(subject=asked.subject, body=asked.body),
            statutory=True,
            urgent=True,
            unsubscribe_url="",
        )
        return RequestDelivery(context=context, notice=notice, suppressed=suppressed)

    def _address(self, asked: DeliveryRequest) -> tuple[str, str]:
        if not asked.address:
            return "", f"no {asked.channel} address of {asked.recipient} is known"
        try:
            return self.gate.check(asked.channel, asked.address), ""
        except Unusable as error:
            return asked.address, str(error)


def subscription_token(secret: bytes, subscription_id: str) -> str:
    """The code that confirms or ends a subscription; only who gets its mail knows it."""
    return hmac.new(secret, subscription_id.encode(), hashlib.sha256).hexdigest()[:32]


def reminders(envelope: Envelope) -> Iterator[Todo]:
    """Reminders that an event clears, then those that it plans."""
    case_id = getattr(envelope.event, "case_id", "")
    for done in ends(envelope.event):
        ident = reminder_id(case_id, done.matter, done.item)
        yield Todo(f"clear-{done.matter}", ident, partial(_clear, envelope.type), REMINDER)
    for last in last_days(envelope.event):
        ident = reminder_id(case_id, last.matter, last.item)
        yield Todo(f"plan-{last.matter}", ident, partial(_plan, envelope, case_id, last), REMINDER)


def _plan(envelope: Envelope, case_id: str, last: LastDay, context: Context) -> PlanReminder:
    return PlanReminder(
        context=context,
        case_id=case_id,
        matter=last.matter,
        item=last.item,
        due=last.due,
        days_before=_days_before(envelope),
        cause_id=envelope.event_id,
        cause_type=envelope.type,
    )


def _clear(reason: str, context: Context) -> ClearReminder:
    return ClearReminder(context=context, reason=reason)


def _days_before(envelope: Envelope) -> tuple[int, ...]:
    try:
        return policy(envelope.policy_version).reminder_days_before
    except PolicyError:
        return policy_in_force(envelope.effective_on).reminder_days_before


async def people_at(connection: AsyncConnection, case_id: str, seq: int) -> People:
    """The people of a case, the contacts of all offices it may name and the subscribers, after the event ``seq``."""
    table = case_people.table
    found = (await connection.execute(select(table).where(table.c.case_id == case_id))).mappings().one_or_none()
    case = Case(case_id=case_id)
    if found is not None:
        known = {name: found[name] for name in ("county", "county_name", "county_unit", "key_unit", "endorser")}
        persons = tuple(
            Person(**{name: one[name] for name in ("role", "office", "name", "phone", "email")})
            for one in as_of(found["people"], seq)
        )
        case = Case(case_id=case_id, endorser_name=found["endorser_name"], persons=persons, **known)
    return People(
        case=case,
        contacts=await _contacts(connection, seq),
        subscribers=await _subscribers(connection, case.county, seq),
    )


async def _contacts(connection: AsyncConnection, seq: int) -> dict[str, Person]:
    table = contacts.table
    found = {}
    for row in (await connection.execute(select(table.c.office, table.c.history))).mappings():
        held = [one for one in row["history"] if one["since"] <= seq]
        if held:
            last = {name: held[-1][name] for name in ("name", "phone", "email")}
            found[row["office"]] = Person(role="", office=row["office"], **last)
    return found


async def _subscribers(connection: AsyncConnection, county: str, seq: int) -> tuple[Subscriber, ...]:
    table = subscriptions.table
    standing = table.c.since <= seq, or_(table.c.until.is_(None), table.c.until > seq), table.c.address != ERASED
    query = select(table).where(*standing, table.c.division.in_(["", county])).order_by(table.c.subscription_id)
    return tuple(
        Subscriber(
            subscription_id=row["subscription_id"],
            channel=Channel(row["channel"]),
            address=row["address"],
            division=row["division"],
        )
        for row in (await connection.execute(query)).mappings()
    )
