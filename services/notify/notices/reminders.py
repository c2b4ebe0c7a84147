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
from services.notify.templates.reminding import OVERDUE
from shared.contracts import intake, lifecycle, review
from shared.contracts.core import Due, Event
from shared.contracts.notify import Matter, MatterOverdue, ReminderRaised


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
    """The last days that an event sets."""
    match event:
        case intake.EndorsementRequested():
            yield LastDay(Matter.ENDORSEMENT, event.due)
        case intake.PaperApplicationKeyed(endorsement_due=Due() as due):
            yield LastDay(Matter.ENDORSEMENT, due)
        case review.CaseOpened() | review.CorrectionReceived():
            yield LastDay(Matter.FORMAL_EXAMINATION, event.formal_examination_due)
        case review.CorrectionNoticeIssued():
            yield LastDay(Matter.CORRECTION, event.due)
        case review.SiteVisitScheduled() | review.SiteVisitRescheduled():
            yield LastDay(Matter.SITE_VISIT, Due(event.visit_on))
        case lifecycle.DistrictDesignated() | lifecycle.TitleRetained():
            yield from (LastDay(Matter.ANNUAL_REPORT, one.due, str(one.year)) for one in event.reports)
        case lifecycle.AssessmentOpened():
            yield LastDay(Matter.ASSESSMENT, Due(event.last_day))
        case lifecycle.RectificationOrdered() | lifecycle.RectificationExtended():
            yield LastDay(Matter.RECTIFICATION, event.due)
        case lifecycle.HearingInvited():
            yield LastDay(Matter.HEARING, event.due)


_ENDS: dict[type[Event], tuple[Matter, ...]] = {
    intake.ApplicationEndorsed: (Matter.ENDORSEMENT,),
    intake.EndorsementDeclined: (Matter.ENDORSEMENT,),
    intake.ApplicationReturned: (Matter.ENDORSEMENT,),
    intake.SealVoided: (Matter.ENDORSEMENT,),
    intake.ApplicationFiled: (Matter.ENDORSEMENT,),
    intake.ApplicationWithdrawn: (Matter.ENDORSEMENT, Matter.CORRECTION),
    intake.CorrectionFiled: (Matter.CORRECTION,),
    review.CorrectionNoticeIssued: (Matter.FORMAL_EXAMINATION,),
    review.CorrectionReceived: (Matter.CORRECTION,),
    review.ApplicationAccepted: (Matter.FORMAL_EXAMINATION, Matter.CORRECTION),
    review.AcceptanceRefused: (Matter.FORMAL_EXAMINATION, Matter.CORRECTION),
    review.SiteVisitReported: (Matter.SITE_VISIT,),
    review.PanelConcluded: (Matter.SITE_VISIT,),
    review.ReviewDiscontinued: (Matter.FORMAL_EXAMINATION, Matter.CORRECTION, Matter.SITE_VISIT),
    lifecycle.AssessmentConcluded: (Matter.ASSESSMENT,),
    lifecycle.RectificationReportFiled: (Matter.RECTIFICATION,),
    lifecycle.DistrictReassessed: (Matter.RECTIFICATION,),
    lifecycle.HearingInvited: (Matter.RECTIFICATION,),
    lifecycle.HearingClosed: (Matter.HEARING,),
    lifecycle.TitleRevoked: (Matter.HEARING, Matter.RECTIFICATION),
}
"""What is done, or no longer asked for. That a last day has passed ends nothing: then those above are told."""


def ends(event: Event) -> Iterator[Done]:
    """The matters that an event ends."""
    if isinstance(event, lifecycle.AnnualReportFiled | lifecycle.AnnualReportMissed):
        yield Done(Matter.ANNUAL_REPORT, str(event.year))
    yield from (Done(matter) for matter in _ENDS.get(type(event), ()))


def _reminder(matter: Matter) -> NoticeRule:
    return notice(
        f"reminder-{matter}",
        ReminderRaised,
        mail=_MAIL[matter],
        sms=_MAIL[matter][:1],
        unless=lambda e: e.matter is not matter,
        until=lambda e: e.due.on,
    )


def _overdue(matter: Matter) -> NoticeRule:
    return notice(
        f"overdue-{matter}",
        MatterOverdue,
        mail=_ABOVE[matter],
        sms=_ABOVE[matter][:1],
        unless=lambda e: e.matter is not matter,
    )


NOTICES: tuple[NoticeRule, ...] = (*map(_reminder, Matter), *map(_overdue, OVERDUE))
