"""Each form of the product, pressed once in a browser: none ends in the page of forged requests, or in a fault of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Request, Response

from tests.browser.form_rows import FROM_OUTSIDE, FULL_DAY, MANAGER, ROWS, STRANGER, Row
from tests.browser.mailbox import Mailbox
from tests.browser.room_rig import Rig

pytestmark = pytest.mark.browser
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
POSTS = re.compile(r"<form\b[^>]*\bmethod=[\"']post", re.IGNORECASE)
FORGED = 403  # the page of forged requests; no row of the table is refused for another reason
OPEN = "it => { for (let one = it; one; one = one.parentElement) if (one.tagName === 'DETAILS') one.open = true; }"
SPEAKS_OF_POLICY = re.compile("Content Security Policy|Refused to", re.IGNORECASE)


@pytest.fixture(scope="module")
def rig(site: str, environment: dict[str, str]) -> Iterator[Rig]:
    """Makes people and things."""
    running = Rig(environment | {"BASE_URL": site}, "form_deeds")
    yield running
    running.close()


@pytest.fixture(scope="module")
def office(rig: Rig) -> dict[str, str]:
    """Facts of the shop-front, with the session of its manager."""
    found: dict[str, str] = rig("office")
    return found


class Walk:
    """A person's browser on the way to one press."""

    def __init__(self, context: BrowserContext, site: str, mailbox: Mailbox) -> None:
        self.context, self.site, self.mailbox = context, site, mailbox
        self.facts: dict[str, str] = {}
        self.console: list[str] = []
        self.page = context.new_page()
        self.page.on("console", lambda message: self.console.append(message.text))

    def be(self, facts: dict[str, str]) -> None:
        """Carry somebody's session."""
        self.facts = facts
        if "session" in facts:
            cookie = {"name": "session", "value": facts["session"], "url": self.site}
            self.context.add_cookies([cookie])  # type: ignore[list-item]  # a TypedDict

    def press(self, row: Row) -> Response:
        """Open the page, type, press; the answer to the form itself."""
        if row.path in WAYS:
            WAYS[row.path](self)
        elif row.path:
            self.page.goto(row.path.format(**self.facts))
        for selector, text in row.typed.items():
            self._type(selector.format(**self.facts), text.format(**self.facts))
        button = self.page.locator(row.press.format(**self.facts)).first
        button.wait_for(state="attached")  # an answer may come in a part of the page
        with self.page.expect_response(lambda answer: _is_form(answer.request)) as told:
            if row.by_script:
                button.evaluate("form => form.submit()")
            else:
                button.evaluate(OPEN)
                button.click()
        self.page.wait_for_load_state()
        return told.value

    def _type(self, selector: str, text: str) -> None:
        place = self.page.locator(f"main {selector}").first
        place.evaluate(OPEN)
        if text:
            place.fill(text) if place.evaluate("e => e.tagName") != "SELECT" else place.select_option(text)
        else:
            place.check()

    def ask_for_code(self, path: str, name: str, email: str) -> None:
        """Have a code mailed and type it."""
        self.page.goto(path)
        self.page.fill(f"main [name={name}]", email)
        self.page.click("main form button[type=submit]")
        self.page.fill("[name=code]", self.mailbox.code_for(email))
        self.page.click("button[value=verify]")


def _is_form(request: Request) -> bool:
    return request.method == "POST" and "/errors/" not in request.url


def to_new_password(walk: Walk) -> None:
    """The code for a new password came back."""
    walk.ask_for_code("/ro/account/password/reset/", "email", walk.facts["email"])


def to_second_factor(walk: Walk) -> None:
    """The code of the mail came back, the app is asked for."""
    walk.ask_for_code("/ro/account/login/", "login", walk.facts["email"])


WAYS: dict[str, Any] = {"new password": to_new_password, "second factor": to_second_factor}


def people(rig: Rig, office: dict[str, str], row: Row) -> dict[str, str]:
    """Facts of whoever presses."""
    if row.path in WAYS:
        facts: dict[str, str] = rig("person", *(["app"] if row.path == "second factor" else []))
        return {"email": facts["email"]}
    if row.who == STRANGER:
        return {}
    if row.who == MANAGER:
        return office
    if row.who in (FROM_OUTSIDE, FULL_DAY):
        found: dict[str, str] = rig("comes_from_outside" if row.who == FROM_OUTSIDE else "wants_a_full_day")
        return found
    made: dict[str, str] = rig("person", *row.who)
    return made


@pytest.fixture
def walk(browser: Browser, site: str, mailbox: Mailbox) -> Iterator[Walk]:
    """A fresh browser."""
    context = browser.new_context(base_url=site, service_workers="block")
    context.set_default_timeout(10_000)
    yield Walk(context, site, mailbox)
    context.close()


@pytest.mark.parametrize("template", ROWS)
def test_a_press_is_taken(template: str, walk: Walk, rig: Rig, office: dict[str, str]) -> None:
    rows = [ROWS[template]]
    while rows[0].after:
        rows.insert(0, ROWS[rows[0].after])
    walk.be(people(rig, office, rows[0]))
    for row in rows:
        answer = walk.press(row)
    assert answer.request.all_headers()["origin"] == walk.site
    assert answer.status != FORGED
    assert answer.status < 500
    assert [text for text in walk.console if SPEAKS_OF_POLICY.search(text)] == []


def test_every_form_has_a_row() -> None:
    found = {
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if POSTS.search(path.read_text(encoding="utf-8"))
    }
    assert found == set(ROWS)
