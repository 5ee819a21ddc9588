"""Someone in danger books a talk, each with a fresh profile; then what profile, mail, calendar and link still tell."""

from __future__ import annotations

import contextlib
import re
import urllib.parse
import uuid
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, expect

from tests.browser.mailbox import Mailbox
from tests.browser.test_danger import TITLE, history_of, profile, rows, spellings, within_first_screen

pytestmark = pytest.mark.browser

REASON = {"ro": "Violență, pericol sau exploatare", "ru": "Насилие, опасность или эксплуатация"}
NEUTRAL = {"ro": "o discuție la NEXUS", "ru": "консультация в NEXUS"}
NOTE = {"ro": "soțul mă bate, nu sunați acasă", "ru": "муж бьёт меня, не звоните домой"}
TELLING = re.compile("pericol|violen|exploat|опасн|насили|эксплуат|danger", re.IGNORECASE)
NAME = "Elena-Zmeura"


def to_the_form(page: Page, language: str, day: int) -> list[str]:
    """From the menu to the form of who comes; the addresses on the way."""
    page.goto(f"/{language}/appointments/")
    page.click("a[href$='/book/cahul/']")
    page.get_by_role("link", name=REASON[language]).click()
    addresses = [page.url]
    look(page, language)
    page.click("main form button[type=submit]")
    expect(page.locator(".slot").first).to_be_visible()
    addresses.append(page.url)
    look(page, language)
    page.locator(".slots").nth(day).locator(".slot").first.click()
    expect(page.locator("[name=note]")).to_be_visible()
    look(page, language)
    return [*addresses, page.url]


def look(page: Page, language: str) -> None:
    """What every page on the way must be like."""
    assert page.title() == TITLE[language]
    assert page.locator(".call").first.get_attribute("href") == "tel:112"
    assert within_first_screen(page, ".call")
    assert REASON[language] not in page.content()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def say_who(page: Page, address: str, language: str) -> None:
    """Fill the form, with a mistake and no answer about what is safe, then as it should be."""
    page.fill("[name=name]", NAME)
    page.fill("[name=contact]", address.removesuffix("example.com"))  # a mistake, and nothing of what is safe
    page.fill("[name=note]", NOTE[language])
    page.click("main form button.button")
    expect(page.locator(".summary li")).to_have_count(2)
    page.evaluate("scrollTo(0, 0)")  # the mistakes are shown first, with script
    look(page, language)
    assert page.input_value("[name=note]") == NOTE[language]
    page.fill("[name=contact]", address)
    page.check("[name=safe_contact][value=yes]")
    page.check("[name=wants_messages]")
    page.click("main form button.button")


@pytest.mark.parametrize("script", [False, True], ids=["without script", "with script"])
@pytest.mark.parametrize("language", ["ro", "ru"])
def test_nothing_tells_what_the_talk_is_about(  # noqa: PLR0917  # fixtures by name
    playwright: Playwright,
    browser: Browser,
    site: str,
    tmp_path: Path,
    mailbox: Mailbox,
    language: str,
    *,
    script: bool,
) -> None:
    folder, address = tmp_path / "profile", f"elena-{uuid.uuid4().hex[:8]}@example.com"
    with profile(playwright, site, folder, script=script) as context:
        page = context.pages[0]
        addresses = to_the_form(page, language, 3 + ["ro", "ru"].index(language) * 2 + script)
        say_who(page, address, language)
        expect(page.locator(".reference strong")).to_be_visible()
        look(page, language)
        addresses.append(page.url)
        assert [one for one in history_of(context, page) if TELLING.search(urllib.parse.unquote(one))] == []
        with contextlib.suppress(Error):  # the browser has kept nothing, so it shows its own page
            page.go_back()
        page.wait_for_load_state()
        assert NOTE[language] not in page.content()
        if script:
            kept = page.evaluate("async () => [JSON.stringify(localStorage), JSON.stringify(sessionStorage), "
                                 "...(await Promise.all((await caches.keys()).map(async name => "
                                 "(await (await caches.open(name)).keys()).map(request => request.url)))).flat()]")  # fmt: skip
            assert [one for one in kept if one in addresses or TELLING.search(one) or NAME in one] == []
    visited = rows(folder / "Default" / "History", "SELECT url, title FROM urls")
    assert any(line.startswith(addresses[0]) for line in visited)  # the file is the one that is written
    assert [line for line in visited if TELLING.search(urllib.parse.unquote(line))] == []
    assert rows(folder / "Default" / "Web Data", "SELECT name, value FROM autofill") == []
    typed = [form for text in (NOTE[language], NAME, address) for form in spellings(text)]
    for file in folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert not any(form in content for form in typed), file
            if "Cache_Data" in file.parts:
                assert not any(one.encode() in content for one in addresses), file
    tell_nothing(browser, site, mailbox, address, language)


def tell_nothing(browser: Browser, site: str, mailbox: Mailbox, address: str, language: str) -> None:
    """The mail with its calendar file, and the pages behind its links, in another browser."""
    mail = mailbox.newest_for(address)
    texts = [str(mail["Subject"])]
    for part in mail.walk():
        if not part.is_multipart():
            texts += [part.get_filename() or "", part.get_payload(decode=True).decode()]
    assert any("BEGIN:VEVENT" in text for text in texts)
    assert any(NEUTRAL[language] in text for text in texts)
    assert [text for text in texts if TELLING.search(text)] == []
    rich = mail.get_body(("html",))
    assert rich is not None
    links = {
        link for link in re.findall(r'href="(http[^"]+)"', rich.get_content()) if "/appointments/" in link
    }
    assert len(links) >= 3
    context = browser.new_context(base_url=site, viewport={"width": 360, "height": 740})
    page = context.new_page()
    for link in sorted(links):
        page.goto(link)
        assert NEUTRAL[language] in page.inner_text("main")
        assert not TELLING.search(page.inner_text("main") + page.title() + page.url)
    context.close()
