"""Notices on the term, the yearly reports, the assessment and the title's fate, 四（五）（六）and 五."""

from __future__ import annotations

from services.notify.notices.rule import (
    APPLICANTS,
    COUNTY,
    COUNTY_HEAD,
    ENDORSER,
    KEY_UNIT,
    PROVINCE,
    SUBSCRIBERS,
    NoticeRule,
    day,
    last_day,
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
    ReportReceiver,
    RosterUpdated,
    StatementMade,
    SupportRecorded,
    TitleRetained,
    TitleRevoked,
)

_RECEIVERS = {ReportReceiver.CITY: "市（州）科技局", ReportReceiver.PROVINCE: "省科技厅"}

_TERM: tuple[NoticeRule, ...] = (
    notice(
        "district-designated",
        DistrictDesignated,
        "建设期开始",
        lambda e, c: (
            f"{c.place}的建设期自{day(e.first_day)}起，至{day(e.last_day)}止。各年度总结和计划的报送截止日："
            + "".join(f"\n  · {one.year}年度：{last_day(one.due)}" for one in e.reports)
        ),
        mail=(COUNTY, KEY_UNIT, ENDORSER),
    ),
    notice(
        "annual-report-filed",
        AnnualReportFiled,
        "年度总结和计划已报送",
        lambda e, c: (
            f"{c.place}已于{day(e.filed_on)}报送{e.year}年度总结和计划"
            + (f"，迟报{e.late_by}个工作日。" if e.late_by else "。")
        ),
        mail=(COUNTY, ENDORSER, PROVINCE),
    ),
    notice(
        "annual-report-received",
        AnnualReportReceived,
        "年度报告回执",
        lambda e, c: f"{_RECEIVERS[e.receiver]}已收到{c.place}的{e.year}年度总结和计划。",
        mail=(COUNTY,),
    ),
    notice(
        "annual-report-overdue",
        AnnualReportOverdue,
        "年度总结和计划逾期未报",
        lambda e, c: f"{c.place}的{e.year}年度总结和计划应于{last_day(e.due)}前报送，至今未报，请尽快补报。",
        mail=(COUNTY, ENDORSER),
        sms=(COUNTY,),
    ),
    notice(
        "annual-report-missed",
        AnnualReportMissed,
        "年度总结和计划缺报",
        lambda e, c: f"{c.place}的{e.year}年度总结和计划长期未报，按缺报处理，将影响期满考核得分。",
        mail=(COUNTY, COUNTY_HEAD, ENDORSER, PROVINCE),
        sms=(COUNTY,),
    ),
    notice(
        "support-recorded",
        SupportRecorded,
        "检查、指导、培训、交流记录",
        lambda e, c: f"{day(e.held_on)}对{c.place}的工作已记录：{e.findings}",
        mail=(COUNTY,),
    ),
    notice(
        "duty-reported",
        DutyReported,
        "重点任务进展已报告",
        lambda e, c: f"{c.place}报告了重点任务“{e.duty.zh}”的进展。",
        mail=(ENDORSER,),
    ),
    notice(
        "roster-updated",
        RosterUpdated,
        "机构名录已更新",
        lambda e, c: f"{c.place}的机构名录已更新，截至{day(e.as_of)}共{len(e.institutions)}家。",
        mail=(ENDORSER,),
    ),
)

_ASSESSMENT: tuple[NoticeRule, ...] = (
    notice(
        "assessment-opened",
        AssessmentOpened,
        "期满考核启动",
        lambda e, c: f"{c.place}的建设期至{day(e.last_day)}届满，期满考核启动，请准备有关材料。",
        mail=(COUNTY, KEY_UNIT, ENDORSER, PROVINCE),
        sms=(COUNTY,),
    ),
    notice(
        "assessment-overdue",
        AssessmentOverdue,
        "期满未考核提醒",
        lambda e, c: f"{c.place}的建设期已于{day(e.last_day)}届满，尚未考核。",
        mail=(PROVINCE,),
        sms=(PROVINCE,),
    ),
    notice(
        "assessment-concluded",
        AssessmentConcluded,
        "期满考核结果",
        lambda e, c: (
            f"{c.place}期满考核得分{e.score}，等次为{e.grade.zh}。"
            f"其中工作思路和方案{e.thinking}，做法和经验{e.practice}，扣分{e.deduction}。"
        ),
        mail=(COUNTY, COUNTY_HEAD, KEY_UNIT, ENDORSER),
        sms=(COUNTY, KEY_UNIT),
        short=lambda e, c: f"{c.place}期满考核结果：{e.grade.zh}（{e.score}分），详见邮件。",
    ),
    notice(
        "national-recommendation",
        NationalRecommendationMade,
        "优先推荐申报",
        lambda e, c: f"{c.place}获优先推荐申报{e.zone}。",
        mail=(COUNTY, KEY_UNIT, ENDORSER, SUBSCRIBERS),
    ),
    notice(
        "title-retained",
        TitleRetained,
        "保留称号",
        lambda e, c: f"{c.place}保留称号，新的建设期自{day(e.first_day)}起，至{day(e.last_day)}止。",
        mail=(COUNTY, KEY_UNIT, ENDORSER, SUBSCRIBERS),
        sms=(COUNTY, SUBSCRIBERS),
    ),
)

