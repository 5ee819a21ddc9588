"""The desk in a real browser: a caller is booked on one screen, people are called, every page is accessible."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.mailbox import app_code
from tests.browser.test_every_page import findings

pytestmark = pytest.mark.browser
WIDE, PHONE = {"width": 1366, "height": 768}, {"width": 360, "height": 740}
UUID = r"[0-9a-f-]{36}"
PAGES = (
    "desk/?at=cahul", "desk/ticket/", "desk/book/", "desk/waiting-list/", "desk/time-off/", "desk/calendar/",
    "desk/roster/", "desk/roster/shifts/add/", "desk/roster/counsellors/add/", "desk/conflicts/", "desk/devices/",
    "desk/appointments/{pk}/", "desk/appointments/{pk}/booked/", "desk/appointments/{pk}/move/",
)  # fmt: skip


@pytest.fixture(scope="module")
def signed_in(browser: Browser, site: str, demo_files: Path) -> BrowserContext:
    """The manager of Cahul, who takes people too, signed in by password and second factor."""
    lines = (demo_files / "sign-ins.txt").read_text(encoding="utf-8").splitlines()
    email, password, seed = next(line.split() for line in lines if line.startswith("manager@"))
    context = browser.new_context(
        base_url=site, viewport=WIDE, service_workers="block", reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto("/ro/account/login/")
    page.fill("input[name=login]", email)
    page.click("main form details summary")
    page.fill("input[name=password]", password)
    page.click("main form button[type=submit] >> nth=0")
    page.fill("input[name=code]", app_code(seed))
    page.click("main form:has(input[name=code]) button[type=submit]")
    expect(page).to_have_url(re.compile(r"/ro/account/"))
    page.close()
    return context


@pytest.fixture
def tab(signed_in: BrowserContext) -> Iterator[Page]:
    """A tab of theirs that fails the test when a script fails."""
    page = signed_in.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    yield page
    page.close()


def book(page: Page, name: str) -> str:
    """Book someone by what must be done at least: a name, and a press on a time; the appointment's key."""
    page.goto("/ro/desk/book/?at=cahul")
    page.fill("input[name=name]", name)
    page.locator("button[name=time]").last.click()
    expect(page).to_have_url(re.compile(rf"/appointments/{UUID}/booked/$"))
    return page.url.rstrip("/").split("/")[-2]


def give_ticket(page: Page, name: str) -> str:
    """Give someone a ticket; its number."""
    page.goto("/ro/desk/ticket/?at=cahul")
    page.fill("input[name=name]", name)
    page.click("main form button[type=submit]")
    number = page.locator("h1").inner_text()
    assert re.fullmatch(r"C-\d{3}", number)
    return number


def test_a_caller_is_booked_on_one_screen_in_five_actions(tab: Page) -> None:
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto("/ro/desk/book/?at=cahul")
    tab.fill("input[name=name]", "Nina P.")  # 1
    tab.fill("input[name=phone]", "060 123 456")  # 2
    tab.check("input[name=agrees]")  # 3
    with tab.expect_response(re.compile("/desk/book/times/")):
        tab.select_option("select[name=language]", "ru")  # 4
    expect(tab.locator("input[name=name]")).to_have_value("Nina P.")
    tab.locator("button[name=time]").last.click()  # 5
    expect(tab.locator("h1")).to_have_text(re.compile(r"^[2-9A-Z]{4} [2-9A-Z]{4}$"))
    expect(tab.locator(".lead")).to_contain_text(re.compile(r"\d\d:\d\d"))
    assert not [
        url for url in asked if "Nina" in url or "123" in url.split("?")[-1]
    ]  # no address tells who calls


def test_enter_in_a_field_books_nothing(tab: Page) -> None:
    tab.goto("/ro/desk/book/?at=cahul")
    tab.fill("input[name=name]", "Nina")
    tab.press("input[name=name]", "Enter")
    expect(tab).to_have_url(re.compile(r"/desk/book/$"))
    expect(tab.locator("input[name=name]")).to_have_value("Nina")


