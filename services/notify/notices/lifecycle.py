"""Whom the term, its reports, the assessment and the title's fate tell, 四（五）（六）and 五."""

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
from shared.contracts.lifecycle import (
    AnnualReportFiled,
    AnnualReportMissed,
    AnnualReportOverdue,
    AnnualReportReceived,
    AssessmentConcluded,
    AssessmentOpened,
    AssessmentOverdue,
    DistrictDesignated,
    DistrictReassessed,
    DutyReported,
    HearingClosed,
    HearingInvited,
    NationalRecommendationMade,
    RecordCorrected,
    RectificationExtended,
    RectificationLapsed,
    RectificationOrdered,
    RectificationReportFiled,
    RosterUpdated,
    StatementMade,
    SupportRecorded,
    TitleRetained,
    TitleRevoked,
)

_RECTIFIED = (RectificationExtended, RectificationReportFiled, DistrictReassessed)

_TERM: tuple[NoticeRule, ...] = (
    notice("district-designated", DistrictDesignated, mail=(COUNTY, KEY_UNIT, ENDORSER), statutory=True),
    notice("annual-report-filed", AnnualReportFiled, mail=(COUNTY, ENDORSER, PROVINCE)),
    notice("annual-report-received", AnnualReportReceived, mail=(COUNTY,)),
    notice(
        "annual-report-overdue",
        AnnualReportOverdue,
        mail=(COUNTY, ENDORSER),
        sms=(COUNTY,),
        untrue_after=(AnnualReportFiled, AnnualReportMissed),
        item=lambda e: str(e.year),
    ),
    notice(
        "annual-report-missed",
        AnnualReportMissed,
        mail=(COUNTY, COUNTY_HEAD, ENDORSER, PROVINCE),
        sms=(COUNTY,),
        statutory=True,
    ),
    notice("support-recorded", SupportRecorded, mail=(COUNTY,)),
    notice("duty-reported", DutyReported, mail=(ENDORSER,)),
    notice("roster-updated", RosterUpdated, mail=(ENDORSER,)),
)

_ASSESSMENT: tuple[NoticeRule, ...] = (
    notice(
        "assessment-opened",
        AssessmentOpened,
        mail=(COUNTY, KEY_UNIT, ENDORSER, PROVINCE),
        sms=(COUNTY,),
        untrue_after=(AssessmentConcluded,),
    ),
    notice(
        "assessment-overdue",
        AssessmentOverdue,
        mail=(PROVINCE,),
        sms=(PROVINCE,),
        untrue_after=(AssessmentConcluded,),
    ),
    notice(
        "assessment-concluded",
        AssessmentConcluded,
        mail=(COUNTY, COUNTY_HEAD, KEY_UNIT, ENDORSER),
        sms=(COUNTY, KEY_UNIT),
        statutory=True,
    ),
    notice(
        "national-recommendation",
        NationalRecommendationMade,
        mail=(COUNTY, KEY_UNIT, ENDORSER, SUBSCRIBERS),
        topic=Topic.TITLES,
    ),
    notice(
        "title-retained",
        TitleRetained,
        mail=(COUNTY, KEY_UNIT, ENDORSER, SUBSCRIBERS),
        sms=(COUNTY, SUBSCRIBERS),
        statutory=True,
        topic=Topic.TITLES,
    ),
)

_FATE: tuple[NoticeRule, ...] = (
    notice(
        "rectification-ordered",
        RectificationOrdered,
        mail=(COUNTY, COUNTY_HEAD, KEY_UNIT, ENDORSER),
        sms=APPLICANTS,
        statutory=True,
        untrue_after=_RECTIFIED,
    ),
    notice(
        "rectification-extended",
        RectificationExtended,
        mail=(COUNTY, KEY_UNIT, ENDORSER),
        sms=(COUNTY,),
        statutory=True,
        untrue_after=_RECTIFIED,
    ),
    notice("rectification-report-filed", RectificationReportFiled, mail=(COUNTY, ENDORSER, PROVINCE)),
    notice(
        "rectification-lapsed",
        RectificationLapsed,
        mail=(COUNTY, KEY_UNIT, ENDORSER, PROVINCE),
        sms=(COUNTY,),
        statutory=True,
        untrue_after=_RECTIFIED,
    ),
    notice(
        "district-reassessed",
        DistrictReassessed,
        mail=(COUNTY, COUNTY_HEAD, KEY_UNIT, ENDORSER),
        sms=(COUNTY,),
        statutory=True,
    ),
    notice(
        "hearing-invited",
        HearingInvited,
        mail=(COUNTY, COUNTY_HEAD, KEY_UNIT),
        sms=APPLICANTS,
        statutory=True,
    ),
    notice("statement-made", StatementMade, mail=(COUNTY, PROVINCE)),
    notice("hearing-closed", HearingClosed, mail=(COUNTY, PROVINCE)),
    notice(
        "title-revoked",
        TitleRevoked,
        mail=(COUNTY, COUNTY_HEAD, KEY_UNIT, ENDORSER, SUBSCRIBERS),
        sms=(COUNTY, KEY_UNIT, SUBSCRIBERS),
        statutory=True,
        topic=Topic.TITLES,
    ),
    notice("lifecycle-record-corrected", RecordCorrected, mail=(COUNTY, KEY_UNIT, PROVINCE), statutory=True),
)

NOTICES: tuple[NoticeRule, ...] = (*_TERM, *_ASSESSMENT, *_FATE)
