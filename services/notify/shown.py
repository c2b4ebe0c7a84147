"""What notify answers, for its document: rows of its read models, and what is told of templates and providers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel

from services.notify.views.deliveries import deliveries
from services.notify.views.history import attempts
from services.notify.views.notices import notices
from services.notify.views.people import contacts
from services.notify.views.preferences import stopped_addresses
from shared.contracts.notify import Channel, Language
from shared.programme.values.personal import Address, Email, Personal, PersonalText, PersonName, Phone, Sealed
from shared.service.http.rows import row_model

_STATES = [column for column in deliveries.table.columns if column.name not in notices.table.c]
_OF_PEOPLE: dict[str, Any] = {
    "recipient_name": PersonName,
    "address": Address,
    "body": PersonalText,
    "html": PersonalText,
    "reason": PersonalText,
}
LIST_WITHOUT = frozenset(_OF_PEOPLE)
"""What a list of notices leaves out or masks, as it tells of people: to whom and in which words."""

NoticeListed = row_model(
    "NoticeListed", [*notices.table.columns, *_STATES], without=LIST_WITHOUT, address=str, reason=str
)
"""Addresses are masked: ``address``, and those in what a provider answered (``reason``)."""

Attempt = row_model("Attempt", attempts.table.columns, {"detail": PersonalText})
NoticeWhole = row_model("NoticeWhole", [*notices.table.columns, *_STATES], _OF_PEOPLE, history=list[Attempt])  # type: ignore[valid-type]
Letter = row_model(
    "Letter",
    [
        notices.table.c[name]
        for name in (
            "delivery_id",
            "case_id",
            "cause_id",
            "cause_type",
            "rule",
            "template",
            "language",
            "role",
            "statutory",
            "requested_on",
            "subject",
            "html",
        )
    ],
    state=str,
    text=str,
)
"""A letter to one's own office: whom it tells of, it was sent to tell; the log has it (``DeliveryRequested``)."""

ContactShown = row_model(
    "ContactShown",
    [contacts.table.c[name] for name in ("office", "name", "phone", "email", "registered_by")],
    {"name": PersonName, "phone": Phone, "email": Email},
)
Suppression = row_model(
    "Suppression", [stopped_addresses.table.c[name] for name in ("suppression_id", "channel", "reason", "since")]
)


class Choice(BaseModel):
    """A kind of notice switched on or off by a channel."""

    channel: Channel
    kind: str
    on: bool


class Preferences(BaseModel):
    """What an office chose."""

    owner: str
    language: Language
    choices: list[Choice]


class NoticeKind(BaseModel):
    """A kind of notice: who is told by which channel, and whether it has legal effect."""

    kind: str
    version: int
    subject: str
    subject_en: str
    statutory: bool
    topic: str
    mail: list[str]
    sms: list[str]
    webhook: list[str]


class ProviderShown(BaseModel):
    """A provider, and what stops it."""

    provider: str
    channel: Channel
    state: str
    trouble: str
    reason: str
    paused_by: str
    since: datetime | None
    receipts_at: str


class TemplateShown(BaseModel):
    """The words of a notice, by language."""

    name: str
    version: int
    subjects: dict[Language, str]
    sms: dict[Language, str]
    sms_keys: dict[Language, str]


class Preview(BaseModel):
    """How a notice would read."""

    template: str
    rule: str
    case_id: str
    cause_id: str
    cause_type: str
    language: Language
    channel: Channel
    statutory: bool
    subject: str
    text: PersonalText
    html: PersonalText
    sms_template: str
    variables: Annotated[Any, Sealed(Personal.TEXT)]
    segments: int
