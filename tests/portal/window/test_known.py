"""What is public is remembered for a few seconds: for everybody alike, and never instead of what somebody caused."""

from __future__ import annotations

from typing import cast

import pytest

from services.portal.calling.known import PublicAnswers
from services.portal.calling.services import Answered, OnBehalf, Services

ANYBODY = OnBehalf(client="192.0.2.1")


class Counting:
    """Stands for the services, and answers how often they were asked."""

    def __init__(self) -> None:
        self.asked: list[OnBehalf] = []

    async def get(self, sender: OnBehalf, *_question: object) -> Answered:
        """One more."""
        self.asked.append(sender)
        return Answered([len(self.asked)])


@pytest.fixture
def services() -> Counting:
    return Counting()


def remembering(services: Counting) -> PublicAnswers:
    return PublicAnswers(cast("Services", services))


async def test_the_same_question_is_asked_once(services: Counting) -> None:
    answers = remembering(services)
    for _ in range(3):
        assert await answers.get(ANYBODY, "lifecycle", "/register", sum, {"on": "2024-06-30"}) == 1
    assert await answers.get(ANYBODY, "lifecycle", "/register", sum, {"on": "2024-07-01"}) == 2
    assert await answers.get(ANYBODY, "lifecycle", "/register", tuple, {"on": "2024-06-30"}) == (3,)


async def test_it_is_asked_as_the_public_whoever_looks(services: Counting) -> None:
    officer = OnBehalf(token="secret", client="192.0.2.2")
    assert await remembering(services).get(officer, "review", "/publicity", list, {}) == [1]
    assert services.asked[0].token == ""
    assert services.asked[0].client == "192.0.2.2"


async def test_whoever_changed_something_is_not_told_what_was_before(services: Counting) -> None:
    answers = remembering(services)
    await answers.get(ANYBODY, "review", "/publicity", list, {})
    caused = OnBehalf(token="secret", after_seq=7)
    assert await answers.get(caused, "review", "/publicity", list, {}) == [2]
    assert services.asked[1].after_seq == 7
