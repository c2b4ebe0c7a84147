"""Deliveries, people and envelopes for the tests of notify."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from services.notify.aggregates.delivery import commands
from services.notify.notices import Participant, Parties, People
from services.notify.templates import Rendered
from shared.contracts.core import CST, Context, Envelope, Event, Role, derived_id, event_type
from shared.contracts.notify import Channel, DeliveryRequested, Language
from tests.specification import actor, context

SYSTEM = context(actor("system:notify", Role.SYSTEM))
OPERATOR = context(actor("operator", Role.OPERATOR))
AT = datetime(2018, 6, 11, 1, 0, tzinfo=UTC)


def delivery(
    number: int = 1,
    *,
    channel: Channel = Channel.MAIL,
    address: str = "demo0002@example.invalid",
    body: str = "您好：\n.\n这是第一行之后只有一个点的信。\n",
    subject: str = "九台：一次性补正告知",
    reminder_id: str = "",
    html: str = "",
    expires_at: datetime | None = None,
    language: Language = Language.CHINESE,
    statutory: bool = True,
    urgent: bool = False,
    unsubscribe_url: str = "",
    variables: str = "",
) -> DeliveryRequested:
    """A frozen message."""
    delivery_id = str(derived_id("test delivery", str(number)))
    return DeliveryRequested(
        delivery_id=delivery_id,
        case_id="case",
        cause_id=derived_id("cause"),
        cause_type="review.CorrectionNoticeIssued",
        rule="correction-notice",
        rule_version=1,
        occurrence="1",
        role="county",
        recipient="county:220113",
        recipient_name="王样例",
        channel=channel,
        address=address,
        subject=subject,
        body=body,
        message_id=f"<{delivery_id}@juqu.example>",
        dated=datetime(2018, 6, 11, 9, 0, tzinfo=CST),
        reminder_id=reminder_id,
        expires_at=expires_at,
        language=language,
        template="correction-notice@1",
        html=html,
        sms_template="correction-notice" if channel is Channel.SMS else "",
        variables=variables,
        content_sha256=Rendered(
            subject=subject,
            body=body,
            html=html,
            sms_template="correction-notice" if channel is Channel.SMS else "",
            variables=variables,
        ).sha256,
        statutory=statutory,
        urgent=urgent,
        unsubscribe_url=unsubscribe_url,
    )


def requested(notice: DeliveryRequested, *, suppressed: str = "", ctx: Context = SYSTEM) -> commands.RequestDelivery:
    """The wish for it."""
    return commands.RequestDelivery(context=ctx, notice=notice, suppressed=suppressed)


def start(notice: DeliveryRequested, *, at: datetime = AT, ctx: Context = SYSTEM) -> commands.StartAttempt:
    """The wish to send it."""
    return commands.StartAttempt(
        context=ctx,
        delivery_id=notice.delivery_id,
        provider="smtp",
        worker="one",
        segments=1,
        at=at,
        lease_until=at + timedelta(minutes=11),
    )


def envelope(event: Event, *, seq: int = 7, stream: str = "review/case/case", on: str = "2018-06-11") -> Envelope:
    """A recorded event."""
    kind = event_type(event)
    return Envelope(
        seq=seq,
        event_id=UUID(int=seq),
        stream=stream,
        version=1,
        type=kind.name,
        schema_version=kind.version,
        event=event,
        actor="somebody",
        office="province",
        effective_on=date.fromisoformat(on),
        recorded_at=AT,
        command_id=UUID(int=1000 + seq),
        correlation_id="test",
        causation_id=None,
        policy_version="2018-04-28.1",
    )


def people() -> People:
    """A county, a key unit, a city, two experts."""
    return People(
        case=Parties(
            case_id="case",
            county="220113",
            county_name="九台",
            endorser="220100",
            endorser_name="长春市科技局",
            persons=(
                Participant(
                    role="county",
                    office="county:220113",
                    name="王样例",
                    phone="0000-0000002",
                    email="a@example.invalid",
                ),
                Participant(
                    role="key-unit", office="unit:91", name="李虚构", phone="0000-0000003", email="b@example.invalid"
                ),
                Participant(role="expert", office="expert:1", name="甲"),
                Participant(role="expert", office="expert:2", name="乙"),
            ),
        ),
        contacts={
            "city:220100": Participant(
                role="", office="city:220100", name="市局", phone="0000-9", email="c@example.invalid"
            ),
            "expert:1": Participant(role="", office="expert:1", name="甲", email="x@example.invalid"),
        },
    )
