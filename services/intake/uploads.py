"""Documents in: checked before anything is kept."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from services.intake.application.commands import AddAttachment
from services.intake.handlers import Handlers
from shared.contracts.core import Context, Role
from shared.programme.vocabulary import EvidenceKind
from shared.service.commands import CommandRoutes
from shared.service.files.uploads import Sent, multipart, read_upload, wrong_field
from shared.service.service import Service

UPLOADERS = (Role.COUNTY, Role.KEY_UNIT)

_KINDS = [kind.value for kind in EvidenceKind]
ATTACHMENT = multipart(
    "file",
    "kind",
    "title",
    kind={"type": "string", "enum": _KINDS},
    title={"type": "string", "minLength": 1},
    attachment_id={"type": "string", "format": "uuid", "description": "Of the document that this is a version of"},
)
"""The upload of an attachment, as the API's document describes it."""


class Uploads:
    """The endpoints that take documents."""

    def __init__(self, service: Service, routes: CommandRoutes, handlers: Handlers) -> None:
        self._service = service
        self._routes = routes
        self._handlers = handlers

    async def attach(self, request: Request, case_id: str) -> Any:
        """Add a document to the packet, or with ``attachment_id`` a further version of it."""
        actor = await self._service.actor(request)
        async with read_upload(request, self._limit, "kind", "title", "attachment_id") as sent:
            body = "\x1f".join([sent.file.sha256, *(f"{name}={sent.fields[name]}" for name in sorted(sent.fields))])
            command = _command(await self._routes.context(request, actor, body.encode()), case_id, sent)
            await self._handlers.check(case_id, command)
            await self._service.documents.put(sent.file, sent.content)
        return await self._routes.execute(request, case_id, command)

    async def keep(self, request: Request) -> Any:
        """Keep a scanned document of a paper filing; the answer is what the keying names it by."""
        async with read_upload(request, self._limit) as sent:
            return await self._service.documents.put(sent.file, sent.content)

    @property
    def _limit(self) -> int:
        return self._service.documents.limit


def _command(context: Context, case_id: str, sent: Sent) -> AddAttachment:
    kind = sent.fields.get("kind", "")
    if kind not in _KINDS:
        raise wrong_field("kind", f"one of {', '.join(_KINDS)}", f"可选的有：{'、'.join(_KINDS)}")
    return AddAttachment(
        context=context,
        case_id=case_id,
        kind=EvidenceKind(kind),
        title=sent.fields.get("title", ""),
        attachment_id=sent.fields.get("attachment_id", ""),
        file=sent.file,
    )
