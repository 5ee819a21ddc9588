"""Booking a talk in a real browser: by touch, by keyboard, without JavaScript; every page of the way looked at by axe."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.mailbox import Mailbox
from tests.browser.test_every_page import findings

pytestmark = pytest.mark.browser
LANGUAGES = ("ro", "ru", "en")
BUTTONS = {"ro": "ora", "ru": "в", "en": "at"}


@pytest.fixture
def abroad(browser: Browser, site: str) -> Iterator[Page]:
    """A phone in Bologna."""
    profile = browser.new_context(
        base_url=site,
        viewport={"width": 320, "height": 640},
        timezone_id="Europe/Rome",
        service_workers="block",
    )
    tab = profile.new_page()
    tab.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    yield tab
    profile.close()


@pytest.fixture
def plain(browser: Browser, site: str) -> Iterator[BrowserContext]:
    """A browser without JavaScript."""
    profile = browser.new_context(
        base_url=site, viewport={"width": 320, "height": 640}, java_script_enabled=False
    )
    yield profile
    profile.close()


def new_address() -> str:
    """An address that nobody has used."""
    return f"nina-{uuid.uuid4().hex[:10]}@example.com"


def to_the_times(tab: Page, language: str, place: str = "cahul") -> None:
    """From the menu to the list of free times, taking what is offered first."""
    tab.goto(f"/{language}/appointments/")
    tab.click(f"a[href$='/book/{place}/']")
    tab.click(".choices a >> nth=0")
    tab.click("main form button[type=submit]")
    expect(tab.locator(".slot").first).to_be_visible()


def say_who(tab: Page, address: str) -> None:
    """Fill the last page and send it."""
    tab.fill("[name=name]", "Nina 👩‍👧")
    tab.fill("[name=contact]", address)
    tab.check("[name=wants_messages]")
    tab.click("main form button.button")
    expect(tab.locator(".reference strong")).to_be_visible()


def calendar_in(mail: EmailMessage) -> Calendar:
    """The calendar file of a mail: the same among the texts, where programs read it, and as a file to keep."""
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    [file] = {part.get_payload(decode=True) for part in parts}
    return Calendar.from_ical(file)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_talk_is_booked_confirmed_and_cancelled(language: str, abroad: Page, mailbox: Mailbox) -> None:
    to_the_times(abroad, language)
    first = abroad.locator(".slot").nth(int(LANGUAGES.index(language)))
    name = first.get_attribute("aria-label") or ""
    assert re.search(rf", {BUTTONS[language]} \d\d:\d\d, .+, \d\d:\d\d ", name), name
    first.click()
    address = new_address()
    say_who(abroad, address)
    reference = re.sub(r"\s", "", abroad.inner_text(".reference strong"))
    assert re.fullmatch(r"[2-9A-HJ-NP-TV-Z]{8}", reference)
    mail = mailbox.newest_for(address)
    plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert rich is not None
    assert reference in plain.get_content()
    event = calendar_in(mail).walk("VEVENT")[0]
    abroad.goto(re.findall(r'href="(http[^"]+/cancel/[^"]+)"', rich.get_content())[0])
    abroad.click("main form button")
    expect(abroad.locator(".reference strong")).to_be_visible()
    over = wait_for_cancel(mailbox, address)
    assert over["METHOD"] == "CANCEL"
    assert over.walk("VEVENT")[0]["UID"] == event["UID"]
    assert over.walk("VEVENT")[0]["SEQUENCE"] > event["SEQUENCE"]


def wait_for_cancel(mailbox: Mailbox, address: str) -> Calendar:
    """The calendar file of the mail that tells of the cancellation."""
    for _try in range(100):
        found = calendar_in(mailbox.newest_for(address))
        if found["METHOD"] == "CANCEL":
            return found
        time.sleep(0.1)
    raise AssertionError("no word of the cancellation")


def test_without_javascript(plain: BrowserContext) -> None:
    tab = plain.new_page()
    to_the_times(tab, "ru", "edinet")
    tab.click(".slot >> nth=3")
    tab.click("main form button.button")  # with nothing said
    expect(tab.locator(".summary")).to_be_visible()
    address = new_address()
    say_who(tab, address)
    tab.click("a[href*='/change/']")
    expect(tab.locator(".slot").first).to_be_visible()
    tab.click(".slot >> nth=5")
    expect(tab.locator(".reference strong")).to_be_visible()
    tab.click("a[href*='/cancel/']")
    tab.click("main form button")
    expect(tab.locator("a[href*='/times/']")).to_be_visible()


def test_by_keyboard_alone(browser: Browser, site: str) -> None:
    profile = browser.new_context(
        base_url=site, viewport={"width": 1280, "height": 800}, service_workers="block"
    )
    tab = profile.new_page()
    tab.goto("/en/appointments/")
    press_until(tab, "a[href$='/book/ungheni/']")
    press_until(tab, ".choices a")
    press_until(tab, "main form button[type=submit]")
    press_until(tab, ".slot")
    walk_to(tab, "[name=name]")
    tab.keyboard.type("Ion")
    walk_to(tab, "[name=contact]")
    tab.keyboard.type(new_address())
    press_until(tab, "main form button.button")
    expect(tab.locator(".reference strong")).to_be_visible()
    profile.close()


def walk_to(tab: Page, selector: str) -> None:
    """Press the tabulator until the first element of a selector has the focus."""
    for _step in range(80):
        if tab.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
        tab.keyboard.press("Tab")
    raise AssertionError(f"the tabulator does not reach {selector}")


def press_until(tab: Page, selector: str) -> None:
    """Reach an element and press Enter on it; the next page is there."""
    walk_to(tab, selector)
    with tab.expect_navigation():
        tab.keyboard.press("Enter")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_way_is_accessible(language: str, browser: Browser, site: str) -> None:
    profile = browser.new_context(
        base_url=site, timezone_id="America/New_York", reduced_motion="reduce", service_workers="block"
    )
    tab = profile.new_page()
    seen: list[str] = []
    tab.goto(f"/{language}/appointments/?district=briceni")
    seen += looked_at(tab)
    for path in (
        "book/any/",
        "book/online/",
        "book/cahul/general-advice/",
        "find/",
        "book/contact/",
        "cancel/none/",
    ):
        tab.goto(f"/{language}/appointments/{path}")
        seen += looked_at(tab)
    for place in ("any", "chisinau"):
        tab.goto(f"/{language}/appointments/book/{place}/general-advice/times/?language=ro&mode=in_person")
        expect(tab.locator(".slot span").first).to_be_visible()  # the visitor's own clock
        seen += looked_at(tab)
    tab.click(".slot >> nth=4")
    seen += looked_at(tab)
    tab.click("main form button.button")
    expect(tab.locator(".summary")).to_be_visible()
    seen += looked_at(tab)
    tab.fill("[name=name]", "محمد")
    tab.click("main form button.button")
    expect(tab.locator(".reference strong")).to_be_visible()
    seen += looked_at(tab)
    view = tab.url
    for deed in ("change", "cancel", "coming"):
        tab.goto(view)
        tab.click(f"main a[href*='/{deed}/']")
        seen += looked_at(tab)
    tab.goto(f"/{language}/appointments/book/cahul/general-advice/waiting/?language=ro&mode=in_person")
    seen += looked_at(tab)
    profile.close()
    assert seen == []


def looked_at(tab: Page) -> list[str]:
    """What axe finds, narrow and wide, light and dark; and what is wider than the screen."""
    found: list[str] = []
    for width in (320, 1280):
        for scheme in ("light", "dark"):
            tab.set_viewport_size({"width": width, "height": 800})
            tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found += [f"{tab.url} {width} {scheme}: {finding}" for finding in findings(tab)]
        if tab.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{tab.url} {width}: wider than the screen")
    return found
