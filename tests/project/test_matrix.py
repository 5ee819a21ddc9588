"""Every address of the product and what each kind of person gets there; an address without a row fails."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from services.views import service
from tests.factories import services as make
from tests.factories.accounts import CuratorFactory, UserFactory, sign_in
from tests.factories.counselling import ReasonFactory, ShiftFactory
from tests.project import test_matrix_counselling, test_matrix_people

pytestmark = pytest.mark.django_db

# name -> (arguments, status for a visitor, for a member, for a curator); public pages are 200 for all
EVERYONE = (200, 200, 200)
ROWS: dict[str, tuple[list[Any], tuple[int, int, int]]] = {
    "language_redirect": ([], (302, 302, 302)),
    "service_worker": ([], EVERYONE),
    "robots": ([], EVERYONE),
    "security": ([], (404, 404, 404)),  # until the operator names a contact
    "metrics": ([], (404, 404, 404)),  # for whoever has the token alone
    "sitemap": ([], EVERYONE),
    "health:live": ([], EVERYONE),
    "health:ready": ([], (503, 503, 503)),  # no worker beats in tests
    "hsds:service_list": ([], EVERYONE),
    "portal:home": ([], EVERYONE),
    "portal:about": ([], EVERYONE),
    "portal:accessibility": ([], EVERYONE),
    "portal:privacy": ([], EVERYONE),
    "portal:help_now": ([], EVERYONE),
    "portal:help_now_by_name": ([], (301, 301, 301)),
    "portal:leave": ([], EVERYONE),
    "portal:traces": ([], EVERYONE),
    "portal:offline": ([], EVERYONE),
    "portal:manifest": ([], EVERYONE),
    "services:service_list": ([], EVERYONE),
    "services:service_search": ([], (303, 303, 303)),
    "services:service_suggest": ([], (405, 405, 405)),  # posted only
    "services:service_detail": (["pension-italy"], EVERYONE),
    "services:service_print": (["pension-italy"], EVERYONE),
    "services:service_report": (["pension-italy"], EVERYONE),
    "services:service_report_done": (["pension-italy"], EVERYONE),
    "services:saved_list": ([], EVERYONE),
    "services:category_list": ([], EVERYONE),
    "services:category_detail": (["ss_pensions"], EVERYONE),
    "services:phase_detail": (["abroad"], EVERYONE),
    "services:country_list": ([], EVERYONE),
    "services:country_detail": (["it"], EVERYONE),
    "services:provider_list": ([], EVERYONE),
    "services:provider_detail": (["cnas"], EVERYONE),
    "services:journey_list": ([], EVERYONE),
    "services:journey_detail": (["pension"], EVERYONE),
    "shopfronts:shopfront_list": ([], EVERYONE),
    "shopfronts:shopfront_detail": (["cahul"], EVERYONE),
    "counselling:book_start": ([], EVERYONE),
    "counselling:book_reason": (["cahul"], EVERYONE),
    "counselling:book_how": (["cahul", 7], EVERYONE),
}
CURATED = ("service", "provider", "category", "locality", "country", "location", "journey", "journeystep")
ADMIN = {  # model -> may a curator open its list
    **{f"services_{model}": True for model in CURATED},
    "services_listingreport": True,
    "services_synonym": True,
    "services_missedsearch": True,
    "shopfronts_shopfront": True,
    "shopfronts_closure": True,
    "counselling_reason": True,
    "counselling_counsellor": False,
    **{f"accounts_{model}": False for model in ("user", "rolegrant", "roleinvitation", "auditentry")},
    **{f"notifications_{model}": False for model in ("delivery", "notification", "suppression")},
}
POSTED = {"services:service_report", "services:service_search", "services:service_suggest"}
ABSENT = [
    "services:service_detail",
    "services:category_detail",
    "services:journey_detail",
    "services:provider_detail",
]


@pytest.fixture
def catalogue() -> None:
    """One of each."""
    make.ServiceFactory.create(key="pension-italy")
    make.CountryFactory.create()
    make.JourneyFactory.create(key="pension")
    ReasonFactory.create(key="pensions", number=7)
    ShiftFactory.create()


@pytest.fixture
def clients() -> dict[str, Client]:
    """A browser for each kind of person."""
    people: dict[str, User | None] = {
        "visitor": None,
        "member": UserFactory.create(),
        "curator": CuratorFactory.create(),
    }
    browsers = {}
    for name, person in people.items():
        browsers[name] = Client()
        if person is not None:
            sign_in(browsers[name], person)
    return browsers


def names(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Every named route with its namespace, the admin's left to its own table."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            namespace = f"{pattern.namespace}:" if pattern.namespace else ""
            if pattern.namespace != "admin":
                yield from names(pattern, prefix + namespace)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield prefix + pattern.name


def test_every_address_has_a_row() -> None:
    assert (
        set(names(get_resolver())) == set(ROWS) | set(test_matrix_people.ROWS) | test_matrix_counselling.NAMES
    )


@pytest.mark.parametrize("language", ["ro", "ru", "en"])
def test_each_person_gets_what_the_row_says(
    language: str, clients: dict[str, Client], catalogue: None
) -> None:
    found = {}
    for name, (arguments, _expected) in ROWS.items():
        address = reverse(name, args=arguments).replace("/ro/", f"/{language}/", 1)
        found[name] = tuple(browser.get(address).status_code for browser in clients.values())
    assert found == {name: row[1] for name, row in ROWS.items()}


@pytest.mark.parametrize("name", [name for name in ROWS if name not in POSTED])
def test_reading_pages_refuse_other_verbs(name: str, client: Client, catalogue: None) -> None:
    if name == "sitemap":  # Django's own view answers every verb alike
        return
    assert client.post(reverse(name, args=ROWS[name][0])).status_code == 405


@pytest.mark.parametrize("name", ABSENT)
def test_what_is_not_there_is_404(name: str, client: Client, catalogue: None) -> None:
    assert client.get(reverse(name, args=["no-such"])).status_code == 404


@pytest.mark.parametrize(
    "path", ["/xx/", "/ro/nothing/", "/ro/countries/zz/", "/ro/phases/moon/", "/de/services/"]
)
def test_wrong_addresses_are_404(path: str, client: Client, catalogue: None) -> None:
    assert client.get(path).status_code == 404


def test_an_unpublished_service_is_nowhere(client: Client, catalogue: None) -> None:
    make.ServiceFactory.create(key="idea", status="suggestion", name_ro="Ideea secretă")
    for name in ("service_detail", "service_print", "service_report", "service_report_done"):
        assert client.get(reverse(f"services:{name}", args=["idea"])).status_code == 404
    for address in (
        reverse("services:service_list"),
        "/ro/saved/?key=idea",
        "/sitemap.xml",
        "/ro/categories/ss_pensions/",
    ):
        assert "Ideea secretă" not in client.get(address, headers={"hx-request": "true"}).content.decode()


@pytest.mark.parametrize("model", ADMIN)
def test_the_admin_is_for_those_who_may(model: str, clients: dict[str, Client], catalogue: None) -> None:
    address = reverse(f"admin:{model}_changelist")
    assert clients["visitor"].get(address).status_code == 302
    assert clients["member"].get(address).status_code == 302
    assert clients["curator"].get(address).status_code == (200 if ADMIN[model] else 403)
    if ADMIN[model] and model != "services_listingreport":
        added = clients["curator"].get(reverse(f"admin:{model}_add")).status_code
        assert added == (403 if model == "services_missedsearch" else 200)


def test_every_list_of_the_admin_has_a_row() -> None:
    listed = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}
    assert listed == set(ADMIN)


def test_a_public_page_reads_no_cookie_and_sets_none(clients: dict[str, Client], catalogue: None) -> None:
    for name, (arguments, expected) in ROWS.items():
        if expected != EVERYONE or name in {"services:service_report", "health:live", "sitemap"}:
            continue
        answers = [browser.get(reverse(name, args=arguments)) for browser in clients.values()]
        assert len({answer.content for answer in answers}) == 1, name
        assert not any(answer.cookies for answer in answers), name
        assert "Cookie" not in answers[0].headers.get("Vary", ""), name


def test_reading_changes_no_row(client: Client, catalogue: None) -> None:
    from django.apps import apps  # noqa: PLC0415  # only here

    def counts() -> dict[str, int]:
        return {model._meta.label: model._default_manager.count() for model in apps.get_models()}

    before = counts()
    for name, (arguments, _expected) in ROWS.items():
        client.get(reverse(name, args=arguments))
    client.get(reverse("services:service_list"), {"q": "zzzz qqqq"})
    assert counts() == before


def test_a_report_sent_twice_is_one(client: Client, catalogue: None) -> None:
    address = reverse("services:service_report", args=["pension-italy"])
    form = {"kind": "cost", "text": "Acum costă 200 de lei.", "submission": str(uuid.uuid4())}
    assert client.post(address, form).status_code == 302
    assert client.post(address, form).status_code == 302
    assert make.Service.objects.get(key="pension-italy").reports.count() == 1
    assert client.post(address, {"text": "x"}).status_code == 422


def test_nobody_buries_the_curators_under_reports(
    client: Client, catalogue: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "REPORTS_A_DAY", 2)
    address = reverse("services:service_report", args=["pension-italy"])

    def report(**where: str) -> int:
        form = {"kind": "cost", "submission": str(uuid.uuid4())}
        return client.post(address, form, **where).status_code

    assert [report() for _n in range(3)] == [302, 302, 422]
    assert report(REMOTE_ADDR="203.0.113.7") == 302
    assert make.Service.objects.get(key="pension-italy").reports.count() == 3
