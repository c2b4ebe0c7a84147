"""A long roster is written as a text, one institution a line: as rows it would be a page of megabytes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from services.portal.calling.explanation import PlainProblem, Remark
from services.portal.desks.filing.form_views import Lack, SectionPage
from services.portal.desks.filing.written import ROSTER
from services.portal.desks.rosters import listed
from services.portal.desks.words import Bilingual
from shared.programme.vocabulary import ServiceCategory

MOST_ROWS: Final = 100
"""Institutions that are asked for row by row."""
_KNOWN: Final = frozenset(kind.value for kind in ServiceCategory)
NO_SUCH_FILE: Final = PlainProblem(
    422,
    "roster-file-is-a-table",
    "The roster cannot be read from this file; nothing was added",
    "无法从该文件读取名册，未加入任何机构",
    remarks=(
        Remark(
            "_file",
            "choose a CSV file of at most 768 KB, one institution a row: name, credit code, categories. A spreadsheet "
            "saves one by “Save as”, type CSV",
            "请选择不超过768 KB的CSV文件，每行一家：名称、信用代码、服务类别。在Excel中“另存为”CSV即可",
        ),
    ),
)


def in_rows_or_text(page: SectionPage, rows: Sequence[Mapping[str, Any]], *, as_text: bool = False) -> SectionPage:
    """The page with these rows. A roster that is too long for rows, or that names a category which no row can tick, is
    a text, and so is one of which that is wanted."""
    long = len(rows) > MOST_ROWS or any(not _KNOWN.issuperset(row.get("categories", ())) for row in rows)
    if page.section.key != "roster" or not (as_text or long):
        return replace(page, rows=tuple(rows))
    return replace(page, rows=(), as_text=listed(rows), troubles=tuple(map(_at_its_line, page.troubles)))


def _at_its_line(lack: Lack) -> Lack:
    found = re.match(rf"{re.escape(ROSTER)}\.(\d+)", lack.field)
    if found is None:
        return lack
    line = int(found[1]) + 1
    return replace(lack, field=ROSTER, text=Bilingual(f"第{line}行：{lack.text.zh}", f"Line {line}: {lack.text.en}"))


__all__ = ["MOST_ROWS", "NO_SUCH_FILE", "in_rows_or_text"]
