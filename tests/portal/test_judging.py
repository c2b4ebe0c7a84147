"""The expert's pages, from the declaration to the others' sheets, and the site visit without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from deploy.demo.papers import picture
from tests.portal.browsing import Browser, WebPage
from tests.portal.conftest import Town
from tests.portal.looking import DESKTOP, PHONE, barriers, scrolls_sideways
from tests.portal.played import Played

CRITERIA = 5
ITEMS = 6


@pytest.fixture(scope="module")
def played(old_town: Town) -> Played:
    """A case whose panel is convened; the tests follow it in their order."""
    case = Played(old_town)
    case.until("score")
    return case


def _expert(played: Played, number: int) -> Browser:
    return played.town.signed_in(expert=f"demo-a-{number}")


def _opened(browser: Browser, played: Played) -> WebPage:
    """The case, once they declared that nothing ties them to it."""
    page = browser.open(f"/assignments/{played.case_id}")
    declared = not any(form.action.endswith("/impartiality") for form in page.forms)
    return page if declared else browser.send(page, "/impartiality")


def _sheet(points: int) -> dict[str, str]:
    return {f"scores__{index}__points": str(points) for index in range(CRITERIA)}


def test_only_assigned_cases_are_listed(played: Played) -> None:
    page = _expert(played, 1).open("/assignments")
    assert f"/assignments/{played.case_id}" in page.link("九台区")
    other = played.town.signed_in(expert="demo-b-1")
    assert "九台区" not in other.open("/assignments").text
    assert other.open(f"/assignments/{played.case_id}").status == 403


def test_the_declaration_comes_before_everything_else(played: Played) -> None:
    browser = _expert(played, 1)
    page = browser.open(f"/assignments/{played.case_id}")
    assert "九台示例知识产权服务有限公司" in page.text
    for hidden in ("申请书", "专项经费", "王样例"):
        assert hidden not in page.text
    for gated in ("score-sheet", "visit", f"documents/{'0' * 64}"):
        assert browser.open(f"/assignments/{played.case_id}/{gated}").path == f"/assignments/{played.case_id}"
    assert "专项经费" not in browser.open(f"/cases/{played.case_id}").text
    assert "先作声明" in browser.open("/assignments").text
    for story in ("cases", "applications", "districts"):
        assert browser.open(f"/{story}/{played.case_id}/story").status == 404
    assert "九台示例" not in browser.open("/search?q=%E4%B9%9D%E5%8F%B0").text
    read = browser.send(page, "/impartiality")
    assert "专项经费" in read.text
    assert browser.open(f"/cases/{played.case_id}/story").status == 200
    assert "九台示例" in browser.open("/search?q=%E4%B9%9D%E5%8F%B0").text
    document = next(address for _, address in read.links if "/documents/" in address)
    assert browser.open(document).headers["content-type"].startswith("application/pdf")


def test_it_is_declared_by_each_person_for_themself_and_holds_in_every_browser(played: Played) -> None:
    browser = _expert(played, 1)
    assert "专项经费" in browser.open(f"/assignments/{played.case_id}").text
    browser.sign_in(expert="demo-a-2")
    assert "声明没有，开始评审" in browser.open(f"/assignments/{played.case_id}").text


def test_the_sum_is_reckoned_and_what_is_wrong_stands_at_its_field(played: Played) -> None:
    browser = _expert(played, 1)
    _opened(browser, played)
    page = browser.open(f"/assignments/{played.case_id}/score-sheet")
    reckoned = browser.send(page, "/score-sheet", **_sheet(80), _reckon="yes", comment="还没写完")
    assert "80.00" in reckoned.text
    assert reckoned.form("/score-sheet").fields["comment"] == ["还没写完"]
    refused = browser.send(page, "/score-sheet", **_sheet(180), recommended="true", comment="意见")
    assert refused.status == 422
    assert 'id="scores.0.points-wrong"' in refused.html
    assert refused.form("/score-sheet").fields["comment"] == ["意见"]


def test_sheets_are_blind_until_all_are_in(played: Played) -> None:
    for number in range(1, 6):
        browser = _expert(played, number)
        _opened(browser, played)
        page = browser.open(f"/assignments/{played.case_id}/score-sheet")
        given = browser.send(page, "/score-sheet", **_sheet(80 + number), recommended="true", comment=f"意见{number}")
        assert given.path == f"/assignments/{played.case_id}"
        assert "评分表已提交" in given.text
        assert ("意见1" in given.text) == (number == 5)
    assert "专家1（虚构）" in browser.open(f"/assignments/{played.case_id}").text


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_have_no_barriers(
    played: Played, look: Callable[..., BrowserContext], viewport: dict[str, int], language: str
) -> None:
    browser = _expert(played, 1)
    browser.open(f"/language/{language}?back=%2F")
    of = f"/assignments/{played.case_id}"
    page = look(browser, viewport=viewport).new_page()
    page.goto(of)
    assert barriers(page) == []
    for path in ("/assignments", of, f"{of}/score-sheet"):
        page.goto(path)
        assert barriers(page) == []
        assert not scrolls_sideways(page)


def test_a_visit_is_reported_by_a_plain_form(played: Played) -> None:
    played.until("report_visit", without=["score"])
    browser = played.town.signed_in(person="province-officer")
    page = browser.open(f"/assignments/{played.case_id}/visit")
    photographs = {"file": ("大厅.png", picture(3))}
    refused = browser.send(page, "/visit", photographs, findings="")
    assert refused.status == 422
    assert refused.form("/visit").fields["photographs.0.name"] == ["大厅.png"]
    met = {f"checklist__{index}__met": "true" for index in range(ITEMS)}
    done = browser.send(refused, "/visit", findings="现场情况与材料一致", checklist__5__remark="走访 3 家", **met)
    assert (done.status, done.path) == (200, f"/assignments/{played.case_id}/visit")
    for words in ("考察报告已提交", "现场情况与材料一致", "走访 3 家", "大厅.png"):
        assert words in done.text


def test_an_expert_reads_the_report_of_the_visit(played: Played) -> None:
    browser = _expert(played, 1)
    _opened(browser, played)
    page = browser.open(f"/assignments/{played.case_id}/visit")
    assert "现场情况与材料一致" in page.text
    assert browser.open(page.link("大厅.png")).headers["content-type"] == "image/png"


def test_who_has_a_tie_steps_back(played: Played) -> None:
    browser = _expert(played, 5)
    page = browser.open(f"/assignments/{played.case_id}")
    refused = browser.send(page, "/conflict", reason="")
    assert refused.status == 422
    gone = browser.send(refused, "/conflict", reason="曾任顾问（虚构）")
    assert (gone.path, "已回避" in gone.text) == ("/assignments", True)
    assert browser.open(f"/assignments/{played.case_id}").status == 403
