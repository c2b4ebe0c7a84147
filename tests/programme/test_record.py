"""A correction of the record names what is there, and puts in its place what can be there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.core import Due, Refusal
from shared.contracts.review import RecordCorrected
from shared.programme import record
from shared.programme.forms import Unit
from shared.programme.record import Recorded, wrong_correction
from shared.programme.scoring import is_mark
from shared.programme.vocabulary import EvidenceKind

KEY_UNIT = Unit(name="九台示例（虚构）", uscc="91220113DEM0000224")
DUE = Due(date(2019, 9, 2))


@dataclass(frozen=True, slots=True)
class Happened:
    """An event with a field of every kind."""

    case_id: str = "c1"
    title: str = "集聚发展区"
    document_number: str = "吉科发专〔2019〕88号"
    key_unit: Unit = KEY_UNIT
    on: date = date(2019, 8, 20)
    due: Due = DUE
    year: int = 2019
    upheld: bool = True
    score: Decimal = Decimal("71.00")
    kind: EvidenceKind = EvidenceKind.WORK_PLAN
    county: str = "220113"
    people: tuple[str, ...] = ("张", "王", *("李",) * 998)
    packet_sha256: str = "0" * 64


EVENT = Recorded(Happened(), date(2019, 8, 20))  # type: ignore[arg-type]


def rule_of(field: str, was: str, now: str, event: Recorded = EVENT) -> str:
    refusal = wrong_correction(event, field=field, was=was, now=now)
    return refusal.rule.name if refusal else ""


@pytest.mark.parametrize(
    ("field", "was", "now"),
    [
        ("title", "集聚发展区", "知识产权服务业集聚发展区"),
        ("document_number", "吉科发专〔2019〕88号", "吉科发专〔2019〕89号"),
        ("key_unit", "九台示例（虚构）", "九台样例（虚构）"),
        ("key_unit.name", "九台示例（虚构）", "九台样例（虚构）"),
        ("on", "2019-08-20", "2019-08-21"),
        ("due", "2019-09-02", "2019-09-03"),
        ("due.on", "2019-09-02", "2019-09-03"),
        ("year", "2019", "2020"),
        ("year", "2019", "9" * 15),
        ("upheld", "true", "false"),
        ("score", "71.00", "72.5"),
        ("kind", "work_plan", "special_fund"),
        ("people.1", "王", "李"),
        ("people.999", "李", "王"),
        ("county", "220113", "220381"),
        ("effective_on", "2019-08-20", "2019-08-19"),
    ],
)
def test_what_the_record_says_can_be_put_right(field: str, was: str, now: str) -> None:
    assert rule_of(field, was, now) == ""


@pytest.mark.parametrize(
    "field",
    [
        *("", ".", "nonsense", "a" * 10_000, "__class__", "key_unit.__class__", "key_unit."),
        *(
            "case_id",
            "packet_sha256",
            "people",
            "people.1000",
            "people.00001",
            "people.x",
            "people.٠",
            "title.x",
            "on.year",
        ),
    ],
)
def test_a_field_that_the_event_has_not_is_refused(field: str) -> None:
    assert rule_of(field, "x", "y") == record.CORRECTED_FIELD_IS_KNOWN.name


@pytest.mark.parametrize(
    ("field", "was", "now"),
    [
        ("title", "集聚发展区", "<b>"),
        ("title", "集聚发展区", "<script>"),
        ("title", "集聚发展区", " "),
        ("title", "集聚发展区", "集聚\n发展区"),
        ("key_unit.name", "九台示例（虚构）", "九台\n样例（虚构）"),
        ("document_number", "吉科发专〔2019〕88号", "88"),
        ("key_unit.uscc", "91220113DEM0000224", "91220113DEM0000225"),
        ("on", "2019-08-20", "2019-02-30"),
        ("on", "2019-08-20", "20190821"),
        ("due", "2019-09-02", "soon"),
        ("year", "2019", "-1"),
        ("year", "2019", "9" * 16),
        ("year", "2019", "9" * 5000),
        ("upheld", "true", "yes"),
        ("score", "71.00", "NaN"),
        ("score", "71.00", "1e999999999"),
        ("kind", "work_plan", "magic"),
        *(("county", "220113", now) for now in ("22011", "2201130", "九台", "２２０３８１", "22011a")),
    ],
)
def test_what_the_field_cannot_hold_is_refused(field: str, was: str, now: str) -> None:
    assert rule_of(field, was, now) == record.FIELD_CAN_SAY_SO.name


def test_what_was_never_recorded_is_refused_and_what_stands_there_is_told() -> None:
    refusal = wrong_correction(EVENT, field="title", was="别的", now="新名")
    assert refusal is not None
    assert refusal.rule is record.RECORD_SAYS_SO
    assert "集聚发展区" in refusal.detail
    assert "集聚发展区" in refusal.detail_zh


@pytest.mark.parametrize(("letters", "shown"), [(100, "好" * 100), (101, "好" * 100 + "…")])
def test_of_a_long_text_that_stands_there_a_hundred_letters_are_told(letters: int, shown: str) -> None:
    long = Recorded(replace(Happened(), title="好" * letters), EVENT.effective_on)  # type: ignore[arg-type]
    refusal = wrong_correction(long, field="title", was="别的", now="新名")
    assert refusal is not None
    assert refusal.detail == f"it says: {shown}"


def test_a_correction_goes_on_from_the_one_before_it() -> None:
    corrected = Recorded(EVENT.event, EVENT.effective_on, (("title", "甲"), ("on", "2019-08-21"), ("title", "乙")))
    assert rule_of("title", "集聚发展区", "丙", corrected) == record.RECORD_SAYS_SO.name
    assert rule_of("title", "甲", "丙", corrected) == record.RECORD_SAYS_SO.name
    assert rule_of("title", "乙", "丙", corrected) == ""


@pytest.mark.parametrize("points", ["NaN", "Infinity", "-1", "100.01", "1e-400", "1e400"])
def test_marks_lie_between_0_and_100_and_are_written_as_people_write_them(points: str) -> None:
    assert not is_mark(Decimal(points))
    assert is_mark(Decimal("88.5"))


@pytest.mark.parametrize(("points", "are"), [("0", True), ("100", True), ("0.000001", True), ("0.0000001", False)])
def test_marks_include_both_ends_and_have_at_most_six_decimals(points: str, are: bool) -> None:
    assert is_mark(Decimal(points)) is are


CORRECTION = RecordCorrected(
    case_id="c1",
    corrects=UUID(int=7),
    field="title",
    was="集聚发展区",
    now="知识产权服务业集聚发展区",
    why="录入错误",
    on_word_of="来函",
)
"""A request says what the event that is made of it says."""


class TestDecidingACorrection:
    @pytest.mark.parametrize("part", ["field", "now", "why", "on_word_of"])
    def test_its_field_what_is_right_why_and_on_whose_word_are_said(self, part: str) -> None:
        assert record.blank_part(CORRECTION) is None
        assert record.blank_part(replace(CORRECTION, was="")) is None
        blank: Any = {part: " \u3000"}
        assert record.blank_part(replace(CORRECTION, **blank)) == part

    def test_the_first_blank_is_told(self) -> None:
        assert record.blank_part(replace(CORRECTION, why="", on_word_of="")) == "why"

    def test_it_is_recorded_once_and_where_it_is_right(self) -> None:
        assert record.decide_correction(CORRECTION, EVENT, RecordCorrected, ()) == (CORRECTION,)
        assert record.decide_correction(CORRECTION, EVENT, RecordCorrected, (CORRECTION,)) == ()
        refusal = record.decide_correction(replace(CORRECTION, was="别的"), EVENT, RecordCorrected, ())
        assert isinstance(refusal, Refusal)
        assert refusal.rule == record.RECORD_SAYS_SO
