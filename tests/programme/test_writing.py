"""How texts are written: what cleaning takes away, what no text may hold, and what spellings of a name share."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.channels.mail.message import header_text
from shared.programme.values.writing import as_line, cleaned, half_width, is_blank, name_key, unplain

ROOT = Path(__file__).resolve().parents[2]
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" 王芳\u3000", "王芳"),
        ("\u2009王　芳\u00a0", "王　芳"),
        ("\ufeff王\u200b芳\u00ad", "王芳"),
        ("\u202a王芳\u202c\u200e", "王芳"),
        ("王\u200d芳", "王芳"),
        ("e\u0301", "é"),
        ("１号楼", "１号楼"),
        ("a\u2028b", "a\nb"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👨\u200d👩", "👨\u200d👩"),
        ("葛\U000e0100", "葛\U000e0100"),
        ("\ufe0f", ""),
        ("\u3164", ""),
    ],
)
def test_cleaning_takes_away_what_nobody_sees_and_nothing_else(written: str, kept: str) -> None:
    assert cleaned(written) == kept
    assert is_blank(written) is (kept == "")


@given(ANY)
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    once = cleaned(text)
    assert cleaned(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert half_width(half_width(text)) == half_width(text)


@pytest.mark.parametrize(
    "text",
    ["王　芳", "王\u2009芳", "王\u00a0芳", "ཚེ་རིང་", "買買提·艾力", "\U00030ee0", "\U0001e4d0", "\ue863", "a\nb", "𠮷"],
)
def test_every_letter_of_every_script_is_plain(text: str) -> None:
    assert not unplain(text)


@pytest.mark.parametrize("text", ["\x00", "\x1b[31m", "\x7f", "\x85", "李\u202e四", "\ud800", "\ufffe", "\U0010ffff"])
def test_controls_overrides_and_halves_of_pairs_are_not(text: str) -> None:
    assert unplain(text)
    assert not unplain(as_line(text), line=True)


@pytest.mark.parametrize("name", ["=?utf-8?B?5p2O5Zub?=", "=?gbk?q?=C0=EE?= 先生", "=?x?Q??=", "a\r\nBcc: b", "a\tb"])
def test_an_encoded_word_is_no_name_and_a_name_is_one_line(name: str) -> None:
    assert unplain(name, line=True)
    assert not unplain("=? 什么", line=True)


@given(ANY)
def test_a_plain_name_can_be_written_into_a_header(text: str) -> None:
    name = cleaned(text)
    if not unplain(name, line=True):
        assert header_text(name) == name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("王　芳", "王芳"),
        ("王\u200b芳", " 王 芳 "),
        ("ＷＡＮＧ Fang", "wang fang"),
        ("José", "Jose\u0301"),
        ("买买提·艾力", "买买提•艾力"),
        ("买买提・艾力", "买买提 艾力"),
        ("长春（集团）公司", "长春(集团)公司"),
        ("葛\U000e0100", "葛"),
        ("⼀", "一"),
    ],
)
def test_all_spellings_of_one_name_share_a_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("王芳", "王方"), ("राम", "रम"), ("བཀྲ་ཤིས", "བཀྲ་ཤས"), ("·", "-"), ("José", "Jose")]
)
def test_different_names_do_not(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


def test_no_module_asks_the_interpreter_what_is_plain() -> None:
    """Its Unicode may be older than a letter; of ASCII alone it may say what can be printed."""
    for folder in ("services", "shared", "deploy"):
        for path in (ROOT / folder).rglob("*.py"):
            asking = [line for line in path.read_text(encoding="utf-8").splitlines() if "isprintable()" in line]
            assert all("isascii()" in line for line in asking), (path, asking)
