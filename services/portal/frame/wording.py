"""How pages write dates, moments, numbers and lengths of time: as a Chinese office does, and in plain English."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from shared.contracts.core import CST

Language = Literal["zh", "en"]

_WEEKDAYS_ZH = "一二三四五六日"
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def day(value: date | str | None, language: Language, *, weekday: bool = False) -> str:
    """2020年11月12日 (，星期四); 12 November 2020 (, Thursday). Empty for no day."""
    if not value:
        return ""
    on = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    if language == "zh":
        said = f"，星期{_WEEKDAYS_ZH[on.weekday()]}" if weekday else ""
        return f"{on.year}年{on.month}月{on.day}日{said}"
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}" + (f", {on:%A}" if weekday else "")


def moment(value: datetime | str | None, language: Language) -> str:
    """2020年11月12日 15:04, in China's time."""
    if not value:
        return ""
    when = (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(CST)
    return f"{day(when.date(), language)} {when:%H:%M}"


def number(value: Decimal | float | str | None) -> str:
    """Digits in groups of three, as 3,495; what is no number as it is."""
    if value is None:
        return ""
    try:
        exact = Decimal(str(value))
    except ArithmeticError:
        return str(value)
    return f"{exact:,f}"


def working_days(left: int, language: Language) -> str:
    """还有 3 个工作日, 今天到期, 已超 2 个工作日."""
    if language == "zh":
        return "今天到期" if left == 0 else f"还有 {left} 个工作日" if left > 0 else f"已超 {-left} 个工作日"
    days = "working day" if abs(left) == 1 else "working days"
    return "due today" if left == 0 else f"{left} {days} left" if left > 0 else f"{-left} {days} late"


def size(octets: int) -> str:
    """1.2 MB."""
    return f"{octets / 1_048_576:.1f} MB" if octets >= 1_048_576 else f"{max(1, round(octets / 1024))} KB"


__all__ = ["Language", "day", "moment", "number", "size", "working_days"]
