"""What a browser says of where a form came from: no page of ours makes it post `Origin: null`, which is refused."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from tests import client as browser_client
from tests.client import origin_sent, policy_of
from tests.factories.accounts import AdministratorFactory, RoleFactory, UserFactory, sign_in
from tests.factories.counselling import ShiftFactory
from tests.project import test_matrix, test_matrix_counselling, test_matrix_people

ROOT = Path(__file__).resolve().parents[2]
OURS = ["accounts", "common", "counselling", "nexus", "notifications", "portal", "services", "shopfronts"]
HERE = "http://testserver"
SANDBOX = re.compile(r"\bsandbox\b")
FORM_WITHOUT_REFERRER = re.compile(r"<form\b[^>]*\brel=\"[^\"]*noreferrer")


def addresses() -> list[str]:
    """Every address of the matrix and every list of the administration."""
    public = [reverse(name, args=row[0]) for name, row in test_matrix.ROWS.items()]
    people = [test_matrix_people.address_of(name) for name in test_matrix_people.ROWS]
    booking = [reverse(name, args=row[0]) for name, row in test_matrix_counselling.OPEN.items()]
    desk = [reverse(name) for name, (kind, _get) in test_matrix_counselling.DESK.items() if not kind]
    lists = [address for _name, address in test_matrix_people.administration()]
    adding = [address + "add/" for address in lists]
    return [*public, *people, *booking, *desk, "/admin/", *lists, *adding]


@pytest.mark.django_db
def test_no_page_makes_a_browser_hide_its_origin() -> None:
    ShiftFactory.create()
    browsers = [Client(raise_request_exception=False) for _person in range(4)]
    manager = RoleFactory.create(role=Role.MANAGER)
    for browser, person in zip(
        browsers[1:], (UserFactory.create(), manager, AdministratorFactory.create()), strict=True
    ):
        sign_in(browser, person)
    hiding = set()
    for address in addresses():
        for browser in browsers:
            answer: Any = browser.get(address)
            html = "" if answer.streaming else answer.content.decode(errors="replace")
            policy = answer.headers.get("Content-Security-Policy", "")
            if origin_sent(policy_of(answer, html), own=HERE) == "null" or SANDBOX.search(policy):
                hiding.add(address)
    assert not hiding


def test_nothing_in_the_source_asks_for_it() -> None:
    """Views that the walk above cannot reach (a row is needed, a provider from outside) are read."""
    found = []
    for file in [ROOT / "manage.py", *(one for app in OURS for one in (ROOT / app).rglob("*.py"))]:
        tree = ast.parse(file.read_text())
        texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
        found += [str(file) for text in texts if text == "no-referrer"]
    for file in [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static").rglob("*.js")]:
        text = file.read_text()
        if "no-referrer" in text or FORM_WITHOUT_REFERRER.search(text):
            found.append(str(file))
    assert not found


@pytest.mark.parametrize(
    ("header", "html", "sent"),
    [
        ("strict-origin-when-cross-origin", "", HERE),
        ("same-origin", "", HERE),
        ("no-referrer", "", "null"),
        ("same-origin, no-referrer", "", "null"),
        ("no-referrer", '<meta name="referrer" content="same-origin">', HERE),
        ("same-origin", '<meta name="referrer" content="no-referrer">', "null"),
    ],
)
def test_the_clients_origin_is_the_standards(header: str, html: str, sent: str) -> None:
    page = HttpResponse(html, headers={"Referrer-Policy": header})
    assert origin_sent(policy_of(page, html), own=HERE) == sent


def test_every_client_of_the_suite_is_such_a_browser(client: Client) -> None:
    assert Client is browser_client.Client
    assert type(client) is Client
    with pytest.raises(TypeError):
        Client(enforce_csrf_checks=False)
    escaping = {
        str(file)
        for file in (ROOT / "tests").rglob("*.py")
        if re.search(r"^from django\.test\.client import .*\bClient\b", file.read_text(), re.MULTILINE)
    }
    assert escaping == {str(ROOT / "tests" / "client.py")}


def test_a_form_that_forgot_its_token_is_refused_as_in_a_browser(client: Client) -> None:
    form = '<form method="post" action="/ro/account/login/"><input name="login"></form>'
    client._remember(HttpResponse(form), "/ro/")
    assert client.post("/ro/account/login/", {"login": "ana@example.com"}).status_code == 403
