"""The words of notices over HTTP, for officers: what there is, and how it reads with a real case."""

# No postponed annotations here: FastAPI reads those of the endpoints where they stand.

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path

from services.notify import shown
from services.notify.own import Notify
from services.notify.queries import INSIDE
from services.notify.telling.preview import preview
from services.notify.templates import TEMPLATES
from shared.contracts.core import Actor
from shared.contracts.notify import Channel, Language
from shared.service.http.openapi import answers, lists
from shared.service.http.routes import router
from shared.service.service import Service

Answer = dict[str, Any]


def queries(service: Service) -> APIRouter:
    """Templates and previews."""
    asking = router()

    @asking.get(
        "/templates", summary="The templates of notices, in both languages", responses=lists(shown.TemplateShown)
    )
    async def list_templates(_actor: Annotated[Actor, Depends(service.caller(*INSIDE))]) -> list[Answer]:
        return [
            {
                "name": template.name,
                "version": template.version,
                "subjects": {language: words.subject for language, words in template.words.items()},
                "sms": {language: words.sms for language, words in template.words.items()},
                "sms_keys": {language: template.sms_key(language) for language in template.words},
            }
            for template in TEMPLATES.values()
        ]

    @asking.get(
        "/templates/{name}/preview",
        summary="How a notice reads with a case's last such event; none is sent",
        responses=answers(shown.Preview),
    )
    async def preview_template(
        _actor: Annotated[Actor, Depends(service.caller(*INSIDE))],
        name: Annotated[str, Path(max_length=64)],
        case_id: UUID,
        *,
        language: Language = Language.CHINESE,
        channel: Channel = Channel.MAIL,
    ) -> Answer:
        enquiries = service.own(Notify).settings.enquiries
        return await preview(service, enquiries, name, str(case_id), language=language, channel=channel)

    return asking
