"""Values are remembered for their time, so many at a time, and let go of when it is over."""

from __future__ import annotations

import asyncio
import time

from shared.expiring import ExpiringCache


async def test_a_value_is_given_until_its_time_is_over_and_then_let_go_of() -> None:
    names: ExpiringCache[int, str] = ExpiringCache(0.05, 10)
    names.put(1, "one")
    assert names.get(1) == "one"
    assert names.get(2) is None
    await asyncio.sleep(0.1)
    assert names.get(1) is None
    assert len(names) == 0


async def test_a_value_put_again_is_remembered_anew() -> None:
    names: ExpiringCache[int, str] = ExpiringCache(0.2, 10)
    names.put(1, "one")
    names.put(2, "two")
    await asyncio.sleep(0.12)
    names.put(1, "uno")
    await asyncio.sleep(0.12)
    assert (names.get(1), names.get(2)) == ("uno", None)


async def test_a_time_that_began_before_the_value_was_put_ends_before() -> None:
    names: ExpiringCache[int, str] = ExpiringCache(10, 10)
    names.put(1, "one", since=time.monotonic() - 11)
    names.put(2, "two", since=time.monotonic() - 9)
    assert (names.get(1), names.get(2)) == (None, "two")


async def test_the_oldest_goes_where_there_is_no_room() -> None:
    names: ExpiringCache[int, str] = ExpiringCache(10, 2)
    names.put(1, "one")
    names.put(2, "two")
    names.put(1, "uno")
    names.put(3, "three")
    assert [names.get(number) for number in (1, 2, 3)] == ["uno", None, "three"]


async def test_what_is_renewed_ends_when_it_would_have() -> None:
    names: ExpiringCache[int, str] = ExpiringCache(0.1, 10)
    names.put(1, "one")
    await asyncio.sleep(0.06)
    names.renew(1, "uno")
    names.renew(2, "two")
    assert (names.get(1), names.get(2)) == ("uno", None)
    await asyncio.sleep(0.06)
    assert names.get(1) is None


async def test_what_is_taken_out_is_gone() -> None:
    names: ExpiringCache[int, str] = ExpiringCache(10, 10)
    names.put(1, "one")
    names.put(2, "two")
    assert (names.pop(1), names.pop(1)) == ("one", None)
    names.clear()
    assert len(names) == 0


async def test_all_that_is_remembered_is_without_what_has_run_out() -> None:
    names: ExpiringCache[int, str] = ExpiringCache(10, 10)
    names.put(1, "one", since=time.monotonic() - 11)
    names.put(2, "two")
    names.put(3, "three")
    assert names.values() == ["two", "three"]
