"""Someone in danger, each with a fresh profile: home, search, topic, service, out; then what the profile still holds."""

from __future__ import annotations

import re
import shutil
import sqlite3
import urllib.parse
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, Playwright

from common.help_lines import EMERGENCY, LINES
from tests.browser.conftest import CHROMIUM, FLAGS

pytestmark = pytest.mark.browser

WORDS = {"ro": "soțul mă bate", "ru": "муж бьёт"}
TITLE = {"ro": "NEXUS – servicii", "ru": "NEXUS – услуги"}
SERVICE = {"ro": "Ajutor în caz de violență în familie", "ru": "Помощь при насилии в семье"}
TELLING = re.compile("violen|насил|danger|pericol|опасн|help-now|lg_|bate|бьет|бьёт", re.IGNORECASE)
SCREEN = {"width": 360, "height": 740}
ZONES = {"home": "Europe/Chisinau", "abroad": "Europe/Rome"}


@contextmanager
def profile(
    playwright: Playwright, site: str, folder: Path, *, script: bool = True, zone: str = ZONES["home"]
) -> Iterator[BrowserContext]:
    """A browser with a profile that stays on the disk when it is closed."""
    context = playwright.chromium.launch_persistent_context(
        str(folder),
        executable_path=CHROMIUM,
        args=FLAGS,
        base_url=site,
        viewport=SCREEN,
        java_script_enabled=script,
        timezone_id=zone,
        locale="ro-RO",
    )
    try:
        yield context
    finally:
        context.close()


def within_first_screen(page: Page, selector: str) -> bool:
    """Whether the first element stands wholly on the first screen, the page not scrolled."""
    box = page.locator(selector).first.bounding_box()
    return box is not None and box["y"] >= 0 and box["y"] + box["height"] <= SCREEN["height"]


def history_of(context: BrowserContext, page: Page) -> list[str]:
    """Addresses and titles of the tab's own history."""
    entries = context.new_cdp_session(page).send("Page.getNavigationHistory")["entries"]
    return [f"{entry['url']} {entry['title']}" for entry in entries]


def rows(database: Path, statement: str) -> list[str]:
    """Rows of a database of the profile as lines; a copy is read, since the browser may hold it."""
    copy = database.with_name(f"{database.name}-read")
    shutil.copy(database, copy)
    with closing(sqlite3.connect(copy)) as connection:
        return [" ".join(map(str, row)) for row in connection.execute(statement)]


def spellings(words: str) -> list[bytes]:
    """How words may lie in a file."""
    forms = {words, words.replace(" ", "+"), urllib.parse.quote(words), urllib.parse.quote_plus(words)}
    return [form.encode(code) for form in forms for code in ("utf-8", "utf-16-le")]


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
@pytest.mark.parametrize("language", ["ro", "ru"])
def test_nothing_tells_what_was_looked_for(
    playwright: Playwright, site: str, tmp_path: Path, language: str, *, script: bool
) -> None:
    folder = tmp_path / "profile"
    with profile(playwright, site, folder, script=script) as context:
        page = context.pages[0]
        page.goto(f"/{language}/")
        assert within_first_screen(page, ".sos")
        page.locator("#q").press_sequentially(WORDS[language], delay=60)
        page.wait_for_timeout(500)  # suggestions come
        page.locator("#q").press("Enter")
        page.wait_for_url(re.compile(rf"/{language}/categories/\d+/$"))
        topic = page.url
        assert page.title() == TITLE[language]
        assert page.locator(".call").first.get_attribute("href") == f"tel:{EMERGENCY}"
        assert within_first_screen(page, ".call")
        page.get_by_role("link", name=SERVICE[language]).click()
        page.wait_for_url(re.compile(rf"/{language}/services/\d+/$"))
        service = page.url
        assert page.title() == TITLE[language]
        assert within_first_screen(page, ".call")
        assert within_first_screen(page, '.call[href="tel:080088008"]')
        assert page.locator('main a[href="tel:+37322240624"]').count() > 0
        leave(page, script=script)
        page.wait_for_url(f"**/{language}/s/2/")
        assert page.title() == TITLE[language]
        assert [entry for entry in history_of(context, page) if TELLING.search(entry)] == []
        while page.url.rstrip("/") != f"{site}/{language}":
            page.go_back()
            assert not TELLING.search(page.title() + page.url)
        assert page.locator("#q").input_value() == ""
        if script:
            kept = page.evaluate("async () => [JSON.stringify(localStorage), JSON.stringify(sessionStorage), "
                                 "...(await Promise.all((await caches.keys()).map(async name => "
                                 "(await (await caches.open(name)).keys()).map(request => request.url)))).flat()]")  # fmt: skip
            assert [entry for entry in kept if TELLING.search(entry) or entry in (topic, service)] == []
    visited = rows(folder / "Default" / "History", "SELECT url, title FROM urls")
    assert any(line.startswith(service) for line in visited)  # the file is the one that is written
    assert [line for line in visited if TELLING.search(urllib.parse.unquote(line))] == []
    assert rows(folder / "Default" / "History", "SELECT term FROM keyword_search_terms") == []
    assert rows(folder / "Default" / "Web Data", "SELECT name, value FROM autofill") == []
    looked = spellings(WORDS[language])
    for file in folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert not any(form in content for form in looked), file
            if "Cache_Data" in file.parts:
                assert topic.encode() not in content, file
                assert service.encode() not in content, file


