"""What the notice rows tell whom: drafts and publicity of made-up districts, and the messages that these become."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from bench import facts
from services.notify.channels.mail.message import mail_bytes, sender
from services.notify.notices import Participant, Parties, People, Subscriber, Topic, notices_for
from services.notify.settings import DEFAULT_SENDER
from shared.contracts.core import Actor, Context, Due, Envelope, Event, Role, derived_id, event_type
from shared.contracts.intake import DraftOpened, FilingRoute, Place
from shared.contracts.notify import Channel, ContactRegistered, DeliveryRequested, Language, SubscriptionConfirmed
from shared.contracts.review import PublicityStarted
from shared.programme.forms import Unit

MAILS_A_DRAFT = 2
"""A draft is told to the county and to the key unit."""
SUBSCRIBERS = 20
"""Who hears by short message of each publicity."""
CONNECTIONS = 48
"""Over which mails go out at a time (``JUQU_SMTP_AT_ONCE``), notify's and the bare client's."""
BY = sender(DEFAULT_SENDER)
ADDRESS = "demo0001@example.invalid"
SYSTEM = Actor("system:notify", "juqu notify", "system:notify", frozenset({Role.SYSTEM}))
_COUNTY = Unit(name="长春市九台区科技主管部门（虚构）", uscc="11220113DEM000014H")
_KEY_UNIT = Unit(name="九台示例知识产权服务有限公司（虚构）", uscc="91220113DEM0000224")
_PLACE = Place(
    county="220113",
    county_name="九台区",
    endorser="220100",
    endorser_name="长春市科技局",
    route=FilingRoute.ENDORSED,
    code_given="220113",
    note="",
)
_OFFICES = (f"county:{_PLACE.county}", f"unit:{_KEY_UNIT.uscc}", f"city:{_PLACE.endorser}", "province")


def context(actor: Actor = facts.OFFICER) -> Context:
    """What surrounds a new command, today."""
    now = datetime.now(UTC)
    return replace(facts.context(), actor=actor, now=now, effective_on=now.date(), correlation_id=str(uuid4()))


def draft(case_id: str) -> DraftOpened:
    """A draft of the district."""
    return DraftOpened(
        case_id=case_id,
        place=_PLACE,
        county_unit=_COUNTY,
        key_unit=_KEY_UNIT,
        policy_version=facts.POLICY,
        opened_by=facts.OFFICER.subject,
    )


def publicity(case_id: str) -> PublicityStarted:
    """Publicity that ends in a year."""
    today = datetime.now(UTC).date()
    return PublicityStarted(case_id=case_id, starts_on=today, ends=Due(today.replace(day=1, year=today.year + 1)))


def contacts() -> list[tuple[str, ContactRegistered]]:
    """Whom each office is told through, by the stream that says so."""
    return [
        (
            f"notify/contact/{office}",
            ContactRegistered(
                office=office,
                name=f"王样例{number}",
                phone=f"0000000000{number}",
                email=f"demo000{number}@example.invalid",
                registered_by="bench",
            ),
        )
        for number, office in enumerate(_OFFICES, 1)
    ]


def subscriptions() -> list[tuple[str, SubscriptionConfirmed]]:
    """The public that wants to hear of publicity in the district by short message, by the stream that says so."""
    streams = []
    for number in range(SUBSCRIBERS):
        ident = str(derived_id("bench subscriber", str(number)))
        confirmed = SubscriptionConfirmed(
            subscription_id=ident,
            channel=Channel.SMS,
            address=f"0000000{1000 + number}",
            division=_PLACE.county,
            topic=Topic.PUBLICITY,
            language=Language.CHINESE,
        )
        streams.append((f"notify/subscription/{ident}", confirmed))
    return streams


def message(channel: Channel) -> DeliveryRequested:
    """One of the messages, with its words as they leave."""
    case_id = str(uuid4())
    event: Event = draft(case_id) if channel is Channel.MAIL else publicity(case_id)
    offices = {
        contact.office: Participant(role="", office=contact.office, name=contact.name, email=contact.email)
        for _, contact in contacts()
    }
    confirmed = [subscription for _, subscription in subscriptions()]
    people = People(
        case=Parties(
            case_id=case_id, county=_PLACE.county, county_name=_PLACE.county_name, key_unit_uscc=_KEY_UNIT.uscc
        ),
        contacts=offices,
        subscribers=tuple(
            Subscriber(
                subscription_id=subscription.subscription_id,
                channel=subscription.channel,
                address=subscription.address,
                division=subscription.division,
                topic=subscription.topic,
            )
            for subscription in confirmed
        ),
    )
    return next(notice for notice in notices_for(_recorded(event), people) if notice.channel is channel)


def mail() -> bytes:
    """The octets of one of the mails."""
    notice = message(Channel.MAIL)
    frozen = replace(notice, message_id=f"<{notice.delivery_id}@{BY.domain}>", dated=datetime.now(UTC))
    return mail_bytes(frozen, BY)


def _recorded(event: Event) -> Envelope:
    kind = event_type(event)
    return Envelope(
        seq=1_000_000,
        event_id=uuid4(),
        stream=f"intake/application/{uuid4()}",
        version=1,
        type=kind.name,
        schema_version=kind.version,
        event=event,
        actor=facts.OFFICER.subject,
        office=facts.OFFICER.office,
        effective_on=datetime.now(UTC).date(),
        recorded_at=datetime.now(UTC),
        command_id=uuid4(),
        correlation_id=str(uuid4()),
        causation_id=None,
        policy_version=facts.POLICY,
    )
