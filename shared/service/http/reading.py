"""``Juqu-After-Seq``: the seq that a read model must show before it is asked."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Header, Request

from shared.service.http.problems import Problem
from shared.service.http.requests import bad_header

HEADER = "Juqu-After-Seq"


def after_seq(request: Request | None) -> int:
    """The seq that a request names, 0 where it names none; raises ``Problem`` 422 where it is none."""
    text = request.headers.get(HEADER) if request is not None else None
    if text is None:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise bad_header(HEADER, "it takes a seq", "须为序号")
    return int(text)


def beyond_the_log(head: int) -> Problem:
    """422: a seq beyond the log's last, which is named. No command ever answered it, or the log was set back to an
    earlier state."""
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "seq-is-in-the-log",
        "The log does not hold this seq",
        f"its last is {head}",
        title_zh="日志中没有该序号",
        detail_zh=f"日志最后的序号为{head}",
        field=HEADER,
    )


async def _read(
    request: Request,
    _seq: Annotated[
        str | None,
        Header(
            alias=HEADER,
            json_schema_extra={"pattern": "^[0-9]{1,18}$"},
            description="Wait until the read model shows this seq 等待查询数据更新至该序号",
        ),
    ] = None,
) -> None:
    """Read the header, as documents have it, before anything else is done."""
    after_seq(request)


READS = Depends(_read)
"""The dependency of routes that read a read model."""

__all__ = ["HEADER", "READS", "after_seq", "beyond_the_log"]
