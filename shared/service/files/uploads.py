"""Uploads of every service: one file and the text fields beside it (multipart/form-data, RFC 7578).

Each piece is parsed, counted, hashed and inspected in a thread as it arrives. So no upload keeps other requests
waiting, and no more is held than would be accepted.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from fastapi import Request
from python_multipart.multipart import parse_options_header

from shared.programme.values.stored_file import StoredFile
from shared.programme.values.writing import unplain
from shared.service.files.documents import sniff
from shared.service.files.form_parts import FormParts, wrong_field

_IN_MEMORY = 1_048_576
_AT_ONCE = 262_144
"""Bytes that are taken apart in one go."""


def multipart(*required: str, **texts: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI of an upload: its file and its text fields by their schemas, and which must be there."""
    schema = {
        "type": "object",
        "required": list(required),
        "properties": {"file": {"type": "string", "format": "binary"}, **texts},
        "additionalProperties": False,
    }
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


@dataclass(frozen=True, slots=True)
class Sent:
    """What an upload holds: its content, what that is, and the text fields beside it."""

    content: IO[bytes]
    file: StoredFile
    fields: dict[str, str]


@asynccontextmanager
async def read_upload(request: Request, limit: int, *fields: str) -> AsyncIterator[Sent]:
    """The upload in a request, for as long as it is entered. ``fields`` are the texts that may stand beside the file.

    Raises ``Problem`` 413 once the file exceeds ``limit`` bytes; 415 for a kind that is not taken; 422 without a form
    or a file, for an empty one, one that is not what its name says, and an unknown field; 400 for a form that breaks
    off.
    """
    boundary = _boundary(request)
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as content:
        parts = FormParts(boundary, content, limit, fields)
        waiting = bytearray()
        async for piece in request.stream():
            waiting += piece
            if len(waiting) >= _AT_ONCE or not piece:
                await asyncio.to_thread(parts.take, bytes(waiting))
                waiting.clear()
        yield await asyncio.to_thread(_sent, parts, content)


def _boundary(request: Request) -> bytes:
    kind, parameters = parse_options_header(request.headers.get("Content-Type"))
    if kind != b"multipart/form-data" or not parameters.get(b"boundary"):
        raise wrong_field(
            "file",
            "an upload is a form (multipart/form-data) that holds the file",
            "请以multipart/form-data表单上传文件",
        )
    return parameters[b"boundary"]


def _sent(parts: FormParts, content: IO[bytes]) -> Sent:
    parts.finish()
    if unplain(parts.name, line=True):
        raise wrong_field(
            "file", "its name holds control characters or an encoded word", "文件名含有控制字符或编码字段"
        )
    file = StoredFile(parts.sha256, parts.size, sniff(parts.name, content), parts.name)
    content.seek(0)
    return Sent(content, file, parts.texts)


__all__ = ["Sent", "multipart", "read_upload", "wrong_field"]
