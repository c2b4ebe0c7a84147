"""Documents in: multipart uploads, limited while they are read, checked before anything is kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import Request, UploadFile
from starlette.datastructures import UploadFile as Upload
from starlette.types import Message

from services.intake import rules
from services.intake.application.commands import AddAttachment
from services.intake.handlers import Handlers
from shared.contracts.core import Context, Reason, Role, StoredFile
from shared.programme.policy import policy
from shared.programme.terms import EvidenceKind
from shared.service.commands import CommandRoutes
from shared.service.identity import require
from shared.service.problems import Problem
from shared.service.running import Service

_ALL_FIELDS = 65_536
_PART = 65_536
UPLOADERS = (Role.COUNTY, Role.KEY_UNIT)


def multipart(*required: str) -> dict[str, Any]:
    """The OpenAPI of an upload: its file and its text fields, those that must be there."""
    texts = {name: {"type": "string"} for name in ("kind", "title", "attachment_id") if len(required) > 1}
    schema = {
        "type": "object",
        "required": list(required),
        "properties": {"file": {"type": "string", "format": "binary"}, **texts},
    }
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


@dataclass(frozen=True, slots=True)
class Sent:
    """What an upload holds: its file, its SHA-256 (hex) and the text fields beside it."""

    file: UploadFile
    sha256: str
    fields: dict[str, str]


async def read_upload(request: Request, limit: int) -> Sent:
    """The upload in a request; raises ``Problem`` 413 once it exceeds ``limit`` bytes, 422 without a file."""
    form = await Request(request.scope, _limited(request, limit + _ALL_FIELDS)).form(
        max_files=1, max_fields=8, max_part_size=_ALL_FIELDS
    )
    file = form.get("file")
    if not isinstance(file, Upload):
        raise wrong_field("file", "the file is missing")
    digest = hashlib.sha256()
    while part := await file.read(_PART):
        digest.update(part)
    await file.seek(0)
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    return Sent(UploadFile(file.file, filename=file.filename, size=file.size), digest.hexdigest(), fields)


def _limited(request: Request, limit: int) -> Any:
    read = 0

    async def receive() -> Message:
        nonlocal read
        message = await request.receive()
        read += len(message.get("body", b""))
        if read > limit:
            raise Problem(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                "document-is-not-too-large",
                "This document is not taken",
                f"at most {limit - _ALL_FIELDS} bytes",
                title_zh="文件不予接收",
                clause="四（三）3",
                field="file",
            )
        return message

    return receive


def wrong_field(field: str, detail: str) -> Problem:
    """A field of an upload that is missing or wrong."""
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "request-is-well-formed",
        "The request is not well-formed",
        detail,
        title_zh="请求内容不符合要求",
        clause="四（三）3",
        field=field,
        reasons=[Reason(field, "request-is-well-formed", "四（三）3", detail)],
    )


class Uploads:
    """The endpoints that take documents."""

    def __init__(self, service: Service, commands: CommandRoutes, handlers: Handlers) -> None:
        self._service = service
        self._commands = commands
        self._handlers = handlers

    async def attach(self, request: Request, case_id: str) -> Any:
        """Add a document to the packet, or with ``attachment_id`` a further version of it."""
        actor = require(await self._service.identity(request), *UPLOADERS)
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
        require(await self._service.identity(request), Role.CITY, Role.PROVINCE, Role.PROVINCE_LEAD)
        sent = await read_upload(request, self._limit)
        return await self._service.documents.put(sent.file.filename or "", sent.file)

    @property
    def _limit(self) -> int:
        return self._service.documents.limit


def _command(context: Context, case_id: str, sent: Sent, stored: StoredFile | None = None) -> AddAttachment:
    kind = sent.fields.get("kind", "")
    if kind not in {one.value for one in EvidenceKind}:
        raise wrong_field("kind", f"one of {', '.join(one.value for one in EvidenceKind)}")
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
