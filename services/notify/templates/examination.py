"""Words on the province's formal examination and the conditions, 四（二）and 四（四）."""

from __future__ import annotations

from services.notify.templates.form import Items, Template, template
from services.notify.templates.labels import condition
from services.notify.templates.phrases import brief, last_day, last_day_en, listed, listed_en, some
from shared.contracts.notify import Language
from shared.contracts.review import (
    AcceptanceRefused,
    ApplicationAccepted,
    CaseOpened,
    CorrectionNoticeIssued,
    CorrectionOverdue,
    CorrectionReceived,
    EligibilityAssessed,
    FormalExaminationOverdue,
    JudgementGiven,
)

APPLICANTS = ("county", "key-unit")
PROVINCE = "province"

TEMPLATES: tuple[Template, ...] = (
    template(
        "case-opened",
        CaseOpened,
        zh="省科技厅已收件",
        zh_text=lambda e, c: (
            f"省科技厅已收到{c.place}的申报材料，将于{last_day(e.formal_examination_due)}前完成形式审查。"
        ),
        en="Application received by the Provincial Department",
        en_text=lambda e, c: (
            f"The Provincial Department of Science and Technology has received the application of {c.place}. The "
            f"formal examination will be completed by {last_day_en(e.formal_examination_due)}."
        ),
    ),
    template(
        "formal-examination-overdue",
        FormalExaminationOverdue,
        zh="形式审查超期提醒",
        zh_text=lambda e, c: f"{c.place}的形式审查应于{last_day(e.due)}前完成，已超期，请尽快办理。超期不视为受理。",
        en="Formal examination overdue",
        en_text=lambda e, c: (
            f"The formal examination of the application of {c.place} was due by {last_day_en(e.due)} and is overdue. "
            "Please complete it without delay. Lapse of time does not amount to acceptance."
        ),
        asks=(PROVINCE,),
    ),
    template(
        "correction-notice",
        CorrectionNoticeIssued,
        zh="一次性补正告知",
        zh_text=lambda e, c: (
            f"{c.place}的申报材料须补正以下全部内容，"
            + ("请" if c.role in APPLICANTS else "申报单位应")
            + f"于{last_day(e.due)}前报送：",
            listed(e.items),
        ),
        zh_sms="{place}申报材料有{count}处须补正，请于{due}前报送，详见邮件。",
        en="Notice of all corrections",
        en_text=lambda e, c: (
            (
                f"Everything that has to be corrected in the application of {c.place} is listed below. "
                + ("Please submit the corrections" if c.role in APPLICANTS else "The applicants must submit them")
                + f" by {last_day_en(e.due)}:"
            ),
            listed_en(e.items),
        ),
        asks=APPLICANTS,
        en_sms="{place}: corrections needed ({count}), due by {due}. See the mail.",
        variables=lambda e, c: {"count": str(len(e.items)), "due": brief(e.due, c.language)},
    ),
    template(
        "correction-received",
        CorrectionReceived,
        zh="省科技厅已收到补正材料",
        zh_text=lambda e, _: f"省科技厅已收到补正材料，将于{last_day(e.formal_examination_due)}前完成形式审查。",
        en="Corrections received by the Provincial Department",
        en_text=lambda e, _: (
            "The Provincial Department of Science and Technology has received the corrections. The formal examination "
            f"will be completed by {last_day_en(e.formal_examination_due)}."
        ),
    ),
    template(
        "correction-overdue",
        CorrectionOverdue,
        zh="补正逾期",
        zh_text=lambda e, c: (
            f"{c.place}的补正材料应于{last_day(e.due)}前报送，至今未收到。",
            "逾期不补正的，省科技厅可以决定不予受理。请尽快报送，或者撤回申报。" if c.role in APPLICANTS else "",
        ),
        en="Corrections overdue",
        en_text=lambda e, c: (
            (
                f"The corrections to the application of {c.place} were due by {last_day_en(e.due)} and have not been "
                "received."
            ),
            (
                "The Provincial Department may now decide not to accept the application. Please submit them without "
                "delay, or withdraw the application."
            )
            if c.role in APPLICANTS
            else "",
        ),
        asks=APPLICANTS,
    ),
    template(
        "application-accepted",
        ApplicationAccepted,
        zh="申报已受理",
        zh_text=lambda _, c: f"{c.place}的申报已通过形式审查，予以受理，将组织专家评审和现场考察。",
        zh_sms="{place}的申报已通过形式审查并受理，后续将组织专家评审和现场考察。",
        en="Application accepted",
        en_text=lambda _, c: (
            f"The application of {c.place} has passed the formal examination and is accepted. A review by experts and "
            "a site visit will follow."
        ),
        en_sms="{place}: the application is accepted. A review by experts and a site visit will follow.",
    ),
    template(
        "acceptance-refused",
        AcceptanceRefused,
        zh="申报不予受理",
        zh_text=lambda e, _: ("申报不予受理，理由如下。完善后可再次申报，不设时限：", listed(e.reasons)),
        en="Application not accepted",
        en_text=lambda e, _: (
            (
                "The application is not accepted, for the reasons below. You may apply again at any time once it is "
                "improved:"
            ),
            listed_en(e.reasons),
        ),
        adverse=lambda _: True,
    ),
    template(
        "eligibility-assessed",
        EligibilityAssessed,
        zh="申报条件核查结果",
        zh_text=lambda e, _: (
            "申报条件核查结果：" + ("符合或待判断。" if e.eligible else "尚不符合。"),
            Items(tuple(f"{condition.title_zh}：{condition.reason_zh}" for condition in e.conditions)),
        ),
        en="Result of the check of conditions",
        en_text=lambda e, _: (
            f"Result of the check of {some(len(e.conditions), 'condition', 'conditions')}: "
            + ("met, or left to judgement." if e.eligible else "not met yet."),
            Items(tuple(f"{condition.title_en}: {condition.reason_en}" for condition in e.conditions)),
        ),
    ),
    template(
        "judgement-given",
        JudgementGiven,
        zh="申报条件已作判断",
        zh_text=lambda e, _: (
            f"条件“{condition(e.condition, Language.CHINESE)}”判断为{'符合' if e.met else '不符合'}。理由：{e.reason}"
        ),
        en="Judgement given on a condition",
        en_text=lambda e, _: (
            (
                f"The condition “{condition(e.condition, Language.ENGLISH)}” was judged to be "
                f"{'met' if e.met else 'not met'}."
            ),
            f"Reason: {e.reason}",
        ),
    ),
)
