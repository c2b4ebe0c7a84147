"""Words on the publicity, the decision and the end of a review, 四（四）."""

from __future__ import annotations

from services.notify.templates.form import Template, template
from services.notify.templates.phrases import brief, day, day_en, last_day, last_day_en, some
from shared.contracts.review import (
    DesignationApproved,
    NotYetConfirmed,
    ObjectionAnswered,
    ObjectionFiled,
    PublicityEnded,
    PublicityStarted,
    ReviewDiscontinued,
)

TEMPLATES: tuple[Template, ...] = (
    template(
        "publicity-started",
        PublicityStarted,
        zh="公示开始",
        zh_text=lambda e, c: f"{c.place}拟确认的公示自{day(e.starts_on)}起，至{last_day(e.ends)}止，期间可提出异议。",
        zh_sms="{place}拟确认公示，至{due}止。",
        en="Publicity begins",
        en_text=lambda e, c: (
            f"The intended designation of {c.place} is made public from {day_en(e.starts_on)} to "
            f"{last_day_en(e.ends)}. Objections may be raised during this time."
        ),
        en_sms="{place}: intended designation made public until {due}.",
        variables=lambda e, c: {"due": brief(e.ends, c.language)},
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
        zh_sms="{place}获确认为{title}（{document}）。",
        en="Designation approved",
        en_text=lambda e, c: (
            f"By its document {e.document_number} the Provincial Department of Science and Technology has confirmed "
            f"{c.place} as an intellectual property service cluster district ({e.title}), with effect from "
            f"{day_en(e.approved_on)}."
        ),
        en_sms="{place}: confirmed as an IP service cluster district ({document}).",
        variables=lambda e, _: {"title": e.title, "document": e.document_number},
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
