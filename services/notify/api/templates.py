"""The words of notices over HTTP, for officers: what there is, and how it reads with a real case."""

# No postponed annotations here: FastAPI reads those of the endpoints where they stand.

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query

from services.notify.preview import preview
from services.notify.queries import INSIDE
from services.notify.templates import TEMPLATES
from shared.contracts.core import Actor
from shared.contracts.notify import Channel, Language
from shared.service.identity import require
from shared.service.running import Service

Answer = dict[str, Any]


def queries(service: Service) -> APIRouter:
    """Templates and previews."""
    router = APIRouter()

    @router.get("/templates", summary="The templates of notices, in both languages")
    async def list_templates(actor: Annotated[Actor, Depends(service.actor)]) -> list[Answer]:
        require(actor, *INSIDE)
        return [
            {
                "name": one.name,
                "version": one.version,
                "subjects": {language: words.subject for language, words in one.words.items()},
                "sms": {language: words.sms for language, words in one.words.items()},
                "sms_keys": {language: one.sms_key(language) for language in one.words},
            }
            for one in TEMPLATES.values()
        ]

    @router.get("/templates/{name}/preview", summary="How a notice reads with a case's last such event; none is sent")
    async def preview_template(
        actor: Annotated[Actor, Depends(service.actor)],
        name: Annotated[str, Path(max_length=64)],
        case_id: Annotated[str, Query(max_length=64)],
        *,
        language: Language = Language.CHINESE,
        channel: Channel = Channel.MAIL,
    ) -> Answer:
        require(actor, *INSIDE)
        return await preview(service, name, case_id, language, channel)

    return router
