"""A sample case in the programme's own manner: one event for every notice that can be told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.notify.notices import NoticeRule, Participant, Parties, People, Subscriber
from shared.contracts import intake, lifecycle, office, review
from shared.contracts.core import Due, Event, Reason
from shared.contracts.notify import Channel, Matter, MatterOverdue, ReminderRaised
from shared.programme.eligibility import Compliance, Condition
from shared.programme.forms import ApplicationForm, Finding, Severity, Unit
from shared.programme.values.stored_file import StoredFile
from shared.programme.vocabulary import ConflictKind, CountyDuty, EvidenceKind, Grade, ServiceStep, TimeLimit

CASE = "3f0c1d52-6a0e-5f55-9d0b-2b1f6d3c9a01"
CAUSE = UUID("5a4e0d57-1f7e-5c1c-8a53-96f1c4b4a8d2")
COUNTY_UNIT = Unit(name="九台区科学技术局（样例）", uscc="11220113DEM000014H")
KEY_UNIT = Unit(name="九台知识产权服务中心（样例）", uscc="91220113DEM0000224")
PLACE = intake.Place(
    county="220113",
    county_name="九台区",
    endorser="220100",
    endorser_name="长春市科技局",
    route=intake.FilingRoute.ENDORSED,
    code_given="220181",
    note="原代码220181（九台市）现为220113（九台区）。",
)
DIRECT = replace(PLACE, endorser="", endorser_name="", route=intake.FilingRoute.DIRECT, note="")
FORM = ApplicationForm()
SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
SEAL = intake.Seal(
    sealer=intake.Sealer.COUNTY,
    office="county:220113",
    packet_sha256=SHA,
    signature="AA==",
    key_id="demo",
    demonstration=True,
    sealed_by="county:220113",
    sealed_on=date(2018, 6, 4),
)
FILE = StoredFile(SHA, 1024, "application/pdf", "证明.pdf")
ATTACHMENT = intake.Attachment(
    attachment_id="1", kind=EvidenceKind.SPECIAL_FUND, title="专项经费证明", version=1, file=FILE
)
REASONS = (
    Reason(
        "staff.total",
        "part-within-total",
        "附件1",
        "the number of professional staff exceeds the number of all staff",
        "专业人员数大于从业人员总数",
    ),
    Reason("evidence.special_fund", "required-evidence", "四（三）3", "no proof of the special fund", "缺专项经费证明"),
)
DUE = Due(date(2018, 7, 9))
OPEN = Due(date(2019, 4, 1), True)
EXPERT = review.Expert(expert_id="e-07", name="甲样例", organisation="某大学", organisation_uscc="", division="220100")
REPORTS = (lifecycle.ReportDue(year=2019, due=OPEN), lifecycle.ReportDue(year=2020, due=Due(date(2020, 3, 31), True)))
TITLE = "吉林省知识产权服务业集聚发展区"
DOCUMENT = "吉科发专管〔2018〕180号"
FINDING = Finding(
    severity=Severity.ERROR,
    field="staff.total",
    rule="part-within-total",
    clause="附件1",
    message_zh="专业人员数大于从业人员总数",
    message_en="The number of professional staff exceeds the number of all staff",
)
CONDITIONS = (
    Condition(
        key="institutions",
        clause="四（二）3",
        title_zh="服务机构数量",
        title_en="Number of institutions",
        outcome=Compliance.NOT_MET,
        reason_zh="名册列有9家，少于10家",
        reason_en="The roster lists 9, fewer than 10",
        evidence=(),
    ),
)

_INTAKE: tuple[Event, ...] = (
    intake.DraftOpened(
        case_id=CASE,
        place=PLACE,
        county_unit=COUNTY_UNIT,
        key_unit=KEY_UNIT,
        policy_version="2018-04-28.1",
        opened_by="county:220113",
    ),
    intake.PlaceRerouted(case_id=CASE, place=PLACE, was=DIRECT),
    intake.PacketSealed(case_id=CASE, seal=SEAL),
    intake.SealVoided(case_id=CASE, sealer=intake.Sealer.KEY_UNIT, packet_sha256=SHA, reason="附件2已更换"),
    intake.FilingBlocked(case_id=CASE, reasons=REASONS),
    intake.EndorsementRequested(case_id=CASE, packet_sha256=SHA, due=DUE),
    intake.ApplicationEndorsed(case_id=CASE, endorser="220100", opinion="材料齐全，同意申报", packet_sha256=SHA),
    intake.EndorsementDeclined(case_id=CASE, endorser="220100", reasons="服务机构数量不足"),
    intake.ApplicationReturned(case_id=CASE, endorser="220100", changes="补充专项经费证明"),
    intake.EndorsementEscalated(case_id=CASE, endorser="220100", due=DUE),
    intake.PaperApplicationKeyed(
        case_id=CASE,
        place=PLACE,
        county_unit=COUNTY_UNIT,
        key_unit=KEY_UNIT,
        received_on=date(2018, 6, 1),
        form=FORM,
        attachments=(ATTACHMENT,),
        paper_seals=(intake.Sealer.COUNTY,),
        defects=(FINDING,),
        keyed_by="province:1",
        policy_version="2018-04-28.1",
        endorsement_due=DUE,
    ),
    intake.ApplicationFiled(
        case_id=CASE,
        filed_on=date(2018, 6, 11),
        place=PLACE,
        county_unit=COUNTY_UNIT,
        key_unit=KEY_UNIT,
        form=FORM,
        attachments=(ATTACHMENT, ATTACHMENT),
        seals=(SEAL,),
        packet_sha256=SHA,
        paper=False,
        defects=(),
        filed_by=("county:220113",),
        policy_version="2018-04-28.1",
    ),
    intake.ApplicationWithdrawn(case_id=CASE, reason="本年度不再申报", office="county:220113"),
    intake.CorrectionFiled(
        case_id=CASE,
        notice_no=1,
        filed_on=date(2018, 7, 2),
        form=FORM,
        county_unit=COUNTY_UNIT,
        key_unit=KEY_UNIT,
        attachments=(),
        seals=(),
        packet_sha256=SHA,
        filed_by=("county:220113",),
    ),
    intake.UnitCorrected(
        case_id=CASE, sealer=intake.Sealer.KEY_UNIT, unit=KEY_UNIT, was=replace(KEY_UNIT, uscc="91220113DEM0000225")
    ),
    intake.RecordCorrected(
        case_id=CASE,
        corrects=CAUSE,
        field="filed_on",
        was="2018-06-10",
        now="2018-06-11",
        why="录入笔误",
        on_word_of="王样例",
    ),
)

_REVIEW: tuple[Event, ...] = (
    review.CaseOpened(
        case_id=CASE,
        filed_on=date(2018, 6, 11),
        place=PLACE,
        county_unit=COUNTY_UNIT,
        key_unit=KEY_UNIT,
        form=FORM,
        attachments=(ATTACHMENT,),
        seals=(SEAL,),
        packet_sha256=SHA,
        paper=False,
        defects=(),
        filed_by=("county:220113",),
        policy_version="2018-04-28.1",
        formal_examination_due=DUE,
    ),
    review.FormalExaminationOverdue(case_id=CASE, due=DUE),
    review.CorrectionNoticeIssued(case_id=CASE, notice_no=1, items=REASONS, due=Due(DUE.on, True)),
    review.CorrectionReceived(
        case_id=CASE,
        notice_no=1,
        form=FORM,
        county_unit=COUNTY_UNIT,
        key_unit=KEY_UNIT,
        attachments=(),
        seals=(),
        packet_sha256=SHA,
        changed_parts=("staff",),
        filed_by=("county:220113",),
        formal_examination_due=DUE,
    ),
    review.CorrectionOverdue(case_id=CASE, notice_no=1, due=DUE),
    review.ApplicationAccepted(case_id=CASE, accepted_by="province:1"),
    review.AcceptanceRefused(case_id=CASE, reasons=REASONS),
    review.EligibilityAssessed(case_id=CASE, conditions=CONDITIONS, eligible=False),
    review.JudgementGiven(case_id=CASE, condition="industry", met=True, reason="产业优势明显", given_by="province:1"),
    review.PanelConvened(case_id=CASE, experts=(EXPERT,), reserves=(), declare_first=True),
    review.ImpartialityDeclared(case_id=CASE, expert_id="e-07"),
    review.CaseClaimed(case_id=CASE, holder="officer-1", holder_name="赵样例", office="province"),
    review.CaseReleased(case_id=CASE, holder="officer-1"),
    review.CaseHandedOver(
        case_id=CASE, before="officer-1", holder="officer-2", holder_name="钱样例", office="province"
    ),
    review.ConflictFound(
        case_id=CASE, expert=EXPERT, kind=ConflictKind.SAME_COUNTY, reason="专家所在单位与申报单位同一县（区）"
    ),
    review.ExpertRecused(case_id=CASE, expert_id="e-07", kind=ConflictKind.DECLARED, reason="与申报单位有合作"),
    review.ExpertReplaced(case_id=CASE, expert_id="e-07", replacement=replace(EXPERT, expert_id="e-12")),
    review.ScoreSheetReceived(case_id=CASE, expert_id="e-07", received=3, expected=5),
    review.MaterialReviewConcluded(case_id=CASE, valid_sheets=5, panel_size=5),
    review.MaterialReviewReopened(case_id=CASE, valid_sheets=1, minimum=3),
    review.SiteVisitScheduled(case_id=CASE, visit_on=date(2018, 8, 14), visitors=("甲样例",)),
    review.SiteVisitRescheduled(case_id=CASE, visit_on=date(2018, 8, 21), reason="防汛"),
    review.SiteVisitReported(
        case_id=CASE,
        visited_on=date(2018, 8, 21),
        attended_by=("甲样例",),
        checklist=(),
        photographs=(),
        findings="属实",
        dissent="",
    ),
    review.PanelConcluded(
        case_id=CASE, average=Decimal("86.40"), valid_sheets=5, recommended=True, totals=(Decimal(86),)
    ),
    review.PublicityStarted(case_id=CASE, starts_on=date(2018, 9, 3), ends=Due(date(2018, 9, 7))),
    review.ObjectionFiled(
        case_id=CASE, objection_id="o-1", objector="周虚构", text="机构数量不实", client="", waiting=1
    ),
    review.ObjectionsSetAside(case_id=CASE, objection_ids=("o-2", "o-3"), reason="内容雷同", decided_by="王处长"),
    review.ObjectionAnswered(case_id=CASE, objection_id="o-1", upheld=False, answer="经核实，机构数量属实"),
    review.PublicityEnded(case_id=CASE, ended_on=date(2018, 9, 7), objections=1),
    review.DesignationApproved(
        case_id=CASE,
        document_number=DOCUMENT,
        approved_on=date(2018, 9, 20),
        title=TITLE,
        place=PLACE,
        county_unit=COUNTY_UNIT,
        key_unit=KEY_UNIT,
        form=FORM,
        average=Decimal("86.40"),
        policy_version="2018-04-28.1",
        decided_by="province-lead:1",
    ),
    review.NotYetConfirmed(case_id=CASE, reasons="服务机构偏少，基础服务尚不齐全", decided_by="province-lead:1"),
    review.ReviewDiscontinued(case_id=CASE, reason="申报单位撤回申报"),
    review.RecordCorrected(
        case_id=CASE,
        corrects=CAUSE,
        field="visited_on",
        was="2018-08-20",
        now="2018-08-21",
        why="报告日期有误",
        on_word_of="赵样例",
    ),
)

_LIFECYCLE: tuple[Event, ...] = (
    lifecycle.DistrictDesignated(
        case_id=CASE,
        title=TITLE,
        place=PLACE,
        county_unit=COUNTY_UNIT,
        key_unit=KEY_UNIT,
        form=FORM,
        document_number=DOCUMENT,
        designated_on=date(2018, 9, 20),
        cycle=1,
        first_day=date(2018, 9, 20),
        last_day=date(2021, 9, 19),
        reports=REPORTS,
        policy_version="2018-04-28.1",
    ),
    lifecycle.AnnualReportFiled(
        case_id=CASE,
        year=2019,
        summary=FILE,
        plan=FILE,
        filed_on=date(2019, 4, 3),
        due=OPEN,
        late_by=2,
        filed_by="county:220113",
    ),
    lifecycle.AnnualReportReceived(
        case_id=CASE, year=2019, receiver=lifecycle.ReportReceiver.CITY, office="city:220100", received_by="city:1"
    ),
    lifecycle.AnnualReportOverdue(case_id=CASE, year=2019, due=OPEN),
    lifecycle.AnnualReportMissed(case_id=CASE, year=2019, due=OPEN),
    lifecycle.SupportRecorded(
        case_id=CASE,
        kind=lifecycle.SupportKind.INSPECTION,
        held_on=date(2019, 6, 12),
        by_office="province",
        findings="进展正常",
    ),
    lifecycle.DutyReported(case_id=CASE, duty=CountyDuty.MATCHING, text="已举办对接会", evidence=()),
    lifecycle.RosterUpdated(case_id=CASE, as_of=date(2019, 12, 31), institutions=()),
    lifecycle.AssessmentOpened(case_id=CASE, cycle=1, last_day=date(2021, 9, 19)),
    lifecycle.AssessmentOverdue(case_id=CASE, cycle=1, last_day=date(2021, 9, 19)),
    lifecycle.AssessmentConcluded(
        case_id=CASE,
        cycle=1,
        thinking=Decimal(88),
        practice=Decimal(92),
        deduction=Decimal(2),
        score=Decimal("88.4"),
        grade=Grade.EXCELLENT,
        late_years=(2019,),
        missed_years=(),
        evidence=(),
        assessed_by="province:1",
    ),
    lifecycle.NationalRecommendationMade(
        case_id=CASE, zone="国家知识产权服务业集聚发展试验区", cycle=1, recommended_by="province-lead:1"
    ),
    lifecycle.TitleRetained(
        case_id=CASE,
        cycle=2,
        first_day=date(2021, 9, 20),
        last_day=date(2024, 9, 19),
        reports=(),
        policy_version="2018-04-28.1",
    ),
    lifecycle.RectificationOrdered(
        case_id=CASE, ordered_on=date(2021, 10, 8), months=6, due=Due(date(2022, 4, 8)), requirements="补足服务机构"
    ),
    lifecycle.RectificationExtended(case_id=CASE, due=Due(date(2022, 6, 8)), months=2, reason="疫情影响"),
    lifecycle.RectificationReportFiled(
        case_id=CASE, filed_on=date(2022, 6, 1), text="已整改", documents=(), filed_by="county:220113"
    ),
    lifecycle.RectificationLapsed(case_id=CASE, due=Due(date(2022, 6, 8))),
    lifecycle.DistrictReassessed(
        case_id=CASE,
        thinking=Decimal(55),
        practice=Decimal(50),
        score=Decimal(52),
        passed=False,
        reasons="服务机构仍未补足",
        assessed_by="province:1",
    ),
    lifecycle.HearingInvited(
        case_id=CASE, invited_on=date(2022, 7, 1), grounds="整改复核仍不合格", due=Due(date(2022, 7, 8))
    ),
    lifecycle.StatementMade(case_id=CASE, text="正在引进机构", office="county:220113", made_by="county:220113"),
    lifecycle.HearingClosed(case_id=CASE, due=Due(date(2022, 7, 8)), statements=1),
    lifecycle.TitleRevoked(
        case_id=CASE,
        document_number="吉科发专管〔2022〕97号",
        revoked_on=date(2022, 8, 1),
        reasons="期满考核不合格，整改后仍不合格",
        statement_considered="所述机构尚未签约，不足以改变结论",
        remedies="可自收到之日起60日内申请行政复议，或者6个月内提起行政诉讼",
        decided_by="province-lead:1",
    ),
    lifecycle.RecordCorrected(
        case_id=CASE,
        corrects=CAUSE,
        field="held_on",
        was="2019-06-11",
        now="2019-06-12",
        why="记录日期有误",
        on_word_of="赵样例",
    ),
)

_OFFICE: tuple[Event, ...] = (
    office.FeedbackAnswered(
        feedback_id="3f0c1d52-6a0e-5f55-9d0b-2b1f6d3c9a03",
        handling_id=str(CAUSE),
        case_id=CASE,
        step=ServiceStep.ACCEPTANCE,
        rated_by=office.RatedBy.COUNTY,
        answer="电话无人接听的情况属实，已增加接听人员。",
    ),
)

EVENTS: dict[type[Event], Event] = {type(one): one for one in (*_INTAKE, *_REVIEW, *_LIFECYCLE, *_OFFICE)}


def cause_of(rule: NoticeRule) -> Event:
    """The sample's event of which a rule tells."""
    for prefix, made in (("reminder-", _reminder), ("overdue-", _overdue)):
        if rule.name.startswith(prefix):
            return made(Matter(rule.name.removeprefix(prefix)))
    if rule.name.startswith("moved-"):
        return _recounted(rule.cause, TimeLimit(rule.name.removeprefix("moved-")))
    return EVENTS[rule.cause]


