"""What a form of a page brings: its fields, and what every form carries: key, version, guard."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Message

from shared.service.command_id import as_uuid
from shared.service.http.problems import Problem

KEY, VERSION, GUARD = "_key", "_version", "_guard"
OF_THE_FRAME = frozenset({KEY, VERSION, GUARD})
MOST_FIELDS = 4000
"""Fields of a form: a roster of 300 firms has ten each."""

MOST_FILES = 20
MOST_BYTES = 67_108_864
"""Bytes of a form with its files; the services say how large one file may be."""

MOST_OF_A_STRANGER = 25_165_824
"""Bytes of a form from somebody who is not signed in, or no longer: one file of a session that ended meanwhile."""


@dataclass(frozen=True, slots=True)
class SentForm:
    """A form as it was sent. ``values`` are its texts by name, in order; ``files`` those that were chosen."""

    values: Mapping[str, Sequence[str]]
    files: Mapping[str, Sequence[UploadFile]] = field(default_factory=dict)

    def text(self, name: str, otherwise: str = "") -> str:
        """A field's text, without blanks around it."""
        return (self.values.get(name) or (otherwise,))[0].strip()

    def texts(self, name: str) -> list[str]:
        """The texts of a field that may be there more than once; empty ones are left out."""
        return [value.strip() for value in self.values.get(name, ()) if value.strip()]

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.text(name))

    def file(self, name: str) -> UploadFile | None:
        """The file that was chosen, where one was."""
        return (self.files.get(name) or (None,))[0]

    @property
    def key(self) -> str:
        """The idempotency key: the same however often this form is sent."""
        return as_uuid(self.text(KEY)) or str(uuid4())

    @property
    def version(self) -> int | None:
        """The version that the page showed."""
        text = self.text(VERSION)
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None

    @property
    def typed(self) -> dict[str, Sequence[str]]:
        """What the person typed, without what the frame added."""
        return {name: values for name, values in self.values.items() if name not in OF_THE_FRAME}

    def guarded_by(self, guard: str) -> bool:
        """Whether it comes from a page of this session."""
        return hmac.compare_digest(self.text(GUARD).encode(), guard.encode())


async def read_form(request: Request, most_bytes: int) -> SentForm:
    """The form of a request. Raises ``Problem`` 400 for one that cannot be read, that has too many fields or files, or
    a text of more than 1 MiB; 413 for one of more than ``most_bytes``."""
    limited = Request(request.scope, _counted(request, most_bytes))
    try:
        sent = await limited.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=1_048_576)
    except HTTPException as error:
        raise Problem(
            400,
            "request-is-well-formed",
            "The form cannot be read",
            f"{error.detail} (at most {MOST_FIELDS} fields and {MOST_FILES} files)",
            title_zh="表单无法读取",
            detail_zh=f"表单不完整，或超过{MOST_FIELDS}项、{MOST_FILES}份文件",
        ) from None
    values: dict[str, list[str]] = {}
    files: dict[str, list[UploadFile]] = {}
    for name, value in sent.multi_items():
        if isinstance(value, str):
            values.setdefault(name, []).append(value.replace("\r\n", "\n"))
        elif value.filename:
            files.setdefault(name, []).append(value)
    return SentForm(values, files)


def _counted(request: Request, most_bytes: int) -> Callable[[], Awaitable[Message]]:
    """The messages of a request, until they bring more than ``most_bytes``."""
    left = most_bytes

    async def receive() -> Message:
        nonlocal left
        message = await request.receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise Problem(
                413,
                "form-is-not-too-large",
                "This is too much for one form",
                f"at most {most_bytes // 1_048_576} MiB at once; send the files one by one",
                title_zh="一次提交的内容过多",
                detail_zh=f"一次最多{most_bytes // 1_048_576} MiB，请逐份上传文件",
            )
        return message

    return receive


def comes_from(request: Request, url: str) -> bool:
    """Whether a browser says that a request comes from our own pages (Fetch Metadata, else ``Origin``). A client that
    says neither is no browser, and no other site can make it send anything."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or origin == url


__all__ = ["GUARD", "KEY", "OF_THE_FRAME", "VERSION", "SentForm", "comes_from", "read_form"]