def leave(page: Page, *, script: bool) -> None:
    """Out by the keys where a script reads them, else by the link."""
    if not script:
        page.locator(".leave__way").click()
        return
    for _press in range(3):
        page.keyboard.press("Escape")


def test_the_way_out_takes_the_place_of_the_page(playwright: Playwright, site: str, tmp_path: Path) -> None:
    with profile(playwright, site, tmp_path / "profile") as context:
        page = context.pages[0]
        page.goto("/ro/s/1/")
        page.locator(".leave__way").click()
        page.wait_for_url("**/ro/s/2/")
        assert not any("/s/1/" in entry for entry in history_of(context, page))


@pytest.mark.parametrize("language", ["ro", "ru"])
def test_without_a_connection_the_numbers_are_there(
    playwright: Playwright, site: str, tmp_path: Path, language: str
) -> None:
    wanted = {f"tel:{EMERGENCY}", *(number.url for line in LINES for number in line.numbers)}
    with profile(playwright, site, tmp_path / "profile") as context:
        page = context.pages[0]
        page.goto(f"/{language}/")
        page.evaluate("navigator.serviceWorker.ready")
        page.goto(f"/{language}/categories/")  # the worker keeps what is shown offline in this language
        page.wait_for_function(
            f"async () => !!(await caches.match('/{language}/offline/', {{ ignoreVary: true }}))"
        )
        context.set_offline(True)
        page.goto(f"/{language}/s/1/")
        found = {link.get_attribute("href") for link in page.locator("a[href^=tel]").all()}
        assert found == wanted


def test_words_of_danger_without_a_connection_find_the_numbers(
    playwright: Playwright, site: str, tmp_path: Path
) -> None:
    with profile(playwright, site, tmp_path / "profile") as context:
        page = context.pages[0]
        page.goto("/ro/")
        page.evaluate("navigator.serviceWorker.ready")
        page.goto("/ro/")
        page.wait_for_function("async () => !!(await caches.match('/ro/offline/', { ignoreVary: true }))")
        page.locator("main input[name=q]").fill("soțul mă bate")
        page.locator("main .search button").click()
        assert page.url.endswith("/ro/categories/1046/")  # posted through the worker, with a connection
        page.goto("/ro/")
        page.locator("main input[name=q]").fill("soțul mă bate")
        context.set_offline(True)
        page.locator("main .search button").click()
        page.locator("a[href='tel:112']").first.wait_for()


@pytest.mark.parametrize("where", ["home", "abroad"])
def test_the_number_that_rings_here_stands_first(
    playwright: Playwright, site: str, tmp_path: Path, where: str
) -> None:
    with profile(playwright, site, tmp_path / "profile", zone=ZONES[where]) as context:
        page = context.pages[0]
        page.goto("/ro/s/1/")
        first = page.locator("main .call--line").first
        assert first.get_attribute("href") == ("tel:080088008" if where == "home" else "tel:+37322240624")


@pytest.mark.parametrize("width", [320, 360])
@pytest.mark.parametrize("language", ["ro", "ru"])
def test_pages_for_danger_are_reachable_for_all(page: Page, site: str, language: str, width: int) -> None:
    """axe finds nothing, nothing scrolls sideways, one tap leads from any head to the numbers."""
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(f"/{language}/")
    assert page.locator(".sos").is_visible()
    page.locator(".sos").click()
    page.wait_for_url(f"**/{language}/s/1/")
    topic = page.request.post(f"/{language}/services/search/", form={"q": WORDS[language]}).url
    page.goto(topic)
    service = page.get_by_role("link", name=SERVICE[language]).get_attribute("href") or ""
    for path in (f"/{language}/s/1/", f"/{language}/s/2/", f"/{language}/s/3/", topic, service):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        violations = Axe().run(page).response["violations"]
        assert [f"{path} {rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in violations] == []
