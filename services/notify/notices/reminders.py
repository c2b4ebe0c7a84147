"""Reminders before last days, and what follows after them: when they are planned and cleared, whom they tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.notify.notices.people import Audience
from services.notify.notices.rule import (
    COUNTY,
    COUNTY_HEAD,
    ENDORSER,
    EXPERTS,
    KEY_UNIT,
    PROVINCE,
    NoticeRule,
    notice,
)
from services.notify.templates.recounting import CAUSES, CAUSES_OF_MOVING, Recounted
from services.notify.templates.reminding import OVERDUE
from shared.contracts import intake as intake_events
from shared.contracts import lifecycle as lifecycle_events
from shared.contracts import notify as events
from shared.contracts import review as review_events
from shared.contracts.core import Due, Event
from shared.contracts.notify import Matter


@dataclass(frozen=True, slots=True)
class LastDay:
    """An event sets the last day of a matter; ``item`` tells apart matters of one kind."""

    matter: Matter
    due: Due
    item: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """An event ends a matter; ``item`` empty where there is but one."""

    matter: Matter
    item: str = ""


_REMINDED = frozenset(matter.value for matter in Matter)
_MAIL: dict[Matter, tuple[Audience, ...]] = {
    Matter.ENDORSEMENT: (ENDORSER,),
    Matter.FORMAL_EXAMINATION: (PROVINCE,),
    Matter.CORRECTION: (COUNTY, KEY_UNIT),
    Matter.SITE_VISIT: (COUNTY, KEY_UNIT, EXPERTS),
    Matter.ANNUAL_REPORT: (COUNTY,),
    Matter.ASSESSMENT: (COUNTY, PROVINCE),
    Matter.RECTIFICATION: (COUNTY, KEY_UNIT),
    Matter.HEARING: (COUNTY, KEY_UNIT),
}


_ABOVE: dict[Matter, tuple[Audience, ...]] = {
    Matter.ENDORSEMENT: (PROVINCE, ENDORSER),
    Matter.FORMAL_EXAMINATION: (PROVINCE,),
    Matter.CORRECTION: (COUNTY_HEAD, ENDORSER),
    Matter.ANNUAL_REPORT: (COUNTY_HEAD, ENDORSER),
    Matter.ASSESSMENT: (PROVINCE,),
    Matter.RECTIFICATION: (COUNTY_HEAD, ENDORSER, PROVINCE),
}
"""Who is told that a last day has passed: whoever stands above those who were reminded of it."""


def last_days(event: Event) -> Iterator[LastDay]:
    """The last days that an event sets, or moves."""
    if isinstance(event, CAUSES_OF_MOVING):
        yield from _moved(event)
    else:
        yield from _set(event)


def _moved(event: Recounted) -> Iterator[LastDay]:
    """The last day that was counted again, where people are reminded of it."""
    own = CAUSES[event.matter] is type(event)
    if own and event.matter.value in _REMINDED:
        year = event.year if isinstance(event, lifecycle_events.DeadlineRecounted) else None
        yield LastDay(Matter(event.matter.value), event.now, str(year or ""))


def _set(event: Event) -> Iterator[LastDay]:
    match event:
        case intake_events.EndorsementRequested():
            yield LastDay(Matter.ENDORSEMENT, event.due)
        case intake_events.PaperApplicationKeyed(endorsement_due=Due() as due):
            yield LastDay(Matter.ENDORSEMENT, due)
        case review_events.CaseOpened() | review_events.CorrectionReceived():
            yield LastDay(Matter.FORMAL_EXAMINATION, event.formal_examination_due)
        case review_events.CorrectionNoticeIssued():
            yield LastDay(Matter.CORRECTION, event.due)
        case review_events.SiteVisitScheduled() | review_events.SiteVisitRescheduled():
            yield LastDay(Matter.SITE_VISIT, Due(event.visit_on))
        case lifecycle_events.DistrictDesignated() | lifecycle_events.TitleRetained():
            yield from (LastDay(Matter.ANNUAL_REPORT, report.due, str(report.year)) for report in event.reports)
        case lifecycle_events.AssessmentOpened():
            yield LastDay(Matter.ASSESSMENT, Due(event.last_day))
        case lifecycle_events.RectificationOrdered() | lifecycle_events.RectificationExtended():
            yield LastDay(Matter.RECTIFICATION, event.due)
        case lifecycle_events.HearingInvited():
            yield LastDay(Matter.HEARING, event.due)


_ENDS: dict[type[Event], tuple[Matter, ...]] = {
    intake_events.ApplicationEndorsed: (Matter.ENDORSEMENT,),
    intake_events.EndorsementDeclined: (Matter.ENDORSEMENT,),
    intake_events.ApplicationReturned: (Matter.ENDORSEMENT,),
    intake_events.SealVoided: (Matter.ENDORSEMENT,),
    intake_events.ApplicationFiled: (Matter.ENDORSEMENT,),
    intake_events.ApplicationWithdrawn: (Matter.ENDORSEMENT, Matter.CORRECTION),
    intake_events.CorrectionFiled: (Matter.CORRECTION,),
    review_events.CorrectionNoticeIssued: (Matter.FORMAL_EXAMINATION,),
    review_events.CorrectionReceived: (Matter.CORRECTION,),
    review_events.ApplicationAccepted: (Matter.FORMAL_EXAMINATION, Matter.CORRECTION),
    review_events.AcceptanceRefused: (Matter.FORMAL_EXAMINATION, Matter.CORRECTION),
    review_events.SiteVisitReported: (Matter.SITE_VISIT,),
    review_events.PanelConcluded: (Matter.SITE_VISIT,),
    review_events.ReviewDiscontinued: (Matter.FORMAL_EXAMINATION, Matter.CORRECTION, Matter.SITE_VISIT),
    lifecycle_events.AssessmentConcluded: (Matter.ASSESSMENT,),
    lifecycle_events.RectificationReportFiled: (Matter.RECTIFICATION,),
    lifecycle_events.DistrictReassessed: (Matter.RECTIFICATION,),
    lifecycle_events.HearingInvited: (Matter.RECTIFICATION,),
    lifecycle_events.HearingClosed: (Matter.HEARING,),
    lifecycle_events.TitleRevoked: (Matter.HEARING, Matter.RECTIFICATION),
}
"""What is done, or no longer asked for. That a last day has passed ends nothing: then those above are told."""


def ends(event: Event) -> Iterator[Done]:
    """The matters that an event ends."""
    if isinstance(event, lifecycle_events.AnnualReportFiled | lifecycle_events.AnnualReportMissed):
        yield Done(Matter.ANNUAL_REPORT, str(event.year))
    yield from (Done(matter) for matter in _ENDS.get(type(event), ()))


def _reminder(matter: Matter) -> NoticeRule:
    return notice(
        f"reminder-{matter}",
        events.ReminderRaised,
        mail=_MAIL[matter],
        sms=_MAIL[matter][:1],
        unless=lambda e: e.matter is not matter,
        until=lambda e: e.due.on,
    )


def _overdue(matter: Matter) -> NoticeRule:
    return notice(
        f"overdue-{matter}",
        events.MatterOverdue,
        mail=_ABOVE[matter],
        sms=_ABOVE[matter][:1],
        unless=lambda e: e.matter is not matter,
    )


NOTICES: tuple[NoticeRule, ...] = (*map(_reminder, Matter), *map(_overdue, OVERDUE))
