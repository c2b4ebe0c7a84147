"""A command that rests on more than its own stream is written only if nothing came that its fence keeps out."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from shared.contracts.core import Context, Event, Fence
from shared.contracts.intake import ApplicationWithdrawn
from shared.eventlog.append import LONELY
from shared.eventlog.log import CommandReused, EventLog, FenceCrossed, VersionConflict
from tests.eventlog.conftest import OpenLog
from tests.eventlog.facts import context, endorsed, is_whole, stream

ENDORSED = frozenset({"intake.ApplicationEndorsed", "review.Anything"})


def fenced(seen: int, why: Context | None = None) -> Context:
    """A context that keeps out endorsements after a seq."""
    return replace(why or context(), fence=Fence(seen, ENDORSED))


def withdrawn() -> Event:
    """An event that the fence lets pass."""
    return ApplicationWithdrawn(case_id="case", reason="不再申报", office="county:220113")


async def test_what_was_seen_already_and_other_types_keep_nothing_out(log: EventLog) -> None:
    seen = (await log.append(stream(), 0, [endorsed()], context())).last_seq
    await log.append(stream(), 0, [withdrawn()], context())

    done = await log.append(stream(), 0, [endorsed(), withdrawn()], fenced(seen))

    assert (done.first_seq, done.last_seq, done.version, done.replayed) == (3, 4, 2, False)


async def test_an_event_of_another_stream_that_came_since_does_and_is_named(log: EventLog, open_log: OpenLog) -> None:
    other = await open_log("intake")
    came = (await other.append(stream(), 0, [endorsed()], context())).last_seq

    with pytest.raises(FenceCrossed) as told:
        await log.append(stream(), 0, [endorsed()], fenced(came - 1))

    assert told.value.seq == came
    assert await log.head() == came


async def test_the_same_command_again_gets_its_first_result_although_its_own_event_came_since(log: EventLog) -> None:
    where, why = stream(), fenced(0)
    first = await log.append(where, 0, [endorsed()], why)

    again = await log.append(where, 0, [endorsed()], why)

    assert (again.first_seq, again.replayed) == (first.first_seq, True)


async def test_its_own_stream_is_still_looked_at(log: EventLog) -> None:
    where = stream()
    await log.append(where, 0, [withdrawn()], context())

    with pytest.raises(VersionConflict):
        await log.append(where, 0, [endorsed()], fenced(1))


@pytest.mark.parametrize("alone", [0, LONELY + 1])
async def test_of_many_at_the_same_moment_one_is_written(log: EventLog, open_log: OpenLog, alone: int) -> None:
    """From two processes, among commands without a fence, whichever way they are sent."""
    for _ in range(alone):
        await log.append(stream(), 0, [withdrawn()], context())
    logs, seen = [log, await open_log("intake")], alone
    wanting = [each.append(stream(), 0, [endorsed()], fenced(seen)) for each in logs * 20]
    others = [each.append(stream(), 0, [withdrawn()], context()) for each in logs * 20]

    outcomes = await asyncio.gather(*wanting, *others, return_exceptions=True)

    refused = [outcome for outcome in outcomes if isinstance(outcome, FenceCrossed)]
    assert len(refused) == len(wanting) - 1
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception) and outcome not in refused]
    stored = await log.read_raw(0)
    (winner,) = [event for event in stored if event.type == "intake.ApplicationEndorsed"]
    assert {refusal.seq for refusal in refused} == {winner.seq}
    assert is_whole(stored)


async def test_a_command_id_is_still_one_commands(log: EventLog) -> None:
    ident = UUID(int=9)
    await log.append(stream(), 0, [withdrawn()], context(ident))

    with pytest.raises(CommandReused):
        await log.append(stream(), 0, [endorsed()], fenced(0, context(ident)))
