"""Every page in every language: axe, no sideways scrolling, no foreign host, no cookie, nothing refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PAGES = [
    "",
    "services/",
    "services/?q=pensie",
    "services/?q=asdfqwer",
    "services/?q=pasaprot",
    "services/?phase=abroad&country=IT",
    "services/pension-italy/",
    "services/dar-1-3/",
    "services/passport-md/",
    "services/pension-germany/",  # a long address among its facts
    "services/pension-italy/print/",
    "services/pension-italy/report/",
    "services/pension-italy/report/done/",
    "saved/",
    "categories/",
    "categories/documents/",
    "categories/ss_pensions/",
    "categories/hl_mental/",  # a long word in its heading
    "phases/abroad/",
    "countries/",
    "countries/it/",
    "providers/",
    "providers/la_strada/",
    "journeys/",
    "journeys/first-departure-with-agency/",
    "shopfronts/",
    "shopfronts/cahul/",
    "s/1/",
    "s/2/",
    "s/3/",
    "about/",
    "accessibility/",
    "privacy/",
    "offline/",
    "no-such-page/",
]
COOKIE_PAGES = {"services/pension-italy/report/"}
TAGS = {
    "resultTypes": ["violations", "incomplete"],  # the elements of rules that pass need not be told
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
}


@pytest.fixture(scope="module")
def tab(browser: Browser, site: str) -> Iterator[Page]:
    """One tab for all pages: what a page leaves behind is part of the test of the next."""
    context = browser.new_context(base_url=site, reduced_motion="reduce", service_workers="block")
    yield context.new_page()
    context.close()


def findings(tab: Page) -> list[str]:
    """Violations and unclear cases of axe, each with the element."""
    if not tab.evaluate("'axe' in window"):  # half a megabyte of rules is read once a page
        tab.evaluate(Axe().axe_script)
    result: dict[str, Any] = tab.evaluate("options => axe.run(document, options)", TAGS)
    return [
        f"{kind}: {rule['id']}: {rule['nodes'][0]['html'][:160]}"
        for kind in ("violations", "incomplete")
        for rule in result[kind]
    ]


@pytest.mark.parametrize("width", [320, 360, 768])
def test_the_menu_opens_over_the_page(tab: Page, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 640})
    tab.goto("/ru/")
    button = tab.locator("header .menu summary")
    place = "[...document.querySelectorAll('header .menu summary, h1')].map(each => each.getBoundingClientRect().y)"
    before = tab.evaluate(place)
    assert tab.locator("header .site-head__row").bounding_box()["height"] < 80  # type: ignore[index]
    button.click()
    assert tab.locator("header .menu nav a").first.is_visible()
    assert tab.evaluate(place) == before
    button.click()


@pytest.mark.parametrize("language", ["ro", "ru", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_accessible_and_keeps_to_itself(path: str, language: str, tab: Page, site: str) -> None:
    told: list[str] = []
    hosts: set[str] = set()
    on_console = lambda message: told.append(message.text) if message.type == "error" else None  # noqa: E731
    on_request = lambda request: hosts.add(urlsplit(request.url).netloc)  # noqa: E731
    tab.on("console", on_console)
    tab.on("request", on_request)
    tab.set_viewport_size({"width": 320, "height": 640})
    tab.emulate_media(color_scheme="light")
    answer = tab.goto(f"/{language}/{path}")
    assert answer is not None
    seen: list[str] = []
    for width in (320, 1280):
        for scheme in ("light", "dark"):
            tab.set_viewport_size({"width": width, "height": 800})
            tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            seen += [f"{width} {scheme}: {finding}" for finding in findings(tab)]
            sideways = tab.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert sideways <= 0, f"{width}: {sideways} px wider than the screen"
    tab.remove_listener("console", on_console)
    tab.remove_listener("request", on_request)
    assert seen == []
    assert [text for text in told if answer.status == 200 or "404" not in text] == []
    assert hosts == {urlsplit(site).netloc}
    assert tab.evaluate("document.documentElement.lang") == language
    if path not in COOKIE_PAGES:
        assert "set-cookie" not in answer.headers
