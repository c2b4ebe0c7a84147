"""Documents by their content: kept outside the log, named by SHA-256, their type sniffed and their size limited.

A folder by default, S3-compatible storage by setting (obstore).
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Sequence
from http import HTTPStatus
from pathlib import PurePath
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final
from urllib.parse import unquote, urlparse

from fastapi.responses import StreamingResponse
from obstore.store import LocalStore, ObjectStore, S3Store, from_url

from shared.programme.values.personal import ERASED
from shared.programme.values.stored_file import StoredFile
from shared.programme.values.writing import unplain
from shared.service.files.file_kinds import ENDINGS, kind_of
from shared.service.files.file_names import kept_name, offered
from shared.service.files.office_files import Unsafe
from shared.service.http.problems import Problem

_IN_MEMORY = 1_048_576
PART = 65_536
_SHA256: Final = re.compile(r"[0-9a-f]{64}")

_HELD = {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in ENDINGS}}
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
    """The store a URL names: a folder by a ``file:`` URL (made where absent) or ``s3://bucket/prefix``."""
    parsed = urlparse(url)
    if parsed.scheme == "file":
        return LocalStore(unquote(parsed.path), automatic_cleanup=False, mkdir=True)
    if parsed.scheme == "s3":
        return S3Store.from_url(url)
    return from_url(url)


class Documents:
    """A store of documents, each under its hash: the same content is kept once, and never overwritten."""

    def __init__(self, store: ObjectStore, limit: int, most: int = 60) -> None:
        self._store = store
        self._most = most
        self._limit = limit

    @property
    def limit(self) -> int:
        """The largest document taken, in bytes."""
        return self._limit

    async def put(self, file: StoredFile, content: IO[bytes]) -> StoredFile:
        """Keep a document that was read from an upload; its content is under its hash."""
        await self._store.put_async(key(file.sha256), content)
        return file

    async def find_all(self, files: Sequence[StoredFile], field: str) -> list[StoredFile | None]:
        """``find`` each that a command names in ``field``. Raises ``Problem`` 422 for more than are taken at once,
        as each of them is read."""
        if len(files) > self._most:
            raise Problem(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "documents-have-a-limit",
                "Too many documents at once",
                f"at most {self._most}",
                title_zh="文件数量超过上限",
                detail_zh=f"不得超过{self._most}份",
                clause="四（三）",
                field=field,
            )
        return [await self.find(file) for file in files]

    async def find(self, file: StoredFile) -> StoredFile | None:
        """A kept document with its true size and type, whatever was claimed; ``None`` where it is not kept.

        Its hash, and that its name fits its content, are checked too.
        """
        if not _SHA256.fullmatch(file.sha256) or kept_name(file.name) != file.name or unplain(file.name, line=True):
            return None
        digest = hashlib.sha256()
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:

            def take(part: bytes) -> None:
                digest.update(part)
                spool.write(part)

            try:
                async for part in self.get(file):
                    await asyncio.to_thread(take, part)
                size = spool.tell()
                media_type = await asyncio.to_thread(sniff, file.name, spool)
            except (FileNotFoundError, Problem):
                return None
        if digest.hexdigest() != file.sha256:
            return None
        return StoredFile(file.sha256, size, media_type, file.name)

    async def answer(self, file: StoredFile) -> StreamingResponse:
        """A document as an HTTP answer, to be kept and not shown; raises ``FileNotFoundError``."""
        parts = self.get(file)
        first = await anext(parts, b"")

        async def content() -> AsyncIterator[bytes]:
            yield first
            async for part in parts:
                yield part

        headers = {
            "Content-Disposition": offered(_name(file)),
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


def _name(file: StoredFile) -> str:
    """The name of a download; one that was erased still tells what the file is."""
    return f"{ERASED}{ENDINGS.get(file.media_type, ('',))[0]}" if file.name == ERASED else file.name


def key(sha256: str) -> str:
    """Where a document is kept."""
    return f"{sha256[:2]}/{sha256}"


def sniff(name: str, content: IO[bytes]) -> str:
    """The type of a document by its content; raises ``Problem`` where it is not taken, would harm whoever opens it, or
    its name says another. It reads the file, so it is not called on the event loop."""
    try:
        media_type = kind_of(content)
    except Unsafe as error:
        raise not_taken(HTTPStatus.UNPROCESSABLE_ENTITY, "document-opens-safely", str(error), error.zh) from None
    if media_type not in ENDINGS:
        raise not_taken(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "document-type-is-taken",
            f"PDF, DOCX, PNG or JPEG; by its content this is {media_type or 'none of them'}",
            f"仅接收PDF、DOCX、PNG或JPEG；按内容判断为{media_type or '其他类型'}",
        )
    ending = PurePath(name).suffix.lower()
    if ending not in ENDINGS[media_type]:
        raise not_taken(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "document-is-what-it-says",
            f"its name ends in '{ending}', but its content is {media_type}",
            f"文件名后缀为“{ending}”，而内容为{media_type}",
        )
    return media_type


def not_taken(status: HTTPStatus, rule: str, detail: str, detail_zh: str) -> Problem:
    """A document that is not taken, and why."""
    return Problem(
        status,
        rule,
        "This document is not taken",
        detail,
        title_zh="文件不予接收",
        detail_zh=detail_zh,
        field="file",
        clause="四（三）3",
    )
