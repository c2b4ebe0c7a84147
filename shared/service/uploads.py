"""Uploads, limited while they are read: nothing is spooled beyond what would be taken."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import Request, UploadFile
from starlette.datastructures import UploadFile as Upload
from starlette.types import Message

from shared.contracts.core import Reason
from shared.service.problems import Problem

_ALL_FIELDS = 65_536
_PART = 65_536


def multipart(*required: str, **texts: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI of an upload: its file and its text fields by their schemas, and which must be there."""
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
