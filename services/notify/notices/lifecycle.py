"""Who is told of the term, its reports, the assessment and the title's fate, 四（五）（六）and 五."""

from __future__ import annotations

from services.notify.notices.people import Topic
from services.notify.notices.rule import (
    APPLICANTS,
    COUNTY,
    COUNTY_HEAD,
    ENDORSER,
    KEY_UNIT,
    PROVINCE,
    SUBSCRIBERS,
    NoticeRule,
    notice,
)
from shared.contracts import lifecycle as lifecycle_events

_RECTIFIED = (
    lifecycle_events.RectificationExtended,
    lifecycle_events.RectificationReportFiled,
    lifecycle_events.DistrictReassessed,
)

_TERM: tuple[NoticeRule, ...] = (
    notice(
        "district-designated", lifecycle_events.DistrictDesignated, mail=(COUNTY, KEY_UNIT, ENDORSER), statutory=True
    ),
    notice("annual-report-filed", lifecycle_events.AnnualReportFiled, mail=(COUNTY, ENDORSER, PROVINCE)),
    notice("annual-report-received", lifecycle_events.AnnualReportReceived, mail=(COUNTY,)),
    notice(
        "annual-report-overdue",
        lifecycle_events.AnnualReportOverdue,
        mail=(COUNTY, ENDORSER),
        sms=(COUNTY,),
        untrue_after=(lifecycle_events.AnnualReportFiled, lifecycle_events.AnnualReportMissed),
        item=lambda e: str(e.year),
    ),
    notice(
        "annual-report-missed",
        lifecycle_events.AnnualReportMissed,
        mail=(COUNTY, COUNTY_HEAD, ENDORSER, PROVINCE),
        sms=(COUNTY,),
        statutory=True,
    ),
    notice("support-recorded", lifecycle_events.SupportRecorded, mail=(COUNTY,)),
    notice("duty-reported", lifecycle_events.DutyReported, mail=(ENDORSER,)),
    notice("roster-updated", lifecycle_events.RosterUpdated, mail=(ENDORSER,)),
)

_ASSESSMENT: tuple[NoticeRule, ...] = (
    notice(
        "assessment-opened",
        lifecycle_events.AssessmentOpened,
        mail=(COUNTY, KEY_UNIT, ENDORSER, PROVINCE),
        sms=(COUNTY,),
        untrue_after=(lifecycle_events.AssessmentConcluded,),
    ),
    notice(
        "assessment-overdue",
        lifecycle_events.AssessmentOverdue,
        mail=(PROVINCE,),
        sms=(PROVINCE,),
        untrue_after=(lifecycle_events.AssessmentConcluded,),
    ),
    notice(
        "assessment-concluded",
        lifecycle_events.AssessmentConcluded,
        mail=(COUNTY, COUNTY_HEAD, KEY_UNIT, ENDORSER),
        sms=(COUNTY, KEY_UNIT),
        statutory=True,
    ),
    notice(
        "national-recommendation",
        lifecycle_events.NationalRecommendationMade,
        mail=(COUNTY, KEY_UNIT, ENDORSER, SUBSCRIBERS),
        topic=Topic.TITLES,
    ),
    notice(
        "title-retained",
        lifecycle_events.TitleRetained,
        mail=(COUNTY, KEY_UNIT, ENDORSER, SUBSCRIBERS),
        sms=(COUNTY, SUBSCRIBERS),
        statutory=True,
        topic=Topic.TITLES,
    ),
)

_FATE: tuple[NoticeRule, ...] = (
    notice(
        "rectification-ordered",
        lifecycle_events.RectificationOrdered,
        mail=(COUNTY, COUNTY_HEAD, KEY_UNIT, ENDORSER),
        sms=APPLICANTS,
        statutory=True,
        untrue_after=_RECTIFIED,
    ),
    notice(
        "rectification-extended",
        lifecycle_events.RectificationExtended,
        mail=(COUNTY, KEY_UNIT, ENDORSER),
        sms=(COUNTY,),
        statutory=True,
        untrue_after=_RECTIFIED,
    ),
    notice("rectification-report-filed", lifecycle_events.RectificationReportFiled, mail=(COUNTY, ENDORSER, PROVINCE)),
    notice(
        "rectification-lapsed",
        lifecycle_events.RectificationLapsed,
        mail=(COUNTY, KEY_UNIT, ENDORSER, PROVINCE),
        sms=(COUNTY,),
        statutory=True,
        untrue_after=_RECTIFIED,
    ),
    notice(
        "district-reassessed",
        lifecycle_events.DistrictReassessed,
        mail=(COUNTY, COUNTY_HEAD, KEY_UNIT, ENDORSER),
        sms=(COUNTY,),
        statutory=True,
    ),
    notice(
        "hearing-invited",
        lifecycle_events.HearingInvited,
        mail=(COUNTY, COUNTY_HEAD, KEY_UNIT),
        sms=APPLICANTS,
        statutory=True,
    ),
    notice("statement-made", lifecycle_events.StatementMade, mail=(COUNTY, PROVINCE)),
    notice("hearing-closed", lifecycle_events.HearingClosed, mail=(COUNTY, PROVINCE)),
    notice(
        "title-revoked",
        lifecycle_events.TitleRevoked,
        mail=(COUNTY, COUNTY_HEAD, KEY_UNIT, ENDORSER, SUBSCRIBERS),
        sms=(COUNTY, KEY_UNIT, SUBSCRIBERS),
        statutory=True,
        topic=Topic.TITLES,
    ),
    notice(
        "lifecycle-record-corrected",
        lifecycle_events.RecordCorrected,
        mail=(COUNTY, KEY_UNIT, PROVINCE),
        statutory=True,
    ),
)

NOTICES: tuple[NoticeRule, ...] = (*_TERM, *_ASSESSMENT, *_FATE)
