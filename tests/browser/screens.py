"""`make screens`: pictures of the pages for `docs/screens/`, phone and desktop, Romanian and Russian."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS

TARGET = Path(__file__).resolve().parents[2] / "docs" / "screens"
PAGES = {
    "home": "",
    "results": "services/?q=pensie%20italia",
    "nothing": "services/?q=asdfqwer",
    "service": "services/pension-italy/",
    "print": "services/pension-italy/print/",
    "country": "countries/it/",
    "journey": "journeys/first-departure-with-agency/",
    "shopfront": "shopfronts/cahul/",
    "help": "s/1/",
}
SHOTS = (("ro", 360, "light"), ("ru", 360, "light"), ("ro", 1280, "light"), ("ru", 1280, "dark"))


def main(address: str) -> None:
    """Photograph the pages of a running product."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for language, width, scheme in SHOTS:
            context = browser.new_context(
                base_url=address,
                viewport={"width": width, "height": 800},
                color_scheme=scheme,
                reduced_motion="reduce",
            )
            page = context.new_page()
            for name, path in PAGES.items():
                page.goto(f"/{language}/{path}", wait_until="networkidle")
                page.screenshot(
                    path=TARGET / f"{name}-{language}-{width}.jpg", full_page=True, type="jpeg", quality=60
                )
            context.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