def test_someone_is_called_spoken_with_and_done(tab: Page) -> None:
    give_ticket(tab, "Ilie")
    tab.goto("/ro/desk/?at=cahul")
    tab.fill("input[name=number]", "2")
    tab.click("#call-next")
    called = tab.locator("article.ticket--called", has_text="2").first
    number = called.locator("h3 a").inner_text().split(":")[0]
    expect(tab.locator("[role=status]", has_text=number)).to_be_visible()
    called.locator("button[id^=begin-]").click()
    talk = tab.locator("article.ticket--talking", has_text=number)
    talk.locator("button[id^=end-]").click()
    expect(talk).to_have_count(0)
    expect(tab.locator("#done")).to_contain_text(number)
    expect(tab.locator("input[name=number]")).to_have_value("2")


def test_an_open_board_follows_and_leaves_the_hand_alone(tab: Page, signed_in: BrowserContext) -> None:
    tab.clock.install()
    tab.goto("/ro/desk/?at=cahul")
    tab.locator("details.done summary").click()
    tab.fill("input[name=number]", "7")
    other = signed_in.new_page()
    number = give_ticket(other, "Vera")
    other.close()
    tab.clock.run_for(10_500)
    card = tab.locator("article.ticket--waiting", has_text=number)
    expect(card).to_be_visible()
    expect(tab.locator("input[name=number]")).to_be_focused()
    expect(tab.locator("input[name=number]")).to_have_value("7")
    assert tab.locator("details.done").get_attribute("open") is not None
    card.locator("button").first.focus()  # a button that is still there keeps the focus, too
    pressed = card.locator("button").first.get_attribute("id")
    tab.clock.run_for(61_000)
    tab.wait_for_function("document.activeElement.closest('#lanes') !== null")
    expect(tab.locator(f"[id='{pressed}']")).to_be_focused()


def test_all_of_it_works_without_javascript(browser: Browser, site: str, signed_in: BrowserContext) -> None:
    plain = browser.new_context(
        base_url=site, viewport=PHONE, java_script_enabled=False, storage_state=signed_in.storage_state()
    )
    page = plain.new_page()
    page.goto("/ru/desk/book/?at=cahul")
    page.fill("input[name=name]", "Ольга")
    page.select_option("select[name=mode]", "phone")
    page.fill("input[name=phone]", "060 123 456")  # a talk by telephone needs a number
    page.click("button[name=show]")
    expect(page.locator("input[name=name]")).to_have_value("Ольга")
    page.locator("button[name=time]").last.click()
    expect(page.locator("h1")).to_have_text(re.compile(r"^[2-9A-Z]{4} [2-9A-Z]{4}$"))
    page.goto("/ru/desk/ticket/?at=cahul")
    page.click("main form button[type=submit]")
    number = page.locator("h1").inner_text()
    page.goto("/ru/desk/?at=cahul")
    page.locator("article.ticket", has_text=number).locator("button[id^=absent-]").click()
    expect(page.locator("article.ticket", has_text=number)).to_have_count(0)
    plain.close()


def test_four_lanes_fit_the_screen_of_the_office(tab: Page) -> None:
    tab.goto("/ro/desk/?at=cahul")
    tops = {round(lane.bounding_box()["y"]) for lane in tab.locator(".lane").all()}  # type: ignore[index]
    assert len(tops) == 1  # beside each other
    assert tops.pop() < 350  # and the first cards are seen without scrolling


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_accessible_in_every_language_and_width(path: str, tab: Page, booked: str) -> None:
    for language in ("ro", "ru", "en"):
        answer = tab.goto(f"/{language}/{path.format(pk=booked)}")
        assert answer is not None
        assert answer.status == 200
        for size in (WIDE, PHONE):
            tab.set_viewport_size(size)  # type: ignore[arg-type]
            assert findings(tab) == [], (language, size)
            sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert tab.evaluate(sideways) <= 0, (language, size)


@pytest.fixture(scope="module")
def booked(signed_in: BrowserContext) -> str:
    """The key of an appointment."""
    page = signed_in.new_page()
    key = book(page, "Doamna Maria Castraveț-Moraru din Vulcănești")
    page.close()
    return key
