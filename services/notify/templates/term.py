"""Words on the term, its reports and the assessment at its end, 四（五）（六）and 五."""

from __future__ import annotations

from services.notify.templates.form import Items, Template, template
from services.notify.templates.phrases import brief, day, day_en, last_day, last_day_en, some
from shared.contracts.lifecycle import (
    AnnualReportFiled,
    AnnualReportMissed,
    AnnualReportOverdue,
    AnnualReportReceived,
    AssessmentConcluded,
    AssessmentOpened,
    AssessmentOverdue,
    DistrictDesignated,
    DutyReported,
    NationalRecommendationMade,
    ReportReceiver,
    RosterUpdated,
    SupportKind,
    SupportRecorded,
    TitleRetained,
)
from shared.programme.vocabulary import Grade

_RECEIVERS = {ReportReceiver.CITY: "市（州）科技局", ReportReceiver.PROVINCE: "省科技厅"}
_KINDS = {
    SupportKind.INSPECTION: "检查",
    SupportKind.GUIDANCE: "指导",
    SupportKind.TRAINING: "培训",
    SupportKind.EXCHANGE: "交流",
}
_RECEIVERS_EN = {
    ReportReceiver.CITY: "The city bureau of science and technology",
    ReportReceiver.PROVINCE: "The Provincial Department of Science and Technology",
}
COUNTY = ("county", "county-head")
APPLICANTS = (*COUNTY, "key-unit")
_REPORT_EN = "annual report (summary and plan)"

_TERM: tuple[Template, ...] = (
    template(
        "district-designated",
        DistrictDesignated,
        zh="建设期开始",
        zh_text=lambda e, c: (
            f"{c.place}的建设期自{day(e.first_day)}起，至{day(e.last_day)}止。各年度总结和计划的报送期限：",
            Items(tuple(f"{report.year}年度：{last_day(report.due)}前" for report in e.reports)),
        ),
        en="The term begins",
        en_text=lambda e, c: (
            (
                f"The term of {c.place} runs from {day_en(e.first_day)} to {day_en(e.last_day)}. Its annual reports "
                "(the summary of the last year and the plan of the present one) are due by:"
            ),
            Items(tuple(f"{report.year}: {last_day_en(report.due)}" for report in e.reports)),
        ),
        asks=COUNTY,
    ),
    template(
        "annual-report-filed",
        AnnualReportFiled,
        zh="年度总结和计划已报送",
        zh_text=lambda e, c: (
            f"{c.place}已于{day(e.filed_on)}报送{e.year}年度总结和计划"
            + (f"，迟报{e.late_by}个工作日。" if e.late_by else "。")
        ),
        en="Annual report filed",
        en_text=lambda e, c: (
            f"{c.place} filed its {_REPORT_EN} for {e.year} on {day_en(e.filed_on)}"
            + (f", {some(e.late_by, 'working day', 'working days')} late." if e.late_by else ".")
        ),
    ),
    template(
        "annual-report-received",
        AnnualReportReceived,
        zh="年度总结和计划已签收",
        zh_text=lambda e, c: f"{_RECEIVERS[e.receiver]}已签收{c.place}的{e.year}年度总结和计划。",
        en="Receipt for the annual report",
        en_text=lambda e, c: f"{_RECEIVERS_EN[e.receiver]} has received the {_REPORT_EN} of {c.place} for {e.year}.",
    ),
    template(
        "annual-report-overdue",
        AnnualReportOverdue,
        zh="年度总结和计划逾期未报",
        zh_text=lambda e, c: (
            f"{c.place}的{e.year}年度总结和计划应于{last_day(e.due)}前报送，至今未报，"
            + ("请尽快补报。" if c.role in COUNTY else "请督促其尽快补报。")
        ),
        zh_sms="{place}{year}年度总结和计划应于{due}前报送，已逾期，请尽快补报。",
        en="Annual report overdue",
        en_text=lambda e, c: (
            f"The {_REPORT_EN} of {c.place} for {e.year} was due by {last_day_en(e.due)} and has not been filed. "
            + ("Please file it without delay." if c.role in COUNTY else "Please see that it is filed without delay.")
        ),
        en_sms="{place}: annual report for {year} was due by {due} and is overdue. Please file it.",
        variables=lambda e, c: {"year": str(e.year), "due": brief(e.due, c.language)},
        asks=(*COUNTY, "endorser"),
    ),
    template(
        "annual-report-missed",
        AnnualReportMissed,
        zh="年度总结和计划缺报",
        zh_text=lambda e, c: (
            f"{c.place}的{e.year}年度总结和计划长期未报，按缺报处理，将影响期满考核得分。",
            "认为有误的，可向省科技厅书面说明并附证明；考核结果作出后，可依法申请行政复议或者提起行政诉讼。",
        ),
        en="Annual report counted as missed",
        en_text=lambda e, c: (
            (
                f"The {_REPORT_EN} of {c.place} for {e.year} has long been overdue and counts as missed. This lowers "
                "the score of the assessment at the end of the term."
            ),
            (
                "If you hold this to be wrong, you may say so to the Provincial Department in writing, with proof. The "
                "result of the assessment is open to administrative reconsideration and to an action in court."
            ),
        ),
    ),
    template(
        "support-recorded",
        SupportRecorded,
        zh="检查、指导、培训、交流记录",
        zh_text=lambda e, c: f"{day(e.held_on)}对{c.place}的{_KINDS[e.kind]}已记录：{e.findings}",
        en="Inspection, guidance, training or exchange recorded",
        en_text=lambda e, c: (
            f"The {e.kind.value} of {day_en(e.held_on)} concerning {c.place} has been recorded.",
            f"Findings: {e.findings}",
        ),
    ),
    template(
        "duty-reported",
        DutyReported,
        zh="重点任务进展已报告",
        zh_text=lambda e, c: f"{c.place}报告了重点任务“{e.duty.zh}”的进展。",
        en="Progress on a key task reported",
        en_text=lambda e, c: f"{c.place} has reported its progress on the key task “{e.duty.en}”.",
    ),
    template(
        "roster-updated",
        RosterUpdated,
        zh="机构名册已更新",
        zh_text=lambda e, c: f"{c.place}的机构名册已更新，截至{day(e.as_of)}共{len(e.institutions)}家。",
        en="Roster of institutions updated",
        en_text=lambda e, c: (
            f"The roster of {c.place} has been updated: {some(len(e.institutions), 'institution', 'institutions')} as "
            f"of {day_en(e.as_of)}."
        ),
    ),
)