def _recounted(cause: Any, matter: TimeLimit) -> Event:
    year = {"year": _YEARS.get(matter)} if cause is lifecycle.DeadlineRecounted else {}
    was, now = Due(date(2019, 4, 1), True), Due(date(2019, 4, 2))
    made: Event = cause(case_id=CASE, matter=matter, was=was, now=now, document_number=NOTICE, **year)
    return made


NOTICE = "国办发明电〔2018〕15号"
_YEARS = {TimeLimit.ANNUAL_REPORT: 2019, TimeLimit.LATE_REPORT: 2019}


def _item(matter: Matter) -> str:
    return "2019" if matter is Matter.ANNUAL_REPORT else ""


def _reminder(matter: Matter) -> Event:
    return ReminderRaised(
        reminder_id="r",
        case_id=CASE,
        matter=matter,
        item=_item(matter),
        due=DUE,
        days_before=7,
        days_left=7,
        cause_id=CAUSE,
        cause_type="review.CorrectionNoticeIssued",
    )


def _overdue(matter: Matter) -> Event:
    return MatterOverdue(
        reminder_id="r",
        case_id=CASE,
        matter=matter,
        item=_item(matter),
        due=DUE,
        days_after=7,
        cause_id=CAUSE,
        cause_type="review.CorrectionNoticeIssued",
    )


PEOPLE = People(
    case=Parties(
        case_id=CASE,
        county="220113",
        county_name="九台区",
        county_unit=COUNTY_UNIT.name,
        key_unit=KEY_UNIT.name,
        endorser="220100",
        endorser_name="长春市科技局",
        persons=(
            Participant(
                role="county", office="county:220113", name="王样例", phone="0000-0000002", email="a@example.invalid"
            ),
            Participant(role="expert", office="expert:e-07", name="甲样例", email="e@example.invalid"),
        ),
    ),
    subscribers=(
        Subscriber(subscription_id="s-1", channel=Channel.MAIL, address="s@example.invalid", division="220113"),
    ),
)
