"""README's two pictures, of the sample cases as the first term ends: ``python -m tests.portal.pictures``."""

from __future__ import annotations

from pathlib import Path

from tests.portal.conftest import open_town
from tests.portal.looking import open_chromium, open_window

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
A_TERM_ENDS = "2021-08-25"
PICTURES = {
    "desk.png": ("/desk", {"person": "province-officer"}, {"width": 1280, "height": 800}),
    "register.png": ("/register", {}, {"width": 1280, "height": 800}),
}
"""For each: the page, who looks at it (nobody: the public), and the window."""


def main() -> None:
    """Take them. Raises ``AssertionError`` where a page is not what it should be."""
    FOLDER.mkdir(exist_ok=True)
    with open_town("driven") as town, open_chromium() as chromium:
        town.play(A_TERM_ENDS)
        for name, (path, who, size) in PICTURES.items():
            browser = town.signed_in(**who) if who else town.browser()
            page = open_window(chromium, town.portal, browser, viewport=size, color_scheme="light").new_page()
            answer = page.goto(path)
            assert answer is not None, path
            assert answer.ok, (path, answer.status)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=FOLDER / name)


if __name__ == "__main__":
    main()
