"""What there may be once only, over all cases: a document number, a county's live title, a pair's live application.

The facts come with the command, as ``Elsewhere``, and a fence in its context keeps them true until its events are
written. So two officers who take one number at the same moment are one who has it, and one who is told who has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from shared.contracts.core import Refusal, Rule, RuleKind
from shared.programme.policy import PolicyError, policy_in_force
from shared.programme.record import Correction, Recorded, recorded_text
from shared.programme.values.document_number import DocumentNumber, DocumentNumberError
from shared.programme.vocabulary import NumberedAct

OFFICIAL_DOCUMENTS: Final = "中办发〔2012〕14号"
"""党政机关公文处理工作条例: 第九条（五） says what a document number is made of."""

NUMBER_IS_WELL_FORMED: Final = Rule(
    "document-number-is-well-formed",
    "The document number is none",
    "发文字号不规范",
    OFFICIAL_DOCUMENTS,
    RuleKind.INPUT,
    remedy="Write it as 吉科发专〔2018〕112号",
    remedy_zh="请按“吉科发专〔2018〕112号”的格式填写",
)
NUMBER_BEARS_THE_OFFICES_PREFIX: Final = Rule(
    "document-number-bears-the-offices-prefix",
    "The document number does not begin with a prefix of the office that decides",
    "发文字号的机关代字不是作出决定的机关的代字",
    OFFICIAL_DOCUMENTS,
    RuleKind.INPUT,
    remedy="Begin it with a prefix that the detail names",
    remedy_zh="请使用所列机关代字",
)
NUMBER_IS_OF_ITS_YEAR: Final = Rule(
    "document-number-is-of-its-year",
    "The document number is not of the year of the decision",
    "发文字号的年份与决定日期不一致",
    OFFICIAL_DOCUMENTS,
    RuleKind.INPUT,
    remedy="Take a number of the year that the detail names",
    remedy_zh="请使用所列年份的发文字号",
)
NUMBER_IS_USED_ONCE: Final = Rule(
    "document-number-is-used-once",
    "Another decision bears this document number",
    "该发文字号已用于其他决定",
    OFFICIAL_DOCUMENTS,
    RuleKind.INPUT,
    remedy="Take the number of this document; where the other record is wrong, correct that first",
    remedy_zh="请核对本文发文字号；如系原记录有误，请先更正原记录",
)
ONE_LIVE_TITLE: Final = Rule(
    "county-has-one-live-title",
    "The county holds a title already",
    "该县（市、区）已有有效的集聚区称号",
    "四（四）",
    RuleKind.STATE,
    remedy="A title that is kept goes on by itself; apply again when it has ended",
    remedy_zh="称号保留期间无需另行申报；称号终止后可重新申报",
)
ONE_LIVE_APPLICATION: Final = Rule(
    "applicants-have-one-live-application",
    "The same two applicants have an application under way",
    "同一县（市、区）与同一重点单位已有在办申报",
    "四（一）",
    RuleKind.STATE,
    remedy="Go on with that application, or withdraw it first",
    remedy_zh="请继续办理该申报，或先予撤回",
)


@dataclass(frozen=True, slots=True)
class NumberUse:
    """A document number and the decision that bears it."""

    number: str
    act: NumberedAct
    case_id: str
    used_on: date
    county_name: str = ""


@dataclass(frozen=True, slots=True)
class LiveTitle:
    """A title that a county holds, by the case that gave it."""

    case_id: str
    county_name: str
    since: date


@dataclass(frozen=True, slots=True)
class LiveApplication:
    """An application that was sent and has not ended."""

    case_id: str
    county_name: str
    key_unit: str
    since: date


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What other cases hold of that which a command asks for."""

    numbers: tuple[NumberUse, ...] = ()
    titles: tuple[LiveTitle, ...] = ()
    applications: tuple[LiveApplication, ...] = ()


NOTHING_ELSEWHERE: Final = Elsewhere()


