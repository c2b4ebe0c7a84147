"""The table as files: CSV, a workbook, JSON. The same rows in the same order as on the page, and the same words."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
import xlsxwriter

from services.portal.frame.wording import Language
from services.portal.window.register.columns import COLUMNS, Value
from services.portal.window.register.entries import RegisteredDistrict

_BEGINS_A_FORMULA = tuple("=+-@＝＋－＠\t\r\n")
_WIDTHS = (26, 24, 16, 16, 26, 40)
"""Characters of the workbook's columns."""


def harmless(text: str) -> str:
    """A text that a spreadsheet does not take for a formula: with an apostrophe before it where it would."""
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text


def as_csv(entries: Sequence[RegisteredDistrict], language: Language) -> bytes:
    """RFC 4180, in UTF-8 with a byte order mark, by which Excel knows it."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([column.heading(language) for column in COLUMNS])
    for entry in entries:
        writer.writerow([_plain(column.value(entry, language)) for column in COLUMNS])
    return written.getvalue().encode("utf-8-sig")


def as_workbook(entries: Sequence[RegisteredDistrict], language: Language) -> bytes:
    """A workbook of one sheet. Its cells are texts and days: none is a formula."""
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    day = book.add_format({"num_format": 'yyyy"年"m"月"d"日"' if language == "zh" else "d mmmm yyyy", "align": "left"})
    sheet = book.add_worksheet("名录" if language == "zh" else "Register")
    for number, (column, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
        sheet.set_column(number, number, width)
        sheet.write_string(0, number, column.heading(language), head)
    for row, entry in enumerate(entries, 1):
        for number, column in enumerate(COLUMNS):
            value = column.value(entry, language)
            if isinstance(value, date):
                sheet.write_datetime(row, number, value, day)
            else:
                sheet.write_string(row, number, harmless(value))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(entries)), len(COLUMNS) - 1)
    book.close()
    return written.getvalue()


def as_json(entries: Sequence[RegisteredDistrict], language: Language, asked: dict[str, Any]) -> bytes:
    """What was asked, and the rows: each with its id, by which its page and its history are found."""
    rows = [
        {"case_id": entry.case_id, **{column.name: column.value(entry, language) for column in COLUMNS}}
        for entry in entries
    ]
    return msgspec.json.encode({"asked": asked, "count": len(rows), "districts": rows})


def _plain(value: Value) -> str:
    return value.isoformat() if isinstance(value, date) else harmless(value)


__all__ = ["as_csv", "as_json", "as_workbook", "harmless"]
