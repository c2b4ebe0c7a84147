"""The columns of the register's table: one list for the page and for the files made of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from services.portal.frame.wording import Language
from services.portal.window.register.entries import RegisteredDistrict

Value = str | date
"""What a cell holds: words, or a day."""


@dataclass(frozen=True, slots=True)
class RegisterColumn:
    """A column: its name in JSON, its heading, an entry's value, and the name to sort by (empty: it is not)."""

    name: str
    zh: str
    en: str
    value: Callable[[RegisteredDistrict, Language], Value]
    sort: str = ""

    def heading(self, language: Language) -> str:
        """Its heading."""
        return self.zh if language == "zh" else self.en


COLUMNS: Sequence[RegisterColumn] = (
    RegisterColumn("county", "县（市、区）", "County", lambda entry, _: entry.county_name, "county"),
    RegisterColumn("document", "批复文号", "Document", lambda entry, _: entry.document_number, "document"),
    RegisterColumn("designated_on", "设立日期", "Designated", lambda entry, _: entry.designated_on, "designated"),
    RegisterColumn("last_day", "本期期满", "Term ends", lambda entry, _: entry.last_day, "until"),
    RegisterColumn("status", "状态", "Status", lambda entry, language: entry.status_words(language), "status"),
    RegisterColumn("key_unit", "服务业重点单位", "Key service firm", lambda entry, _: entry.key_unit),
)

__all__ = ["COLUMNS", "RegisterColumn", "Value"]