_FATE: tuple[NoticeRule, ...] = (
    notice(
        "rectification-ordered",
        RectificationOrdered,
        "限期整改",
        lambda e, c: f"{c.place}期满考核不合格，须于{last_day(e.due)}前完成整改并报送整改报告。要求：{e.requirements}",
        mail=(COUNTY, COUNTY_HEAD, KEY_UNIT, ENDORSER),
        sms=APPLICANTS,
        short=lambda e, c: f"{c.place}须限期整改，请于{last_day(e.due)}前报送整改报告，详见邮件。",
    ),
    notice(
        "rectification-extended",
        RectificationExtended,
        "整改延期",
        lambda e, c: f"{c.place}的整改期限延长{e.months}个月，至{last_day(e.due)}。原因：{e.reason}",
        mail=(COUNTY, KEY_UNIT, ENDORSER),
        sms=(COUNTY,),
        short=lambda e, c: f"{c.place}整改期限延至{last_day(e.due)}。",
    ),
    notice(
        "rectification-report-filed",
        RectificationReportFiled,
        "整改报告已报送",
        lambda e, c: f"{c.place}已于{day(e.filed_on)}报送整改报告。",
        mail=(COUNTY, ENDORSER, PROVINCE),
    ),
    notice(
        "rectification-lapsed",
        RectificationLapsed,
        "逾期未报整改",
        lambda e, c: f"{c.place}应于{last_day(e.due)}前报送整改报告，至今未报。",
        mail=(COUNTY, KEY_UNIT, ENDORSER, PROVINCE),
        sms=(COUNTY,),
    ),
    notice(
        "district-reassessed",
        DistrictReassessed,
        "整改复核结果",
        lambda e, c: f"{c.place}整改复核得分{e.score}，{'合格' if e.passed else '仍不合格'}。{e.reasons}",
        mail=(COUNTY, COUNTY_HEAD, KEY_UNIT, ENDORSER),
        sms=(COUNTY,),
    ),
    notice(
        "hearing-invited",
        HearingInvited,
        "告知陈述申辩权利",
        lambda e, c: f"拟取消{c.place}的称号，理由：{e.grounds}\n贵单位有权陈述和申辩，请于{last_day(e.due)}前提出。",
        mail=(COUNTY, COUNTY_HEAD, KEY_UNIT),
        sms=APPLICANTS,
        short=lambda e, c: f"拟取消{c.place}称号，可于{last_day(e.due)}前陈述申辩，详见邮件。",
    ),
    notice(
        "statement-made",
        StatementMade,
        "收到陈述申辩",
        lambda _, c: f"已收到{c.place}的陈述申辩，将在决定前予以考虑。",
        mail=(COUNTY, PROVINCE),
    ),
    notice(
        "hearing-closed",
        HearingClosed,
        "陈述申辩期满",
        lambda e, c: f"{c.place}的陈述申辩期已满，收到陈述{e.statements}件。",
        mail=(COUNTY, PROVINCE),
    ),
    notice(
        "title-revoked",
        TitleRevoked,
        "取消称号",
        lambda e, c: (
            f"自{day(e.revoked_on)}起取消{c.place}的称号（{e.document_number}）。理由：{e.reasons}\n"
            f"陈述申辩的考虑：{e.statement_considered}\n救济途径：{e.remedies}"
        ),
        mail=(COUNTY, COUNTY_HEAD, KEY_UNIT, ENDORSER, SUBSCRIBERS),
        sms=(COUNTY, KEY_UNIT, SUBSCRIBERS),
        short=lambda e, c: f"{c.place}的称号被取消（{e.document_number}）。",
    ),
    notice(
        "lifecycle-record-corrected",
        RecordCorrected,
        "建设期记录已更正",
        lambda e, _: f"记录中“{e.field}”由“{e.was}”更正为“{e.now}”。原因：{e.why}",
        mail=(COUNTY, KEY_UNIT, PROVINCE),
    ),
)

NOTICES: tuple[NoticeRule, ...] = (*_TERM, *_ASSESSMENT, *_FATE)
