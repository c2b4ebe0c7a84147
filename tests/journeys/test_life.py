"""The whole life of the sample districts: undisturbed, and with everything that can die dying in the middle."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
from collections.abc import Awaitable, Callable

import pytest
import redis.asyncio as redis

from deploy.demo.cases import Step
from deploy.local.ports import free_ports
from deploy.local.stack import Stack
from deploy.local.supervisor import Program
from tests.journeys.playing import Aftermath, play
from tests.servers import state_folder

SENT = {"accepted", "delivered"}
SETTLED = SENT | {"suppressed", "superseded", "expired"}


@pytest.fixture(scope="module")
def undisturbed() -> Aftermath:
    with state_folder() as folder:
        return asyncio.run(play(folder / "state"))


@pytest.fixture(scope="module")
def disturbed() -> Aftermath:
    faults = Faults()
    with state_folder() as folder:
        aftermath = asyncio.run(play(folder / "state", faults))
    assert not faults.left, f"these faults never came: {list(faults.left)}"
    return aftermath


class Faults:
    """What goes wrong before (and while) which step."""

    def __init__(self) -> None:
        self._random = random.Random(20180611)
        self._tasks: set[asyncio.Task[None]] = set()
        self.left: dict[tuple[str, str], tuple[Callable[[Stack], Awaitable[None]], ...]] = {
            ("DEMO-A", "apply"): (second_relay,),
            ("DEMO-A", "endorse"): (self.killing("relay"), self.killing("intake")),
            ("DEMO-A", "score"): (self.killing("review"),),
            ("DEMO-A", "approve"): (self.killing("review"), self.killing("lifecycle")),
            ("DEMO-B", "apply"): (flush,),
            ("DEMO-B", "endorse"): (self.killing("notify"), flush),
            ("DEMO-B", "score"): (self.killing("postgres"),),
            ("DEMO-B", "approve"): (self.killing("valkey"),),
            ("DEMO-C", "apply"): (stall_relay,),
            ("DEMO-C", "approve"): tuple(map(self.killing, ("relay", "intake", "review", "lifecycle", "notify"))),
            ("DEMO-D", "correct"): (self.killing("postgres"), self.killing("valkey")),
            ("DEMO-D", "approve"): (flush, self.killing("relay")),
            ("DEMO-C", "assess"): (self.killing("lifecycle"), flush),
            ("DEMO-D", "revoke"): (self.killing("lifecycle"), self.killing("notify")),
        }

    async def before(self, stack: Stack, step: Step) -> None:
        """Let go wrong what is to go wrong here; some of it while the step is under way."""
        for fault in self.left.pop((step.case, step.do), ()):
            await fault(stack)

    async def over(self) -> None:
        """Wait for the strikes that are still to come."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def killing(self, name: str) -> Callable[[Stack], Awaitable[None]]:
        """kill -9, some moments from now: while requests are in flight."""

        async def fault(stack: Stack) -> None:
            async def strike() -> None:
                await asyncio.sleep(self._random.uniform(0, 0.15))
                if stack.pid(name) is not None:
                    stack.kill(name, signal.SIGKILL)

            task = asyncio.create_task(strike())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        return fault


async def flush(stack: Stack) -> None:
    """FLUSHALL."""
    client = redis.from_url(stack.redis_url)
    await client.flushall()
    await client.aclose()


async def second_relay(stack: Stack) -> None:
    """Another publisher beside the first."""
    port = free_ports(1)[0]
    environment = stack.environment("relay") | {"JUQU_PORT": str(port)}
    argv = (sys.executable, "-m", "services.relay.app")
    await stack.supervisor.start(Program("relay-2", argv, environment, log_file=stack.log_file("relay-2")))


async def stall_relay(stack: Stack) -> None:
    """SIGSTOP for two seconds, in the middle of what follows."""
    stack.kill("relay", signal.SIGSTOP)
    asyncio.get_running_loop().call_later(2, stack.kill, "relay", signal.SIGCONT)


def test_every_case_ends_as_it_must(undisturbed: Aftermath) -> None:
    assert all(expected == reached for expected, reached in undisturbed.fates.values()), undisturbed.fates
    assert not undisturbed.rebuilding.unequal
    assert undisturbed.parked == 0


def test_every_notice_is_settled_and_sent_once(undisturbed: Aftermath) -> None:
    assert set(undisturbed.deliveries.values()) <= SETTLED
    assert max(undisturbed.message_ids.values()) == 1
    sent = sum(state in SENT for state in undisturbed.deliveries.values())
    assert sent == undisturbed.message_ids.total() + undisturbed.texts


def test_rebuilding_every_read_model_while_all_goes_on_does_nothing_a_second_time(undisturbed: Aftermath) -> None:
    before = undisturbed.rebuilding.before
    assert min(before.events, before.mails, before.texts, len(before.entries), *before.entries.values()) > 0
    assert not undisturbed.rebuilding.unequal
    assert undisturbed.rebuilding.after == before


def test_redis_holds_what_the_log_published(undisturbed: Aftermath) -> None:
    assert undisturbed.on_redis == undisturbed.published


def test_a_request_can_be_followed_to_the_last_message(undisturbed: Aftermath) -> None:
    """By its correlation id, in the log and in the processes' logs."""
    ends = {"intake.ApplicationEndorsed", "review.CaseOpened", "notify.DeliveryRequested", "notify.DeliveryDelivered"}
    assert ends <= undisturbed.traced
    assert {"intake", "review", "notify"} <= undisturbed.logged_in


def test_every_case_ends_as_it_must_whatever_dies(disturbed: Aftermath) -> None:
    assert all(expected == reached for expected, reached in disturbed.fates.values()), disturbed.fates


def test_no_event_is_lost_and_none_happens_twice_whatever_dies(undisturbed: Aftermath, disturbed: Aftermath) -> None:
    assert disturbed.streams == undisturbed.streams
    assert disturbed.seqs == list(range(1, len(disturbed.seqs) + 1))
    assert not disturbed.twice


def test_read_models_are_those_of_the_log_whatever_dies(disturbed: Aftermath) -> None:
    assert not disturbed.rebuilding.unequal
    assert disturbed.parked == 0
    assert disturbed.on_redis == disturbed.published


def test_no_notice_is_sent_twice_whatever_dies(undisturbed: Aftermath, disturbed: Aftermath) -> None:
    """What was under way when notify died is unknown, and stays so; everything else is settled, and once."""
    assert max(disturbed.message_ids.values()) == 1
    assert set(disturbed.deliveries.values()) <= SETTLED | {"unknown"}
    assert len(disturbed.deliveries) == len(undisturbed.deliveries)
    sent = sum(state in SENT for state in disturbed.deliveries.values())
    unknown = sum(state == "unknown" for state in disturbed.deliveries.values())
    assert sent <= disturbed.message_ids.total() + disturbed.texts <= sent + unknown
