"""Who is told of the province's review, 四（四）."""

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
from shared.contracts import review as review_events

_EXAMINED = (
    review_events.CorrectionNoticeIssued,
    review_events.ApplicationAccepted,
    review_events.AcceptanceRefused,
    *CASE_OVER,
)
_CORRECTED = (
    review_events.CorrectionReceived,
    review_events.ApplicationAccepted,
    review_events.AcceptanceRefused,
    *CASE_OVER,
)
_VISITED = (review_events.SiteVisitRescheduled, review_events.SiteVisitReported, *CASE_OVER)

_EXAMINATION: tuple[NoticeRule, ...] = (
    notice("case-opened", review_events.CaseOpened, mail=(COUNTY, KEY_UNIT, ENDORSER), untrue_after=_EXAMINED),
    notice(
        "formal-examination-overdue",
        review_events.FormalExaminationOverdue,
        mail=(PROVINCE,),
        sms=(PROVINCE,),
        untrue_after=_EXAMINED,
    ),
    notice(
        "correction-notice",
        review_events.CorrectionNoticeIssued,
        mail=(COUNTY, KEY_UNIT, ENDORSER),
        sms=APPLICANTS,
        statutory=True,
        untrue_after=_CORRECTED,
    ),
    notice("correction-received", review_events.CorrectionReceived, mail=APPLICANTS, untrue_after=_EXAMINED),
    notice(
        "correction-overdue",
        review_events.CorrectionOverdue,
        mail=(COUNTY, KEY_UNIT, PROVINCE),
        sms=(COUNTY,),
        statutory=True,
        untrue_after=_CORRECTED,
    ),
    notice(
        "application-accepted",
        review_events.ApplicationAccepted,
        mail=(COUNTY, KEY_UNIT, ENDORSER, SUBSCRIBERS),
        sms=(COUNTY, SUBSCRIBERS),
        statutory=True,
        topic=Topic.APPLICATIONS,
    ),
    notice(
        "acceptance-refused",
        review_events.AcceptanceRefused,
        mail=(COUNTY, KEY_UNIT, ENDORSER),
        sms=(COUNTY,),
        statutory=True,
    ),
    notice(
        "eligibility-assessed",
        review_events.EligibilityAssessed,
        mail=(COUNTY, KEY_UNIT, PROVINCE),
        untrue_after=(review_events.EligibilityAssessed, *CASE_OVER),
    ),
    notice("judgement-given", review_events.JudgementGiven, mail=(PROVINCE,)),
)

_PANEL: tuple[NoticeRule, ...] = (
    notice(
        "panel-convened", review_events.PanelConvened, mail=(EXPERTS, PROVINCE), sms=(EXPERTS,), untrue_after=CASE_OVER
    ),
    notice(
        "conflict-found",
        review_events.ConflictFound,
        mail=(EXPERT, PROVINCE),
        version=2,
        expert=lambda e: e.expert.expert_id,
    ),
    notice(
        "expert-recused", review_events.ExpertRecused, mail=(EXPERT, PROVINCE), version=2, expert=lambda e: e.expert_id
    ),
    notice(
        "expert-replaced",
        review_events.ExpertReplaced,
        mail=(EXPERT, PROVINCE),
        sms=(EXPERT,),
        expert=lambda e: e.replacement.expert_id,
        untrue_after=CASE_OVER,
    ),
    notice("score-sheet-received", review_events.ScoreSheetReceived, mail=(EXPERT,), expert=lambda e: e.expert_id),
    notice("material-review-concluded", review_events.MaterialReviewConcluded, mail=(PROVINCE,)),
    notice(
        "material-review-reopened",
        review_events.MaterialReviewReopened,
        mail=(EXPERTS, PROVINCE),
        untrue_after=(review_events.MaterialReviewConcluded, *CASE_OVER),
    ),
    notice(
        "site-visit-scheduled",
        review_events.SiteVisitScheduled,
        mail=(COUNTY, KEY_UNIT, ENDORSER, EXPERTS),
        sms=(COUNTY, KEY_UNIT),
        until=lambda e: e.visit_on,
        untrue_after=_VISITED,
    ),
    notice(
        "site-visit-rescheduled",
        review_events.SiteVisitRescheduled,
        mail=(COUNTY, KEY_UNIT, ENDORSER, EXPERTS),
        sms=(COUNTY, KEY_UNIT),
        urgent=True,
        until=lambda e: e.visit_on,
        untrue_after=_VISITED,
    ),
    notice("site-visit-reported", review_events.SiteVisitReported, mail=(COUNTY, PROVINCE)),
    notice("panel-concluded", review_events.PanelConcluded, mail=(PROVINCE,)),
)

_COUNTED = frozenset({1, 2, 3, 10, 30, 100, 300})
"""Waiting objections that offices are told of: a flood of objections is no flood of letters."""

_DECISION: tuple[NoticeRule, ...] = (
    notice(
        "publicity-started",
        review_events.PublicityStarted,
        mail=(COUNTY, KEY_UNIT, ENDORSER, SUBSCRIBERS),
        sms=(SUBSCRIBERS,),
        topic=Topic.PUBLICITY,
        until=lambda e: e.ends.on,
        untrue_after=(review_events.PublicityEnded, *CASE_OVER),
    ),
    notice(
        "objection-filed",
        review_events.ObjectionFiled,
        mail=(COUNTY, PROVINCE),
        unless=lambda e: e.waiting not in _COUNTED,
    ),
    notice("objection-answered", review_events.ObjectionAnswered, mail=(COUNTY, PROVINCE)),
    notice("objections-set-aside", review_events.ObjectionsSetAside, mail=(COUNTY, PROVINCE)),
    notice("publicity-ended", review_events.PublicityEnded, mail=(COUNTY, PROVINCE)),
    notice(
        "designation-approved",
        review_events.DesignationApproved,
        mail=(COUNTY, COUNTY_HEAD, KEY_UNIT, ENDORSER, SUBSCRIBERS),
        sms=(COUNTY, KEY_UNIT, SUBSCRIBERS),
        statutory=True,
        topic=Topic.DESIGNATIONS,
    ),
    notice(
        "not-yet-confirmed",
        review_events.NotYetConfirmed,
        mail=(COUNTY, COUNTY_HEAD, KEY_UNIT, ENDORSER),
        sms=(COUNTY,),
        statutory=True,
    ),
    notice(
        "review-discontinued",
        review_events.ReviewDiscontinued,
        mail=(COUNTY, KEY_UNIT, PROVINCE, EXPERTS),
        statutory=True,
    ),
    notice("review-record-corrected", review_events.RecordCorrected, mail=(COUNTY, KEY_UNIT, PROVINCE), statutory=True),
)

NOTICES: tuple[NoticeRule, ...] = (*_EXAMINATION, *_PANEL, *_DECISION)
