"""Pages that hear of what happens: what is told to whom, and how it is written."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from services.portal.identity.provider import TokenSet
from services.portal.identity.sessions import PersonSession
from services.portal.live.listening import ENDED, OpenPage, written
from services.portal.reading.news import MOST, CaseNews
from shared.contracts.core import Role
from tests.specification import actor


def news(upto: int, *cases: tuple[str, int], many: bool = False, count: int = 0) -> CaseNews:
    return CaseNews(upto, cases, many, count)


def listener() -> OpenPage:
    tokens = TokenSet(access="", refresh="", identity="", ends_at=0.0)
    return OpenPage(PersonSession(b"key", actor("officer", Role.PROVINCE), tokens, "", 0, 0.0))


async def heard(words: AsyncIterator[str]) -> list[str]:
    return [said async for said in words]


def test_what_was_not_taken_yet_is_told_together() -> None:
    both = news(9, ("a", 9), ("b", 8), count=2).after(news(5, ("a", 4), ("c", 5), count=3))
    assert (both.upto, dict(both.cases), both.many, both.count) == (9, {"a": 9, "b": 8, "c": 5}, False, 2)


def test_what_piles_up_is_bounded() -> None:
    first, second = ([(f"{name}{number}", number) for number in range(MOST)] for name in "ab")
    both = news(2 * MOST, *second).after(news(MOST, *first))
    assert (len(both.cases), both.many) == (MOST, True)
    assert news(3 * MOST).after(both).many


def test_an_event_names_cases_and_numbers_only() -> None:
    name, kind, data = written(news(7, ("a", 7), count=1)).strip().split("\n")
    assert (name, kind) == ("id: 7", "event: news")
    assert json.loads(data.removeprefix("data: ")) == {"seq": 7, "cases": {"a": 7}, "many": False, "count": 1}


async def test_a_listener_is_told_and_then_signed_out() -> None:
    listening = listener()
    words = listening.words()
    assert await anext(words) == ": listening\n\n"
    listening.tell(news(3, ("a", 3)))
    listening.tell(news(4, ("b", 4)))
    assert json.loads((await anext(words)).split("data: ")[1])["cases"] == {"a": 3, "b": 4}
    listening.tell(news(5, ("c", 5)))
    listening.sign_out()
    assert await heard(words) == [ENDED], "who is signed out hears no more"


async def test_a_silent_stream_says_that_it_is_alive() -> None:
    words = listener().words(heartbeat=0.001)
    assert [await anext(words) for _ in range(3)] == [": listening\n\n", ": alive\n\n", ": alive\n\n"]


async def test_a_stream_ends_at_once_when_the_process_does() -> None:
    listening = listener()
    listening.leave()
    assert await asyncio.wait_for(heard(listening.words()), 5) == [": listening\n\n"]
