"""Reminders before and after the last day of a matter."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from shared.contracts.core import Due, Event, event


class Matter(StrEnum):
    """What somebody is reminded of before its last day."""

    ENDORSEMENT = "endorsement"
    FORMAL_EXAMINATION = "formal-examination"
    CORRECTION = "correction"
    SITE_VISIT = "site-visit"
    ANNUAL_REPORT = "annual-report"
    ASSESSMENT = "assessment"
    RECTIFICATION = "rectification"
    HEARING = "hearing"


@event("安排到期提醒", clause="-")
class ReminderPlanned(Event):
    """Reminders so many days before the last day of a matter; those planned before for it (``replaces``) are off.

    ``item`` tells apart matters of one kind (the year of a report). ``cause_id`` is the event that set the last day.
    """

    reminder_id: str
    case_id: str
    matter: Matter
    item: str
    due: Due
    days_before: tuple[int, ...]
    replaces: tuple[int, ...]
    cause_id: UUID
    cause_type: str


@event("到期提醒", clause="-")
class ReminderRaised(Event):
    """It is time to remind: so many days before was planned, so many (calendar) days are left."""

    reminder_id: str
    case_id: str
    matter: Matter
    item: str
    due: Due
    days_before: int
    days_left: int
    cause_id: UUID
    cause_type: str


@event("取消提醒", clause="-")
class ReminderCleared(Event):
    """The matter is done, or past: the reminders planned for it are off."""

    reminder_id: str
    case_id: str
    matter: Matter
    item: str
    days_before: tuple[int, ...]
    reason: str


@event("逾期提醒", clause="-")
class MatterOverdue(Event):
    """The last day of a matter has passed and it is not done, by what is known: so many (calendar) days ago."""

    reminder_id: str
    case_id: str
    matter: Matter
    item: str
    due: Due
    days_after: int
    cause_id: UUID
    cause_type: str
