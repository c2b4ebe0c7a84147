"""The message that asks a member of the public whether it was they who subscribed."""

from __future__ import annotations

from datetime import timedelta

from services.notify.notices.people import SUBSCRIBER
from services.notify.notices.requesting import Addressee
from services.notify.notices.strangers import Reply, reply
from services.notify.templates import ENQUIRIES, Enquiries
from services.notify.templates.confirming import CONFIRMATION, Asking
from shared.contracts import notify as events
from shared.contracts.core import Envelope

RULE = CONFIRMATION.name
ASKER = "asker"
"""The part of somebody who has yet to confirm."""
ASKED = Reply(template=CONFIRMATION, worth=timedelta(days=2), urgent=True)


def confirmation_for(
    envelope: Envelope, event: events.SubscriptionRequested, token: str, enquiries: Enquiries = ENQUIRIES
) -> events.DeliveryRequested:
    """The message with the code, yet to be addressed, in the language that was asked for."""
    to = Addressee(
        role=ASKER,
        recipient=f"{SUBSCRIBER}:{event.subscription_id}",
        channel=event.channel,
        address=event.address,
        language=event.language,
    )
    return reply(ASKED, envelope, to, Asking(event, token), asked=event, enquiries=enquiries)
