"""What the feed reads: pages of published events by ``seq``, and streams that continue as events come.

Each event and each page names the log's epoch. A consumer that holds what the log has lost is told so.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from shared.eventlog.codec import StoredEvent
from shared.eventlog.errors import LogUnavailable
from shared.eventlog.log import EventLog
from shared.messaging.cloudevents import document, type_name
from shared.service.http.problems import Problem
from shared.service.logs import logger_of

logger = logger_of("feed")

HEARTBEAT = 15.0
"""Seconds without events after which a stream sends a sign of life."""

PAGE = 32
"""Events that a stream reads at a time, and holds while its reader does not take them."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What a consumer asks for: services (all where empty), and CloudEvents types (all where empty)."""

    services: tuple[str, ...]
    types: frozenset[str]

    @property
    def categories(self) -> tuple[str, ...] | None:
        return self.services or None

    def takes(self, event: StoredEvent) -> bool:
        """Whether an event is of a selected type; with its version, or without one for all versions."""
        name = type_name(event.type, event.schema_version)
        return not self.types or name in self.types or name.rpartition(".v")[0] in self.types


@dataclass(frozen=True, slots=True)
class FeedPage:
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


async def read_page(log: EventLog, selection: Selection, after: int, limit: int, epoch: UUID | None = None) -> FeedPage:
    """A page of at most ``limit`` events after ``after``, which the consumer knows under an ``epoch``.

    ``prev`` is the seq before an event among those of the selected services, whatever its type: what it is in
    ``events.all`` without services, and in ``events.<service>`` with one. Raises ``LogUnavailable``; ``NotInThisLog``.
    """
    head = await log.head()
    now = log.epochs.current
    if after > head or (epoch is not None and not log.epochs.holds(epoch, after)):
        shared = log.epochs.shared_with(epoch) if epoch is not None else head
        raise NotInThisLog(after, head, now, int(min(after, head, shared)))
    if after == head:
        return FeedPage((), after, head, now)
    rows = await log.read_raw(after, limit=limit, categories=selection.categories, until=head)
    prev = await log.head(selection.categories, until=after) if rows else 0
    events = []
    for event in rows:
        if selection.takes(event):
            events.append((event.seq, document(event, prev, log.epochs.of(event.seq))))
        prev = event.seq
    return FeedPage(events, rows[-1].seq if len(rows) == limit else head, head, now)


async def follow(
    log: EventLog,
    selection: Selection,
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
            taken = await read_page(log, selection, after, page, epoch)
            epoch = taken.epoch
            for seq, text in taken.events:
                silent = 0.0
                yield f"id: {seq}@{epoch}\ndata: {text}\n\n" if named else f"id: {seq}\ndata: {text}\n\n"
            after = taken.next
            if after < taken.head:
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
