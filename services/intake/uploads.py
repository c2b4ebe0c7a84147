"""Documents in: multipart uploads, limited while they are read, checked before anything is kept."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from services.intake import rules
from services.intake.application.commands import AddAttachment
from services.intake.handlers import Handlers
from shared.contracts.core import Context, Role, StoredFile
from shared.programme.policy import policy
from shared.programme.terms import EvidenceKind
from shared.service.commands import CommandRoutes
from shared.service.problems import Problem
from shared.service.running import Service
from shared.service.uploads import Sent, multipart, read_upload, wrong_field

UPLOADERS = (Role.COUNTY, Role.KEY_UNIT)

_KINDS = [one.value for one in EvidenceKind]
ATTACHMENT = multipart(
    "file",
    "kind",
    "title",
    kind={"type": "string", "enum": _KINDS},
    title={"type": "string", "minLength": 1},
    attachment_id={"type": "string", "format": "uuid", "description": "Of the document that this is a version of"},
)
"""What an attachment's upload takes, for the document of the API."""


class Uploads:
    """The endpoints that take documents."""

    def __init__(self, service: Service, commands: CommandRoutes, handlers: Handlers) -> None:
        self._service = service
        self._commands = commands
        self._handlers = handlers

    async def attach(self, request: Request, case_id: str) -> Any:
        """Add a document to the packet, or with ``attachment_id`` a further version of it."""
        actor = await self._service.actor(request)
        sent = await read_upload(request, self._limit)
        fields = sent.fields
        if unknown := sorted(set(fields) - {"kind", "title", "attachment_id"}):
            raise wrong_field(unknown[0], "there is no such field")
        asked = "\x1f".join([sent.sha256, *(f"{name}={fields[name]}" for name in sorted(fields))])
        context = await self._commands.context(request, actor, asked.encode())
        command = _command(context, case_id, sent)
        await self._handlers.check(case_id, command)
        stored = await self._service.documents.put(sent.file.filename or "", sent.file)
        return await self._commands.execute(request, case_id, _command(context, case_id, sent, stored))

    async def keep(self, request: Request) -> Any:
        """Keep a scanned document of a paper filing; the answer is what the keying names it by."""
        sent = await read_upload(request, self._limit)
        return await self._service.documents.put(sent.file.filename or "", sent.file)

    @property
    def _limit(self) -> int:
        return self._service.documents.limit


def _command(context: Context, case_id: str, sent: Sent, stored: StoredFile | None = None) -> AddAttachment:
    kind = sent.fields.get("kind", "")
    if kind not in _KINDS:
        raise wrong_field("kind", f"one of {', '.join(_KINDS)}")
    longest = policy(context.policy_version).name_max
    name = (sent.file.filename or "")[:longest]
    if any(not one.isprintable() for one in name):
        raise Problem(422, rules.TEXT_IS_PLAIN.name, rules.TEXT_IS_PLAIN.sentence, field="file", clause="四（三）3")
    return AddAttachment(
        context=context,
        case_id=case_id,
        kind=EvidenceKind(kind),
        title=sent.fields.get("title", ""),
        attachment_id=sent.fields.get("attachment_id", ""),
        file=stored or StoredFile(sent.sha256, sent.file.size or 0, "", name),
    )
