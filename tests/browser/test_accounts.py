"""Signing up and in, second factors, messages, export and erasure, in a real browser."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.mailbox import Mailbox, app_code
from tests.browser.test_every_page import findings

pytestmark = pytest.mark.browser
PAGES = [
    "account/",
    "account/profile/",
    "account/phone/",
    "account/export/",
    "account/erase/",
    "account/email/",
    "account/password/set/",
    "account/2fa/",
    "account/2fa/totp/activate/",
    "account/2fa/webauthn/",
    "account/2fa/webauthn/add/",
    "account/sessions/",
    "account/second-factor/",
    "account/logout/",
    "messages/",
    "messages/preferences/",
]
STRANGERS_PAGES = [
    "account/login/",
    "account/signup/",
    "account/password/reset/",
    "account/erased/",
    "account/inactive/",
    "account/invitation/no-such-token/",
]


@pytest.fixture
def local(site: str) -> str:
    """The product under the name that browsers allow passkeys for."""
    return site.replace("127.0.0.1", "localhost")


@pytest.fixture
def phone(browser: Browser, local: str) -> Iterator[BrowserContext]:
    """A new phone."""
    profile = browser.new_context(
        base_url=local, viewport={"width": 360, "height": 740}, service_workers="block"
    )
    yield profile
    profile.close()


def new_address() -> str:
    """An address that nobody has used."""
    return f"ana-{uuid.uuid4().hex[:10]}@example.com"


def sign_up(page: Page, mailbox: Mailbox, language: str = "ro") -> str:
    """Make an account; its address."""
    address = new_address()
    page.goto(f"/{language}/account/signup/")
    page.fill("input[name=email]", address)
    page.click("main form button[type=submit]")
    page.fill("input[name=code]", mailbox.code_for(address))
    page.click("button[value=verify]")
    expect(page).to_have_url(re.compile(rf"/{language}/account/$"))
    return address


def sign_out(page: Page) -> None:
    """By the button."""
    page.goto("/ro/account/logout/")
    page.click("main form button[type=submit]")


@pytest.mark.parametrize("language", ["ro", "ru", "en"])
def test_an_account_is_made_and_entered_by_codes(
    language: str, phone: BrowserContext, mailbox: Mailbox
) -> None:
    page = phone.new_page()
    address = sign_up(page, mailbox, language)
    mail = mailbox.newest_for(address)
    html = mail.get_body(("html",))
    assert html is not None
    assert f'<html lang="{language}">' in html.get_content()
    sign_out(page)
    page.goto(f"/{language}/account/login/")
    page.fill("input[name=login]", address)
    page.click("main form button[type=submit] >> nth=0")
    old = mailbox.code_for(address)
    page.fill("input[name=code]", "00000000" if old != "00000000" else "11111111")
    page.click("button[value=verify]")
    expect(page.locator(".summary")).to_be_focused()
    page.fill("input[name=code]", old)
    page.click("button[value=verify]")
    expect(page.locator("h1")).to_contain_text("-")  # the made-up name
    expect(page.locator(".bell")).to_be_visible()


def test_all_of_it_works_without_javascript(browser: Browser, local: str, mailbox: Mailbox) -> None:
    profile = browser.new_context(base_url=local, java_script_enabled=False)
    page = profile.new_page()
    sign_up(page, mailbox)
    page.goto("/ro/account/profile/")
    page.fill("input[name=legal_name]", "Ana Rusu")
    page.select_option("select[name=country]", "IT")
    page.click("main form button[type=submit]")
    expect(page.locator("[role=status] .panel--leaf")).to_be_visible()
    page.goto("/ro/messages/preferences/")
    page.select_option("select[name=community-email]", "weekly")
    page.locator("main form:has(select[name=community-email]) button[type=submit]").last.click()
    expect(page.locator("select[name=community-email]")).to_have_value("weekly")
    profile.close()


def test_signing_in_by_keyboard_alone(phone: BrowserContext, mailbox: Mailbox) -> None:
    page = phone.new_page()
    address = sign_up(page, mailbox)
    sign_out(page)
    page.goto("/ro/account/login/")
    page.locator("input[name=login]").focus()
    page.keyboard.type(address)
    page.keyboard.press("Enter")
    expect(page.locator("input[name=code]")).to_be_visible()
    page.locator("input[name=code]").focus()
    page.keyboard.type(mailbox.code_for(address))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/ro/account/$"))


def authenticator(page: Page) -> Any:
    """A virtual device that confirms who its owner is (Chrome's WebAuthn domain)."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def test_a_passkey_is_added_and_signs_in(phone: BrowserContext, mailbox: Mailbox) -> None:
    page = phone.new_page()
    authenticator(page)
    sign_up(page, mailbox)
    page.goto("/ro/account/2fa/webauthn/add/")
    page.click("main form button[type=submit]")
    expect(page.locator("main")).to_contain_text(re.compile(r"Chrome|\d{4}"))
    page.goto("/ro/account/2fa/webauthn/")
    expect(page.locator("ul.links li")).to_have_count(1)
    sign_out(page)
    page.goto("/ro/account/login/")
    page.click("[data-passkey=sign-in] button")
    expect(page).to_have_url(re.compile(r"/ro/account/$"))


def test_a_second_factor_by_app_is_set_up_asked_for_and_replaced_by_a_recovery_code(
    phone: BrowserContext, mailbox: Mailbox
) -> None:
    page = phone.new_page()
    address = sign_up(page, mailbox)
    page.goto("/ro/account/2fa/totp/activate/")
    seed = page.locator("code.key").inner_text().replace(" ", "").strip()
    page.fill("input[name=code]", app_code(seed))
    page.click("main form button[type=submit]")
    expect(page.locator(".codes code")).to_have_count(10)
    codes = page.locator(".codes code").all_inner_texts()
    sign_out(page)
    page.goto("/ro/account/login/")
    page.fill("input[name=login]", address)
    page.click("main form button[type=submit] >> nth=0")
    page.fill("input[name=code]", mailbox.code_for(address))
    page.click("button[value=verify]")
    expect(page).to_have_url(re.compile(r"/2fa/authenticate/"))
    page.fill("input[name=code]", codes[0])
    page.click("main form:has(input[name=code]) button[type=submit]")
    expect(page).to_have_url(re.compile(r"/ro/account/$"))


def test_a_session_elsewhere_is_ended(browser: Browser, local: str, mailbox: Mailbox) -> None:
    one, two = (browser.new_context(base_url=local) for _number in range(2))
    page, other = one.new_page(), two.new_page()
    address = sign_up(page, mailbox)
    other.goto("/ro/account/login/")
    other.fill("input[name=login]", address)
    other.click("main form button[type=submit] >> nth=0")
    other.fill("input[name=code]", mailbox.code_for(address))
    other.click("button[value=verify]")
    expect(other).to_have_url(re.compile(r"/ro/account/$"))
    page.goto("/ro/account/sessions/")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    other.goto("/ro/account/")
    expect(other).to_have_url(re.compile(r"/account/login/"))
    one.close()
    two.close()


def test_a_copy_is_made_and_the_account_erased(phone: BrowserContext, mailbox: Mailbox) -> None:
    page = phone.new_page()
    address = sign_up(page, mailbox)
    page.goto("/ro/account/export/")
    page.click("main form button[type=submit]")
    link = page.locator("#export-state a.button")
    expect(link).to_be_visible(timeout=20_000)  # the page looks by itself
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename.endswith(".zip")
    page.goto("/ro/account/erase/")
    page.click("main form button[type=submit]")
    page.fill("input[name=code]", mailbox.code_for(address))
    page.check("input[name=understood]")
    page.click("main form button[type=submit]")
    expect(page).to_have_url(re.compile(r"/account/erased/"))
    page.goto("/ro/account/")
    expect(page).to_have_url(re.compile(r"/account/login/"))


@pytest.fixture(scope="module")
def member_tab(browser: Browser, site: str, mailbox: Mailbox) -> Iterator[Page]:
    """One tab of somebody signed in, for all pages."""
    context = browser.new_context(
        base_url=site.replace("127.0.0.1", "localhost"), reduced_motion="reduce", service_workers="block"
    )
    tab = context.new_page()
    sign_up(tab, mailbox)
    yield tab
    context.close()


@pytest.fixture(scope="module")
def strangers_tab(browser: Browser, site: str) -> Iterator[Page]:
    """One tab of nobody."""
    context = browser.new_context(base_url=site, reduced_motion="reduce", service_workers="block")
    yield context.new_page()
    context.close()


def look(tab: Page, address: str) -> list[str]:
    """What axe finds on a page, narrow and wide, light and dark, and whether it scrolls sideways."""
    seen: list[str] = []
    tab.goto(address)
    for width in (320, 1280):
        for scheme in ("light", "dark"):
            tab.set_viewport_size({"width": width, "height": 800})
            tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of its words
            seen += [f"{width} {scheme}: {finding}" for finding in findings(tab)]
            wider = tab.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if wider > 0:
                seen.append(f"{width}: {wider} px wider than the screen")
    return seen


@pytest.mark.parametrize("language", ["ro", "ru", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_a_person_is_accessible(path: str, language: str, member_tab: Page) -> None:
    assert look(member_tab, f"/{language}/{path}") == []
    assert member_tab.evaluate("document.documentElement.lang") == language


@pytest.mark.parametrize("language", ["ro", "ru", "en"])
@pytest.mark.parametrize("path", STRANGERS_PAGES)
def test_a_page_before_signing_in_is_accessible(path: str, language: str, strangers_tab: Page) -> None:
    assert look(strangers_tab, f"/{language}/{path}") == []


@pytest.mark.parametrize("language", ["ro", "ru", "en"])
def test_a_mail_is_accessible(
    language: str, phone: BrowserContext, browser: Browser, mailbox: Mailbox
) -> None:
    page = phone.new_page()
    address = sign_up(page, mailbox, language)
    body = mailbox.newest_for(address).get_body(("html",))
    assert body is not None
    reader = browser.new_context(reduced_motion="reduce").new_page()
    for width in (320, 800):
        for scheme in ("light", "dark"):
            reader.set_viewport_size({"width": width, "height": 700})
            reader.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of its words
            reader.set_content(body.get_content())
            assert findings(reader) == []
    reader.context.close()
