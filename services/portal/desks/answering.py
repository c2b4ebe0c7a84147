"""What the department answers within a time: letters of the public, and feedback of those not satisfied. They stand in
lists alike, and the same people answer them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final

from fastapi import Depends

from services.portal.desks.words import Bilingual
from services.portal.frame.access import person, sending
from services.portal.frame.remaining import working_days_left
from services.portal.frame.visitor import Visitor
from shared.contracts.core import Role

ANSWERING: Final = (Role.PROVINCE, Role.PROVINCE_LEAD)
Reader = Annotated[Visitor, Depends(person(*ANSWERING, Role.AUDITOR))]
Answerer = Annotated[Visitor, Depends(sending(*ANSWERING))]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeToAnswer:
    """When something came, and until when it is answered. ``left`` are the working days left of what waits, below zero
    once it is late."""

    came_on: date
    due_on: date
    left: int | None
    answered_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToAnswer:
    """A line of a list: its page, what it is, and what its coming is called."""

    path: str
    title: Bilingual
    came: Bilingual
    time: TimeToAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweringPage:
    """What waits, and what is answered; each is answered within ``days`` working days."""

    waiting: Sequence[ToAnswer]
    answered: Sequence[ToAnswer]
    days: int


def time_to_answer(row: Mapping[str, Any], came_on: str, today: date) -> TimeToAnswer:
    """Of a row of office's list."""
    due_on, answered = date.fromisoformat(row["due_on"]), row["answered_on"]
    return TimeToAnswer(
        came_on=date.fromisoformat(came_on),
        due_on=due_on,
        left=None if answered else working_days_left(due_on, today),
        answered_on=date.fromisoformat(answered) if answered else None,
    )


def answering_page(listed: Sequence[ToAnswer], days: int) -> AnsweringPage:
    """The page of a list."""
    waiting = [each for each in listed if not each.time.answered_on]
    return AnsweringPage(waiting=waiting, answered=[each for each in listed if each.time.answered_on], days=days)


def answers(visitor: Visitor, command: str) -> bool:
    """Whether this person is offered to answer, by a command of office's."""
    return visitor.is_(*ANSWERING) and visitor.may(f"office.{command}")


__all__ = [
    "ANSWERING",
    "Answerer",
    "AnsweringPage",
    "Reader",
    "TimeToAnswer",
    "ToAnswer",
    "answering_page",
    "answers",
    "time_to_answer",
]
