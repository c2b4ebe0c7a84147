"""The feed: every published event over HTTP, by ``seq``, for whoever does not read Redis or has lost the thread there.

``GET /events?after=<seq>`` answers a page of CloudEvents, or with ``Accept: text/event-stream`` a stream that goes on
with what comes (HTML standard, 9.2 server-sent events). Each event and each page names the log's epoch; a consumer
that holds what the log has lost, or is beyond its end, is told so with 409.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response

from services.relay.readers import Readers
from shared.contracts.core import Actor, Role
from shared.eventlog.codec import StoredEvent
from shared.eventlog.errors import LogUnavailable
from shared.eventlog.log import EventLog
from shared.messaging.cloudevents import document, type_name
from shared.service.http.openapi import problems
from shared.service.http.problems import Problem
from shared.service.http.requests import Exact
from shared.service.http.routes import router
from shared.service.identity.callers import Caller, Identify
from shared.service.logs import logger_of

logger = logger_of("feed")

READERS = (Role.CONSUMER, Role.OPERATOR, Role.AUDITOR)
HEARTBEAT = 15.0
"""Seconds of silence after which a stream says that it is alive."""

PAGE = 32
"""Events that a stream reads at a time, and holds while its reader does not take them."""

LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a consumer asks for: services (all where empty), and CloudEvents types (all where empty)."""

    services: tuple[str, ...]
    types: frozenset[str]

    @property
    def categories(self) -> tuple[str, ...] | None:
        return self.services or None

    def takes(self, event: StoredEvent) -> bool:
        """Whether an event is of a wanted type; with its version, or without one for all versions."""
        name = type_name(event.type, event.schema_version)
        return not self.types or name in self.types or name.rpartition(".v")[0] in self.types


@dataclass(frozen=True, slots=True)
class Page:
    """Events as CloudEvents JSON texts with their seq; ``next`` is where to ask on from; ``head`` the log's end, and
    ``epoch`` the epoch it is in."""

    events: Sequence[tuple[int, str]]
    next: int
    head: int
    epoch: UUID | None

    def json(self) -> str:
        listed = ",".join(text for _, text in self.events)
        return f'{{"events":[{listed}],"next":{self.next},"head":{self.head},"epoch":"{self.epoch}"}}'


class NotInThisLog(Exception):
    """The consumer holds events that the log does not: it is beyond the ``head``, or of an ``epoch`` whose events the
    log holds up to ``shared`` only."""

    def __init__(self, after: int, head: int, epoch: UUID | None, shared: int) -> None:
        super().__init__(f"what you hold up to seq {after} is not in the log, which ends at {head}")
        self.after = after
        self.head = head
        self.epoch = epoch
        self.shared = shared

    @property
    def members(self) -> dict[str, object]:
        """What a consumer needs to know to go on."""
        return {"head": self.head, "epoch": str(self.epoch), "shared": self.shared}

    def problem(self) -> Problem:
        """As an answer."""
        problem = Problem(
            HTTPStatus.CONFLICT,
            "consumer-holds-what-the-log-holds",
            "You hold events that the log does not: it was failed over or restored",
            f"You are at seq {self.after}. The log ends at {self.head} and says what you hold up to seq {self.shared} "
            "at most. Stop; undo what you did on the events after that, or have an operator look at it; then ask on "
            "from there with its epoch.",
            title_zh="您持有日志中没有的事件：日志曾切换主机或被恢复",
            detail_zh=f"您已读到第{self.after}号事件，而日志止于第{self.head}号，与您所持一致者至多到第{self.shared}号。"
            "请停止读取，撤销其后事件所引起的处理或请运维人员核对，再从该处以新的 epoch 继续读取。",
            field="after",
        )
        problem.body |= self.members
        return problem


