"""A part of the system is away: pages say so in plain words, what was typed is there to be sent again, and is done
once."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psutil
import pytest

from deploy.local.ports import listeners
from tests.portal.browsing import Browser, WebPage
from tests.portal.conftest import Town, open_town
from tests.portal.test_filing import Applicants

PLAN = "三年内引进机构十家\n\n其中专利代理机构三家"
KEPT = "您填写的内容已保留"
AGAIN = 30.0
"""Seconds until a part that was away has come back."""


@pytest.fixture(scope="module")
def fragile() -> Iterator[Town]:
    """A system of this module's own."""
    with open_town("system") as opened:
        yield opened


@pytest.fixture
def applicants(fragile: Town) -> Applicants:
    return Applicants(fragile)


@contextmanager
def paused(address: str) -> Iterator[None]:
    """What answers at an address does nothing for a while."""
    pids = [pid for pid in listeners(urlsplit(address).port or 0) if pid is not None]
    assert pids, address
    _tell(pids, signal.SIGSTOP)
    try:
        yield
    finally:
        _tell(pids, signal.SIGCONT)


def _tell(pids: list[int], how: signal.Signals) -> None:
    for pid in pids:
        os.kill(pid, how)


def send_again(browser: Browser, page: WebPage, action: str) -> WebPage:
    """Send the form that a page kept."""
    kept = page.form(action)
    return browser.submit(page, kept, kept.fields)


def send_until_done(browser: Browser, page: WebPage, action: str) -> WebPage:
    """Send it, as its page asks for, until it is done."""
    end = time.monotonic() + AGAIN
    while page.status != 200 and time.monotonic() < end:
        time.sleep(1)
        page = send_again(browser, page, action)
    return page


def test_a_form_to_a_service_that_is_away_is_kept_and_done_once(fragile: Town, applicants: Applicants) -> None:
    browser, action = applicants.county, "/form/plan"
    page = browser.open(f"{applicants.path}{action}")
    with paused(fragile.urls["intake"]):
        said = browser.send(page, action, form__goals_and_plan=PLAN)
        assert said.status == 503
        assert KEPT in said.text
        assert said.form(action).fields["form.goals_and_plan"] == [PLAN]
        assert "请稍后再试" in browser.open(applicants.path).text
        assert browser.open("/desk").status == 200
        still = send_again(browser, said, action)
        assert still.status == 503
    done = send_until_done(browser, still, action)
    assert "已保存" in done.text
    twice = send_again(browser, still, action)
    assert (twice.status, "已保存" in twice.text) == (200, True), twice.text
    assert browser.open(f"{applicants.path}{action}").form(action).fields["form.goals_and_plan"] == [PLAN]


def test_without_redis_people_go_on_working(fragile: Town, applicants: Applicants) -> None:
    browser, action = applicants.county, "/form/plan"
    with paused(fragile.redis):
        done = browser.send(browser.open(f"{applicants.path}{action}"), action, form__goals_and_plan=PLAN)
        assert (done.status, "已保存" in done.text) == (200, True), done.text
        assert browser.open("/desk").status == 200
        assert browser.open("/register").status == 200


def test_a_form_that_comes_while_the_database_starts_again_is_kept(fragile: Town, applicants: Applicants) -> None:
    browser, action = applicants.county, "/form/plan"
    page = browser.open(f"{applicants.path}{action}")
    (server,) = (
        psutil.Process(pid)
        for pid in listeners(urlsplit(next(iter(fragile.roles.values()))).port or 0)
        if pid is not None
    )
    for each in (server, *server.children()):
        each.kill()
    said = browser.send(page, action, form__goals_and_plan=PLAN)
    if said.status != 200:
        assert said.status == 503
        assert said.form(action).fields["form.goals_and_plan"] == [PLAN]
    done = send_until_done(browser, said, action)
    assert "已保存" in done.text, done.text
