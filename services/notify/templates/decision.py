"""Words on the publicity, the decision and the end of a review, 四（四）."""

from __future__ import annotations

from services.notify.templates.form import Template, template
from services.notify.templates.phrases import brief_until, day, day_en, last_day, last_day_en, some, until
from shared.contracts.review import (
    DesignationApproved,
    NotYetConfirmed,
    ObjectionAnswered,
    ObjectionFiled,
    ObjectionsSetAside,
    PublicityEnded,
    PublicityStarted,
    ReviewDiscontinued,
)

TEMPLATES: tuple[Template, ...] = (
    template(
        "publicity-started",
        PublicityStarted,
        zh="公示开始",
        zh_text=lambda e, c: (
            f"{c.place}拟确认的公示自{day(e.starts_on)}起，至{until(e.ends)}止。",
            f"对公示内容有异议的，请于{last_day(e.ends)}前提出，写明姓名或者单位名称、事实和理由。",
        ),
        zh_sms="{place}拟确认公示至{due}止，期间可提出异议。",
        en="Publicity begins",
        en_text=lambda e, c: (
            (
                f"The intended designation of {c.place} is made public from {day_en(e.starts_on)} to "
                f"{until(e.ends, c.language)}."
            ),
            (
                f"Whoever objects to it may do so by {last_day_en(e.ends)}, with their name or that of their unit, the "
                "facts and the reasons."
            ),
        ),
        en_sms="{place}: intended designation made public until {due}; objections may be raised.",
        variables=lambda e, c: {"due": brief_until(e.ends, c.language)},
        asks=("county", "key-unit", "endorser", "subscriber"),
    ),
    template(
        "objection-filed",
        ObjectionFiled,
        zh="收到公示异议",
        zh_text=lambda _, c: f"公示期间收到对{c.place}的异议，省科技厅将核实并答复。",
        en="Objection received",
        en_text=lambda _, c: (
            f"An objection to the designation of {c.place} was received during the publicity. The Provincial "
            "Department of Science and Technology will examine and answer it."
        ),
    ),
    template(
        "objection-answered",
        ObjectionAnswered,
        zh="公示异议已答复",
        zh_text=lambda e, c: f"对{c.place}的异议已答复：{'成立' if e.upheld else '不成立'}。{e.answer}",
        en="Objection answered",
        en_text=lambda e, c: (
            (
                f"The objection to the designation of {c.place} has been answered: it was "
                f"{'upheld' if e.upheld else 'not upheld'}."
            ),
            f"The answer: {e.answer}",
        ),
    ),
    template(
        "objections-set-aside",
        ObjectionsSetAside,
        zh="部分异议不予受理",
        zh_text=lambda e, c: (
            f"公示期间收到的对{c.place}的异议中，有{len(e.objection_ids)}件被认定为滥用，一并不予受理。理由：{e.reason}"
        ),
        en="Objections set aside",
        en_text=lambda e, c: (
            (
                f"Of the objections to the designation of {c.place}, "
                f"{some(len(e.objection_ids), 'was', 'were')} found to be abuse and set aside."
            ),
            f"The reason: {e.reason}",
        ),
    ),
    template(
        "publicity-ended",
        PublicityEnded,
        zh="公示结束",
        zh_text=lambda e, c: f"{c.place}的公示已于{day(e.ended_on)}结束，收到异议{e.objections}件。",
        en="Publicity ended",
        en_text=lambda e, c: (
            f"The publicity on {c.place} ended on {day_en(e.ended_on)}, with "
            f"{some(e.objections, 'objection', 'objections')} received."
        ),
    ),
    template(
        "designation-approved",
        DesignationApproved,
        zh="批复确认",
        zh_text=lambda e, c: f"省科技厅以{e.document_number}批复，自{day(e.approved_on)}起确认{c.place}为{e.title}。",
        zh_sms="{place}自{date}起获确认为{title}（{document}）。",
        en="Designation approved",
        en_text=lambda e, c: (
            f"By its document {e.document_number} the Provincial Department of Science and Technology has confirmed "
            f"{c.place} as an intellectual property service cluster district ({e.title}), with effect from "
            f"{day_en(e.approved_on)}."
        ),
        en_sms="{place}: confirmed as an IP service cluster district from {date} ({document}).",
        variables=lambda e, c: {
            "title": e.title,
            "document": e.document_number,
            "date": day(e.approved_on, c.language),
        },
    ),
    template(
        "not-yet-confirmed",
        NotYetConfirmed,
        zh="暂不确认",
        zh_text=lambda e, c: (f"{c.place}的申报暂不确认。理由：{e.reasons}", "完善后可再次申报，不设时限。"),
        en="Not confirmed yet",
        en_text=lambda e, c: (
            f"The application of {c.place} is not confirmed for the time being.",
            f"Reasons: {e.reasons}",
            "You may apply again at any time once the application is improved.",
        ),
        adverse=lambda _: True,
    ),
    template(
        "review-discontinued",
        ReviewDiscontinued,
        zh="终止审核",
        zh_text=lambda e, c: f"{c.place}的审核终止：{e.reason}",
        en="Review discontinued",
        en_text=lambda e, c: (
            f"The review of the application of {c.place} has been discontinued.",
            f"Reason: {e.reason}",
        ),
    ),
)
