"""Every page that a person can reach by links, for each role, while the sample cases are in mid-course.

Whoever follows a link comes to a page that is there. A browser with axe-core then looks at one page of each kind, in
both languages, on a phone and a desk.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx
import pytest
from playwright.sync_api import BrowserContext, expect

from deploy.local.issuer.people import OPERATOR
from tests.portal.browsing import Browser, WebPage
from tests.portal.conftest import Town, open_town
from tests.portal.looking import DESKTOP, PHONE, barriers, scrolls_sideways

MID_COURSE = "2020-11-30"
MOST = 250
"""Pages that one person opens."""
HEAVIEST = 100 * 1024
"""Bytes of a page."""
WHO = {
    "public": {},
    "county": {"person": "county-220502"},
    "key unit": {"person": "unit-91220502DEM000081X"},
    "city": {"person": "city-220500"},
    "officer": {"person": "province-officer"},
    "lead": {"person": "province-lead"},
    "expert": {"person": "expert-demo-c-1"},
    "operator": {"person": "operator"},
    "auditor": {"person": "auditor"},
}
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}|\d+")
_NOT_PAGES = re.compile(
    r"\.(csv|xlsx|json|atom|xml|txt|py|pdf|docx|png|jpg)$|/(documents|attachments)/|^/(language|type|sign-in)"
)


@dataclass
class Walk:
    """The pages that somebody came to, by kind: the path with its ids left out. ``new`` are the kinds that nobody who
    walked before had in this make."""

    browser: Browser
    pages: dict[str, WebPage] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def played() -> Iterator[Town]:
    """A system in which the sample cases are in mid-course."""
    with open_town("driven") as town:
        town.play(MID_COURSE)
        _sign(town)
        yield town


def _sign(town: Town) -> None:
    """Have the notary sign all that there is: each event then has its proof."""
    headers = {"Authorization": f"Bearer {town.token(OPERATOR)}"}
    httpx.post(f"{town.urls['notary']}/checkpoint", headers=headers, trust_env=False).raise_for_status()


@pytest.fixture(scope="module")
def walks(played: Town) -> dict[str, Walk]:
    """Everybody's walk."""
    found = {name: _walk(played, who) for name, who in WHO.items()}
    seen = set[tuple[str, frozenset[str]]]()
    for walk in found.values():
        for kind, page in walk.pages.items():
            if (kind, make := _make(page.html)) not in seen or not walk.new:
                seen.add((kind, make))
                walk.new.append(kind)
    return found


def _make(html: str) -> frozenset[str]:
    """What the main part of a page is made of: tags with their classes."""
    return frozenset(re.findall(r'<\w+(?:[^>]*?\sclass="[^"]*")?', re.sub(r"(?s).*<main|</main>.*", "", html)))


def _walk(town: Town, who: dict[str, str]) -> Walk:
    browser = town.signed_in(**who) if who else town.browser()
    walk = Walk(browser)
    waiting, seen = deque(["/desk" if who else "/"]), set[str]()
    kinds: dict[str, int] = {}
    while waiting and len(seen) < MOST:
        path = waiting.popleft()
        kind = _kind(path)
        if path in seen or kinds.get(kind, 0) >= 3:
            continue
        seen.add(path)
        kinds[kind] = kinds.get(kind, 0) + 1
        page = browser.open(path)
        if page.status != 200:
            walk.troubles.append(f"{page.status} {path}: {page.title or page.text[:200]}")
            continue
        if "text/html" not in page.headers.get("content-type", ""):
            continue
        walk.pages.setdefault(kind, page)
        for _, address in page.links:
            there = urldefrag(urljoin(page.url, address)).url
            if there.startswith(f"{town.portal}/"):
                parts = urlsplit(there)
                target = parts.path + (f"?{parts.query}" if parts.query else "")
                if not _NOT_PAGES.search(parts.path):
                    waiting.append(target)
    return walk


def _kind(path: str) -> str:
    parts = urlsplit(path)
    names = sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair})
    return _ID.sub("*", parts.path) + ("?" + "&".join(names) if names else "")


@pytest.mark.parametrize("who", WHO)
def test_every_link_leads_to_a_page(walks: dict[str, Walk], who: str) -> None:
    assert "\n".join(walks[who].troubles) == ""
    assert len(walks[who].pages) > 4


@pytest.mark.parametrize("who", WHO)
def test_pages_are_light_and_bring_no_style_or_script_of_their_own(walks: dict[str, Walk], who: str) -> None:
    for kind, page in walks[who].pages.items():
        assert len(page.html.encode()) < HEAVIEST, kind
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]* src=)", page.html), kind
        assert page.html.count("<h1") == 1, kind


def test_no_public_page_names_a_person(walks: dict[str, Walk]) -> None:
    for kind, page in walks["public"].pages.items():
        assert "example.com" not in page.html, kind
        assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", page.html), kind
        assert "经办人（虚构）" not in page.text, kind


def test_paper_shows_what_is_folded_away_and_no_buttons(
    walks: dict[str, Walk], look: Callable[..., BrowserContext]
) -> None:
    page = look(walks["officer"].browser).new_page()
    page.goto(walks["officer"].pages["/cases/*"].path)
    folded = page.locator("details:not([open]) p").first
    expect(folded).to_be_hidden()
    page.emulate_media(media="print")
    expect(folded).to_be_visible()
    expect(page.locator(".printed")).to_be_visible()
    expect(page.locator(".btn:visible, form[role=search]:visible")).to_have_count(0)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize(
    ("language", "window"),
    [("zh", {"viewport": PHONE, "color_scheme": "dark"}), ("en", {"viewport": DESKTOP, "color_scheme": "light"})],
    ids=["zh-phone-dark", "en-desk-light"],
)
def test_no_page_has_barriers(
    walks: dict[str, Walk], look: Callable[..., BrowserContext], who: str, language: str, window: dict[str, object]
) -> None:
    walk = walks[who]
    walk.browser.open(f"/language/{language}?back=%2F")
    page = look(walk.browser, **window).new_page()
    found = {}
    for kind in walk.new:
        page.goto(walk.pages[kind].path)
        wrong = barriers(page) + (["it scrolls sideways"] if scrolls_sideways(page) else [])
        if wrong:
            found[kind] = wrong
    assert found == {}
