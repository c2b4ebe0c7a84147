"""Words on a last day that moved because a notice of holidays was announced."""

from __future__ import annotations

from typing import Any, TypeAlias

from services.notify.templates.form import About, Template, Text, Variables, template
from services.notify.templates.phrases import brief_until, day, until
from shared.contracts import intake as intake_events
from shared.contracts import lifecycle as lifecycle_events
from shared.contracts import review as review_events
from shared.contracts.notify import Language
from shared.programme.vocabulary import TimeLimit

Recounted: TypeAlias = (
    intake_events.DeadlineRecounted | lifecycle_events.DeadlineRecounted | review_events.DeadlineRecounted
)
CAUSES_OF_MOVING = (
    intake_events.DeadlineRecounted,
    lifecycle_events.DeadlineRecounted,
    review_events.DeadlineRecounted,
)
CAUSES: dict[TimeLimit, type[Recounted]] = {
    TimeLimit.ENDORSEMENT: intake_events.DeadlineRecounted,
    TimeLimit.FORMAL_EXAMINATION: review_events.DeadlineRecounted,
    TimeLimit.CORRECTION: review_events.DeadlineRecounted,
    TimeLimit.PUBLICITY: review_events.DeadlineRecounted,
    TimeLimit.ANNUAL_REPORT: lifecycle_events.DeadlineRecounted,
    TimeLimit.LATE_REPORT: lifecycle_events.DeadlineRecounted,
    TimeLimit.RECTIFICATION: lifecycle_events.DeadlineRecounted,
    TimeLimit.HEARING: lifecycle_events.DeadlineRecounted,
}
"""The event that tells of each: who counts it again."""


def _matter(event: Recounted, language: Language) -> str:
    year = event.year if isinstance(event, lifecycle_events.DeadlineRecounted) else None
    if language is Language.ENGLISH:
        return event.matter.en + (f" for {year}" if year else "")
    return (f"{year}年度" if year else "") + event.matter.zh.removeprefix("年度" if year else "")


def _zh(event: Recounted, about: About) -> Text:
    return (
        f"{about.place}：{_matter(event, Language.CHINESE)}的期限原为{day(event.was.on)}，"
        f"按照国务院办公厅公布的节假日安排（{event.document_number}）重新推算，"
        f"改为{until(event.now)}，当日仍可办理。其他事项不变。"
    )


def _en(event: Recounted, about: About) -> Text:
    return (
        f"{about.place}: the last day of {_matter(event, Language.ENGLISH)} was {day(event.was.on, Language.ENGLISH)}. "
        f"Counted again by the holidays that the General Office of the State Council has announced "
        f"({event.document_number}), it is {until(event.now, Language.ENGLISH)}. Nothing else changes."
    )


def _variables(event: Recounted, about: About) -> Variables:
    return {"matter": _matter(event, about.language), "due": brief_until(event.now, about.language)}


def _moved(matter: TimeLimit) -> Template:
    cause: type[Any] = CAUSES[matter]
    return template(
        f"moved-{matter}",
        cause,
        zh=f"期限变更：{matter.zh}",
        zh_text=_zh,
        zh_sms="{place}{matter}的期限因节假日安排改为{due}，当日仍可办理。",
        en=f"The last day has moved: {matter.en}",
        en_text=_en,
        en_sms="{place}: by the announced holidays, the last day of {matter} is now {due}.",
        variables=_variables,
    )


TEMPLATES: tuple[Template, ...] = tuple(map(_moved, TimeLimit))
