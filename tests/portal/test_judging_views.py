"""What the expert's pages make of the services' JSON: pure functions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.portal.desks.judging.duties import duty_of
from services.portal.desks.judging.sheets import given_sheets, sheet_lines, weighted_sum
from services.portal.desks.judging.visits import answered, checklist_lines, report_of, stored_photographs
from services.portal.frame.forms import SentForm
from shared.programme.policy import policy_in_force

POLICY = policy_in_force(date(2018, 6, 11))
VERSION = POLICY.version
KEYS = [each.key for each in POLICY.score_criteria]
TODAY = date(2018, 8, 8)


def _case(**other: object) -> dict[str, Any]:
    return {"case_id": "c", "county_name": "九台区", "key_unit": "甲", "sheets_received": 2, "panel_size": 5} | other


@pytest.mark.parametrize(
    ("case", "given", "words", "due"),
    [
        (_case(stage="material-review"), False, "评审打分", True),
        (_case(stage="material-review"), True, "评分表已提交", False),
        (_case(stage="material-review", to_declare=True), False, "先作声明", True),
        (_case(stage="on-site", to_declare=True, visit_on="2018-08-08"), True, "先作声明", True),
        (_case(stage="approved", to_declare=True), True, "评审已结束", False),
        (_case(stage="on-site"), True, "等待安排现场考察", False),
        (_case(stage="on-site", visit_on="2018-08-09"), True, "现场考察", True),
        (_case(stage="on-site", visit_on="2018-08-08", visited_on="2018-08-08"), True, "考察已报告", False),
        (_case(stage="concluded"), True, "评审已结束", False),
    ],
)
def test_what_waits_for_an_expert(case: dict[str, Any], given: bool, words: str, due: bool) -> None:
    duty = duty_of(case, given, TODAY)
    assert (duty.zh, duty.due, duty.path) == (words, due, "/assignments/c")


def test_the_sum_is_the_services_own_and_waits_for_all_points() -> None:
    typed = dict.fromkeys(KEYS, "80")
    assert weighted_sum(VERSION, typed) == Decimal("80.00")
    for wrong in ("", "x", "101"):
        assert weighted_sum(VERSION, typed | {KEYS[0]: wrong}) is None
    assert weighted_sum(VERSION, {KEYS[0]: "80"}) is None


def test_sheets_name_their_expert_and_ones_own() -> None:
    lines = sheet_lines(VERSION, {KEYS[0]: "7"})
    assert [line.points for line in lines] == ["7", *[""] * (len(KEYS) - 1)]
    assert sum(line.weight for line in lines) == 100
    sheet = {
        "expert_id": "e1",
        "scores": [{"criterion": KEYS[1], "points": "90"}],
        "total": "90.00",
        "recommended": True,
        "comment": "",
        "submitted_on": "2018-07-20",
        "valid": True,
    }
    own, other = given_sheets({"sheets": [sheet, sheet | {"expert_id": "e2"}]}, lines, {"e1": "专家1"}, "e1")
    assert (own.expert, own.own, own.points[1]) == ("专家1", True, "90")
    assert (other.expert, other.own) == ("e2", False)


def _form(**values: str) -> SentForm:
    return SentForm({name.replace("__", "."): [value] for name, value in values.items()})


def test_a_report_holds_what_was_answered() -> None:
    form = _form(
        checklist__0__item="management_body",
        checklist__0__met="true",
        checklist__0__remark="3 人",
        checklist__1__item="special_fund",
        checklist__1__met="",
        attended_by="专家1\n\n 专家2 ",
        visited_on="2018-08-08",
        findings="一致",
    )
    report = report_of(form, [{"sha256": "a"}])
    assert report["checklist"] == [{"item": "management_body", "met": True, "remark": "3 人"}]
    assert report["attended_by"] == ["专家1", "专家2"]
    assert report["photographs"] == [{"sha256": "a"}]
    assert checklist_lines(VERSION, form)[0].remark == "3 人"
    assert [line.met for line in answered(VERSION, report["checklist"])] == ["true"]


def test_photographs_that_are_kept_come_along_with_the_form() -> None:
    form = _form(
        photographs__0__sha256="aa",
        photographs__0__size="12",
        photographs__0__media_type="image/png",
        photographs__0__name="大厅.png",
        photographs__1__sha256="bb",
        photographs__1__size="many",
    )
    first, second = stored_photographs(form)
    assert first == {"sha256": "aa", "size": 12, "media_type": "image/png", "name": "大厅.png"}
    assert second["size"] == 0
