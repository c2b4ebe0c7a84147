"""``Juqu-After-Seq``: the seq that a read model must show before it is asked."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, Request

from shared.service.requests import bad_header

HEADER = "Juqu-After-Seq"


def after_seq(request: Request | None) -> int:
    """The seq that a request names, 0 where it names none; raises ``Problem`` 422 where it is none."""
    given = request.headers.get(HEADER, "").strip() if request is not None else ""
    if not given:
        return 0
    if not (given.isascii() and given.isdecimal() and len(given) <= 18):
        raise bad_header(HEADER, "it takes a seq", "须为序号")
    return int(given)


async def _declared(
    _seq: Annotated[
        str | None,
        Header(
            alias=HEADER,
            json_schema_extra={"pattern": "^[0-9]{1,18}$"},
            description="Wait until the read model shows this seq 等待查询数据更新至该序号",
        ),
    ] = None,
) -> None:
    """The header as documents have it; ``after_seq`` reads it."""


READS = Depends(_declared)
"""The dependency of routes that read a read model."""

__all__ = ["HEADER", "READS", "after_seq"]
