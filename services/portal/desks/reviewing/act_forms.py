"""The acts that a form of a few fields is enough for: what each asks, and what is said once it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from services.portal.desks.reviewing import acts
from services.portal.desks.reviewing.acts import Act
from services.portal.desks.reviewing.fields import names_in
from services.portal.desks.words import Bilingual
from services.portal.frame.forms import SentForm

_NO_HINT: Final = Bilingual("", "")
FieldKind = Literal["line", "text", "day", "today", "names", "event"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActField:
    """A field. A ``today`` is a day with today in it; ``names`` are one a line; an ``event`` is one of the case's."""

    name: str
    label: Bilingual
    kind: FieldKind = "text"
    hint: Bilingual = _NO_HINT

    def read(self, sent: SentForm) -> str | list[str]:
        """What was typed, as the service takes it."""
        return names_in(sent.text(self.name)) if self.kind == "names" else sent.text(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActForm:
    """The page of an act: what it does, its fields, the words on its button where they are not the act's own."""

    act: Act
    lede: Bilingual
    done: Bilingual
    fields: tuple[ActField, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The names of its fields."""
        return frozenset(field.name for field in self.fields)

    def body(self, sent: SentForm) -> Mapping[str, Any]:
        """What is sent to the service."""
        return {field.name: field.read(sent) for field in self.fields}


_REASON: Final = Bilingual("理由", "Why")
ACT_FORMS: Final = (
    ActForm(
        act=acts.ACCEPT,
        lede=Bilingual(
            "受理后，系统按四（二）逐条判定申报条件；规则不能判定的，由经办人判断。",
            "Once it is accepted, each condition of 四（二） is assessed; what no rule decides is left to be judged.",
        ),
        done=Bilingual("已受理。", "Accepted."),
    ),
    ActForm(
        act=acts.GO_ON,
        lede=Bilingual(
            "有效评分表已达最少份数、但尚未收齐时，可以先行结束。之后不再收评分表。",
            "With enough valid sheets you may go on without the others. No sheet is taken after that.",
        ),
        done=Bilingual("材料评审已结束。", "The material review is concluded."),
    ),
    ActForm(
        act=acts.VISIT,
        lede=Bilingual(
            "确定考察日期和考察人员，申报单位会收到通知。", "Set the day and who visits; the applicants are told."
        ),
        done=Bilingual("现场考察已安排。", "The site visit is scheduled."),
        fields=(
            ActField(name="visit_on", label=Bilingual("考察日期", "Day of the visit"), kind="day"),
            ActField(
                name="visitors",
                label=Bilingual("考察人员", "Who visits"),
                kind="names",
                hint=Bilingual("每行一人。", "One name a line."),
            ),
        ),
    ),
    ActForm(
        act=acts.VISIT_DAY,
        lede=Bilingual("改期须说明理由，原定日期留存。", "A reason is needed; the first day stays on record."),
        done=Bilingual("考察已改期。", "The visit is rescheduled."),
        fields=(
            ActField(name="visit_on", label=Bilingual("新的考察日期", "New day of the visit"), kind="day"),
            ActField(name="reason", label=_REASON),
        ),
    ),
    ActForm(
        act=acts.CONCLUDE,
        lede=Bilingual(
            "按全部有效评分表计算平均分和推荐意见，形成后不再变更专家组成员。",
            "The average and the recommendation are taken over all valid sheets; the panel changes no more.",
        ),
        done=Bilingual("专家组结论已形成。", "The panel’s conclusion is recorded."),
    ),
    ActForm(
        act=acts.PUBLICISE,
        lede=Bilingual(
            "首日是工作日的，计为第一个工作日。公示期间任何人可以提出异议。",
            "The first day counts if it is worked. While publicity runs, anybody may object.",
        ),
        done=Bilingual("公示已启动。", "Publicity is started."),
        fields=(ActField(name="starts_on", label=Bilingual("公示首日", "First day"), kind="today"),),
    ),
    ActForm(
        act=acts.APPROVE,
        lede=Bilingual(
            "批复文号和日期将公开在示范名录。", "Number and date of the document are shown in the public register."
        ),
        done=Bilingual("已批复确认。", "Approved."),
        fields=(
            ActField(
                name="document_number",
                label=Bilingual("批复文号", "Document number"),
                kind="line",
                hint=Bilingual(
                    "例如：吉科发专〔2020〕1号，年份与日期一致", "As 吉科发专〔2020〕1号, with the year of the date"
                ),
            ),
            ActField(name="approved_on", label=Bilingual("批复日期", "Date of the approval"), kind="today"),
        ),
    ),
    ActForm(
        act=acts.NOT_YET,
        lede=Bilingual(
            "本次评审到此结束，申报单位会收到理由，可以另行申报。",
            "The review ends here. The applicants are told the reasons, and may apply again.",
        ),
        done=Bilingual("已作出暂不确认决定。", "Concluded “not yet”."),
        fields=(ActField(name="reasons", label=_REASON),),
    ),
    ActForm(
        act=acts.CORRECT_RECORD,
        lede=Bilingual(
            "只更正登记有误的内容；原记录保留，更正附在其后。",
            "For what was written down wrongly. The record stays, and the correction stands beside it.",
        ),
        done=Bilingual("更正已记录。", "The correction is recorded."),
        fields=(
            ActField(name="corrects", label=Bilingual("更正哪一条记录", "Which record"), kind="event"),
            ActField(name="field", label=Bilingual("更正的内容", "What of it"), kind="line"),
            ActField(name="was", label=Bilingual("原来记为", "It says"), kind="line"),
            ActField(name="now", label=Bilingual("应为", "It should say"), kind="line"),
            ActField(name="why", label=_REASON),
            ActField(name="on_word_of", label=Bilingual("依据何人说明", "On whose word"), kind="line"),
        ),
    ),
)

__all__ = ["ACT_FORMS", "ActField", "ActForm"]
