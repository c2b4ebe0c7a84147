"""Words on the experts' review and the site visit, 四（四）."""

from __future__ import annotations

from services.notify.templates.form import Template, template
from services.notify.templates.phrases import day, day_en, some
from shared.contracts.review import (
    ConflictFound,
    ExpertRecused,
    ExpertReplaced,
    MaterialReviewConcluded,
    MaterialReviewReopened,
    PanelConcluded,
    PanelConvened,
    ScoreSheetReceived,
    SiteVisitReported,
    SiteVisitRescheduled,
    SiteVisitScheduled,
)

EXPERT = "expert"

_EXPERTS: tuple[Template, ...] = (
    template(
        "panel-convened",
        PanelConvened,
        zh="组织专家评审",
        zh_text=lambda e, c: (
            f"邀请您评审{c.place}的申报材料。如与申报单位有利害关系，请主动申请回避。各专家评分互不可见。"
            if c.role in {EXPERT, ""}
            else f"{c.place}的评审专家组已组成，专家{len(e.experts)}名均已邀请，另有候补{len(e.reserves)}名。"
        ),
        zh_sms="邀请您评审{place}的申报材料；如有利害关系请主动回避。详见邮件。",
        en="Expert review",
        en_text=lambda e, c: (
            f"You are invited to review the application of {c.place}. If you have an interest in the matter, please "
            "declare it and withdraw. No expert sees another's scores until all are in."
            if c.role in {EXPERT, ""}
            else f"The panel for the application of {c.place} is convened: "
            f"{some(len(e.experts), 'expert', 'experts')}, all invited, and "
            f"{some(len(e.reserves), 'reserve', 'reserves')}."
        ),
        en_sms="You are invited to review the application of {place}. Declare any interest and withdraw. See the mail.",
        asks=(EXPERT,),
    ),
    template(
        "conflict-found",
        ConflictFound,
        zh="发现利益冲突",
        zh_text=lambda e, c: f"专家（编号 {e.expert.expert_id}）与{c.place}的申报存在利益冲突：{e.reason}",
        en="Conflict of interest found",
        en_text=lambda e, c: (
            f"Expert no. {e.expert.expert_id} has a conflict of interest in the application of {c.place}.",
            f"Reason: {e.reason}",
        ),
        version=5,
        sms_version=5,
    ),
    template(
        "expert-recused",
        ExpertRecused,
        zh="专家回避",
        zh_text=lambda e, c: f"专家（编号 {e.expert_id}）已回避{c.place}的评审，不再参与评分，理由见办件记录。",
        en="An expert has withdrawn",
        en_text=lambda e, c: (
            f"Expert no. {e.expert_id} has withdrawn from the review of the application of {c.place} and takes no "
            "further part in the scoring. The reason is in the record of the case."
        ),
        version=6,
        sms_version=5,
    ),
    template(
        "expert-replaced",
        ExpertReplaced,
        zh="递补评审专家",
        zh_text=lambda e, c: (
            f"邀请您递补评审{c.place}的申报材料。如与申报单位有利害关系，请主动申请回避。"
            if c.role in {EXPERT, ""}
            else f"{c.place}的评审专家已递补（编号 {e.replacement.expert_id}），已邀请。"
        ),
        zh_sms="邀请您递补评审{place}的申报材料；如有利害关系请主动回避。详见邮件。",
        en="Replacement of an expert",
        en_text=lambda e, c: (
            f"You are invited to review the application of {c.place} in the place of an expert who has withdrawn. If "
            "you have an interest in the matter, please declare it and withdraw."
            if c.role in {EXPERT, ""}
            else f"Expert no. {e.replacement.expert_id} has been invited to the panel for the application of {c.place} "
            "in the place of one who has withdrawn."
        ),
        en_sms="You are invited to review {place} in another expert's place. Declare any interest. See the mail.",
        asks=(EXPERT,),
    ),
    template(
        "score-sheet-received",
        ScoreSheetReceived,
        zh="评分表已收到",
        zh_text=lambda e, c: f"您对{c.place}的评分表已收到（{e.received}/{e.expected}）。",
        en="Score sheet received",
        en_text=lambda e, c: (
            f"Your score sheet for the application of {c.place} has been received ({e.received} of {e.expected})."
        ),
    ),
    template(
        "material-review-concluded",
        MaterialReviewConcluded,
        zh="材料评审结束",
        zh_text=lambda e, c: f"{c.place}的材料评审结束，收到有效评分表{e.valid_sheets}份（专家{e.panel_size}名）。",
        en="Material review concluded",
        en_text=lambda e, c: (
            f"The material review of the application of {c.place} is concluded, with "
            f"{some(e.valid_sheets, 'valid score sheet', 'valid score sheets')} from a panel of {e.panel_size}."
        ),
    ),
    template(
        "material-review-reopened",
        MaterialReviewReopened,
        zh="材料评审重启",
        zh_text=lambda e, c: (
            f"{c.place}的有效评分表仅{e.valid_sheets}份，少于{e.minimum}份，材料评审重启。"
            + ("尚未提交评分表的，请尽快提交。" if c.role == EXPERT else "")
        ),
        en="Material review reopened",
        en_text=lambda e, c: (
            f"The application of {c.place} has only {some(e.valid_sheets, 'valid score sheet', 'valid score sheets')}, "
            f"fewer than the {e.minimum} that are needed. The material review is open again."
            + (" Please submit your score sheet if it is not in." if c.role == EXPERT else "")
        ),
        asks=(EXPERT,),
    ),
    template(
        "panel-concluded",
        PanelConcluded,
        zh="专家评审结论",
        zh_text=lambda e, c: (
            f"{c.place}专家评审平均分{e.average}（有效评分表{e.valid_sheets}份），"
            f"多数专家{'建议' if e.recommended else '不建议'}确认。"
        ),
        en="Conclusion of the expert panel",
        en_text=lambda e, c: (
            f"The panel gave the application of {c.place} an average of {e.average} points over "
            f"{some(e.valid_sheets, 'valid score sheet', 'valid score sheets')}. A majority "
            f"{'recommends' if e.recommended else 'does not recommend'} the designation."
        ),
    ),
)

