"""Looking at pages in a real browser (Debian's Chromium), and at how those fare who cannot see or point."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from tests.portal.browsing import Browser

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"width": 320, "height": 640}
DESKTOP = {"width": 1280, "height": 900}

# What comes is worth waiting for: the machine draws pages beside a whole stack of services.
expect.set_options(timeout=30_000)


def chromium() -> str:
    """Where the browser is; the test is skipped where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no Chromium here: `apt-get install chromium` brings one")
    return path


@contextmanager
def open_chromium() -> Iterator[Chromium]:
    """A browser of the tests' own."""
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def open_window(chromium: Chromium, address: str, browser: Browser | None = None, **options: object) -> BrowserContext:
    """A window at an address, with the cookies that a browser without scripts has there."""
    context = chromium.new_context(base_url=address, **{"viewport": DESKTOP, "locale": "zh-CN"} | options)  # type: ignore[arg-type]
    for name, value in (browser.cookies.get(address, {}) if browser else {}).items():
        there = address.replace("http:", "https:")
        context.add_cookies([{"name": name, "value": value, "url": there, "secure": True}])
    return context


def barriers(page: Page) -> list[str]:
    """What axe-core finds wrong with a page by WCAG 2.2 AA and its best practices: rule and elements, a line each."""
    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
    return [
        f"{violation['id']}: {violation['help']}: {[node['html'][:120] for node in violation['nodes'][:4]]}"
        for violation in found.response["violations"]
    ]


def scrolls_sideways(page: Page) -> bool:
    """Whether a page is wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


__all__ = ["DESKTOP", "PHONE", "barriers", "chromium", "open_chromium", "open_window", "scrolls_sideways"]
