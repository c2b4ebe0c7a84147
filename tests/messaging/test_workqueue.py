"""Each job is done, by one worker or the next, until it succeeds or is given up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from deploy.local.valkey import EmbeddedValkey
from shared.messaging.workqueue import Job, Terms, WorkQueue
from tests.messaging.traffic import entries, eventually

QUICK = Terms(at_once=4, lease=0.4, cap=3, block=0.1)


@dataclass
class Office:
    """The owner of the work: knows what is to be done and what was tried."""

    undone: set[str] = field(default_factory=set)
    tried: list[tuple[str, int]] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)
    lost: int = 0
    failing: Callable[[Job], bool] = lambda _job: False
    hanging: bool = False

    async def do(self, job: Job) -> None:
        self.tried.append((job.fields["id"], job.attempt))
        if self.hanging:
            await asyncio.sleep(60)
        if self.failing(job):
            raise ValueError("no connection")
        self.undone.discard(job.fields["id"])

    async def bury(self, job: Job) -> None:
        self.dead.append(job.fields["id"])

    def queue(self, url: str, consumer: str = "w1", terms: Terms = QUICK) -> WorkQueue:
        async def fill() -> None:
            self.lost += 1
            for ident in sorted(self.undone):
                await made.put({"id": ident})

        made = WorkQueue(
            url, "queue.send", consumer=consumer, handler=self.do, on_lost=fill, on_dead=self.bury, terms=terms
        )
        return made


async def test_what_is_to_be_done_is_done_once(redis_url: str) -> None:
    office = Office(undone={"a", "b"})
    async with office.queue(redis_url) as queue:
        await queue.put({"id": "c", "text": "尊敬的用户"})
        await eventually(lambda: len(office.tried) == 3, "all done")
        await eventually(lambda: idle(queue), "the queue is empty")
        assert sorted(office.tried) == [("a", 1), ("b", 1), ("c", 1)]
        assert (await queue.status()).healthy
    assert not (await office.queue(redis_url).status()).running


async def idle(queue: WorkQueue) -> bool:
    status = await queue.status()
    return (status.waiting, status.pending) == (0, 0)


async def test_jobs_put_before_the_worker_was_there_are_done(redis_url: str) -> None:
    office = Office()
    queue = office.queue(redis_url)
    await queue.put({"id": "early"})
    async with queue:
        await eventually(lambda: office.tried == [("early", 1)], "done")


async def test_a_failing_job_is_tried_again_until_the_cap_and_then_laid_aside(redis_url: str, redis: Redis) -> None:
    office = Office(failing=lambda job: job.fields["id"] == "bad")
    async with office.queue(redis_url) as queue:
        await queue.put({"id": "bad"})
        await queue.put({"id": "good"})
        await eventually(lambda: office.dead == ["bad"], "given up")
        await eventually(lambda: idle(queue), "the queue is empty")
        assert [attempt for ident, attempt in office.tried if ident == "bad"] == [1, 2, 3]
        assert [attempt for ident, attempt in office.tried if ident == "good"] == [1]
        (letter,) = await queue.dead()
        assert (letter.fields["id"], letter.fields["dead.error"], letter.attempt) == (
            "bad",
            "ValueError: no connection",
            3,
        )
        assert [fields["id"] for _, fields in await entries(redis, queue.dead_name)] == ["bad"]


async def test_a_dead_letter_can_be_released_once(redis_url: str) -> None:
    office = Office(failing=lambda _job: len(office.tried) <= 3)
    async with office.queue(redis_url) as queue:
        await queue.put({"id": "bad"})
        await eventually(lambda: office.dead == ["bad"], "given up")
        (letter,) = await queue.dead()
        assert await queue.release(letter.entry)
        assert not await queue.release(letter.entry)
        await eventually(lambda: office.tried[3:] == [("bad", 1)], "done after all")
        assert await queue.dead() == []


async def test_what_a_dead_worker_held_is_taken_over(redis_url: str) -> None:
    office, heir = Office(hanging=True), Office()
    async with office.queue(redis_url, "w1", Terms(lease=30, block=0.1)) as queue:
        await queue.put({"id": "a"})
        await eventually(lambda: bool(office.tried), "taken")
    async with heir.queue(redis_url, "w2") as queue:
        await eventually(lambda: heir.tried == [("a", 2)], "taken over")
        await eventually(lambda: idle(queue), "done")


async def test_a_worker_that_comes_back_takes_its_own_at_once(redis_url: str) -> None:
    office, again = Office(hanging=True), Office()
    long = Terms(lease=60, block=0.1, cap=3)
    async with office.queue(redis_url, "w1", long) as queue:
        await queue.put({"id": "a"})
        await eventually(lambda: bool(office.tried), "taken")
    async with again.queue(redis_url, "w1", long):
        await eventually(lambda: again.tried == [("a", 2)], "done")


async def test_a_job_that_kills_its_worker_is_given_up_too(redis_url: str) -> None:
    long = Terms(lease=60, block=0.1, cap=2)
    for _ in range(2):
        office = Office(hanging=True)
        async with office.queue(redis_url, "w1", long) as queue:
            if not (await queue.status()).pending:
                await queue.put({"id": "deadly"})
            await eventually(lambda at=office: bool(at.tried), "taken")
    office = Office()
    async with office.queue(redis_url, "w1", long):
        await eventually(lambda: office.dead == ["deadly"], "given up without another try")
        assert office.tried == []


async def test_a_job_that_hangs_is_cut_off(redis_url: str) -> None:
    office = Office(hanging=True)
    async with office.queue(redis_url) as queue:
        await queue.put({"id": "slow"})
        await eventually(lambda: office.dead == ["slow"], "given up")


async def test_two_workers_share_the_work(redis_url: str) -> None:
    office = Office()
    async with office.queue(redis_url, "w1") as queue, office.queue(redis_url, "w2"):
        for number in range(60):
            await queue.put({"id": str(number)})
        await eventually(lambda: len(office.tried) >= 60, "all done")
        await eventually(lambda: idle(queue), "the queue is empty")
        assert sorted(int(ident) for ident, _ in office.tried) == list(range(60))


async def test_after_a_flush_the_owner_is_asked_again(redis_url: str, redis: Redis) -> None:
    office = Office()
    async with office.queue(redis_url) as queue:
        await queue.put({"id": "a"})
        await eventually(lambda: office.tried == [("a", 1)], "done")
        office.undone = {"b"}
        await redis.flushdb()
        await eventually(lambda: office.tried[1:] == [("b", 1)], "what was lost is done")
        await queue.put({"id": "c"})
        await eventually(lambda: ("c", 1) in office.tried, "and what comes")
        await eventually(lambda: well(queue), "well again")


async def well(queue: WorkQueue) -> bool:
    return (await queue.status()).healthy


async def test_valkey_is_killed_and_comes_back(own_valkey: EmbeddedValkey) -> None:
    office = Office()
    async with office.queue(own_valkey.url) as queue:
        await queue.put({"id": "a"})
        await eventually(lambda: office.tried == [("a", 1)], "done")
        await own_valkey.kill()
        office.undone = {"b"}
        with pytest.raises(RedisError):
            await queue.put({"id": "b"})
        await own_valkey.start()
        await eventually(lambda: ("b", 1) in office.tried, "what could not be put is done")