async def read_page(log: EventLog, wanted: Wanted, after: int, limit: int, epoch: UUID | None = None) -> Page:
    """A page of at most ``limit`` events after ``after``, which the consumer knows under an ``epoch``.

    ``prev`` is the seq before an event among those of the wanted services, whatever its type: what it is in
    ``events.all`` without services, and in ``events.<service>`` with one. Raises ``LogUnavailable``; ``NotInThisLog``.
    """
    head = await log.head()
    now = log.epochs.current
    if after > head or (epoch is not None and not log.epochs.holds(epoch, after)):
        shared = log.epochs.shared_with(epoch) if epoch is not None else head
        raise NotInThisLog(after, head, now, int(min(after, head, shared)))
    if after == head:
        return Page((), after, head, now)
    found = await log.read_raw(after, limit=limit, categories=wanted.categories, until=head)
    prev = await log.head(wanted.categories, until=after) if found else 0
    events = []
    for event in found:
        if wanted.takes(event):
            events.append((event.seq, document(event, prev, log.epochs.of(event.seq))))
        prev = event.seq
    return Page(events, found[-1].seq if len(found) == limit else head, head, now)


async def follow(
    log: EventLog,
    wanted: Wanted,
    after: int,
    *,
    epoch: UUID | None = None,
    page: int = PAGE,
    heartbeat: float = HEARTBEAT,
) -> AsyncIterator[str]:
    """Server-sent events from ``after`` on, without end: ``id`` is the seq, ``<seq>@<epoch>`` for a consumer that named
    an epoch; comments keep it alive. A log that is rolled back ends it with an event ``rolled-back``."""
    named = epoch is not None
    yield "retry: 1000\n\n"
    silent = 0.0
    while True:
        try:
            found = await read_page(log, wanted, after, page, epoch)
            epoch = found.epoch
            for seq, text in found.events:
                silent = 0.0
                yield f"id: {seq}@{epoch}\ndata: {text}\n\n" if named else f"id: {seq}\ndata: {text}\n\n"
            after = found.next
            if after < found.head:
                continue
            before = asyncio.get_running_loop().time()
            await log.wait_for_news(after, heartbeat - silent)
            silent += asyncio.get_running_loop().time() - before
        except NotInThisLog as error:
            yield f"event: rolled-back\ndata: {json.dumps(error.members)}\n\n"
            return
        except LogUnavailable:
            await asyncio.sleep(1)
            silent += 1
        if silent >= heartbeat - 0.01:
            silent = 0.0
            yield ": alive\n\n"


def feed_routes(log: Callable[[], EventLog], authenticate: Identify, services: Sequence[str]) -> APIRouter:
    """The feed's route. It takes a token of a consumer, an operator or an auditor."""
    feed = router()
    known = frozenset(services)
    caller, readers = Caller(authenticate, *READERS), Readers()

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
        wanted = Wanted(_services(services, known), frozenset(_listed(types)))
        start, under = (after, epoch) if last_event_id is None else _place(last_event_id)
        goes_on = "text/event-stream" in request.headers.get("Accept", "")
        try:
            page = await read_page(log(), wanted, *((start, 1, under) if goes_on else (after, limit, epoch)))
        except NotInThisLog as error:
            logger.error("consumer holds lost events", consumer=reader.subject, **error.members)
            raise error.problem() from None
        if goes_on:
            return readers.answer(reader.subject, follow(log(), wanted, start, epoch=under))
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
    asked = tuple(sorted(set(_listed(text))))
    unknown = [service for service in asked if service not in known]
    if unknown:
        there = ", ".join(sorted(known))
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "service-is-known",
            "There is no such service",
            f"there are {there}",
            title_zh="没有该服务",
            detail_zh=f"可用的有：{there}",
            field="services",
        )
    return asked


def _place(text: str) -> tuple[int, UUID | None]:
    """The seq and the epoch of the id of an event. One that names no epoch is of none that is known: a stream goes on
    over a restart of the server, which begins another epoch than that of the address."""
    seq, at, epoch = text.partition("@")
    if not at:
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
        title_zh="请求内容不符合要求",
        detail_zh=detail_zh,
        field=field,
    )
