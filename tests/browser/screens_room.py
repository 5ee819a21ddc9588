"""Pictures of the waiting room for `docs/screens/`: the tablet standing, the screen in both orientations.

`python -m tests.browser.screens_room TABLET SCREEN` with the whole addresses of a running demo; takes one ticket.
"""

from __future__ import annotations

import sys

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.screens import TARGET

STANDING, LYING = (1080, 1920), (1920, 1080)


def photograph(page: Page, name: str) -> None:
    """Keep what the glass shows, with its size in the name."""
    size = page.viewport_size or {}
    page.screenshot(path=TARGET / f"{name}-{size['width']}x{size['height']}.png")


def open_at(browser: Browser, size: tuple[int, int], address: str) -> Page:
    """A page on a glass of some size."""
    page = browser.new_page(
        viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce", has_touch=True
    )
    page.goto(address, wait_until="networkidle" if "kiosk" in address else "load")
    return page


def main(tablet: str, screen: str) -> None:
    """Photograph."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = open_at(browser, STANDING, tablet)
        photograph(page, "kiosk")
        russian = tablet.replace("/ro/", "/ru/", 1)
        for name, path in (("kiosk-reasons-ru", "ticket/"), ("kiosk-reference-ru", "reference/")):
            page.goto(f"{russian}{path}")
            photograph(page, name)
        page.goto(f"{russian}ticket/")
        page.locator("button[name=reason]").first.tap()
        page.wait_for_url("**/number/**")
        photograph(page, "kiosk-ru")
        for size in (LYING, STANDING):
            photograph(open_at(browser, size, screen), "screen")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:3])
