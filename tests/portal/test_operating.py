"""The operator's pages, over a running system."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import BrowserContext

from tests.portal.conftest import Town
from tests.portal.looking import DESKTOP, PHONE, barriers, scrolls_sideways

OPERATOR = {"person": "operator"}


def test_the_first_page_says_how_everything_is(town: Town) -> None:
    page = town.signed_in(**OPERATOR).open("/operations")
    assert page.status == 200
    for process in ("intake", "review", "lifecycle", "notify", "office", "notary", "relay", "portal"):
        assert process in page.text
    for words in ("review.cases", "events.all", "juqu.local/log", "juqu projection rebuild NAME --switch"):
        assert words in page.text


@pytest.mark.parametrize("path", ["/operations", "/operations/notices"])
def test_it_is_for_operators_only(town: Town, path: str) -> None:
    assert town.signed_in(person="province-officer").open(path).status == 403


def test_a_provider_is_paused_with_a_reason_and_used_again(town: Town) -> None:
    browser = town.signed_in(**OPERATOR)
    page = browser.open("/operations")
    paused = browser.send(page, "/operations/providers/smpp/pause", reason="线路检修")
    assert (paused.status, paused.path) == (200, "/operations")
    assert "smpp 已停用" in paused.text
    assert "线路检修" in paused.text
    used = browser.send(paused, "/operations/providers/smpp/resume", reason="检修完毕")
    assert "smpp 已恢复使用" in used.text
    assert used.form("/operations/providers/smpp/pause")


def test_what_is_refused_is_said_in_the_services_words(town: Town) -> None:
    browser = town.signed_in(**OPERATOR)
    page = browser.open("/operations")
    form = page.form("/operations/providers/smpp/pause")
    elsewhere = replace(form, action="/operations/providers/nobody/pause")
    refused = browser.submit(page, elsewhere, form.fields | {"reason": ["线路检修"]})
    assert refused.status == 404
    assert "nobody" in refused.text


def test_notices_are_listed_by_state(town: Town) -> None:
    browser = town.signed_in(**OPERATOR)
    page = browser.open("/operations/notices?state=unknown")
    assert "通知：不知是否送出" in page.text
    assert browser.open("/operations/notices?state=no-such-state").status == 422


def test_a_notice_that_is_not_there_is_said_in_words(town: Town) -> None:
    page = town.signed_in(**OPERATOR).open("/operations/notices/00000000-0000-0000-0000-000000000000")
    assert page.status == 404


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_have_no_barriers(
    town: Town, look: Callable[..., BrowserContext], viewport: dict[str, int], language: str
) -> None:
    browser = town.signed_in(**OPERATOR)
    browser.open(f"/language/{language}?back=%2F")
    page = look(browser, viewport=viewport).new_page()
    for path in ("/operations", "/operations/notices"):
        page.goto(path)
        assert barriers(page) == []
        assert not scrolls_sideways(page)
