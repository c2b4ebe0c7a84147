"""Dates, last days and grounds as letters write them, in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services.notify.templates.form import Items
from shared.contracts.core import Due, Reason
from shared.contracts.notify import Language

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day(on: date, language: Language = Language.CHINESE) -> str:
    """A date as letters write it."""
    if language is Language.ENGLISH:
        return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"
    return f"{on.year}年{on.month}月{on.day}日"


_TENTATIVE = "暂定，以国务院办公厅公布的放假安排为准"
_TENTATIVE_EN = " (provisional, until the General Office of the State Council announces the year's holidays)"


def until(due: Due, language: Language = Language.CHINESE) -> str:
    """The last day of a period, marked if the year's holidays are not announced yet."""
    tentative = _TENTATIVE_EN if language is Language.ENGLISH else f"（{_TENTATIVE}）"
    return day(due.on, language) + (tentative if due.provisional else "")


def last_day(due: Due, language: Language = Language.CHINESE) -> str:
    """The last day of a duty, which still counts: in Chinese ``X日（含当日）``, before 前."""
    if language is Language.ENGLISH:
        return until(due, language)
    return day(due.on) + (f"（含当日；{_TENTATIVE}）" if due.provisional else "（含当日）")


def brief(due: Due, language: Language) -> str:
    """The last day of a duty as short messages say it, before 前 in Chinese."""
    if language is Language.ENGLISH:
        return day(due.on, language) + (" (provisional)" if due.provisional else "")
    return day(due.on) + ("（暂定，含当日）" if due.provisional else "（含当日）")


def brief_until(due: Due, language: Language) -> str:
    """The last day of a time as short messages say it."""
    tentative = " (provisional)" if language is Language.ENGLISH else "（暂定）"
    return day(due.on, language) + (tentative if due.provisional else "")


def day_en(on: date) -> str:
    """A date in English."""
    return day(on, Language.ENGLISH)


def last_day_en(due: Due) -> str:
    """The last day of a duty in English."""
    return last_day(due, Language.ENGLISH)


def listed(reasons: Iterable[Reason]) -> Items:
    """Grounds with their clauses, numbered."""
    return Items(tuple((reason.message_zh or reason.message) + _clause("（{}）", reason) for reason in reasons), True)


def listed_en(reasons: Iterable[Reason]) -> Items:
    """Grounds with their clauses, numbered, in English."""
    grounds = ((reason.message or reason.message_zh) + _clause(" (clause {})", reason) for reason in reasons)
    return Items(tuple(grounds), True)


def _clause(form: str, reason: Reason) -> str:
    return form.format(reason.clause) if reason.clause.strip("- ") else ""


def side(text: str, language: Language) -> str:
    """The part in a language of a text that the house wrote in both, ``中文 / English``; else the whole."""
    zh, slash, en = text.partition(" / ")
    if not slash or not zh.strip() or not en.isascii():
        return text
    return en if language is Language.ENGLISH else zh


def some(count: int, singular: str, plural: str) -> str:
    """A count with its English noun."""
    return f"{count} {singular if count == 1 else plural}"
