"""The register as it is asked, shown as tiles, and taken along as files."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime

import openpyxl
import pytest
from pydantic import ValidationError

from services.portal.window.register import files
from services.portal.window.register.asking import RegisterQuery, chosen
from services.portal.window.register.columns import COLUMNS
from services.portal.window.register.entries import RegisteredDistrict, Standing, prefectures, register_of
from services.portal.window.register.tiles import province, short_name
from shared.programme.divisions import CHANGBAISHAN, counties
from tests.portal.window.register import DONGCHANG, EVERY, JIUTAI, NINGJIANG, YANJI, entry


def asked(**values: object) -> RegisterQuery:
    return RegisterQuery.model_validate(values)


def found(**values: object) -> list[RegisteredDistrict]:
    return chosen(EVERY, asked(**values))


def test_where_a_title_stands_is_one_of_four() -> None:
    assert [each.standing for each in EVERY] == [Standing.KEPT, Standing.TERM, Standing.UNDER, Standing.GONE]
    assert JIUTAI.status_words("zh") == "优秀，称号保留"
    assert JIUTAI.status_words("en") == "Excellent, title kept"
    assert YANJI.status_words("zh") == "建设期内"
    rectified = entry(6, cycle=2, grade="unqualified")
    assert (rectified.status_words("zh"), rectified.status_words("en")) == (
        "整改合格，称号保留",
        "Rectified, title kept",
    )
    assert DONGCHANG.status_words("en") == "Unqualified, rectification ordered"
    assert NINGJIANG.status_words("zh") == "称号已取消"


def test_every_word_must_be_found_in_some_name() -> None:
    assert found(q="延边") == [YANJI]
    assert found(q="延吉 商标") == [YANJI]
    assert found(q="延吉 九台") == []
    assert found(q="〔2018〕131") == [JIUTAI, DONGCHANG, NINGJIANG]
    assert found(q="2023〕95") == [NINGJIANG]
    assert found(q="%_'\"") == []


def test_filters_hold_together() -> None:
    assert found(prefecture="222400") == [YANJI]
    assert found(status="gone") == [NINGJIANG]
    assert found(status="gone", prefecture="222400") == []
    assert found(county="220502") == [DONGCHANG]


def test_a_county_is_found_by_a_code_that_it_had_before() -> None:
    gongzhuling = entry(5, county="220381", county_name="公主岭市")
    for code in ("220381", "220184"):
        assert chosen([*EVERY, gongzhuling], asked(county=code)) == [gongzhuling]
    assert gongzhuling.prefecture_name == "长春市"


def test_columns_sort_both_ways() -> None:
    by_county = found(sort="county")
    assert by_county == [JIUTAI, DONGCHANG, NINGJIANG, YANJI]
    assert found(sort="-county") == by_county[::-1]
    assert [each.standing for each in found(sort="status")] == list(Standing)
    assert found() == [JIUTAI, YANJI, DONGCHANG, NINGJIANG]


def test_what_a_form_leaves_empty_is_not_asked() -> None:
    empty = asked(q="", prefecture="", status="", on="", known="", county="")
    assert empty == RegisterQuery()
    assert empty.address("/register.csv") == "/register.csv"


@pytest.mark.parametrize(
    "wrong", [{"prefecture": "x"}, {"status": "x"}, {"on": "2024-02-30"}, {"sort": "x"}, {"page": 0}, {"x": 1}]
)
def test_what_it_does_not_know_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        asked(**wrong)


def test_an_address_asks_the_same_again() -> None:
    question = asked(q="九 台&x=1", status="kept", on="2024-06-30", known="2024-07-01", sort="-until", page=3)
    address = question.address("/register.csv")
    assert address.startswith("/register.csv?q=%E4%B9%9D+%E5%8F%B0%26x%3D1&")
    assert "page" not in address
    assert "page=2" in question.address("/register", page=2)
    assert "sort=county" in question.address("/register", sort="county")
    assert question.known_at == "2024-07-01T23:59:59.999999+08:00"


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＠x"])
def test_a_cell_that_would_begin_a_formula_is_made_harmless(text: str) -> None:
    assert files.harmless(text) == f"'{text}"
    bad = entry(9, key_unit=text, county_name=text)
    rows = list(csv.reader(io.StringIO(files.as_csv([bad], "zh").decode("utf-8-sig"), newline="")))
    assert rows[1][0] == rows[1][-1] == f"'{text}"
    sheet = openpyxl.load_workbook(io.BytesIO(files.as_workbook([bad], "zh"))).active
    assert sheet is not None
    cell = sheet.cell(2, 1)
    assert cell.data_type == "s"
    assert not str(cell.value).startswith(("=", "+", "-", "@"))


def test_texts_that_are_no_formula_stay_as_they_are() -> None:
    assert files.harmless("吉科发专〔2018〕131号") == "吉科发专〔2018〕131号"
    assert files.harmless("九台=好") == "九台=好"
    assert files.harmless("") == ""


def test_the_files_say_what_the_table_says() -> None:
    shown = [column.heading("zh") for column in COLUMNS]
    as_csv = list(csv.reader(io.StringIO(files.as_csv(EVERY, "zh").decode("utf-8-sig"))))
    assert as_csv[0] == shown
    assert as_csv[1][:3] == ["长春市九台区", "吉科发专〔2018〕131号", "2018-08-31"]
    sheet = openpyxl.load_workbook(io.BytesIO(files.as_workbook(EVERY, "zh"))).active
    assert sheet is not None
    rows = [list(each) for each in sheet.iter_rows(values_only=True)]
    assert rows[0] == shown
    assert rows[1][2] == datetime(2018, 8, 31)  # noqa: DTZ001 - as a workbook has days
    as_json = json.loads(files.as_json(EVERY, "en", {"q": "x"}))
    assert as_json["count"] == 4
    assert as_json["asked"] == {"q": "x"}
    assert [each["status"] for each in as_json["districts"]] == [each.status_words("en") for each in EVERY]
    assert [line[0] for line in as_csv[1:]] == [each["county"] for each in as_json["districts"]]


def test_every_county_is_one_tile_of_its_prefecture() -> None:
    blocks = province(register_of(EVERY), {})
    assert [(block.code, block.name) for block in blocks] == [each for each in prefectures() if each[0] != CHANGBAISHAN]
    assert sum(len(block.tiles) for block in blocks) == 60
    tiles = {tile.name: tile for block in blocks for tile in block.tiles}
    assert [tiles[name].style for name in ("九台区", "延吉市", "东昌区", "宁江区", "朝阳区")] == [
        "kept", "term", "under", "gone", "none",
    ]  # fmt: skip
    assert tiles["九台区"].path == f"/register/{JIUTAI.case_id}"
    assert tiles["朝阳区"].path == ""
    assert {block.name: block.held for block in blocks}["松原市"] == 0


def test_a_zone_is_a_tile_where_there_is_something_to_show() -> None:
    of_a_zone = entry(8, county="220172", county_name="长春市长春净月高新技术产业开发区", designated_on="2024-05-01")
    blocks = {block.name: block for block in province(register_of([*EVERY, of_a_zone]), {"229091": "c"})}
    tiles = {tile.name: tile for block in blocks.values() for tile in block.tiles}
    assert (tiles["长春净月高新技术产业开发区"].short, tiles["长春净月高新技术产业开发区"].style) == (
        "净月高新",
        "term",
    )
    assert tiles["池北区"].path == "/publicity/c"
    assert "长春新区" not in tiles
    assert "长白山保护开发区" in blocks


def test_a_tile_shows_publicity_where_there_is_no_title_and_the_title_where_there_are_two() -> None:
    again = entry(7, county="220702", county_name="松原市宁江区", designated_on="2024-05-01")
    tiles = {
        tile.name: tile for block in province(register_of([*EVERY, again]), {"220104": "c"}) for tile in block.tiles
    }
    assert tiles["宁江区"].style == "term"
    assert (tiles["朝阳区"].style, tiles["朝阳区"].path) == ("open", "/publicity/c")
    over = {tile.name: tile for block in province(register_of(EVERY), {"220702": "c"}) for tile in block.tiles}
    assert over["宁江区"].style == "open"


def test_short_names_fit_a_tile_and_stay_apart() -> None:
    names = {county.name: short_name(county) for county in counties()}
    assert names["九台区"] == "九台"
    assert names["前郭尔罗斯蒙古族自治县"] == "前郭"
    assert names["通化县"] == "通化县"
    assert names["二道江区"] == "二道江"
    assert all(2 <= len(name) <= 4 for name in names.values())
    for code, _ in prefectures():
        mine = [short_name(county) for county in counties() if county.prefecture_code == code]
        assert len(set(mine)) == len(mine)


def test_figures_count_what_is_held() -> None:
    assert register_of(EVERY).figures == {"kept": 1, "term": 1, "under": 1, "gone": 1, "held": 3, "excellent": 1}


def test_a_day_is_a_day() -> None:
    assert asked(on="2024-06-30").on == date(2024, 6, 30)
