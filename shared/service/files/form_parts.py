"""The parts of a form (multipart/form-data, RFC 7578), taken apart, counted and hashed as their bytes come."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import IO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser

from shared.contracts.core import Reason
from shared.programme.values.writing import cleaned
from shared.service.files.documents import not_taken
from shared.service.files.file_names import as_text, kept_name, name_sent, parameters
from shared.service.http.problems import Problem

_ALL_FIELDS = 65_536
"""Bytes of a request beside its file."""

_MOST_PARTS = 8
_LONGEST_HEADER = 16_384
_CLAUSE = "四（三）3"


class FormParts:
    """A file of at most ``limit`` bytes, written to ``content``, and the texts of ``fields`` beside it. Not for the
    event loop."""

    def __init__(self, boundary: bytes, content: IO[bytes], limit: int, fields: tuple[str, ...]) -> None:
        self._content = content
        self._limit = limit
        self._known = fields
        self._texts: dict[str, bytes] = {}
        self._digest = hashlib.sha256()
        self._size = 0
        self._name: str | None = None
        self._count = self._beside = 0
        self._ended = False
        self._header = (bytearray(), bytearray())
        self._disposition = b""
        self._part = ""
        self._parser = self._made(boundary)

    def _made(self, boundary: bytes) -> MultipartParser:
        header, value = self._header
        try:
            return MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": lambda data, start, end: header.extend(data[start:end]),
                    "on_header_value": lambda data, start, end: value.extend(data[start:end]),
                    "on_header_end": self._take_header,
                    "on_headers_finished": self._begin_content,
                    "on_part_data": self._take_content,
                    "on_end": self._end,
                },
                max_header_size=_LONGEST_HEADER,
            )
        except FormParserError as error:
            raise _broken(str(error), "分隔标记或标头不符合要求") from None

    def take(self, data: bytes) -> None:
        """The next bytes; raises ``Problem``."""
        self._beside += len(data)
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise _broken(str(error), "分隔标记或标头不符合要求") from None
        if self._beside > _ALL_FIELDS:
            raise _too_large(_ALL_FIELDS, "beside the file", "文件以外的字段")

    def _begin(self) -> None:
        self._count += 1
        self._disposition = b""
        if self._count > _MOST_PARTS:
            raise _broken(f"at most {_MOST_PARTS} parts", f"最多{_MOST_PARTS}个部分")

    def _take_header(self) -> None:
        header, value = self._header
        if header.lower() == b"content-disposition":
            self._disposition = bytes(value)
        header.clear()
        value.clear()

    def _begin_content(self) -> None:
        disposition = parameters(self._disposition)
        self._part = disposition.get("name", b"").decode("utf-8", "replace")
        name = name_sent(disposition)
        if self._part == "file" and name is not None:
            if self._name is not None:
                raise wrong_field("file", "one file at a time", "每次只能上传一个文件")
            self._name = name
        elif name is not None or self._part not in self._known:
            raise wrong_field(self._part or "file", "there is no such field", "没有这一项")
        elif self._part in self._texts:
            raise wrong_field(self._part, "it comes twice", "重复给出")
        else:
            self._texts[self._part] = b""

    def _take_content(self, data: bytes, start: int, end: int) -> None:
        piece = data[start:end]
        if self._part != "file":
            self._texts[self._part] += piece
            return
        self._size += len(piece)
        self._beside -= len(piece)
        if self._size > self._limit:
            raise _too_large(self._limit, "the file", "文件")
        self._digest.update(piece)
        self._content.write(piece)

    def _end(self) -> None:
        self._ended = True

    def finish(self) -> None:
        """Raise ``Problem`` where the form is incomplete, or its file is empty."""
        if not self._ended:
            raise _broken("it breaks off before its last boundary", "在最后的分隔标记之前中断")
        if self._name is None:
            raise wrong_field("file", "the file is missing", "缺少文件")
        if not self._size:
            raise not_taken(HTTPStatus.UNPROCESSABLE_ENTITY, "document-is-not-empty", "the file is empty", "文件为空")

    @property
    def name(self) -> str:
        """The file's name, as it is kept."""
        return kept_name(self._name or "")

    @property
    def sha256(self) -> str:
        """The hash of the file, hex."""
        return self._digest.hexdigest()

    @property
    def size(self) -> int:
        """The bytes of the file."""
        return self._size

    @property
    def texts(self) -> dict[str, str]:
        """The texts beside it, cleaned."""
        return {name: cleaned(as_text(value)) for name, value in self._texts.items()}


def _too_large(limit: int, what: str, what_zh: str) -> Problem:
    return not_taken(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "document-is-not-too-large",
        f"{what}: at most {limit} bytes",
        f"{what_zh}不得超过{limit}字节",
    )


def _broken(detail: str, detail_zh: str) -> Problem:
    return Problem(
        HTTPStatus.BAD_REQUEST,
        "upload-is-whole",
        "The form of this upload cannot be read",
        detail,
        title_zh="上传的表单无法读取",
        detail_zh=detail_zh,
        field="body",
    )


def wrong_field(field: str, detail: str, detail_zh: str) -> Problem:
    """A field of an upload that is missing or wrong."""
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "request-is-well-formed",
        "The request is not well-formed",
        detail,
        title_zh="所填内容有误，请改正后再提交",
        detail_zh=detail_zh,
        clause=_CLAUSE,
        field=field,
        reasons=[Reason(field, "request-is-well-formed", _CLAUSE, detail, detail_zh)],
    )
