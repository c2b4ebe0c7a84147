"""The feed's route: every published event over HTTP, for consumers that do not read Redis or lost their position there.

``GET /events?after=<seq>`` answers a page of CloudEvents. With ``Accept: text/event-stream`` it answers a stream (HTML
standard, 9.2 server-sent events).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response

from services.relay.feed import NotInThisLog, Selection, follow, read_page
from shared.contracts.core import Actor, Role
from shared.eventlog.log import EventLog
from shared.service.http.openapi import problems
from shared.service.http.problems import Problem
from shared.service.http.requests import Exact
from shared.service.http.routes import router
from shared.service.http.streams import Readers
from shared.service.identity.callers import Caller, Identify
from shared.service.logs import logger_of

logger = logger_of("feed")

READERS = (Role.CONSUMER, Role.OPERATOR, Role.AUDITOR)
LARGEST = 2**63 - 1
IN_ALL = 200
"""Readers that one process serves. Each holds a page of events at most."""
OF_ONE = 20
"""Of them, readers of one consumer."""


def feed_routes(log: Callable[[], EventLog], authenticate: Identify, services: Sequence[str]) -> APIRouter:
    """The feed's route. It takes a token of a consumer, an operator or an auditor."""
    feed = router()
    known = frozenset(services)
    caller, readers = Caller(authenticate, *READERS), Readers(in_all=IN_ALL, of_one=OF_ONE)

    @feed.get(
        "/events",
        summary="Published events after a seq",
        responses=_ANSWERS,
    )
    async def events(
        request: Request,
        *,
        reader: Actor = Depends(caller),  # noqa: B008 - it is of this app, and annotations are postponed
        after: Annotated[int, Exact, Query(ge=0, le=LARGEST)] = 0,
        limit: Annotated[int, Exact, Query(ge=1, le=1000)] = 100,
        types: Annotated[str, Query(max_length=4000)] = "",
        services: Annotated[str, Query(max_length=200)] = "",
        last_event_id: Annotated[
            str | None, Header(alias="Last-Event-ID", json_schema_extra={"pattern": "^[0-9]{1,18}(@[0-9a-f-]{36})?$"})
        ] = None,
        epoch: Annotated[UUID | None, Query()] = None,
    ) -> Response:
        selection = Selection(_services(services, known), frozenset(_listed(types)))
        start, under = (after, epoch) if last_event_id is None else _read_event_id(last_event_id)
        goes_on = "text/event-stream" in request.headers.get("Accept", "")
        try:
            page = await read_page(log(), selection, *((start, 1, under) if goes_on else (after, limit, epoch)))
        except NotInThisLog as error:
            logger.error("consumer holds lost events", consumer=reader.subject, **error.members)
            raise error.problem() from None
        if goes_on:
            return readers.answer(reader.subject, follow(log(), selection, start, epoch=under))
        return Response(page.json(), media_type="application/json", headers={"Cache-Control": "no-store"})

    return feed


_PAGE = {
    "type": "object",
    "required": ["events", "next", "head", "epoch"],
    "properties": {
        "events": {"type": "array", "items": {"type": "object", "required": ["specversion", "id", "type", "source"]}},
        "next": {"type": "integer", "description": "What to ask after next"},
        "head": {"type": "integer", "description": "The log's last seq"},
        "epoch": {"type": "string", "format": "uuid", "description": "The log's epoch; ask on with it"},
    },
}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    **problems(429),
    200: {
        "description": "CloudEvents, a page of them or a stream that goes on",
        "content": {
            "application/json": {"schema": _PAGE},
            "text/event-stream": {"schema": {"type": "string"}},
        },
    },
    409: {
        "description": "You hold what the log does not, which is as yours up to `shared` 您持有日志中没有的事件",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    },
}


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _services(text: str, known: frozenset[str]) -> tuple[str, ...]:
    chosen = tuple(sorted(set(_listed(text))))
    unknown = [service for service in chosen if service not in known]
    if unknown:
        known_names = ", ".join(sorted(known))
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "service-is-known",
            "There is no such service",
            f"there are {known_names}",
            title_zh="没有该服务",
            detail_zh=f"可用的有：{known_names}",
            field="services",
        )
    return chosen


def _read_event_id(text: str) -> tuple[int, UUID | None]:
    """The seq and the epoch of the id of an event. An id without an epoch has no known epoch. The ``epoch`` in the
    address does not count for it: a stream that is resumed after a restart of the server is in another one."""
    seq, sign, epoch = text.partition("@")
    if not sign:
        return _seq(seq), None
    try:
        return _seq(seq), UUID(epoch)
    except ValueError:
        raise _malformed(
            "Last-Event-ID", "it takes the id of an event of this stream, <seq>@<epoch>", "须为本事件流的事件编号"
        ) from None


def _seq(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 19) or int(text) > LARGEST:
        raise _malformed("Last-Event-ID", "it takes the id of an event of this stream, a seq", "须为本事件流的事件序号")
    return int(text)


def _malformed(field: str, detail: str, detail_zh: str) -> Problem:
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "request-is-well-formed",
        "The request is not well-formed",
        detail,
        title_zh="网址或者请求头中的内容有误",
        detail_zh=detail_zh,
        field=field,
    )
