"""Document numbers of approvals and other official letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.programme.values.document_number import DocumentNumber, DocumentNumberError


@pytest.mark.parametrize(
    "text",
    [
        "吉科发专〔2018〕76号",
        "吉科发专【2018】76号",
        "吉科发专[2018]76号",
        "吉科发专［2018］76号",
        "吉科发专(2018)76号",
        "吉科发专（2018）76号",
        "吉科发专﹝2018﹞76号",
        " 吉科发专 〔２０１８〕 第７６号 ",
        "吉科发专〔2018〕076号",
    ],
)
def test_every_usual_spelling_is_read_as_one_number(text: str) -> None:
    number = DocumentNumber.parse(text)
    assert number == DocumentNumber(agency="吉科发专", year=2018, serial=76)
    assert str(number) == "吉科发专〔2018〕76号"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "shape"),
        ("吉科发专2018-76号", "shape"),
        ("吉科发专〔2018】76号", "brackets"),
        ("〔2018〕76号", "agency"),
        ("JKFZ〔2018〕76号", "agency"),
        ("吉科发专〔18〕76号", "year"),
        *((f"吉科发专〔{year}〕76号", "year") for year in (1848, 1948, 2100)),
        ("吉科发专〔二〇一八〕76号", "year"),
        ("吉科发专〔2018〕76", "serial"),
        ("吉科发专〔2018〕号", "serial"),
        ("吉科发专〔2018〕0号", "serial"),
        ("吉科发专〔2018〕1000000号", "serial"),
        ("吉科发专〔2018〕0000076号", "serial"),
        ("吉科发专〔2018〕-3号", "serial"),
        ("吉科发专〔2018〕76号附件", "serial"),
        ("吉科发专〔2018〕" + "9" * 5000 + "号", "serial"),
    ],
)
def test_what_is_no_number_says_which_part_is_wrong(text: str, rule: str) -> None:
    with pytest.raises(DocumentNumberError) as caught:
        DocumentNumber.parse(text)
    assert caught.value.rule == rule


@pytest.mark.parametrize("year", [1949, 2099])
def test_the_first_year_and_the_last_are_years(year: int) -> None:
    assert DocumentNumber.parse(f"吉科发专〔{year}〕76号").year == year


def test_a_serial_number_has_at_most_six_digits() -> None:
    assert DocumentNumber.parse("吉科发专〔2018〕999999号").serial == 999_999
    with pytest.raises(DocumentNumberError, match="positive number"):
        DocumentNumber(agency="吉科发专", year=2018, serial=1_000_000)


@given(st.text("吉科发专管政", min_size=1, max_size=6), st.integers(1949, 2099), st.integers(1, 999_999))
def test_what_is_written_is_read_back(agency: str, year: int, serial: int) -> None:
    number = DocumentNumber(agency=agency, year=year, serial=serial)
    assert DocumentNumber.parse(str(number)) == number


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_a_typed_error(text: str) -> None:
    result = read_or_refused(text)
    assert result.serial > 0 if isinstance(result, DocumentNumber) else result.message_zh and result.message_en


def read_or_refused(text: str) -> DocumentNumber | DocumentNumberError:
    try:
        return DocumentNumber.parse(text)
    except DocumentNumberError as error:
        return error
