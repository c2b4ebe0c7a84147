"""What an office wants to be told by which channel, and in which language, over HTTP."""

# No postponed annotations here: FastAPI reads those of the endpoints where they stand.

from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request

from services.notify import shown
from services.notify.aggregates.preference import PREFERENCE, SetLanguage, SetPreference
from services.notify.api.contacts import EVERY_OFFICE
from services.notify.notices import NOTICES, Topic
from services.notify.telling.recipients import preferences_in
from services.notify.views import PEOPLE
from services.notify.views.preferences import preferences
from shared.contracts.core import Actor
from shared.contracts.notify import Language
from shared.service.commands import CommandRoutes
from shared.service.http.openapi import answers, lists
from shared.service.http.routes import router
from shared.service.service import Service

Answer = dict[str, Any]


def commands(service: Service) -> APIRouter:
    """Choosing."""
    own = CommandRoutes(service, PREFERENCE, prefix="/preferences", parameter="owner")
    own.post(
        "/{owner}",
        SetPreference,
        *EVERY_OFFICE,
        summary="Switch a kind of notice on or off by a channel; those with legal effect stay on",
    )
    own.post("/{owner}/language", SetLanguage, *EVERY_OFFICE, summary="Be told in Chinese or in English")
    return own.router


def queries(service: Service) -> APIRouter:
    """What was chosen, and what there is to choose."""
    asking = router()

    @asking.get("/preferences", summary="What your office chose", responses=answers(shown.Preferences))
    async def my_preferences(
        request: Request, actor: Annotated[Actor, Depends(service.caller(*EVERY_OFFICE))]
    ) -> Answer:
        query = sa.select(preferences.table.c.history).where(preferences.table.c.owner == actor.office)
        async with service.reading(request, PEOPLE.name) as connection:
            history = (await connection.execute(query)).scalar_one_or_none()
        chosen = preferences_in(history or [])
        return {
            "owner": actor.office,
            "language": chosen.language or Language.CHINESE,
            "choices": [
                {"channel": channel, "kind": kind, "on": on} for (channel, kind), on in sorted(chosen.wanted.items())
            ],
        }

    @asking.get(
        "/kinds",
        summary="The kinds of notice: who is told by which channel, and which have legal effect",
        responses=lists(shown.NoticeKind),
    )
    async def kinds() -> list[Answer]:
        return [
            {
                "kind": rule.name,
                "version": rule.version,
                "subject": rule.template.words[Language.CHINESE].subject,
                "subject_en": rule.template.words[Language.ENGLISH].subject,
                "statutory": rule.statutory,
                "topic": rule.topic or "",
                "mail": rule.mail,
                "sms": rule.sms,
                "webhook": rule.webhook,
            }
            for rule in NOTICES
        ]

    @asking.get("/topics", summary="What the public can subscribe to")
    async def topics() -> list[Topic]:
        return list(Topic)

    return asking
