"""A work queue over a Redis stream with a consumer group: one worker does each job, and it is repeated until it
succeeds. For sending and the like, where order does not matter and the effects lie outside the database. What is to be
done stands in SQL; the queue is a copy that may be lost: its owner is told by ``on_lost`` and fills it again. A job may
come twice, so the handler looks into SQL first and skips what is done.

FastStream does not read these: its subscriber ends for good when a flush takes the group away, and it reclaims
without a cap.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, cast

import structlog
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from shared.eventlog.batching import Together
from shared.eventlog.wording import describe
from shared.retrying import Pauses, run_for_ever
from shared.tasks import end, heed_cancellation

logger = structlog.get_logger("messaging.workqueue")

_Raw = tuple[str, dict[str, str] | None]


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work: its fields, the id of its entry, and the number of this delivery (from 1)."""

    entry: str
    fields: Mapping[str, str]
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """``at_once``: jobs a worker takes at a time and does side by side. ``lease``: seconds after which a job that was
    taken and not finished is taken again, by any worker; a job that takes nine tenths of it is cut off. ``cap``:
    deliveries of a job before it goes to the dead letters. ``block``: seconds one read waits."""

    at_once: int = 16
    lease: float = 60.0
    cap: int = 5
    block: float = 1.0


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """``waiting``: jobs not yet taken, ``pending``: taken and not finished, ``dead``: given up. ``running``: the
    worker."""

    running: bool
    waiting: int
    pending: int
    dead: int
    trouble: str

    @property
    def healthy(self) -> bool:
        return self.running and not self.trouble


