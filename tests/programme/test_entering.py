"""What enters is cleaned by how its field is written, wherever in a command it stands."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from shared.programme.values.entering import entered, texts_in, unplain_in, untouched
from shared.programme.values.personal import ERASED, Email, PersonName, Phone
from shared.programme.values.writing import Code, Line, Writing


@dataclass(frozen=True)
class Firm:
    """A unit with a code."""

    name: Line
    uscc: Code


@dataclass(frozen=True)
class Title:
    """One line."""

    text: Line


@dataclass(frozen=True)
class Sheet:
    """A text of each kind, alone and in tuples, and what is no text."""

    title: Line = "集聚区"
    prose: str = "一\n二"
    head: PersonName | None = "王芳"
    email: Email = "a@jl.gov.cn"
    phones: tuple[Phone, ...] = ("13800138000", "12330")
    codes: tuple[Code, ...] | None = ("220113", "220381")
    firms: tuple[Firm, ...] = (Firm("甲", "220113"), Firm("乙", "220381"))
    number: int = 3


CLEAN = Sheet()


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (replace(CLEAN, title=" 集聚区\u3000"), CLEAN),
        (replace(CLEAN, head=" 王芳"), CLEAN),
        (replace(CLEAN, head=None), replace(CLEAN, head=None)),
        (replace(CLEAN, email="a@JL.gov.cn "), CLEAN),
        (replace(CLEAN, phones=(" 13800138000", "１２３３０")), CLEAN),
        (replace(CLEAN, phones=("13800138000", " 12330")), CLEAN),
        (replace(CLEAN, codes=("２２０１１３", "2203-81")), CLEAN),
        (replace(CLEAN, codes=None), replace(CLEAN, codes=None)),
        (replace(CLEAN, firms=(Firm(" 甲", "220113"), Firm("乙", "220 381"))), CLEAN),
    ],
)
def test_a_text_is_cleaned_by_its_field_wherever_it_stands(written: Sheet, kept: Sheet) -> None:
    assert entered(written, Sheet) == kept
    assert written == kept or not untouched(Sheet)(written)


def test_what_is_clean_stays_the_very_object() -> None:
    names, title = ("王", "李"), Title("集聚区")
    assert entered(names, tuple[Line, ...]) is names
    assert entered(title, Title) is title
    assert entered(("王", " 李"), tuple[Line, ...]) == names


def test_what_is_erased_stays_as_it_is_said() -> None:
    assert entered(ERASED, Email) == ERASED


def test_one_text_to_be_looked_at_is_enough() -> None:
    assert untouched(tuple[Line, ...])(("王", "李"))
    assert untouched(tuple[Firm, ...])(CLEAN.firms)
    assert not untouched(tuple[Line, ...])(("王", " 李"))
    assert not untouched(tuple[Line, ...])((" 王", "李"))
    assert not untouched(tuple[Firm, ...])((Firm("甲", "220113"), Firm("乙", "２２０３８１")))


def test_every_text_is_met_at_its_place_with_how_it_is_written() -> None:
    assert list(texts_in(replace(CLEAN, firms=CLEAN.firms[1:]), Sheet, "")) == [
        (".title", "集聚区", Writing.LINE),
        (".prose", "一\n二", None),
        (".head", "王芳", Writing.LINE),
        (".email", "a@jl.gov.cn", Writing.EMAIL),
        (".phones.0", "13800138000", Writing.PHONE),
        (".phones.1", "12330", Writing.PHONE),
        (".codes.0", "220113", Writing.CODE),
        (".codes.1", "220381", Writing.CODE),
        (".firms.0.name", "乙", Writing.LINE),
        (".firms.0.uscc", "220381", Writing.CODE),
    ]


def test_what_no_text_may_hold_is_named_by_its_place() -> None:
    broken = replace(CLEAN, title="集聚\n区", phones=("12330", "1\x00"))
    assert list(unplain_in(broken, Sheet, "body")) == ["body.title", "body.phones.1"]
    assert list(unplain_in(CLEAN, Sheet, "body")) == []
