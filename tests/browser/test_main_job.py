"""The main job in three languages: type, choose, read, tick, keep, print, go offline, read again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

pytestmark = pytest.mark.browser

WORDS = {  # language: what a person types, and a word of the page that helps
    "ro": ("pensie din italia", "Italia"),
    "ru": ("пенсия из италии", "Италии"),
    "en": ("pension from italy", "Italy"),
}
SERVICE = "/services/pension-italy/"


@pytest.mark.parametrize("language", WORDS)
def test_someone_finds_reads_ticks_keeps_and_reads_offline(
    language: str, page: Page, context: BrowserContext
) -> None:
    words, expected = WORDS[language]
    page.goto(f"/{language}/")
    page.locator("#q").fill(words)
    page.locator("#q").press("Enter")
    expect(page.locator("h1")).to_contain_text(words)
    page.locator(f'a[href="/{language}{SERVICE}"]').first.click()
    expect(page.locator("h1")).to_contain_text(expected)

    box = page.locator("[data-ticks] input").first
    box.check()
    page.reload()
    expect(page.locator("[data-ticks] input").first).to_be_checked()
    expect(page.locator("[data-ticks] input").nth(1)).not_to_be_checked()

    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.locator("[data-save]").first.click()
    expect(page.locator("[data-save]").first).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-toast]")).not_to_be_empty()
    page.goto(f"/{language}/saved/")
    expect(page.locator("#saved article")).to_have_count(1)
    page.reload()  # now by the service worker, which keeps the shell
    expect(page.locator("#saved article")).to_have_count(1)

    context.set_offline(True)
    page.goto(f"/{language}/saved/")
    page.locator("#saved article a").first.click()
    expect(page.locator("h1")).to_contain_text(expected)
    expect(page.locator("[data-ticks] input").first).to_be_checked()
    page.goto(f"/{language}/services/passport-md/")
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert (
        page.locator(f'a.button[href="/{language}/saved/"]').count() == 1
    )  # the page that says one is offline
    context.set_offline(False)


@pytest.mark.parametrize("language", WORDS)
def test_without_javascript_everything_but_memory_works(language: str, browser: Browser, site: str) -> None:
    words, expected = WORDS[language]
    context = browser.new_context(
        base_url=site, java_script_enabled=False, viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    page.goto(f"/{language}/")
    page.locator("#q").fill(words)
    page.locator("#q").press("Enter")
    expect(page.locator("h1")).to_contain_text(words)
    page.locator("details.filters > summary").click()
    page.locator('.facet a[href*="phase=abroad"]').click()
    assert "phase=abroad" in page.url
    page.locator(f'a[href="/{language}{SERVICE}"]').first.click()
    expect(page.locator("h1")).to_contain_text(expected)
    assert page.locator("button[hidden]").count() >= 3  # what needs JavaScript does not pretend
    page.locator(f'a[href="/{language}{SERVICE}print/"]').first.click()
    expect(page.locator(".qr")).to_be_visible()
    page.goto(f"/{language}{SERVICE}")
    page.locator(f'a[href="/{language}{SERVICE}report/"]').first.click()
    page.locator("input[type=radio]").first.check()
    page.locator("main form button").click()
    expect(page).to_have_url(re.compile(r"/report/done/$"))
    other = next(code for code in WORDS if code != language)
    page.goto(f"/{language}{SERVICE}")
    page.locator(f'.langs a[lang="{other}"]').click()
    expect(page).to_have_url(re.compile(f"/{other}{SERVICE}$"))
    context.close()


def tab_to(page: Page, selector: str, most: int = 90) -> None:
    """Press Tab until an element that matches has the focus; it must be seen there."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    pytest.fail(f"{selector} was not reached by keyboard")


