"""Reminders before last days: when they are planned and cleared, whom they tell, in which words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.notify.notices.people import Audience, Case
from services.notify.notices.rule import (
    COUNTY,
    ENDORSER,
    EXPERTS,
    KEY_UNIT,
    PROVINCE,
    NoticeRule,
    last_day,
    notice,
)
from shared.contracts import intake, lifecycle, review
from shared.contracts.core import Due, Event
from shared.contracts.notify import Matter, ReminderRaised


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


_WHAT = {
    Matter.ENDORSEMENT: "签署意见并盖章",
    Matter.FORMAL_EXAMINATION: "完成形式审查",
    Matter.CORRECTION: "报送补正材料",
    Matter.SITE_VISIT: "现场考察",
    Matter.ANNUAL_REPORT: "报送年度总结和计划",
    Matter.ASSESSMENT: "完成期满考核",
    Matter.RECTIFICATION: "报送整改报告",
    Matter.HEARING: "提出陈述申辩",
}

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
    intake.EndorsementEscalated: (Matter.ENDORSEMENT,),
    intake.SealVoided: (Matter.ENDORSEMENT,),
    intake.ApplicationFiled: (Matter.ENDORSEMENT,),
    intake.ApplicationWithdrawn: (Matter.ENDORSEMENT, Matter.CORRECTION),
    intake.CorrectionFiled: (Matter.CORRECTION,),
    review.CorrectionNoticeIssued: (Matter.FORMAL_EXAMINATION,),
    review.CorrectionReceived: (Matter.CORRECTION,),
    review.CorrectionOverdue: (Matter.CORRECTION,),
    review.ApplicationAccepted: (Matter.FORMAL_EXAMINATION,),
    review.AcceptanceRefused: (Matter.FORMAL_EXAMINATION,),
    review.FormalExaminationOverdue: (Matter.FORMAL_EXAMINATION,),
    review.SiteVisitReported: (Matter.SITE_VISIT,),
    review.ReviewDiscontinued: (Matter.FORMAL_EXAMINATION, Matter.CORRECTION, Matter.SITE_VISIT),
    lifecycle.AssessmentConcluded: (Matter.ASSESSMENT,),
    lifecycle.AssessmentOverdue: (Matter.ASSESSMENT,),
    lifecycle.RectificationReportFiled: (Matter.RECTIFICATION,),
    lifecycle.RectificationLapsed: (Matter.RECTIFICATION,),
    lifecycle.DistrictReassessed: (Matter.RECTIFICATION,),
    lifecycle.HearingClosed: (Matter.HEARING,),
}


def ends(event: Event) -> Iterator[Done]:
    """The matters that an event ends."""
    if isinstance(event, lifecycle.AnnualReportFiled | lifecycle.AnnualReportOverdue):
        yield Done(Matter.ANNUAL_REPORT, str(event.year))
    yield from (Done(matter) for matter in _ENDS.get(type(event), ()))


def _name(event: ReminderRaised) -> str:
    year = f"（{event.item}年度）" if event.item else ""
    return _WHAT[event.matter] + year


def _when(event: ReminderRaised) -> str:
    return f"还有{event.days_left}天" if event.days_left else "就是今天"


def _body(event: ReminderRaised, case: Case) -> str:
    return (
        f"{case.place}：{_name(event)}的截止日为{last_day(event.due)}，{_when(event)}。"
        f"该期限由事件 {event.cause_type}（{event.cause_id}）确定。如已办理，请忽略本提醒。"
    )


def _short(event: ReminderRaised, case: Case) -> str:
    return f"提醒：{case.place}{_name(event)}，截止{last_day(event.due)}，{_when(event)}。"


def _reminder(matter: Matter) -> NoticeRule:
    return notice(
        f"reminder-{matter}",
        ReminderRaised,
        f"到期提醒：{_WHAT[matter]}",
        _body,
        mail=_MAIL[matter],
        sms=_MAIL[matter][:1],
        short=_short,
        unless=lambda e: e.matter is not matter,
    )


NOTICES: tuple[NoticeRule, ...] = tuple(_reminder(matter) for matter in Matter)
