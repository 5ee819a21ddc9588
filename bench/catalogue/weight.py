"""Weight of a first visit in a real browser: every byte and every request, the service worker's too."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Browser, sync_playwright

from bench import browser
from bench.harness import Result, within
from bench.proxy import Counts, counting_proxy
from bench.server import serving, site_map
from bench.wrk import header

PAGES = {"home": "/ro/", "results": "/ro/services/?q=pensie", "service": "/ro/services/pension-italy/"}
MOST_KILOBYTES, MOST_REQUESTS = 50.0, 12
PHONE = {"width": 360, "height": 740}
SETTLED = 2500  # milliseconds that a page gets for what it does after it has loaded


def run() -> Iterator[Result]:
    """Each page as the first one that a new browser opens; then cookies, of which no page may set one."""
    cookies = 0
    with serving() as server, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.program(), args=browser.flags())
        for name, path in PAGES.items():
            with counting_proxy(server.port) as (port, counts):
                _visit(chromium, f"http://localhost:{port}{path}")
            cookies += counts.cookies
            yield from _results(name, counts)
        chromium.close()
        for path in site_map(server):
            cookies += bool(header(f"{server.origin}{path}", "Set-Cookie"))
    yield within("catalogue.cookies", cookies, 0)


def _visit(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport=PHONE, locale="ro")
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    page.wait_for_timeout(SETTLED)
    context.close()


def _results(name: str, counts: Counts) -> Iterator[Result]:
    yield within(f"catalogue.weight_{name}", counts.bytes / 1000, MOST_KILOBYTES, "KB")
    yield within(f"catalogue.requests_{name}", len(counts.paths), MOST_REQUESTS)
