"""The form of a notice rule: a cause, its words, and who gets them how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from services.notify.notices.people import Audience, Case
from shared.contracts.core import Due, Event, Reason

E = TypeVar("E", bound=Event)

Words = Callable[[E, Case], str]
"""Words from an event and its case."""

COUNTY = Audience.COUNTY
COUNTY_HEAD = Audience.COUNTY_HEAD
KEY_UNIT = Audience.KEY_UNIT
APPLICANTS = (Audience.COUNTY, Audience.KEY_UNIT)
ENDORSER = Audience.ENDORSER
PROVINCE = Audience.PROVINCE
EXPERTS = Audience.EXPERTS
EXPERT = Audience.EXPERT
SUBSCRIBERS = Audience.SUBSCRIBERS


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRule:
    """Of every ``cause``, ``mail`` get a letter and ``sms`` a short message.

    ``name`` is a stored string. ``version`` grows with every change of words or audience. ``expert`` names the expert
    that ``Audience.EXPERT`` means. ``unless`` keeps it from being told at all.
    """

    name: str
    version: int
    cause: type[Event]
    subject: Callable[[Any, Case], str]
    body: Callable[[Any, Case], str]
    short: Callable[[Any, Case], str] | None
    mail: tuple[Audience, ...]
    sms: tuple[Audience, ...]
    expert: Callable[[Any], str]
    unless: Callable[[Any], bool]


def notice(
    name: str,
    cause: type[E],
    subject: str,
    body: Words[E],
    *,
    mail: tuple[Audience, ...],
    sms: tuple[Audience, ...] = (),
    short: Words[E] | None = None,
    version: int = 1,
    expert: Callable[[E], str] = lambda _event: "",
    unless: Callable[[E], bool] = lambda _event: False,
) -> NoticeRule:
    """A rule. The subject of a mail is the district's name and ``subject``; an SMS says ``short``, else the subject."""

    def headed(_event: Event, case: Case) -> str:
        return f"{case.place}：{subject}"

    return NoticeRule(
        name=name,
        version=version,
        cause=cause,
        subject=headed,
        body=body,
        short=short,
        mail=mail,
        sms=sms,
        expert=expert,
        unless=unless,
    )


def day(on: date) -> str:
    """A date as letters write it."""
    return f"{on.year}年{on.month}月{on.day}日"


def last_day(due: Due) -> str:
    """The last day of a duty, marked where the year's holidays are not announced yet."""
    return day(due.on) + ("（暂定，以国务院办公厅公布的放假安排为准）" if due.provisional else "")


def listed(reasons: tuple[Reason, ...]) -> str:
    """Grounds, a numbered line each."""
    said = (f"{reason.message_zh or reason.message}（{reason.clause}）" for reason in reasons)
    return "\n".join(f"  {number}. {text}" for number, text in enumerate(said, 1))
