"""The desk: what to do now, how many working days are left, and whose turn the rest is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.portal.desks.desk.acts import ACT_WORDS
from services.portal.desks.desk.showing import (
    CountedSearch,
    Signed,
    checkpoint_said,
    desk_page,
    shown_todo,
)
from services.portal.desks.words import HOLDERS, STAGES
from services.portal.frame.remaining import working_days_left
from services.portal.reading.todos import OnTheDesk
from services.portal.views import CASES
from services.portal.views.acts import WhoseTurn
from services.portal.views.todos import ACTS
from shared.contracts.core import Role
from shared.projections.projection import project
from tests.portal.conftest import Town
from tests.portal.stored import published

THURSDAY = date(2020, 11, 12)
OFFICER = frozenset({Role.PROVINCE})


def todo(**known: Any) -> dict[str, Any]:
    return {
        "case_id": "c1",
        "act": "examine",
        "holder": "province",
        "due_on": date(2020, 11, 16),
        "since": THURSDAY,
        "parts": [],
        "service": "review",
        "stage": "examining",
        "county_name": "通化市东昌区",
        "endorser": "220500",
    } | known


def test_every_act_stage_and_holder_has_words() -> None:
    assert ACT_WORDS.keys() == ACTS.keys()
    assert HOLDERS.keys() == set(WhoseTurn)
    stages = {row["stage"] for row in project(CASES, published())["cases"].values()}
    assert stages <= STAGES.keys()


@pytest.mark.parametrize(
    ("due_on", "left"),
    [
        (None, None),
        (THURSDAY, 0),
        (date(2020, 11, 13), 1),
        (date(2020, 11, 16), 2),
        (date(2020, 11, 11), -1),
        (date(2020, 11, 9), -3),
    ],
)
def test_working_days_left(due_on: date | None, left: int | None) -> None:
    assert working_days_left(due_on, THURSDAY) == left


def test_a_last_day_is_never_today_because_a_weekend_lies_between() -> None:
    saturday = date(2020, 11, 14)
    assert working_days_left(date(2020, 11, 13), saturday) == -1
    assert working_days_left(date(2020, 11, 15), saturday) == 1


def test_a_todo_is_worded_as_an_act() -> None:
    shown = shown_todo(todo(), OFFICER, THURSDAY)
    assert (shown.act_zh, shown.act) == ("通化市东昌区：形式审查", "通化市东昌区: examine the application")
    assert (shown.path, shown.left) == ("/cases/c1", 2)


@pytest.mark.parametrize(
    ("roles", "known", "path"),
    [
        ({Role.COUNTY}, {"act": "correct", "service": "review", "stage": "correcting"}, "/applications/c1"),
        ({Role.PROVINCE}, {"act": "correct", "service": "review", "stage": "correcting"}, "/cases/c1"),
        ({Role.CITY}, {"act": "endorse", "service": "intake", "stage": "endorsing"}, "/applications/c1"),
        ({Role.EXPERT}, {"act": "score", "stage": "material-review"}, "/assignments/c1"),
        ({Role.PROVINCE}, {"act": "score", "stage": "material-review"}, "/cases/c1"),
        ({Role.COUNTY}, {"act": "report", "service": "lifecycle", "stage": "designated"}, "/districts/c1"),
    ],
)
def test_it_leads_where_the_person_does_it(roles: set[Role], known: dict[str, Any], path: str) -> None:
    assert shown_todo(todo(**known), frozenset(roles), THURSDAY).path == path


def test_what_is_still_open_is_said() -> None:
    answers = shown_todo(todo(act="answer", stage="in-publicity", parts=["o1", "o2"]), OFFICER, THURSDAY)
    assert answers.about.zh == "公示 · 2 条未答复"
    reports = todo(act="report", service="lifecycle", stage="designated", parts=[[2021, "2021-03-31"]])
    assert shown_todo(reports, frozenset({Role.COUNTY}), THURSDAY).about.en == "In its term · For 2021"


def test_whose_turn_it_is_names_the_city() -> None:
    waiting = shown_todo(todo(act="endorse", holder="city", stage="endorsing"), OFFICER, THURSDAY)
    assert waiting.holder.zh == "通化市科技局"


def test_the_newest_checkpoint_is_read_from_its_note() -> None:
    note = "juqu.example/log\n3495\nroot\nstreams root\n\n— juqu.example/log AAAA\n— witness.example BBBB\n"
    assert checkpoint_said(note) == Signed(3495, 1)
    assert checkpoint_said("no note") is None


def test_an_auditor_has_no_work_of_their_own() -> None:
    nothing = OnTheDesk((), 0, (), ())
    assert not desk_page(nothing, frozenset({Role.AUDITOR}), THURSDAY, None).does_work
    assert desk_page(nothing, OFFICER, THURSDAY, None).does_work


@pytest.mark.parametrize("who", [{"office": "officer"}, {"office": "county 220113"}, {"office": "auditor"}])
def test_everybody_has_a_desk(town: Town, who: dict[str, str]) -> None:
    browser = town.signed_in(**who)
    page = browser.open("/desk")
    assert page.status == 200
    assert "七天内的期限" in page.text
    assert "History can be verified" in browser.open("/language/en?back=/desk").text


def test_a_kept_search_leads_to_what_it_finds() -> None:
    search = CountedSearch("阶段:考察 九台", 3, more=False)
    assert search.path == "/search?q=%E9%98%B6%E6%AE%B5%3A%E8%80%83%E5%AF%9F+%E4%B9%9D%E5%8F%B0"
    nothing = OnTheDesk(own=[], count=0, awaited=[], near=[])
    assert desk_page(nothing, OFFICER, THURSDAY, None, kept=[search]).kept == [search]
