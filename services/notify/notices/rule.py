"""The form of a notice rule: a cause, the template of its words, who gets them how, and until when they are true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from services.notify.notices.people import Audience, Topic
from services.notify.templates import TEMPLATES, Template
from shared.contracts import intake as intake_events
from shared.contracts import review as review_events
from shared.contracts.core import Event

E = TypeVar("E", bound=Event)

COUNTY = Audience.COUNTY
COUNTY_HEAD = Audience.COUNTY_HEAD
KEY_UNIT = Audience.KEY_UNIT
APPLICANTS = (Audience.COUNTY, Audience.KEY_UNIT)
ENDORSER = Audience.ENDORSER
PROVINCE = Audience.PROVINCE
EXPERTS = Audience.EXPERTS
EXPERT = Audience.EXPERT
SUBSCRIBERS = Audience.SUBSCRIBERS

MONTH = timedelta(days=30)
"""For how long what is only of interest is worth sending."""
CASE_OVER: tuple[type[Event], ...] = (intake_events.ApplicationWithdrawn, review_events.ReviewDiscontinued)
"""What makes every call to act in an application untrue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRule:
    """Of every ``cause``, ``mail`` get a letter and ``sms`` a short message; subscribed systems get what the public
    gets.

    ``name`` is a stored string. ``version`` grows with every change of audience; words have versions of their own.
    ``expert`` names the expert that ``Audience.EXPERT`` means, ``only`` the one of the audiences that an event is for
    (none: all). ``unless`` keeps it from being told at all. ``statutory`` ones cannot be switched off by whom they
    concern in office; ``urgent`` ones are sent at night too.
    ``topic`` is what subscribers know it by. Sent until the end of the day that ``until`` gives, and no longer than
    ``expires_after`` from its cause (none: always). ``untrue_after`` are the later events of the case that make it
    untrue, as does a correction of the event that it rests on; of several matters of a kind (the years' reports) only
    those of the same ``item``.
    """

    name: str
    version: int
    cause: type[Event]
    template: Template
    mail: tuple[Audience, ...]
    sms: tuple[Audience, ...]
    expert: Callable[[Any], str]
    only: Callable[[Any], Audience | None]
    unless: Callable[[Any], bool]
    statutory: bool
    urgent: bool
    topic: Topic | None
    until: Callable[[Any], date] | None
    expires_after: timedelta | None
    untrue_after: tuple[type[Event], ...]
    item: Callable[[Any], str] | None

    @property
    def ref(self) -> str:
        """``name@version``, as the delivery's id counts it."""
        return f"{self.name}@{self.version}"

    def tells_of(self, event: Event) -> bool:
        """Whether anybody is told of an event."""
        return isinstance(event, self.cause) and not self.unless(event)

    def is_for(self, audience: Audience, event: Event) -> bool:
        """Whether an event that it tells of is for this audience of it."""
        return self.only(event) in {None, audience}

    @property
    def webhook(self) -> tuple[Audience, ...]:
        """Subscribed systems, where the public is told at all."""
        return (SUBSCRIBERS,) if SUBSCRIBERS in (*self.mail, *self.sms) else ()


def notice(
    name: str,
    cause: type[E],
    *,
    mail: tuple[Audience, ...],
    sms: tuple[Audience, ...] = (),
    version: int = 1,
    expert: Callable[[E], str] = lambda _event: "",
    only: Callable[[E], Audience | None] = lambda _event: None,
    unless: Callable[[E], bool] = lambda _event: False,
    statutory: bool = False,
    urgent: bool = False,
    topic: Topic | None = None,
    until: Callable[[E], date] | None = None,
    untrue_after: tuple[type[Event], ...] = (),
    item: Callable[[Any], str] | None = None,
) -> NoticeRule:
    """A rule in the words of the template of its name. What is not statutory is sent within a month or not at all."""
    return NoticeRule(
        name=name,
        version=version,
        cause=cause,
        template=TEMPLATES[name],
        mail=mail,
        sms=sms,
        expert=expert,
        only=only,
        unless=unless,
        statutory=statutory,
        urgent=urgent,
        topic=topic,
        until=until,
        expires_after=None if statutory else MONTH,
        untrue_after=untrue_after,
        item=item,
    )
