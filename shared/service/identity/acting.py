"""``Juqu-Acting-For``: the delegation under which somebody acts for the head of their office.

The log itself is asked, not a read model: what was ended a moment ago is ended here, and a log that was built anew says
the same.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final

from fastapi import Request

from shared.contracts.core import Actor, Principal, Refusal
from shared.contracts.office import DelegationEnded, DelegationGranted
from shared.eventlog.log import EventLog
from shared.programme.acting import DELEGATION_IS_NOT_ENDED, DELEGATION_IS_TO_YOU, TODAY_IS_WITHIN
from shared.programme.delegating import acts_of
from shared.service.command_id import as_uuid
from shared.service.http.problems import refused
from shared.service.http.requests import bad_header

HEADER: Final = "Juqu-Acting-For"
ACTING_PARAMETER: Final[dict[str, Any]] = {
    "name": HEADER,
    "in": "header",
    "description": "The id of the delegation under which you act for the head of your office 委托编号（代办时填写）",
    "schema": {"type": "string", "format": "uuid"},
}


def acting_for(request: Request) -> str:
    """The delegation that a request names, empty where it names none. Raises ``Problem`` 422 for what is no id."""
    text = request.headers.get(HEADER)
    if text is None:
        return ""
    if not (ident := as_uuid(text)):
        raise bad_header(HEADER, "it takes the id of a delegation", "须为委托编号")
    return ident


async def acting(log: EventLog, actor: Actor, delegation_id: str, today: date) -> Actor:
    """The actor as whoever lets them act: with that one's roles. Raises ``Problem`` 403 where nobody of their office
    lets them by this delegation, 409 where it was ended, or on a day before or after it."""
    granted, ended = await _found(log, actor.office, delegation_id)
    if granted is None or granted.delegate.subject != actor.subject:
        raise refused(Refusal(DELEGATION_IS_TO_YOU, field=HEADER))
    if ended:
        raise refused(Refusal(DELEGATION_IS_NOT_ENDED, field=HEADER))
    if not granted.first_day <= today <= granted.last_day:
        days = f"{granted.first_day.isoformat()} - {granted.last_day.isoformat()}"
        raise refused(Refusal(TODAY_IS_WITHIN, days, HEADER, detail_zh=days))
    principal = Principal(granted.principal.subject, granted.principal.name, acts_of(granted.kinds))
    return replace(actor, roles=frozenset(granted.roles), principal=principal)


async def _found(log: EventLog, office: str, delegation_id: str) -> tuple[DelegationGranted | None, bool]:
    """The delegation of an office under an id, and whether it was ended."""
    granted, ended = None, False
    for envelope in await log.read_stream(f"office/office/{office}"):
        match envelope.event:
            case DelegationGranted(delegation_id=ident) as event if ident == delegation_id:
                granted = event
            case DelegationEnded(delegation_id=ident) if ident == delegation_id:
                ended = True
            case _:
                pass
    return granted, ended


__all__ = ["ACTING_PARAMETER", "HEADER", "acting", "acting_for"]
