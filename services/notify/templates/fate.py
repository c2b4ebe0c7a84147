"""Words on rectification, hearing and revocation, 四（六）2."""

from __future__ import annotations

from services.notify.templates.form import Template, template
from services.notify.templates.phrases import brief, day, day_en, last_day, last_day_en, some
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
    ),
    template(
        "rectification-extended",
        RectificationExtended,
        zh="整改延期",
        zh_text=lambda e, c: f"{c.place}的整改期限延长{e.months}个月，至{last_day(e.due)}。原因：{e.reason}",
        zh_sms="{place}整改期限延至{due}。",
        en="Time to rectify extended",
        en_text=lambda e, c: (
            (
                f"The time for {c.place} to rectify has been extended by {some(e.months, 'month', 'months')}, to "
                f"{last_day_en(e.due)}."
            ),
            f"Reason: {e.reason}",
        ),
        en_sms="{place}: time to rectify extended to {due}.",
        variables=lambda e, c: {"due": brief(e.due, c.language)},
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
        zh_text=lambda e, c: f"{c.place}应于{last_day(e.due)}前报送整改报告，至今未报。",
        en="Rectification report overdue",
        en_text=lambda e, c: (
            f"The rectification report of {c.place} was due by {last_day_en(e.due)} and has not been filed."
        ),
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
        zh_sms="拟取消{place}称号，可于{due}前陈述申辩，详见邮件。",
        en="Your right to be heard",
        en_text=lambda e, c: (
            f"It is intended to revoke the title of {c.place}.",
            f"Grounds: {e.grounds}",
            f"You have the right to make a statement and a defence. Please submit it by {last_day_en(e.due)}.",
        ),
        en_sms="{place}: revocation of the title intended. You may be heard until {due}. See the mail.",
        variables=lambda e, c: {"due": brief(e.due, c.language)},
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
        en="Time to be heard has ended",
        en_text=lambda e, c: (
            f"The time for {c.place} to be heard has ended, with {some(e.statements, 'statement', 'statements')} "
            "received."
        ),
    ),
    template(
        "title-revoked",
        TitleRevoked,
        zh="取消称号",
        zh_text=lambda e, c: (
            f"自{day(e.revoked_on)}起取消{c.place}的称号（{e.document_number}）。理由：{e.reasons}",
            f"陈述申辩的考虑：{e.statement_considered}",
            f"救济途径：{e.remedies}",
        ),
        zh_sms="{place}的称号被取消（{document}）。",
        en="Title revoked",
        en_text=lambda e, c: (
            (
                f"The title of {c.place} is revoked with effect from {day_en(e.revoked_on)} (document "
                f"{e.document_number})."
            ),
            f"Reasons: {e.reasons}",
            f"How the statement was considered: {e.statement_considered}",
            f"Remedies: {e.remedies}",
        ),
        en_sms="{place}: the title is revoked ({document}).",
        variables=lambda e, _: {"document": e.document_number},
    ),
)

TEMPLATES: tuple[Template, ...] = (*_RECTIFICATION, *_REVOCATION)