def document_number(
    text: str, *, on: date, act: NumberedAct, case_id: str, elsewhere: Elsewhere, field: str = "document_number"
) -> DocumentNumber | Refusal:
    """The number of a decision that bears the date ``on``; refused where it cannot be, or another decision has it."""
    try:
        number = DocumentNumber.parse(text)
    except DocumentNumberError as error:
        return Refusal(NUMBER_IS_WELL_FORMED, error.message_en, field, detail_zh=error.message_zh)
    prefixes = _prefixes(on)
    if number.agency not in prefixes:
        en, zh = f"The prefix is {' or '.join(prefixes)}", f"机关代字应为{'、'.join(prefixes)}"
        return Refusal(NUMBER_BEARS_THE_OFFICES_PREFIX, en, field, detail_zh=zh)
    if number.year != on.year:
        en, zh = f"The decision is of {on.year}", f"决定日期在{on.year}年"
        return Refusal(NUMBER_IS_OF_ITS_YEAR, en, field, detail_zh=zh)
    others = (
        use for use in elsewhere.numbers if use.number == str(number) and (use.case_id, use.act) != (case_id, act)
    )
    used = next(others, None)
    return number if used is None else _taken(used, field)


def renumbered(
    correction: Correction, recorded: Recorded, *, dated: str, act: NumberedAct, elsewhere: Elsewhere
) -> Refusal | None:
    """Why a decision's number may not be corrected to this one; its date is what the record says now in ``dated``."""
    on = date.fromisoformat(recorded_text(recorded, dated) or "")
    number = document_number(
        correction.now, on=on, act=act, case_id=correction.case_id, elsewhere=elsewhere, field="now"
    )
    return number if isinstance(number, Refusal) else None


def second_title(elsewhere: Elsewhere, field: str = "") -> Refusal | None:
    """Refuses where the county holds a title, and names it."""
    if not elsewhere.titles:
        return None
    title = elsewhere.titles[0]
    since = title.since.isoformat()
    return Refusal(
        ONE_LIVE_TITLE,
        f"{title.county_name} has held a title since {since} (case {title.case_id})",
        field,
        detail_zh=f"{title.county_name}自{since}起持有称号（办件编号 {title.case_id}）",
    )


def second_application(elsewhere: Elsewhere, field: str = "") -> Refusal | None:
    """Refuses where the two applicants have an application under way, and names it."""
    if not elsewhere.applications:
        return None
    first = elsewhere.applications[0]
    since = first.since.isoformat()
    return Refusal(
        ONE_LIVE_APPLICATION,
        f"{first.county_name} and {first.key_unit} sent an application on {since} (case {first.case_id})",
        field,
        detail_zh=f"{first.county_name}与{first.key_unit}已于{since}申报（办件编号 {first.case_id}）",
    )


def _prefixes(on: date) -> tuple[str, ...]:
    try:
        return policy_in_force(on).document_prefixes
    except PolicyError:
        return ()


def _taken(used: NumberUse, field: str) -> Refusal:
    on, whose = used.used_on.isoformat(), f"{used.act.en}, {used.county_name or '-'}"
    return Refusal(
        NUMBER_IS_USED_ONCE,
        f"{used.number} is that of another decision: {whose}, {on} (case {used.case_id})",
        field,
        detail_zh=f"{used.number}已用于{used.county_name}{used.act.zh}（{on}，办件编号 {used.case_id}）",
    )


__all__ = [
    "NOTHING_ELSEWHERE",
    "NUMBER_BEARS_THE_OFFICES_PREFIX",
    "NUMBER_IS_OF_ITS_YEAR",
    "NUMBER_IS_USED_ONCE",
    "NUMBER_IS_WELL_FORMED",
    "OFFICIAL_DOCUMENTS",
    "ONE_LIVE_APPLICATION",
    "ONE_LIVE_TITLE",
    "Elsewhere",
    "LiveApplication",
    "LiveTitle",
    "NumberUse",
    "document_number",
    "renumbered",
    "second_application",
    "second_title",
]
