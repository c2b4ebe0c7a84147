"""Documents by their content: kept outside the log, named by SHA-256, their type sniffed and their size limited.

A folder by default, S3-compatible storage by setting (obstore).
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import PurePath
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final
from urllib.parse import quote, unquote, urlparse

import filetype
from fastapi import UploadFile
from fastapi.responses import StreamingResponse
from obstore.store import LocalStore, ObjectStore, S3Store, from_url

from shared.contracts.core import StoredFile
from shared.service.problems import Problem

PART = 65_536
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ACCEPTED = {
    "application/pdf": (".pdf",),
    DOCX: (".docx",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
}
"""The types taken as evidence, and the endings that may name them."""

_HELD = {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in ACCEPTED}}
DOCUMENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The document as it was uploaded",
        "headers": {
            name: {"schema": {"type": "string"}} for name in ("Content-Disposition", "ETag", "X-Content-Type-Options")
        },
        **_HELD,
    }
}
"""The answers of a route that sends a document."""


def open_store(url: str) -> ObjectStore:
    """The store a URL names: ``file:///folder`` (made where absent) or ``s3://bucket/prefix``."""
    parsed = urlparse(url)
    if parsed.scheme == "file":
        return LocalStore(unquote(parsed.path), automatic_cleanup=False, mkdir=True)
    if parsed.scheme == "s3":
        return S3Store.from_url(url)
    return from_url(url)


class Documents:
    """A store of documents, each under its hash: the same content is kept once, and never overwritten."""

    def __init__(self, store: ObjectStore, limit: int) -> None:
        self._store = store
        self._limit = limit

    @property
    def limit(self) -> int:
        """The largest document taken, in bytes."""
        return self._limit

    async def put(self, name: str, source: UploadFile) -> StoredFile:
        """Keep a document. Raises ``Problem`` 413 (too large), 422 (empty, or its content is not what its name says)
        and 415 (a type that is not taken)."""
        with SpooledTemporaryFile(max_size=4 * 1_048_576) as spool:
            digest, size = await self._spool(source, spool)
            media_type = sniff(name, spool)
            spool.seek(0)
            await self._store.put_async(key(digest), spool)
        return StoredFile(digest, size, media_type, PurePath(name).name[:255])

    async def _spool(self, source: UploadFile, spool: IO[bytes]) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        while part := await source.read(PART):
            size += len(part)
            if size > self._limit:
                raise _refused(
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "document-is-not-too-large", f"at most {self._limit} bytes"
                )
            digest.update(part)
            spool.write(part)
        if not size:
            raise _refused(HTTPStatus.UNPROCESSABLE_ENTITY, "document-is-not-empty", "the file is empty")
        return digest.hexdigest(), size

    async def found(self, file: StoredFile) -> StoredFile | None:
        """A document as it is kept, with its true size and type whatever was said of it; ``None`` where it is not.

        Its hash, and that its name fits its content, are checked too.
        """
        if not _SHA256.fullmatch(file.sha256) or not file.name.isprintable():
            return None
        digest = hashlib.sha256()
        with SpooledTemporaryFile(max_size=4 * 1_048_576) as spool:
            try:
                async for part in self.get(file):
                    digest.update(part)
                    spool.write(part)
                size = spool.tell()
                media_type = sniff(file.name, spool)
            except (FileNotFoundError, Problem):
                return None
        if digest.hexdigest() != file.sha256:
            return None
        return StoredFile(file.sha256, size, media_type, file.name[:255])

    async def answer(self, file: StoredFile) -> StreamingResponse:
        """A document as an HTTP answer, to be kept and not shown; raises ``FileNotFoundError``."""
        parts = self.get(file)
        first = await anext(parts, b"")

        async def content() -> AsyncIterator[bytes]:
            yield first
            async for part in parts:
                yield part

        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
            "Content-Length": str(file.size),
            "X-Content-Type-Options": "nosniff",
            "ETag": f'"{file.sha256}"',
        }
        return StreamingResponse(content(), media_type=file.media_type, headers=headers)

    async def get(self, file: StoredFile) -> AsyncIterator[bytes]:
        """The content of a document, in parts; raises ``FileNotFoundError``."""
        answer = await self._store.get_async(key(file.sha256))
        async for part in answer.stream(PART):
            yield bytes(part)


def key(sha256: str) -> str:
    """Where a document is kept."""
    return f"{sha256[:2]}/{sha256}"


def sniff(name: str, content: IO[bytes]) -> str:
    """The type of a document by its content; raises ``Problem`` where it is not taken or the name says another."""
    content.seek(0)
    head = content.read(PART)
    media_type = _docx(content) if head.startswith(b"PK\x03\x04") else _magic(head)
    if media_type not in ACCEPTED:
        raise _refused(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "document-type-is-taken",
            f"PDF, DOCX, PNG or JPEG; by its content this is {media_type or 'none of them'}",
        )
    ending = PurePath(name).suffix.lower()
    if ending not in ACCEPTED[media_type]:
        raise _refused(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "document-is-what-it-says",
            f"its name ends in '{ending}', but its content is {media_type}",
        )
    return media_type


def _magic(head: bytes) -> str:
    kind = filetype.guess(head)
    return kind.mime if kind is not None else ""


def _docx(content: IO[bytes]) -> str:
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return "application/zip"
    return DOCX if {"[Content_Types].xml", "word/document.xml"} <= names else "application/zip"


def _refused(status: HTTPStatus, rule: str, detail: str) -> Problem:
    return Problem(
        status, rule, "This document is not taken", detail, title_zh="文件不予接收", field="file", clause="四（三）3"
    )
