"""A roster as a text: read from lines and files, written as lines, refused at its lines; long ones on their page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.portal.calling.explanation import PlainProblem, Remark
from services.portal.desks.filing.form_views import Lack, SectionPage
from services.portal.desks.filing.roster_as_text import MOST_ROWS, in_rows_or_text
from services.portal.desks.filing.sections import SECTIONS, section
from services.portal.desks.filing.standing import CaseHead
from services.portal.desks.filing.written import without_blanks
from services.portal.desks.rosters import at_their_lines, institutions_of, listed, text_of
from services.portal.desks.words import Bilingual

FIRM: dict[str, Any] = {"name": "甲所", "uscc": "91222401DEM000049P", "categories": ["agency", "legal"]}


def test_a_roster_is_read_as_it_is_listed() -> None:
    text = listed([FIRM])
    assert text == "甲所，91222401DEM000049P，专利商标代理服务、法律服务"
    assert institutions_of(text) == [FIRM]


def test_a_roster_is_pasted_out_of_a_spreadsheet() -> None:
    pasted = "甲所\t91222401DEM000049P\t法律服务 其他;专利商标代理\n\n乙所"
    assert institutions_of(pasted) == [
        FIRM | {"categories": ["legal", "other", "agency"]},
        {"name": "乙所", "uscc": "", "categories": []},
    ]
    assert without_blanks(institutions_of("\n \n")) == []


def test_a_category_that_nobody_knows_stays_as_it_was_typed() -> None:
    assert institutions_of("甲所，，气象 服务、其他")[0]["categories"] == ["气象 服务", "other"]


def test_a_name_with_a_comma_stays_one_name() -> None:
    firm = {"name": "Sample Co., Ltd.", "uscc": "", "categories": ["legal"]}
    assert institutions_of(listed([firm])) == [firm]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_roster_is_read_out_of_a_file(encoding: str) -> None:
    file = '机构名称,统一社会信用代码,类别\r\n"甲, 乙所",91222401DEM000049P,"法律服务、其他"\r\n\r\n丙所,,信息服务\r\n'
    assert institutions_of(text_of(file.encode(encoding))) == [
        {"name": "甲, 乙所", "uscc": "91222401DEM000049P", "categories": ["legal", "other"]},
        {"name": "丙所", "uscc": "", "categories": ["information"]},
    ]


@pytest.mark.parametrize("content", [b"PK\x03\x04\x00\x00", b"\xff\xff\xff"])
def test_what_is_no_text_is_no_roster(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"no text|gb18030"):
        text_of(content)


def test_what_is_wrong_with_an_institution_names_its_line() -> None:
    remarks = (Remark("institutions.1.uscc", "not valid", "有误"), Remark("as_of", "late", "过晚"))
    refused = at_their_lines(PlainProblem(422, "x", "x", "x", remarks=remarks), "甲，1\n\n乙，2", "institutions")
    assert [(remark.field, remark.text_zh) for remark in refused.remarks] == [
        ("institutions", "第3行：有误"),
        ("as_of", "过晚"),
    ]


def _page() -> SectionPage:
    roster = section("roster")
    assert roster is not None
    head = CaseHead.__new__(CaseHead)
    wrong = Lack("form.institutions.1.uscc", Bilingual("有误", "wrong"), "-", grave=True)
    return SectionPage(head=head, section=roster, fields=(), rows=(), read="", troubles=(wrong,))


def test_a_long_roster_is_written_as_lines_and_what_is_wrong_with_it_names_them() -> None:
    short = in_rows_or_text(_page(), [FIRM] * MOST_ROWS)
    assert (len(short.rows), short.as_text) == (MOST_ROWS, None)
    long = in_rows_or_text(_page(), [FIRM] * (MOST_ROWS + 1))
    assert long.rows == ()
    assert long.as_text is not None
    assert institutions_of(long.as_text) == [FIRM] * (MOST_ROWS + 1)
    assert [(each.field, each.text.zh) for each in long.troubles] == [("form.institutions", "第2行：有误")]


def test_a_roster_with_a_category_that_no_row_can_tick_is_written_as_lines() -> None:
    page = in_rows_or_text(_page(), [FIRM | {"categories": ["气象服务"]}])
    assert page.as_text == "甲所，91222401DEM000049P，气象服务"


def test_only_a_roster_is_written_as_lines() -> None:
    other = replace(_page(), section=next(each for each in SECTIONS if each.key == "staff"))
    assert len(in_rows_or_text(other, [{"name": "评估师", "count": 1}] * 200).rows) == 200