@pytest.mark.parametrize("language", WORDS)
def test_by_keyboard_alone(language: str, page: Page) -> None:
    words, expected = WORDS[language]
    page.goto(f"/{language}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.skip')")
    page.keyboard.press("Enter")
    for _press in range(12):
        if page.evaluate("document.activeElement.id") == "q":
            break
        page.keyboard.press("Tab")
    page.keyboard.type(words)
    expect(page.locator("#suggestions [role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert page.locator("#q").get_attribute("aria-activedescendant")
    page.keyboard.press("Escape")
    expect(page.locator("#q")).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(words)
    tab_to(page, f'a[href="/{language}{SERVICE}"]')
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(expected)
    tab_to(page, "[data-save]")
    page.keyboard.press("Space")
    expect(page.locator("[data-save]").first).to_have_attribute("aria-pressed", "true")
    tab_to(page, "[data-ticks] input")
    page.keyboard.press("Space")
    expect(page.locator("[data-ticks] input").first).to_be_checked()


def test_a_suggestion_is_chosen_by_keyboard(page: Page) -> None:
    page.goto("/ro/")
    page.locator("#q").press_sequentially("pasap")
    expect(page.locator("#suggestions [role=option]").first).to_be_visible()
    assert page.locator("#suggestions [role=option]").count() <= 5
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/ro/(services|categories|providers)/[a-z0-9_-]+/$"))


def test_filters_change_the_results_in_place_and_can_be_shared(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/ro/services/?q=pensie")
    before = page.locator("h1").inner_text()
    page.locator("#facet-phase a").first.click()
    expect(page.locator("h1")).not_to_have_text(before)
    assert "phase=" in page.url
    friend = page.context.new_page()
    friend.goto(page.url)
    assert friend.locator("h1").inner_text() == page.locator("h1").inner_text()
    # htmx loads the page anew when one goes back, so this tab's script ends before history.back() returns.
    page.evaluate("setTimeout(() => history.back(), 0)")
    expect(page.locator("h1")).to_have_text(before)
    assert "phase=" not in page.url


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize(
    "key", ["passport-md", "id-card", "customs-car", "pension-italy", "birth-transcription"]
)
def test_the_print_sheet_is_one_page(language: str, key: str, page: Page) -> None:
    page.goto(f"/{language}/services/{key}/print/")
    sheet = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1


def test_the_list_can_be_emptied_and_undone(page: Page) -> None:
    for key in ("passport-md", "id-card"):
        page.goto(f"/ro/services/{key}/")
        page.locator("[data-save]").first.click()
        expect(page.locator("[data-save]").first).to_have_attribute("aria-pressed", "true")
    page.goto("/ro/saved/")
    expect(page.locator("#saved article")).to_have_count(2)
    page.locator("[data-unsave]").first.click()
    expect(page.locator("#saved article")).to_have_count(1)
    page.goto("/ro/privacy/")
    page.locator("[data-forget]").click()
    page.goto("/ro/saved/")
    expect(page.locator("[data-saved-empty]")).to_be_visible()


FORBIDDEN = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("forbidden", "SecurityError"); },
});"""


def test_who_forbids_storage_is_told_so_and_can_still_clear_the_rest(page: Page) -> None:
    page.add_init_script(FORBIDDEN)
    page.goto("/ro/services/passport-md/")
    page.locator("[data-save]").first.click()
    expect(page.locator("[data-toast]")).to_contain_text("nu permite")
    page.goto("/ro/privacy/")
    page.evaluate("async () => (await caches.open('nexus-saved')).put('/ro/about/', new Response('kept'))")
    page.locator("[data-forget]").click()
    expect(page.locator("[data-forget-status]")).not_to_be_empty()
    assert page.evaluate("async () => await caches.has('nexus-saved')") is False


def test_what_was_typed_waits_for_a_connection(page: Page, site: str) -> None:
    page.goto(f"{site}/ro/services/pension-italy/report/")
    page.locator("[name=kind]").first.check()
    page.locator("textarea").first.fill("Numărul nu mai răspunde.")
    page.context.set_offline(True)
    button = page.locator("main form button[type=submit]").last
    button.click()
    expect(page.locator("[data-toast]")).to_contain_text("nu s-a trimis nimic")
    assert page.locator("textarea").first.input_value() == "Numărul nu mai răspunde."
    page.context.set_offline(False)
    button.click()
    page.wait_for_url(lambda address: "report/done" in address)
