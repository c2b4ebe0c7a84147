"""A case's story: who sees what of it, its two times, its facts in words; and finding a case."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Any

import httpx
import pytest

from services.portal.desks.search.text import wanted_by
from services.portal.desks.story.facts import FACTS, INSIDE_ONLY, shown_facts
from services.portal.desks.story.showing import Until, office_words, shown_step
from services.portal.reading.search import Wanted
from services.portal.views import CASES
from shared.contracts.core import Role
from shared.projections.projection import project
from tests.portal.conftest import Town
from tests.portal.stored import published
from tests.specification import actor

ROWS = project(CASES, published())
CASE = next(row for row in ROWS["cases"].values() if row["stage"] == "revoked")
STEPS = [row for row in ROWS["story"].values() if row["case_id"] == CASE["case_id"]]
COUNTY = actor("county:220113", Role.COUNTY)
NOT_SHOWN = {
    "attachment_id", "cause_id", "cause_type", "corrects", "endorser", "item", "objection_id", "office",
    "policy_version", "reminder_id", "by_office",
}  # fmt: skip
"""Facts that a story has in another place, or that say nothing to a reader."""


def test_each_fact_of_an_event_has_words_or_is_not_shown() -> None:
    said = {name for row in ROWS["story"].values() for name in row["says"]}
    people = {name for name in said if name.endswith("_by")}
    assert said - people - NOT_SHOWN <= FACTS.keys() | INSIDE_ONLY.keys()


def test_whoever_stands_outside_sees_no_person_and_nothing_of_the_panel() -> None:
    visited = next(row for row in STEPS if row["type"].endswith("SiteVisitReported"))
    inside, outside = (shown_step(visited, CASE, Until(), inside=inside) for inside in (True, False))
    assert inside.subject == visited["actor"]
    assert outside.subject == ""
    assert {fact.called.zh for fact in inside.facts} - {fact.called.zh for fact in outside.facts} >= {"情况和意见"}


def test_a_story_is_told_until_a_day_of_effect_and_a_day_of_recording() -> None:
    row = STEPS[5] | {"effective_on": date(2020, 1, 2)}
    known = row["recorded_at"].date()
    assert not Until(date(2020, 1, 2), None).passed(row)
    assert Until(date(2020, 1, 1), None).passed(row)
    assert not Until(None, known.replace(year=known.year + 1)).passed(row)
    assert Until(None, known.replace(year=known.year - 1)).passed(row)


@pytest.mark.parametrize(
    ("office", "zh"),
    [
        ("county:220113", "长春市九台区科技管理部门"),
        ("city:220500", "通化市科技局"),
        ("expert:e1", "评审专家"),
        ("province", "省科技厅"),
        ("system:review", "系统（到期或者联动）"),
    ],
)
def test_an_office_has_words(office: str, zh: str) -> None:
    assert office_words(office, CASE, date(2020, 1, 1)).zh == zh


def test_a_choice_is_said_in_the_words_of_its_list() -> None:
    facts = {called.en: value for called, value, _ in shown_facts({"grade": "excellent", "passed": True}, inside=True)}
    assert str(facts["Grade"].zh) == "优秀"  # type: ignore[union-attr]
    assert str(facts["Passed"].en) == "yes"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", Wanted()),
        ("九台", Wanted(words=("九台",))),
        (
            "阶段:公示 轮到:我 逾期",
            Wanted(stages=frozenset({"in-publicity", "publicity-over"}), my_turn=True, late=True),
        ),
        ("阶段：现场考察", Wanted(stages=frozenset({"on-site"}))),
        ("stage:visit turn:me late", Wanted(stages=frozenset({"on-site"}), my_turn=True, late=True)),
        ("主办:我 九台", Wanted(words=("九台",), held_by="me")),
        ("holder:none", Wanted(held_by="nobody")),
        ("主办：officer-2", Wanted(held_by="officer-2")),
        ("阶段:无此阶段", Wanted(words=("无此阶段",))),
    ],
)
def test_what_a_line_of_a_search_means(text: str, wanted: Wanted) -> None:
    assert wanted_by(text) == wanted


def draft(town: Town, **more: Any) -> str:
    """Open a draft as the county does; gives the case's id."""
    body = {
        "division_code": "220113",
        "county_unit": {"name": "九台区科技局（测试）", "uscc": "91220101DEM000000F"},
        "key_unit": {"name": "测试服务单位（虚构）", "uscc": "91220502DEM000081X"},
    } | more
    answer = httpx.post(
        f"{town.urls['intake']}/applications",
        json=body,
        headers={"Authorization": f"Bearer {town.token(COUNTY)}"},
        trust_env=False,
    )
    assert answer.status_code == 201, answer.text
    return answer.headers["location"].rpartition("/")[2]


def until(holds: Callable[[], bool]) -> None:
    """Wait for what was done by somebody else to be shown."""
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_draft_is_on_the_desk_is_found_and_has_a_story(town: Town) -> None:
    case_id = draft(town)
    county = town.signed_in(office="county 220113")
    until(lambda: case_id in county.open("/desk").html)
    desk = county.open("/desk")
    assert "长春市九台区：填写申报材料并盖章" in desk.text
    assert f"/applications/{case_id}" in county.open("/search?q=测试服务单位").html
    assert f"/applications/{case_id}" in county.open("/search?q=阶段:填写 轮到:我").html
    story = county.open(f"/applications/{case_id}/story")
    assert "开立申报" in story.text
    assert COUNTY.subject not in story.text


def test_a_search_is_kept_and_kept_no_longer(town: Town) -> None:
    county = town.signed_in(office="county 220113")
    kept = county.press(county.open("/search?q=阶段:补正 逾期"), "存为常用")
    assert "已保存到“常用”" in kept.text
    assert "阶段:补正 逾期" in county.open("/search").text
    assert "阶段:补正 逾期" not in town.signed_in(office="county 220502").open("/search").text
    county.send(county.open("/search"), "/search/saved/removal")
    assert "阶段:补正 逾期" not in county.open("/search").text


def test_nobody_finds_what_is_not_theirs(town: Town) -> None:
    case_id = draft(town)
    other = town.signed_in(office="county 220502")
    assert case_id not in other.open("/search?q=九台").html
    assert other.open(f"/applications/{case_id}/story").status == 404
    assert other.open("/audit").status == 403


def test_an_auditor_goes_back_to_any_day(town: Town) -> None:
    case_id = draft(town)
    auditor = town.signed_in(office="auditor")
    until(lambda: f"/audit/{case_id}" in auditor.open("/audit?q=九台").html)
    whole = auditor.open(f"/audit/{case_id}")
    assert COUNTY.subject in whole.text
    assert "当时共 0 件" in auditor.open(f"/audit/{case_id}?effective=2018-01-01").text
    assert auditor.open(f"/audit/{case_id}?effective=nonsense").status == 200
