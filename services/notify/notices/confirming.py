"""The message that asks a member of the public whether it was they who subscribed."""

from __future__ import annotations

from datetime import timedelta

from services.notify.notices.people import SUBSCRIBER
from services.notify.notices.rendering import OCCURRENCE, law_of
from services.notify.templates import ENQUIRIES, Enquiries, Letterhead, render
from services.notify.templates.confirming import CONFIRMATION, Asking
from shared.contracts import notify as events
from shared.contracts.core import Envelope, derived_id, event_type

RULE = CONFIRMATION.name
VERSION = 1
WORTH = timedelta(days=2)
"""For how long the question is worth asking."""


def confirmation_for(
    envelope: Envelope, event: events.SubscriptionRequested, token: str, enquiries: Enquiries = ENQUIRIES
) -> events.DeliveryRequested:
    """The message with the code, yet to be addressed, in the language that was asked for."""
    recipient = f"{SUBSCRIBER}:{event.subscription_id}"
    head = Letterhead(
        to="",
        name="",
        on=envelope.effective_on,
        at=envelope.recorded_at,
        case_id="",
        cause_type=envelope.type,
        cause_term=event_type(event).term,
        cause_seq=envelope.seq,
        cause_id=envelope.event_id,
        rule=f"{RULE}@{VERSION}",
    )
    content = render(
        CONFIRMATION,
        Asking(event, token),
        head,
        county="",
        place="",
        role="asker",
        law=law_of(envelope),
        language=event.language,
        channel=event.channel,
        enquiries=enquiries,
    )
    return events.DeliveryRequested(
        delivery_id=str(derived_id(envelope.event_id, head.rule, recipient, event.channel, OCCURRENCE)),
        case_id="",
        cause_id=envelope.event_id,
        cause_type=envelope.type,
        rule=RULE,
        rule_version=VERSION,
        occurrence=OCCURRENCE,
        role="asker",
        recipient=recipient,
        recipient_name="",
        channel=event.channel,
        address=event.address,
        subject=content.subject,
        body=content.body,
        message_id="",
        dated=envelope.recorded_at,
        reminder_id="",
        expires_at=envelope.recorded_at + WORTH,
        language=event.language,
        template=CONFIRMATION.ref,
        html=content.html,
        sms_template=content.sms_template,
        variables=content.variables,
        content_sha256=content.sha256,
        statutory=False,
        urgent=True,
        unsubscribe_url="",
    )
