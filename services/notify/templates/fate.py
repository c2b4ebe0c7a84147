"""Words on rectification, hearing and revocation, 四（六）2."""

from __future__ import annotations

from services.notify.templates.form import Template, template
from services.notify.templates.phrases import brief, brief_until, day, day_en, last_day, last_day_en, some, until
from shared.contracts.lifecycle import (
    DistrictReassessed,
    HearingClosed,
    HearingInvited,
    RectificationExtended,
    RectificationLapsed,
    RectificationOrdered,
    RectificationReportFiled,
    StatementMade,
    TitleRevoked,
)
from shared.programme.remedies import remedies_en

COUNTY = ("county", "county-head")
APPLICANTS = (*COUNTY, "key-unit")

_RECTIFICATION: tuple[Template, ...] = (
    template(
        "rectification-ordered",
        RectificationOrdered,
        zh="限期整改",
        zh_text=lambda e, c: (
            f"{c.place}期满考核不合格，须于{last_day(e.due)}前完成整改并报送整改报告。",
            f"要求：{e.requirements}",
        ),
        zh_sms="{place}须限期整改，请于{due}前报送整改报告，详见邮件。",
        en="Rectification ordered",
        en_text=lambda e, c: (
            (
                f"In its assessment {c.place} was found unqualified. The district must rectify and file its "
                f"rectification report by {last_day_en(e.due)}."
            ),
            f"Requirements: {e.requirements}",
        ),
        en_sms="{place}: rectification ordered, report due by {due}. See the mail.",
        variables=lambda e, c: {"due": brief(e.due, c.language)},
        asks=APPLICANTS,
        adverse=lambda _: True,
    ),
    template(
        "rectification-extended",
        RectificationExtended,
        zh="整改延期",
        zh_text=lambda e, c: (
            f"{c.place}的整改期限延长{e.months}个月，至{until(e.due)}止。原因：{e.reason}",
            f"请于{last_day(e.due)}前完成整改并报送整改报告。" if c.role in APPLICANTS else "",
        ),
        zh_sms="{place}整改期限延至{due}止，详见邮件。",
        en="Time to rectify extended",
        en_text=lambda e, c: (
            (
                f"The time for {c.place} to rectify has been extended by {some(e.months, 'month', 'months')}, to "
                f"{last_day_en(e.due)}."
            ),
            f"Reason: {e.reason}",
            f"Please file the rectification report by {last_day_en(e.due)}." if c.role in APPLICANTS else "",
        ),
        en_sms="{place}: time to rectify extended to {due}. See the mail.",
        variables=lambda e, c: {"due": brief_until(e.due, c.language)},
        asks=APPLICANTS,
    ),
    template(
        "rectification-report-filed",
        RectificationReportFiled,
        zh="整改报告已报送",
        zh_text=lambda e, c: f"{c.place}已于{day(e.filed_on)}报送整改报告。",
        en="Rectification report filed",
        en_text=lambda e, c: f"{c.place} filed its rectification report on {day_en(e.filed_on)}.",
    ),
    template(
        "rectification-lapsed",
        RectificationLapsed,
        zh="逾期未报整改",
        zh_text=lambda e, c: (
            f"{c.place}应于{last_day(e.due)}前报送整改报告，至今未报。",
            "省科技厅将进行复核；请尽快补报。" if c.role in APPLICANTS else "",
        ),
        en="Rectification report overdue",
        en_text=lambda e, c: (
            f"The rectification report of {c.place} was due by {last_day_en(e.due)} and has not been filed.",
            "The Provincial Department will now reassess the district. Please file the report without delay."
            if c.role in APPLICANTS
            else "",
        ),
        asks=APPLICANTS,
    ),
    template(
        "district-reassessed",
        DistrictReassessed,
        zh="整改复核结果",
        zh_text=lambda e, c: f"{c.place}整改复核得分{e.score}，{'合格' if e.passed else '仍不合格'}。{e.reasons}",
        en="Result of the reassessment",
        en_text=lambda e, c: (
            (
                f"In the reassessment after its rectification {c.place} scored {e.score} points and is "
                f"{'qualified' if e.passed else 'still unqualified'}."
            ),
            f"Reasons: {e.reasons}",
        ),
        adverse=lambda e: not e.passed,
    ),
)

_REVOCATION: tuple[Template, ...] = (
    template(
        "hearing-invited",
        HearingInvited,
        zh="告知陈述申辩权利",
        zh_text=lambda e, c: (
            f"拟取消{c.place}的称号，理由：{e.grounds}",
            f"贵单位有权陈述和申辩，请于{last_day(e.due)}前提出。",
        ),
        zh_sms="拟取消{place}称号，可于{due}前提出陈述申辩，详见邮件。",
        en="Your right to a statement and a defence",
        en_text=lambda e, c: (
            f"It is intended to revoke the title of {c.place}.",
            f"Grounds: {e.grounds}",
            f"You have the right to make a statement and a defence. Please submit it by {last_day_en(e.due)}.",
        ),
        en_sms="{place}: revocation of the title intended. Statement and defence until {due}. See the mail.",
        variables=lambda e, c: {"due": brief(e.due, c.language)},
        asks=APPLICANTS,
    ),
    template(
        "statement-made",
        StatementMade,
        zh="收到陈述申辩",
        zh_text=lambda _, c: f"已收到{c.place}的陈述申辩，将在决定前予以考虑。",
        en="Statement received",
        en_text=lambda _, c: (
            f"The statement of {c.place} has been received. It will be considered before a decision is made."
        ),
    ),
    template(
        "hearing-closed",
        HearingClosed,
        zh="陈述申辩期满",
        zh_text=lambda e, c: f"{c.place}的陈述申辩期已满，收到陈述{e.statements}件。",
        en="Time for statement and defence has ended",
        en_text=lambda e, c: (
            f"The time for the statement and defence of {c.place} has ended, with "
            f"{some(e.statements, 'statement', 'statements')} received."
        ),
    ),
    template(
        "title-revoked",
        TitleRevoked,
        zh="取消称号",
        zh_text=lambda e, c: (
            f"自{day(e.revoked_on)}起取消{c.place}的称号（{e.document_number}）。理由：{e.reasons}",
            f"陈述申辩的采纳情况：{e.statement_considered or '未提出陈述申辩。'}",
            f"救济途径：{e.remedies}",
        ),
        zh_sms="自{date}起取消{place}的称号（{document}）。",
        en="Title revoked",
        en_text=lambda e, c: (
            (
                f"The title of {c.place} is revoked with effect from {day_en(e.revoked_on)} (document "
                f"{e.document_number})."
            ),
            f"Reasons: {e.reasons}",
            f"How the statement was considered: {e.statement_considered or 'none was made.'}",
            f"Remedies: {remedies_en(c.law)}",
        ),
        en_sms="{place}: the title is revoked from {date} ({document}).",
        variables=lambda e, c: {"document": e.document_number, "date": day(e.revoked_on, c.language)},
    ),
)

TEMPLATES: tuple[Template, ...] = (*_RECTIFICATION, *_REVOCATION)
