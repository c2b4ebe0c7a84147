"""A message as the log keeps it: to whom it goes, on which grounds, and its words. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.notify.templates import Rendered
from shared.contracts import notify as events
from shared.contracts.core import Envelope
from shared.contracts.notify import Channel, Language

OCCURRENCE = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Who gets a message, in which part of the case, by which way and in which language. ``address`` is as it was
    written down; ``name`` is empty for the public."""

    role: str
    recipient: str
    channel: Channel
    address: str
    language: Language
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """Why and how a message is sent: its rule, the template of its words, and until when it is worth sending."""

    rule: str
    version: int
    template: str
    statutory: bool
    urgent: bool
    expires_at: datetime | None


def requested(
    delivery_id: UUID,
    envelope: Envelope,
    to: Addressee,
    grounds: Grounds,
    content: Rendered,
    *,
    case_id: str = "",
    unsubscribe_url: str = "",
) -> events.DeliveryRequested:
    """The message that an event causes, yet to be addressed: ``dated`` when its cause was recorded, and no mail has
    its ``message_id``."""
    return events.DeliveryRequested(
        delivery_id=str(delivery_id),
        case_id=case_id,
        cause_id=envelope.event_id,
        cause_type=envelope.type,
        rule=grounds.rule,
        rule_version=grounds.version,
        occurrence=OCCURRENCE,
        role=to.role,
        recipient=to.recipient,
        recipient_name=to.name,
        channel=to.channel,
        address=to.address,
        subject=content.subject,
        body=content.body,
        message_id="",
        dated=envelope.recorded_at,
        reminder_id=getattr(envelope.event, "reminder_id", ""),
        expires_at=grounds.expires_at,
        language=to.language,
        template=grounds.template,
        html=content.html,
        sms_template=content.sms_template,
        variables=content.variables,
        content_sha256=content.sha256,
        statutory=grounds.statutory,
        urgent=grounds.urgent,
        unsubscribe_url=unsubscribe_url,
    )


__all__ = ["OCCURRENCE", "Addressee", "Grounds", "requested"]
