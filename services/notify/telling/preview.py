"""How a notice would read with the events of a real case; nothing is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any

from services.notify.aggregates.reminder import REMINDER, reminder_id
from services.notify.channels.sms.segments import split
from services.notify.notices import RULES, NoticeRule
from services.notify.notices.reminders import last_days
from services.notify.notices.rendering import words
from services.notify.telling.recipients import people_at
from services.notify.templates import Enquiries
from shared.contracts.core import Envelope
from shared.contracts.notify import Channel, Language
from shared.service.http.problems import Problem
from shared.service.service import Service

_STREAMS = ("intake/application", "review/case", "lifecycle/district")


async def preview(
    service: Service, enquiries: Enquiries, name: str, case_id: str, *, language: Language, channel: Channel
) -> dict[str, Any]:
    """A rule's words for the last event of a case that it tells of. Raises ``Problem``: 404 for no such rule or
    event."""
    rule = RULES.get(name)
    if rule is None:
        raise Problem(HTTPStatus.NOT_FOUND, "template-exists", "There is no such template", title_zh="没有该模板")
    cause = await _last_cause(service, rule, case_id)
    if cause is None:
        raise Problem(
            HTTPStatus.NOT_FOUND,
            "case-has-such-an-event",
            "Nothing has happened in this case of which this notice tells",
            title_zh="该办件没有发生此通知所述事项",
        )
    async with service.reading() as connection:
        people = await people_at(connection, case_id, cause.seq)
    content = words(
        rule,
        cause,
        people,
        to=None,
        language=language,
        channel=channel,
        enquiries=enquiries,
    )
    return {
        "template": rule.template.ref,
        "rule": rule.ref,
        "case_id": case_id,
        "cause_id": str(cause.event_id),
        "cause_type": cause.type,
        "language": language,
        "channel": channel,
        "statutory": rule.statutory,
        "subject": content.subject,
        "text": content.body,
        "html": content.html,
        "sms_template": content.sms_template,
        "variables": content.variables,
        "segments": len(split(content.body)) if channel is Channel.SMS else 0,
    }


async def _last_cause(service: Service, rule: NoticeRule, case_id: str) -> Envelope | None:
    cause = None
    async for envelope in _events(service, case_id):
        if rule.tells_of(envelope.event):
            cause = envelope
    return cause


async def _events(service: Service, case_id: str) -> AsyncIterator[Envelope]:
    """The events of a case, then those of its reminders."""
    reminders: dict[str, None] = {}
    for stream in _STREAMS:
        for envelope in await service.log.read_stream(f"{stream}/{case_id}"):
            reminders |= {reminder_id(case_id, last.matter, last.item): None for last in last_days(envelope.event)}
            yield envelope
    for ident in reminders:
        for envelope in await service.log.read_stream(REMINDER.stream(ident)):
            yield envelope