_VISITED = ("county", "key-unit", EXPERT)

_VISIT: tuple[Template, ...] = (
    template(
        "site-visit-scheduled",
        SiteVisitScheduled,
        zh="现场考察安排",
        zh_text=lambda e, c: (
            f"定于{day(e.visit_on)}对{c.place}进行现场考察。",
            "请做好准备；有特殊情况的，请及早联系。" if c.role in _VISITED else "",
        ),
        zh_sms="定于{date}对{place}进行现场考察，详见邮件。",
        en="Site visit scheduled",
        en_text=lambda e, c: (
            f"A site visit to {c.place} will take place on {day_en(e.visit_on)}.",
            "Please prepare for it, and tell us early of anything that stands against the day."
            if c.role in _VISITED
            else "",
        ),
        asks=_VISITED,
        en_sms="{place}: site visit on {date}. See the mail.",
        variables=lambda e, c: {"date": day(e.visit_on, c.language)},
    ),
    template(
        "site-visit-rescheduled",
        SiteVisitRescheduled,
        zh="现场考察改期",
        zh_text=lambda e, c: (
            f"对{c.place}的现场考察改为{day(e.visit_on)}。原因：{e.reason}",
            "请做好准备；有特殊情况的，请及早联系。" if c.role in _VISITED else "",
        ),
        zh_sms="对{place}的现场考察改为{date}，详见邮件。",
        en="Site visit rescheduled",
        en_text=lambda e, c: (
            f"The site visit to {c.place} will take place on {day_en(e.visit_on)} instead.",
            f"Reason: {e.reason}",
            "Please prepare for it, and tell us early of anything that stands against the day."
            if c.role in _VISITED
            else "",
        ),
        asks=_VISITED,
        en_sms="{place}: site visit moved to {date}. See the mail.",
        variables=lambda e, c: {"date": day(e.visit_on, c.language)},
    ),
    template(
        "site-visit-reported",
        SiteVisitReported,
        zh="现场考察报告已提交",
        zh_text=lambda e, c: f"{day(e.visited_on)}对{c.place}的现场考察报告已提交。",
        en="Report of the site visit submitted",
        en_text=lambda e, c: f"The report of the site visit to {c.place} on {day_en(e.visited_on)} has been submitted.",
    ),
)

TEMPLATES: tuple[Template, ...] = (*_EXPERTS, *_VISIT)
