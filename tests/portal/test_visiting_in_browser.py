"""The site visit on a phone, in a real browser: what is written and photographed while the network is away is kept, and
sent once when it is back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from deploy.demo.papers import picture
from tests.portal.browsing import Browser
from tests.portal.conftest import Town
from tests.portal.looking import PHONE, barriers, scrolls_sideways
from tests.portal.played import Played

ITEMS = 6


@pytest.fixture(scope="module")
def case_id(old_town: Town) -> str:
    """A case on the day of its site visit."""
    played = Played(old_town)
    played.until("report_visit")
    return played.case_id


def _fill(page: Page) -> None:
    for index in range(ITEMS):
        page.locator(f'[name="checklist.{index}.met"][value="true"]').check()
    page.fill('[name="checklist.0.remark"]', "管理办公室 3 人（虚构）")
    page.fill("#findings", "现场情况与材料一致（虚构）")


def _photograph(page: Page, name: str, seed: int) -> None:
    page.set_input_files("#file", {"name": name, "mimeType": "image/png", "buffer": picture(seed)})


def _opened(look: Callable[..., BrowserContext], browser: Browser, case_id: str) -> Page:
    page = look(browser, viewport=PHONE).new_page()
    page.goto(f"/assignments/{case_id}/visit")
    expect(page.locator("[data-ready]")).to_be_visible(timeout=30_000)
    return page


def test_the_notes_of_an_expert_who_is_not_named_to_visit_stay_on_their_device(
    old_town: Town, look: Callable[..., BrowserContext], case_id: str
) -> None:
    browser = old_town.signed_in(expert="demo-a-3")
    page = _opened(look, browser, case_id)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    _fill(page)
    _photograph(page, "大厅.png", 1)
    page.get_by_role("button", name="存为记录").click()
    expect(page.locator("[data-item=held]")).to_have_count(2)
    assert sent == []
    with page.expect_download() as taken:
        page.locator("[data-take]").last.click()
    assert taken.value.suggested_filename == "考察报告.json"


def test_an_expert_who_visits_without_a_network_has_it_kept_and_sent_once(
    old_town: Town, look: Callable[..., BrowserContext], case_id: str, tmp_path: Path
) -> None:
    browser = old_town.signed_in(expert="demo-a-1")
    page = _opened(look, browser, case_id)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)

    page.context.set_offline(True)
    expect(page.locator("[data-offline]")).to_be_visible()
    _fill(page)
    _photograph(page, "大厅.png", 1)
    _photograph(page, "窗口.png", 2)
    expect(page.locator("[data-item=waiting]")).to_have_count(2)
    expect(page.locator("[data-saved]")).to_have_text("已保存在本机")

    page.reload()
    expect(page.locator("#findings")).to_have_value("现场情况与材料一致（虚构）")
    expect(page.locator('[name="checklist.5.met"][value="true"]')).to_be_checked()
    expect(page.locator("[data-item=waiting]")).to_have_count(2)

    with page.expect_download() as taken:
        page.locator("[data-take]").first.click()
    assert taken.value.suggested_filename == "大厅.png"
    taken.value.save_as(tmp_path / "taken.png")
    assert (tmp_path / "taken.png").read_bytes() == picture(1)

    page.get_by_role("button", name="提交考察报告").click()
    expect(page.locator("[data-item=waiting]")).to_have_count(3)
    assert barriers(page) == []
    assert not scrolls_sideways(page)

    sent.clear()
    page.context.set_offline(False)
    expect(page.get_by_text("考察报告已提交。")).to_be_visible(timeout=30_000)
    assert len([url for url in sent if url.endswith("/photographs")]) == 2
    assert len([url for url in sent if url.endswith("/visit")]) == 1
    expect(page.get_by_text("现场情况与材料一致（虚构）")).to_be_visible()
    expect(page.get_by_role("link", name="窗口.png")).to_be_visible()
    page.reload()
    expect(page.locator("[data-item]")).to_have_count(0)
