"""Feedback in five levels: asked on the page of a case, answered from the desk, published as numbers."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, expect

from services.portal.desks.feedback.showing import shown_handling
from services.portal.window.satisfaction import read_answer, read_figures
from shared.programme.vocabulary import Satisfaction, ServiceStep
from tests.portal.browsing import Browser, WebPage
from tests.portal.conftest import Town
from tests.portal.looking import DESKTOP, PHONE, barriers, scrolls_sideways
from tests.portal.played import Played

ASKS = "本环节办理，您是否满意？"
SAID = "等了三个星期才有人接电话（虚构）"
ANSWERED = "已核实，并增加接听人员（虚构）"
COUNTY, UNIT = {"office": "county 220113"}, {"uscc": "91220113DEM0000224"}


def handled(**changed: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(("level", "words", "given_on", "due_on", "answered_on", "answer"))
    return (
        {"handling_id": "h", "step": "visit", "handled_on": "2018-08-08", "handled_by": "province"} | nothing | changed
    )


def test_a_handling_is_read_with_what_was_said_of_it() -> None:
    bare = shown_handling("c", handled())
    assert (bare.step, bare.level, bare.words, bare.path) == (ServiceStep.VISIT, None, "", "/feedback/c/h")
    said = shown_handling("c", handled(level="dissatisfied", words=SAID, given_on="2018-08-09", due_on="2018-08-30"))
    assert (said.level, said.words, str(said.due_on)) == (Satisfaction.DISSATISFIED, SAID, "2018-08-30")


def test_what_followed_from_a_deadline_was_handled_by_the_department() -> None:
    by_itself = shown_handling("c", handled(handled_by="system:review"))
    assert by_itself.by == shown_handling("c", handled(handled_by="province")).by


def test_an_answer_leads_back_to_where_it_stands() -> None:
    assert read_answer(handled(step="letter"), "").answered_at == "/letters/h"
    assert read_answer(handled(step="objection"), "").answered_at == "/objections/h"


def test_figures_are_read_in_the_order_of_the_levels() -> None:
    counts = {level.value: number for number, level in enumerate(Satisfaction)}
    (only,) = read_figures([{"step": "visit", "ratings": 10, "satisfied_percent": 30.0} | counts])
    assert (only.counts, only.satisfied) == ([0, 1, 2, 3, 4], "30.0%")


@pytest.fixture(scope="module")
def case(old_town: Town) -> str:
    """A case that is accepted, with its endorsement before."""
    played = Played(old_town)
    played.until("convene")
    return played.case_id


def shown(browser: Browser, path: str, words: str) -> WebPage:
    """A page, once it shows what another process is about to."""
    end = time.monotonic() + 30
    while words not in (page := browser.open(path)).text:
        assert time.monotonic() < end, page.text
        time.sleep(0.2)
    return page


def test_an_applicant_who_is_not_satisfied_is_answered(old_town: Town, case: str) -> None:
    county, officer = old_town.signed_in(**COUNTY), old_town.signed_in(person="province-officer")
    page = shown(county, f"/cases/{case}", ASKS)
    assert ASKS in county.open(f"/applications/{case}").text
    assert ASKS not in officer.open(f"/cases/{case}").text
    path = next(urlsplit(form.action).path for form in page.forms if "/feedback/" in form.action)
    unsaid = county.send(page, path, None, words=SAID)
    assert unsaid.status == 422
    assert unsaid.form(path).fields["words"] == [SAID]
    given = county.send(unsaid, path, None, level="very_dissatisfied")
    assert (given.path, given.status) == (f"/feedback/{case}", 200)
    assert "评价已收到" in given.text
    assert SAID in given.text
    assert "省科技厅将核实情况" in given.text
    assert SAID not in shown(old_town.signed_in(**UNIT), f"/feedback/{case}", "受理").text

    waiting = shown(officer, "/desk", "受理：非常不满意")
    assert SAID not in waiting.text
    one = officer.follow(waiting, "受理：非常不满意")
    assert SAID in one.text
    nothing = officer.send(one, one.path, None, answer="")
    assert nothing.status == 422
    done = officer.send(nothing, one.path, None, answer=ANSWERED)
    assert (done.path, "已反馈" in done.text) == ("/desk/feedback", True)
    shown(county, f"/feedback/{case}", ANSWERED)
    shown(county, "/inbox", "对贵单位评价的反馈")
    assert "对贵单位评价的反馈" not in old_town.signed_in(**UNIT).open("/inbox").text
    assert ANSWERED in officer.open(one.path).text
    assert county.open(one.path).status == 403
    assert county.open("/feedback/00000000-0000-4000-8000-000000000001").status == 404


def test_steps_are_rated_by_keyboard_and_without_barriers(
    old_town: Town, look: Callable[..., BrowserContext], case: str
) -> None:
    unit = old_town.signed_in(**UNIT)
    listed = shown(unit, f"/feedback/{case}", "审核推荐")
    for window in (PHONE, DESKTOP):
        page = look(unit, viewport=window).new_page()
        for path in (f"/feedback/{case}", urlsplit(listed.link("审核推荐")).path, f"/cases/{case}", "/satisfaction"):
            page.goto(path)
            assert barriers(page) == [], path
            assert not scrolls_sideways(page), path
    page.goto(urlsplit(listed.link("审核推荐")).path)
    page.locator("input[name=level]").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("办得很快（虚构）")
    page.get_by_role("button", name="提交评价").press("Enter")
    page.wait_for_url(f"**/feedback/{case}")
    expect(page.locator("main")).to_contain_text("办得很快（虚构）")
    expect(page.get_by_role("link", name="评价：审核推荐")).to_have_count(0)


def test_numbers_are_published_once_they_are_enough(old_town: Town, case: str) -> None:
    page = old_town.browser().open("/satisfaction")
    assert (page.status, "暂不公布" in page.text) == (200, True)
    assert case not in page.html
    assert page.link("历年数字")
