"""A whole system with the portal, and browsers in front of it.

``town`` is shared by all tests of a process: its clock is the real one, and cases are made in it by whoever needs them.
``old_town`` has a driven clock and is a module's own, for journeys over years.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext

from shared.contracts.core import Actor
from shared.service.identity.development_issuer import DevelopmentIssuer
from tests.portal.browsing import Browser
from tests.portal.looking import open_chromium, open_window

PATIENCE = 300.0
PLAYING = 900.0


@dataclass(frozen=True)
class Town:
    """A running system: its state folder, and where its processes answer."""

    state: Path
    urls: dict[str, str]
    roles: dict[str, str]
    redis: str

    @property
    def portal(self) -> str:
        """The portal's address."""
        return self.urls["portal"]

    def token(self, actor: Actor) -> str:
        """A token for the services' APIs."""
        return DevelopmentIssuer(self.state / "keys").token(actor)

    def play(self, until: str) -> None:
        """Play the sample cases up to a day, on a driven clock: it stays at the last step before that day's end."""
        play = [sys.executable, "-m", "tests.portal.playing", str(self.state), until]
        subprocess.run(play, check=True, timeout=PLAYING)

    def browser(self) -> Browser:
        """A browser without scripts, nobody signed in."""
        return Browser(self.portal)

    def signed_in(self, **who: str) -> Browser:
        """A browser in which somebody is signed in (see ``Browser.sign_in``)."""
        browser = self.browser()
        page = browser.sign_in(**who)
        assert page.status == 200, (page.status, page.text)
        assert page.path == "/desk", page.url
        return browser


@contextmanager
def open_town(clock: str) -> Iterator[Town]:
    """A system of its own."""
    with tempfile.TemporaryDirectory(prefix="juqu-portal-", ignore_cleanup_errors=True) as folder:
        state = Path(folder)
        state.chmod(0o755)
        log = (state / "system.log").open("w")
        system = subprocess.Popen(
            [sys.executable, "-m", "tests.portal.system", folder, clock],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(system, state)
            noted = json.loads((state / "stack.json").read_text())
            yield Town(state, noted["services"], noted["roles"], noted["redis"])
        finally:
            system.send_signal(signal.SIGTERM)
            try:
                system.wait(60)
            except subprocess.TimeoutExpired:
                system.kill()


def _wait(system: subprocess.Popen[bytes], state: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not (state / "ready").exists():
        if system.poll() is not None or time.monotonic() > end:
            raise AssertionError((state / "system.log").read_text()[-3000:])
        time.sleep(0.1)


@pytest.fixture(scope="session")
def town() -> Iterator[Town]:
    """The system that tests share."""
    with open_town("system") as opened:
        yield opened


@pytest.fixture(scope="module")
def old_town() -> Iterator[Town]:
    """A module's own system, whose clock is driven."""
    with open_town("driven") as opened:
        yield opened


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    """A real browser; tests that want it are skipped where there is none. A module's own: while its driver is open, a
    loop runs in this thread, and no other can."""
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def look(chromium: Chromium, request: pytest.FixtureRequest) -> Iterator[Callable[..., BrowserContext]]:
    """Makes a window of the real browser, at the portal, with the cookies of a ``Browser`` where one is given."""
    opened: list[BrowserContext] = []

    def window(browser: Browser | None = None, *, portal: str = "", **options: object) -> BrowserContext:
        address = portal or (browser.portal if browser else request.getfixturevalue("town").portal)
        opened.append(open_window(chromium, address, browser, **options))
        return opened[-1]

    yield window
    for context in opened:
        context.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that look in a real browser are marked: ``-m browser`` runs them alone."""
    for item in items:
        if {"chromium", "look"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")
