"""Reading a body into a command: every mistake is named."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.contracts.core import Command
from shared.programme.forms import Person, Unit
from shared.programme.values.personal import ERASED
from shared.service.http.problems import Problem
from shared.service.http.requests import Exact, body_model, read_fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Try(Command):
    case_id: str
    unit: Unit
    on: date
    points: tuple[Decimal, ...] = ()
    number: int = 0
    words: str = ""
    person: Person = field(default_factory=Person)
    fact: bool = False


MODEL = body_model(Try, frozenset({"case_id", "fact"}))


def test_a_good_body_is_read() -> None:
    body = '{"unit": {"name": "甲", "uscc": "X"}, "on": "2018-06-11", "points": ["88.5", 90]}'
    assert read_fields(MODEL, body.encode()) == {
        "unit": Unit(name="甲", uscc="X"),
        "on": date(2018, 6, 11),
        "points": (Decimal("88.5"), Decimal(90)),
        "number": 0,
        "words": "",
        "person": Person(),
    }


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b'{"unit": {}, "on": "2018-02-30"}', 422, "on"),
        (b'{"unit": {}, "on": "2018-06-11", "number": "5"}', 422, "number"),
        (b'{"unit": {}, "on": "2018-06-11", "number": 1.5}', 422, "number"),
        (b'{"unit": {"name": 5}, "on": "2018-06-11"}', 422, "unit.name"),
        (b'{"unit": {"nmae": "x"}, "on": "2018-06-11"}', 422, "unit.nmae"),
        (b'{"unit": {}, "on": "2018-06-11", "fact": true}', 422, "fact"),
        (b'{"unit": {}, "on": "2018-06-11", "context": {}}', 422, "context"),
        (b'{"unit": {}, "on": "2018-06-11", "points": ["NaN"]}', 422, "points.0"),
        (b'{"on": "2018-06-11"}', 422, "unit"),
        (b'{"unit": {"name": "a\\u0000b"}, "on": "2018-06-11"}', 422, "unit.name"),
        (b'{"unit": {"name": "a\\u001bb"}, "on": "2018-06-11"}', 422, "unit.name"),
        (b'{"unit": {"name": "\\ud800"}, "on": "2018-06-11"}', 400, "body"),
        (b"", 422, "unit"),
        (b"[]", 422, "body"),
        (b"{", 400, "body"),
        (b"\xff\xfe", 400, "body"),
        (b'{"unit": ' + b"[" * 100_000, 400, "body"),
    ],
)
def test_a_bad_body_is_refused_by_its_field(body: bytes, status: int, field: str) -> None:
    with pytest.raises(Problem) as caught:
        read_fields(MODEL, body)
    assert (caught.value.status, caught.value.body["field"]) == (status, field)


@pytest.mark.parametrize("number", ["05", "+5", "5.0", "5_0", " 5", "٥", "５", "", "9" * 5000])
def test_a_number_in_a_query_has_one_spelling(number: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Annotated[int, Exact]).validate_python(number)
    assert TypeAdapter(Annotated[int, Exact]).validate_python("5") == 5


def test_every_number_in_a_query_or_path_is_read_so() -> None:
    loose = [
        f"{file.name}: {line.strip()}"
        for room in ("shared", "services")
        for file in (Path(__file__).parents[2] / room).rglob("*.py")
        for line in file.read_text(encoding="utf-8").splitlines()
        if re.search(r"Annotated\[int[^,]*, (Query|Path|Field)\(", line)
    ]
    assert loose == []


@pytest.mark.parametrize("points", ["٩", "９", "9_0", " 9 ", "+9", "1e1"])
def test_a_number_in_a_text_is_read_from_plain_digits(points: str) -> None:
    body = json.dumps({"unit": {"name": "甲", "uscc": "X"}, "on": "2018-06-11", "points": [1, points]})
    with pytest.raises(Problem) as raised:
        read_fields(MODEL, body.encode())
    assert raised.value.body["field"] == "points.1"


@pytest.mark.parametrize("day", ["86400", "1528646400", "1528646400000"])
def test_a_day_is_read_from_one_form_and_not_from_the_seconds_of_a_unix_time(day: str) -> None:
    body = json.dumps({"unit": {"name": "甲", "uscc": "X"}, "on": day})
    with pytest.raises(Problem) as raised:
        read_fields(MODEL, body.encode())
    assert raised.value.status == 422
    assert raised.value.body["field"] == "on"


@pytest.mark.parametrize("text", ["\\u007f", "\x7f", "\u0085", "\\u009f", "\\b", "\\f", "a\\\\\\b"])
def test_controls_are_refused_however_they_are_written(text: str) -> None:
    with pytest.raises(Problem) as caught:
        read_fields(MODEL, f'{{"unit": {{"name": "{text}"}}, "on": "2018-06-11"}}'.encode())
    assert caught.value.body["field"] == "unit.name"
    assert [reason["rule"] for reason in caught.value.body["reasons"]] == ["characters"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text", ["a\\nb\\tc\\rd", "\\u7532", "\\ud83d\\ude00", "a\u00a0b", "a\\\\b", "Ã\u00c2", "王　芳", "\U0001e200"]
)
def test_what_only_resembles_a_control_is_kept(text: str) -> None:
    body = f'{{"unit": {{}}, "on": "2018-06-11", "words": "{text}"}}'
    assert read_fields(MODEL, body.encode())["words"] == json.loads(body)["words"]


@pytest.mark.parametrize("name", ["a\\nb", "a\\tb", "=?utf-8?B?5p2O?=", "李\u202e四", "a\u2028b", "\ufffe"])
def test_a_name_is_one_plain_line(name: str) -> None:
    with pytest.raises(Problem) as caught:
        read_fields(MODEL, f'{{"unit": {{"name": "{name}"}}, "on": "2018-06-11"}}'.encode())
    assert caught.value.body["field"] == "unit.name"


def test_what_was_erased_stays_the_mark_that_it_is_when_a_form_is_sent_back() -> None:
    person = {"name": ERASED, "phone": ERASED, "email": ERASED}
    body = {"unit": {}, "on": "2018-06-11", "person": person}
    assert read_fields(MODEL, json.dumps(body).encode())["person"] == Person(**person)


def test_what_enters_is_cleaned_by_what_each_field_holds() -> None:
    unit = {"name": "\u200b 长春（集团） ", "uscc": " ９１２２０７０２dem000129g "}
    body = {"unit": unit, "on": "2018-06-11", "words": "\u3000e\u0301\ufeff\n"}
    body |= {"person": {"phone": "０４３１－８８９５５４７２", "email": "\u200bli@ＺＳＣＱ.cn ", "post": " 科长"}}
    read = read_fields(MODEL, json.dumps(body).encode())
    assert read["unit"] == Unit(name="长春（集团）", uscc="91220702DEM000129G")
    assert read["words"] == "é"
    assert read["person"] == Person(phone="0431-88955472", email="li@zscq.cn", post="科长")
