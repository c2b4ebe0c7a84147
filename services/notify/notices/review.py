"""Whom the province's review tells, 四（四）."""

from __future__ import annotations

from services.notify.notices.people import Topic
from services.notify.notices.rule import (
    APPLICANTS,
    CASE_OVER,
    COUNTY,
    COUNTY_HEAD,
    ENDORSER,
    EXPERT,
    EXPERTS,
    KEY_UNIT,
    PROVINCE,
    SUBSCRIBERS,
    NoticeRule,
    notice,
)
from shared.contracts.review import (
    AcceptanceRefused,
    ApplicationAccepted,
    CaseOpened,
    ConflictFound,
    CorrectionNoticeIssued,
    CorrectionOverdue,
    CorrectionReceived,
    DesignationApproved,
    EligibilityAssessed,
    ExpertRecused,
    ExpertReplaced,
    FormalExaminationOverdue,
    JudgementGiven,
    MaterialReviewConcluded,
    MaterialReviewReopened,
    NotYetConfirmed,
    ObjectionAnswered,
    ObjectionFiled,
    ObjectionsSetAside,
    PanelConcluded,
    PanelConvened,
    PublicityEnded,
    PublicityStarted,
    RecordCorrected,
    ReviewDiscontinued,
    ScoreSheetReceived,
    SiteVisitReported,
    SiteVisitRescheduled,
    SiteVisitScheduled,
)

_EXAMINED = (CorrectionNoticeIssued, ApplicationAccepted, AcceptanceRefused, *CASE_OVER)
_CORRECTED = (CorrectionReceived, ApplicationAccepted, AcceptanceRefused, *CASE_OVER)
_VISITED = (SiteVisitRescheduled, SiteVisitReported, *CASE_OVER)

_EXAMINATION: tuple[NoticeRule, ...] = (
    notice("case-opened", CaseOpened, mail=(COUNTY, KEY_UNIT, ENDORSER), untrue_after=_EXAMINED),
    notice(
        "formal-examination-overdue",
        FormalExaminationOverdue,
        mail=(PROVINCE,),
        sms=(PROVINCE,),
        untrue_after=_EXAMINED,
    ),
    notice(
        "correction-notice",
        CorrectionNoticeIssued,
        mail=(COUNTY, KEY_UNIT, ENDORSER),
        sms=APPLICANTS,
        statutory=True,
        untrue_after=_CORRECTED,
    ),
    notice("correction-received", CorrectionReceived, mail=APPLICANTS, untrue_after=_EXAMINED),
    notice(
        "correction-overdue",
        CorrectionOverdue,
        mail=(COUNTY, KEY_UNIT, PROVINCE),
        sms=(COUNTY,),
        statutory=True,
        untrue_after=_CORRECTED,
    ),
    notice(
        "application-accepted",
        ApplicationAccepted,
        mail=(COUNTY, KEY_UNIT, ENDORSER, SUBSCRIBERS),
        sms=(COUNTY, SUBSCRIBERS),
        statutory=True,
        topic=Topic.APPLICATIONS,
    ),
    notice(
        "acceptance-refused",
        AcceptanceRefused,
        mail=(COUNTY, KEY_UNIT, ENDORSER),
        sms=(COUNTY,),
        statutory=True,
    ),
    notice(
        "eligibility-assessed",
        EligibilityAssessed,
        mail=(COUNTY, KEY_UNIT, PROVINCE),
        untrue_after=(EligibilityAssessed, *CASE_OVER),
    ),
    notice("judgement-given", JudgementGiven, mail=(PROVINCE,)),
)

_PANEL: tuple[NoticeRule, ...] = (
    notice("panel-convened", PanelConvened, mail=(EXPERTS, PROVINCE), sms=(EXPERTS,), untrue_after=CASE_OVER),
    notice("conflict-found", ConflictFound, mail=(EXPERT, PROVINCE), version=2, expert=lambda e: e.expert.expert_id),
    notice("expert-recused", ExpertRecused, mail=(EXPERT, PROVINCE), version=2, expert=lambda e: e.expert_id),
    notice(
        "expert-replaced",
        ExpertReplaced,
        mail=(EXPERT, PROVINCE),
        sms=(EXPERT,),
        expert=lambda e: e.replacement.expert_id,
        untrue_after=CASE_OVER,
    ),
    notice("score-sheet-received", ScoreSheetReceived, mail=(EXPERT,), expert=lambda e: e.expert_id),
    notice("material-review-concluded", MaterialReviewConcluded, mail=(PROVINCE,)),
    notice(
        "material-review-reopened",
        MaterialReviewReopened,
        mail=(EXPERTS, PROVINCE),
        untrue_after=(MaterialReviewConcluded, *CASE_OVER),
    ),
    notice(
        "site-visit-scheduled",
        SiteVisitScheduled,
        mail=(COUNTY, KEY_UNIT, ENDORSER, EXPERTS),
        sms=(COUNTY, KEY_UNIT),
        until=lambda e: e.visit_on,
        untrue_after=_VISITED,
    ),
    notice(
        "site-visit-rescheduled",
        SiteVisitRescheduled,
        mail=(COUNTY, KEY_UNIT, ENDORSER, EXPERTS),
        sms=(COUNTY, KEY_UNIT),
        urgent=True,
        until=lambda e: e.visit_on,
        untrue_after=_VISITED,
    ),
    notice("site-visit-reported", SiteVisitReported, mail=(COUNTY, PROVINCE)),
    notice("panel-concluded", PanelConcluded, mail=(PROVINCE,)),
)

_COUNTED = frozenset({1, 2, 3, 10, 30, 100, 300})
"""Waiting objections that offices are told of: a flood of objections is no flood of letters."""

_DECISION: tuple[NoticeRule, ...] = (
    notice(
        "publicity-started",
        PublicityStarted,
        mail=(COUNTY, KEY_UNIT, ENDORSER, SUBSCRIBERS),
        sms=(SUBSCRIBERS,),
        topic=Topic.PUBLICITY,
        until=lambda e: e.ends.on,
        untrue_after=(PublicityEnded, *CASE_OVER),
    ),
    notice("objection-filed", ObjectionFiled, mail=(COUNTY, PROVINCE), unless=lambda e: e.waiting not in _COUNTED),
    notice("objection-answered", ObjectionAnswered, mail=(COUNTY, PROVINCE)),
    notice("objections-set-aside", ObjectionsSetAside, mail=(COUNTY, PROVINCE)),
    notice("publicity-ended", PublicityEnded, mail=(COUNTY, PROVINCE)),
    notice(
        "designation-approved",
        DesignationApproved,
        mail=(COUNTY, COUNTY_HEAD, KEY_UNIT, ENDORSER, SUBSCRIBERS),
        sms=(COUNTY, KEY_UNIT, SUBSCRIBERS),
        statutory=True,
        topic=Topic.DESIGNATIONS,
    ),
    notice(
        "not-yet-confirmed",
        NotYetConfirmed,
        mail=(COUNTY, COUNTY_HEAD, KEY_UNIT, ENDORSER),
        sms=(COUNTY,),
        statutory=True,
    ),
    notice("review-discontinued", ReviewDiscontinued, mail=(COUNTY, KEY_UNIT, PROVINCE, EXPERTS), statutory=True),
    notice("review-record-corrected", RecordCorrected, mail=(COUNTY, KEY_UNIT, PROVINCE), statutory=True),
)

NOTICES: tuple[NoticeRule, ...] = (*_EXAMINATION, *_PANEL, *_DECISION)