_ASSESSMENT: tuple[Template, ...] = (
    template(
        "assessment-opened",
        AssessmentOpened,
        zh="期满考核启动",
        zh_text=lambda e, c: (
            f"{c.place}的建设期至{day(e.last_day)}届满，期满考核启动"
            + ("，请准备工作思路和方案、做法和经验等材料。" if c.role in APPLICANTS else "。")
        ),
        zh_sms="{place}的建设期至{date}届满，期满考核启动，请准备材料，详见邮件。",
        en="Assessment at the end of the term opened",
        en_text=lambda e, c: (
            f"The term of {c.place} ends on {day_en(e.last_day)}. The assessment at the end of the term is now open"
            + ("; please prepare the documents on your plans and your practice." if c.role in APPLICANTS else ".")
        ),
        en_sms="{place}: the term ends on {date}; the assessment is open, please prepare documents. See the mail.",
        variables=lambda e, c: {"date": day(e.last_day, c.language)},
        asks=APPLICANTS,
    ),
    template(
        "assessment-overdue",
        AssessmentOverdue,
        zh="期满未考核提醒",
        zh_text=lambda e, c: f"{c.place}的建设期已于{day(e.last_day)}届满，尚未考核，请尽快办理。",
        zh_sms="{place}的建设期已于{date}届满，尚未考核，请尽快办理。",
        en="Assessment overdue",
        en_text=lambda e, c: (
            f"The term of {c.place} ended on {day_en(e.last_day)}; it has not been assessed yet. Please do so without "
            "delay."
        ),
        en_sms="{place}: the term ended on {date} and is not assessed yet. Please do so without delay.",
        variables=lambda e, c: {"date": day(e.last_day, c.language)},
        asks=("province",),
    ),
    template(
        "assessment-concluded",
        AssessmentConcluded,
        zh="期满考核结果",
        zh_text=lambda e, c: (
            f"{c.place}期满考核得分{e.score}，等次为{e.grade.zh}。"
            f"其中工作思路和方案{e.thinking}，做法和经验{e.practice}，扣分{e.deduction}。"
        ),
        zh_sms="{place}期满考核结果：{grade}（{score}分），详见邮件。",
        en="Result of the assessment",
        en_text=lambda e, c: (
            f"In the assessment at the end of its term {c.place} scored {e.score} points. Grade: {e.grade.en.lower()}.",
            f"Thinking and plan {e.thinking}, practice and experience {e.practice}, points off {e.deduction}.",
        ),
        en_sms="{place}: assessment result {grade}, {score} points. See the mail.",
        adverse=lambda e: e.grade is Grade.UNQUALIFIED,
        variables=lambda e, c: {
            "grade": e.grade.zh if c.language == "zh-CN" else e.grade.en.lower(),
            "score": str(e.score),
        },
    ),
    template(
        "national-recommendation",
        NationalRecommendationMade,
        zh="优先推荐申报",
        zh_text=lambda e, c: f"{c.place}获优先推荐申报{e.zone}。",
        en="Recommended for the national zone",
        en_text=lambda e, c: f"{c.place} is recommended first to apply for the national pilot zone ({e.zone}).",
    ),
    template(
        "title-retained",
        TitleRetained,
        zh="保留称号",
        zh_text=lambda e, c: f"{c.place}保留称号，新的建设期自{day(e.first_day)}起，至{day(e.last_day)}止。",
        zh_sms="{place}保留称号，新的建设期至{date}止。",
        en="Title kept",
        en_text=lambda e, c: (
            f"{c.place} keeps its title. The new term runs from {day_en(e.first_day)} to {day_en(e.last_day)}."
        ),
        en_sms="{place}: the title is kept; the new term runs to {date}.",
        variables=lambda e, c: {"date": day(e.last_day, c.language)},
    ),
)

TEMPLATES: tuple[Template, ...] = (*_TERM, *_ASSESSMENT)