class WorkQueue:
    """A queue and one worker of it. ``consumer`` is the worker's stable name, unique in the group.

    ``handler`` does a job; whatever it raises leaves the job to be delivered again after the lease. ``on_dead`` is told
    of a job that reached the cap. ``on_lost`` is called at the start and whenever Redis has lost the group: it puts
    again what is still to be done.
    """

    def __init__(
        self,
        redis_url: str,
        name: str,
        *,
        consumer: str,
        handler: Callable[[Job], Awaitable[None]],
        on_lost: Callable[[], Awaitable[None]],
        on_dead: Callable[[Job], Awaitable[None]] | None = None,
        group: str = "workers",
        terms: Terms | None = None,
    ) -> None:
        self.name = name
        self.dead_name = f"{name}.dead"
        self.terms = terms or Terms()
        self._redis = Redis.from_url(
            redis_url, decode_responses=True, socket_timeout=self.terms.block + 5, socket_connect_timeout=2
        )
        self._group = group
        self._consumer = consumer
        self._handler = handler
        self._on_lost = on_lost
        self._on_dead = on_dead
        self._task: asyncio.Task[None] | None = None
        self._trouble = ""
        self._finish = Together(self._finish_all)

    async def put(self, fields: Mapping[str, str]) -> str:
        """Add a job; gives its entry id. Raises ``RedisError``: the job stands in SQL and is put by ``on_lost``
        later."""
        return str(await self._redis.xadd(self.name, _entry(fields)))

    async def put_all(self, jobs: Sequence[Mapping[str, str]]) -> None:
        """Add jobs in one round trip. Raises as ``put`` does; some may be there then."""
        async with self._redis.pipeline(transaction=False) as together:
            for fields in jobs:
                together.xadd(self.name, _entry(fields))
            await together.execute()

    async def start(self) -> None:
        """Start the worker. Does not wait for Redis."""
        self._task = asyncio.create_task(self._run(), name=f"queue {self.name}")

    async def stop(self) -> None:
        """Stop the worker; a job in its hands is delivered again."""
        if self._task is not None:
            await end(self._task)
        await self._redis.aclose()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def status(self) -> QueueStatus:
        """How it does now. Raises ``RedisError``."""
        running = self._task is not None and not self._task.done()
        pending = 0
        if await self._redis.exists(self.name):
            groups = await self._redis.xinfo_groups(self.name)
            pending = next((int(group["pending"]) for group in groups if group["name"] == self._group), 0)
        length = await self._redis.xlen(self.name)
        dead = await self._redis.xlen(self.dead_name)
        return QueueStatus(running, length - pending, pending, dead, self._trouble)

    async def dead(self, count: int = 100) -> list[Job]:
        """The oldest dead letters, with the error in the field ``dead.error``."""
        letters = await self._letters("-", "+", count)
        return [Job(entry, fields, int(fields["dead.attempts"])) for entry, fields in letters]

    async def release(self, entry: str) -> bool:
        """Put a dead letter back into the queue; whether there was one. Again: False."""
        letters = await self._letters(entry, entry, 1)
        if not letters:
            return False
        fields = {name: value for name, value in letters[0][1].items() if not name.startswith("dead.")}
        async with self._redis.pipeline(transaction=True) as together:
            together.xadd(self.name, _entry(fields))
            together.xdel(self.dead_name, entry)
            await together.execute()
        return True

    async def _letters(self, first: str, last: str, count: int) -> list[tuple[str, dict[str, str]]]:
        entries = await self._redis.xrange(self.dead_name, min=first, max=last, count=count)
        return cast("list[tuple[str, dict[str, str]]]", entries)

    async def _run(self) -> None:
        await run_for_ever(self._serve, troubled=self._troubled, pauses=Pauses(0.1, 2.0))

    def _troubled(self, error: Exception) -> None:
        self._trouble = str(error) if isinstance(error, ResponseError) else describe(error)
        logger.warning("queue.trouble", queue=self.name, error=self._trouble)

    async def _serve(self) -> None:
        await self._create_group()
        await self._on_lost()
        await self._work()

    async def _create_group(self) -> None:
        try:
            await self._redis.xgroup_create(self.name, self._group, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    async def _work(self) -> None:
        await self._take_own()
        reclaimed = float("-inf")
        while True:
            heed_cancellation()
            if time.monotonic() - reclaimed >= self.terms.lease / 4:
                await self._reclaim()
                reclaimed = time.monotonic()
            await self._do_all(await self._read(">"), {})
            self._trouble = ""

    async def _take_own(self) -> None:
        """First do the jobs that this consumer held when it last ended."""
        after = "0"
        while own := await self._read(after):
            held = await self._pending(min=own[0][0], max=own[-1][0], count=len(own), consumername=self._consumer)
            after = own[-1][0]
            await self._do_all(own, held)

    async def _read(self, after: str) -> list[_Raw]:
        block = int(self.terms.block * 1000) if after == ">" else None
        answer = await self._redis.xreadgroup(
            self._group, self._consumer, {self.name: after}, count=self.terms.at_once, block=block
        )
        return cast("list[list[list[_Raw]]]", answer)[0][1] if answer else []

    async def _reclaim(self) -> None:
        """Take over jobs that any worker has held for longer than the lease."""
        lease = int(self.terms.lease * 1000)
        held = await self._pending(min="-", max="+", count=self.terms.at_once, idle=lease)
        if held:
            claimed = await self._redis.xclaim(self.name, self._group, self._consumer, lease, [*held])
            await self._do_all(cast("list[_Raw]", claimed), {entry: before + 1 for entry, before in held.items()})

    async def _pending(self, **which: Any) -> dict[str, int]:
        """Entries that were taken and not finished, each with how often it was delivered."""
        pending = await self._redis.xpending_range(self.name, self._group, **which)
        return {str(entry["message_id"]): int(entry["times_delivered"]) for entry in pending}

    async def _do_all(self, jobs: list[_Raw], attempts: Mapping[str, int]) -> None:
        await asyncio.gather(*(self._do(entry, fields, attempts.get(entry, 1)) for entry, fields in jobs))

    async def _do(self, entry: str, fields: dict[str, str] | None, attempt: int) -> None:
        if fields is None:
            await self._finish(entry)
            return
        job = Job(entry, fields, attempt)
        error = f"delivered {attempt - 1} times and never finished"
        if attempt <= self.terms.cap:
            try:
                async with asyncio.timeout(self.terms.lease * 0.9):
                    await self._handler(job)
            except Exception as raised:  # noqa: BLE001 - whatever it is, the job is delivered again
                error = f"{type(raised).__name__}: {raised}"
                logger.warning("queue.job_failed", queue=self.name, entry=entry, attempt=attempt, error=error)
            else:
                await self._finish(entry)
                return
        if attempt >= self.terms.cap:
            await self._bury(job, error)

    async def _finish_all(self, entries: Sequence[str]) -> Sequence[None]:
        async with self._redis.pipeline(transaction=True) as together:
            together.xack(self.name, self._group, *entries)
            together.xdel(self.name, *entries)
            await together.execute()
        return [None] * len(entries)

    async def _bury(self, job: Job, error: str) -> None:
        if self._on_dead is not None:
            await self._on_dead(job)
        async with self._redis.pipeline(transaction=True) as together:
            letter = {**job.fields, "dead.error": error, "dead.attempts": str(job.attempt), "dead.entry": job.entry}
            together.xadd(self.dead_name, _entry(letter))
            together.xack(self.name, self._group, job.entry)
            together.xdel(self.name, job.entry)
            await together.execute()
        logger.error("queue.dead", queue=self.name, entry=job.entry, error=error)


def _entry(fields: Mapping[str, str]) -> dict[Any, Any]:
    return dict(fields)
