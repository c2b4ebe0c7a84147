"""Words of reminders before a last day, and of notices after it."""

from __future__ import annotations

from services.notify.templates.form import About, Template, Text, Variables, template
from services.notify.templates.phrases import brief, last_day, last_day_en, some
from shared.contracts.core import find_event_type
from shared.contracts.notify import Language, Matter, MatterOverdue, ReminderRaised

_WHAT = {
    Matter.ENDORSEMENT: "签署意见并盖章",
    Matter.FORMAL_EXAMINATION: "完成形式审查",
    Matter.CORRECTION: "报送补正材料",
    Matter.SITE_VISIT: "现场考察",
    Matter.ANNUAL_REPORT: "报送年度总结和计划",
    Matter.ASSESSMENT: "完成期满考核",
    Matter.RECTIFICATION: "报送整改报告",
    Matter.HEARING: "提出陈述申辩",
}
_WHOSE = {
    Matter.ENDORSEMENT: ("endorser",),
    Matter.FORMAL_EXAMINATION: ("province",),
    Matter.CORRECTION: ("county", "key-unit"),
    Matter.SITE_VISIT: ("county", "key-unit", "expert"),
    Matter.ANNUAL_REPORT: ("county",),
    Matter.ASSESSMENT: ("province",),
    Matter.RECTIFICATION: ("county", "key-unit"),
    Matter.HEARING: ("county", "key-unit"),
}
"""Whose matter it is: anybody else who is told of it looks on, or sees to it."""
_WHAT_EN = {
    Matter.ENDORSEMENT: "opinion and seal of the city bureau",
    Matter.FORMAL_EXAMINATION: "formal examination",
    Matter.CORRECTION: "submission of corrections",
    Matter.SITE_VISIT: "site visit",
    Matter.ANNUAL_REPORT: "annual report",
    Matter.ASSESSMENT: "assessment at the end of the term",
    Matter.RECTIFICATION: "rectification report",
    Matter.HEARING: "statement and defence",
}
OVERDUE = tuple(matter for matter in Matter if matter not in {Matter.SITE_VISIT, Matter.HEARING})
"""What can be overdue: a right that is not used is not, and a visit is moved by its own step."""


def _name(event: ReminderRaised | MatterOverdue, language: Language) -> str:
    if language is Language.ENGLISH:
        return _WHAT_EN[event.matter] + (f" for {event.item}" if event.item else "")
    return _WHAT[event.matter] + (f"（{event.item}年度）" if event.item else "")


def _set_by(event: ReminderRaised | MatterOverdue) -> str:
    """What the programme calls the event that set the last day."""
    kind = find_event_type(event.cause_type, 1)
    return kind.term if kind else "有关记录"


def _left(event: ReminderRaised, language: Language) -> str:
    if language is Language.ENGLISH:
        return some(event.days_left, "day is left", "days are left") if event.days_left else "that is today"
    return f"还有{event.days_left}天" if event.days_left else "就是今天"


def _reminder_zh(event: ReminderRaised, about: About) -> Text:
    return (
        (
            f"{about.place}：{_name(event, Language.CHINESE)}的期限为{last_day(event.due)}，"
            f"{_left(event, Language.CHINESE)}。"
        ),
        f"该期限由“{_set_by(event)}”（{event.cause_id}）确定。"
        + ("如已办理，请忽略本提醒。" if about.role in _WHOSE[event.matter] else "请知悉。"),
    )


def _reminder_en(event: ReminderRaised, about: About) -> Text:
    return (
        (
            f"{about.place}: the last day for the {_name(event, Language.ENGLISH)} is {last_day_en(event.due)}; "
            f"{_left(event, Language.ENGLISH)}."
        ),
        (
            f"This day was set by the record {event.cause_id}. "
            + (
                "If the matter is done, please ignore this reminder."
                if about.role in _WHOSE[event.matter]
                else "This is for your information."
            )
        ),
    )


def _reminder_variables(event: ReminderRaised, about: About) -> Variables:
    return {
        "matter": _name(event, about.language),
        "due": brief(event.due, about.language),
        "left": _left(event, about.language),
    }


def _reminder(matter: Matter) -> Template:
    return template(
        f"reminder-{matter}",
        ReminderRaised,
        zh=f"到期提醒：{_WHAT[matter]}",
        zh_text=_reminder_zh,
        zh_sms="提醒：{place}{matter}的期限为{due}，{left}。",
        en=f"Reminder: {_WHAT_EN[matter]}",
        en_text=_reminder_en,
        en_sms="Reminder, {place}: {matter}, last day {due}; {left}.",
        variables=_reminder_variables,
        asks=_WHOSE[matter],
    )


def _overdue_zh(event: MatterOverdue, about: About) -> Text:
    return (
        (
            f"{about.place}：{_name(event, Language.CHINESE)}的期限为{last_day(event.due)}，"
            f"已逾期{event.days_after}天，至今没有办理记录，"
            + ("请尽快办理。" if about.role in _WHOSE[event.matter] else "请督促办理。")
        ),
        f"该期限由“{_set_by(event)}”（{event.cause_id}）确定。逾期不产生同意、受理或者取消的效力。",
    )


def _overdue_en(event: MatterOverdue, about: About) -> Text:
    return (
        (
            f"{about.place}: the last day for the {_name(event, Language.ENGLISH)} was {last_day_en(event.due)}, "
            f"{some(event.days_after, 'day', 'days')} ago, and nothing is on record that it is done. Please "
            + ("deal with it." if about.role in _WHOSE[event.matter] else "see that it is dealt with.")
        ),
        (
            f"This day was set by the record {event.cause_id}. No consent, acceptance or revocation follows from the "
            "lapse of time."
        ),
    )


def _overdue_variables(event: MatterOverdue, about: About) -> Variables:
    return {
        "matter": _name(event, about.language),
        "due": brief(event.due, about.language),
        "days": str(event.days_after),
    }


def _overdue(matter: Matter) -> Template:
    return template(
        f"overdue-{matter}",
        MatterOverdue,
        zh=f"逾期督办：{_WHAT[matter]}",
        zh_text=_overdue_zh,
        zh_sms="逾期督办：{place}{matter}的期限为{due}，已逾期{days}天。",
        en=f"Overdue: {_WHAT_EN[matter]}",
        en_text=_overdue_en,
        en_sms="Overdue, {place}: {matter}, last day {due}, {days} days ago.",
        variables=_overdue_variables,
        asks=("county-head", "endorser", "province"),
    )


TEMPLATES: tuple[Template, ...] = (*map(_reminder, Matter), *map(_overdue, OVERDUE))
