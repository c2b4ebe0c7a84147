"""Signing in and out: what a browser keeps, what the server knows, and what happens when people dawdle."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import BrowserContext, expect

from tests.portal.browsing import WebForm
from tests.portal.conftest import Town
from tests.portal.looking import PHONE, barriers, scrolls_sideways

OFFICER = {"person": "province-officer"}


def test_a_page_that_wants_somebody_leads_by_the_provider_and_back(town: Town) -> None:
    browser = town.browser()
    page = browser.open("/desk")
    assert urlsplit(page.url).path == "/authorize"
    asked = parse_qs(urlsplit(page.url).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"{town.portal}/sign-in/return"]
    desk = browser.submit(page, WebForm(page.url, "post"), {"person": ["province-officer"]})
    assert (desk.status, desk.path) == (200, "/desk")
    assert "省厅经办人" in desk.text


def test_the_cookie_is_bound_to_the_host_and_hidden_from_scripts(town: Town) -> None:
    browser = town.signed_in(**OFFICER)
    page = browser.open("/sign-in?back=%2Fdesk")
    answer = httpx.post(
        page.url, data={"person": "province-officer"}, headers={"Origin": town.urls["issuer"]}, trust_env=False
    )
    back = answer.headers["location"]
    kept = browser.cookies[town.portal]
    said = httpx.get(back, headers={"Cookie": "; ".join(f"{k}={v}" for k, v in kept.items())}, trust_env=False)
    session = next(line for line in said.headers.get_list("set-cookie") if line.startswith("__Host-session="))
    for attribute in ("HttpOnly", "Secure", "Path=/", "SameSite=lax"):
        assert attribute in session
    assert "Domain" not in session


def test_two_tabs_sign_in_side_by_side(town: Town) -> None:
    browser = town.browser()
    first, second = browser.open("/sign-in?back=%2Fdesk"), browser.open("/sign-in?back=%2F")
    here = browser.submit(second, WebForm(second.url, "post"), {"person": ["province-officer"]})
    there = browser.submit(first, WebForm(first.url, "post"), {"person": ["province-officer"]})
    assert (here.path, there.path) == ("/", "/desk")


def test_what_the_provider_brings_counts_once_and_in_the_browser_that_began(town: Town) -> None:
    browser, other = town.browser(), town.browser()
    page = browser.open("/sign-in")
    answer = httpx.post(
        page.url, data={"person": "province-officer"}, headers={"Origin": town.urls["issuer"]}, trust_env=False
    )
    back = answer.headers["location"]
    assert other.open(back).status == 400
    assert browser.open(back).status == 200
    assert "省厅经办人" in browser.open("/desk").text
    assert browser.open(back).path == "/"


@pytest.mark.parametrize("back", ["//evil.example/", "/\\evil.example", "https://evil.example/", "/a\r\nb", "desk"])
def test_signing_in_leads_nowhere_else(town: Town, back: str) -> None:
    browser = town.browser()
    page = browser.open(str(httpx.URL("/sign-in").copy_merge_params({"back": back})))
    if page.status == 422:
        return
    done = browser.submit(page, WebForm(page.url, "post"), {"person": ["province-officer"]})
    assert done.url.startswith(f"{town.portal}/")
    assert done.path == "/"


def test_signing_out_ends_it_here_and_at_the_provider(town: Town) -> None:
    browser = town.signed_in(**OFFICER)
    desk = browser.open("/desk")
    kept = dict(browser.cookies[town.portal])
    browser.send(desk, "/sign-out")
    browser.cookies[town.portal] = kept
    assert urlsplit(browser.open("/desk").url).path == "/authorize"


def test_signing_out_everywhere_ends_all_of_ones_sessions(town: Town) -> None:
    who = {"office": "city 220200", "name": "到处退出"}
    here, there, colleague = (
        town.signed_in(**who),
        town.signed_in(**who),
        town.signed_in(office="city 220200", name="同事"),
    )
    desk = here.open("/desk")
    here.send(desk, "/sign-out", everywhere="yes")
    assert urlsplit(there.open("/desk").url).path == "/authorize"
    assert colleague.open("/desk").path == "/desk"


def test_a_form_of_an_ended_session_is_kept_to_be_sent_again(town: Town) -> None:
    browser = town.signed_in(office="city 220300", name="离开一会")
    desk = browser.open("/desk")
    browser.cookies[town.portal].pop("__Host-session")
    form = desk.form("/sign-out")
    kept = browser.submit(desk, form, form.fields | {"everywhere": ["yes"], "words": ["写了很久\n的话"]})
    assert kept.status == 401
    assert kept.form("/sign-out").fields["words"] == ["写了很久\n的话"]
    again = browser.sign_in(office="city 220300", name="离开一会")
    assert again.path == "/desk"
    asked = browser.submit(kept, kept.form("/sign-out"), kept.form("/sign-out").fields)
    assert asked.status == 409
    confirming = asked.forms[-1]
    assert confirming.fields["words"] == ["写了很久\n的话"]
    done = browser.submit(asked, confirming, confirming.fields)
    assert done.status == 200
    assert urlsplit(browser.open("/desk").url).path == "/authorize"


def test_another_sites_form_is_refused(town: Town) -> None:
    browser = town.signed_in(**OFFICER)
    desk = browser.open("/desk")
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies[town.portal].items())
    fields = {name: values[0] for name, values in desk.form("/sign-out").fields.items()}
    for says in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site", "Origin": town.portal}):
        answer = httpx.post(f"{town.portal}/sign-out", data=fields, headers={"Cookie": cookies} | says, trust_env=False)
        assert answer.status_code == 403
    assert browser.open("/desk").path == "/desk"


def test_pages_bring_nothing_from_elsewhere(town: Town) -> None:
    page = town.browser().open("/")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<(script|style)[^>]*>[^<\s]|\sstyle=|\son[a-z]+=", page.html)
    assert page.headers["x-content-type-options"] == "nosniff"


def test_an_unknown_page_is_a_page_in_words(town: Town) -> None:
    browser = town.browser()
    page = browser.open("/no-such-page")
    assert page.status == 404
    assert "text/html" in page.headers["content-type"]
    browser.open("/language/en?back=%2F")
    assert "There is nothing at this path" in browser.open("/no-such-page").text


@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 900}], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_first_pages_have_no_barriers(
    town: Town, look: Callable[..., BrowserContext], viewport: dict[str, int], scheme: str, language: str
) -> None:
    browser = town.signed_in(**OFFICER)
    browser.open(f"/language/{language}?back=%2F")
    page = look(browser, viewport=viewport, color_scheme=scheme).new_page()
    for path in ("/", "/desk", "/no-such-page"):
        page.goto(path)
        assert barriers(page) == []
        assert not scrolls_sideways(page)


def test_signing_in_by_the_keyboard(town: Town, look: Callable[..., BrowserContext]) -> None:
    page = look().new_page()
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_class("skip")
    page.locator("header").get_by_role("link", name="登录").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name=re.compile("省厅经办人")).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{town.portal}/desk")
