"""Pages of the catalogue: what they show and how many questions they ask the database."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import services as make

pytestmark = pytest.mark.django_db
RESULTS_QUERIES = 7
SERVICE_QUERIES = 5


def queries(client: Client, address: str) -> int:
    """How many statements a page costs beside its content version."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len([query for query in captured if "contentversion" not in query["sql"]])


@pytest.mark.sql
@pytest.mark.parametrize("count", [1, 50])
def test_results_ask_at_most_seven_questions(client: Client, count: int) -> None:
    make.ServiceFactory.create_batch(count, words="Pensie", destination_countries=["IT"])
    assert queries(client, "/ro/services/?q=pensie&phase=abroad") <= RESULTS_QUERIES
    assert queries(client, "/ru/services/") <= RESULTS_QUERIES


@pytest.mark.sql
@pytest.mark.parametrize("count", [1, 20])
def test_a_service_page_asks_at_most_five_questions(client: Client, count: int) -> None:
    service = make.ServiceFactory.create(key="pension-italy", coverage=["cahul"])
    make.LocalityFactory.create()
    make.ServiceFactory.create_batch(count)
    make.CostOptionFactory.create_batch(count, service=service)
    make.PhoneFactory.create_batch(count, provider=service.provider)
    client.get("/ru/about/")  # the words for codes are kept per content version
    client.get("/ru/services/pension-italy/")
    assert queries(client, "/ro/services/pension-italy/") <= SERVICE_QUERIES + 1
    caches["pages"].clear()
    assert 0 < queries(client, "/ro/services/pension-italy/") <= SERVICE_QUERIES


@pytest.mark.parametrize("language", ["ro", "ru", "en"])
def test_a_service_is_shown_in_one_language(client: Client, language: str) -> None:
    make.ServiceFactory.create(key="pension-italy", words="Pensie din Italia")
    page = client.get(f"/{language}/services/pension-italy/").content.decode()
    assert f"Pensie din Italia {language}" in page
    assert f"Buletin {language}" in page
    for other in {"ro", "ru", "en"} - {language}:
        assert f"Pensie din Italia {other}" not in page
        assert f"Buletin {other}" not in page


@pytest.mark.parametrize(
    ("language", "ways", "lists"),
    [
        (
            "ro",
            "În persoană, prin telefon",
            [
                "Cei care trăiesc peste hotare, cei care se întorc acasă",
                "În ce etapă Sunt peste hotare, vreau să mă întorc",
            ],
        ),
        (
            "ru",
            "Лично, по телефону",
            [
                "Те, кто живёт за границей, те, кто возвращается домой",
                "На каком этапе Я за границей, хочу вернуться",
            ],
        ),
        (
            "en",
            "In person, by phone",
            ["People living abroad, people coming home", "At which stage Abroad, coming home"],
        ),
    ],
)
def test_a_list_of_labels_has_small_letters_after_the_first(
    client: Client, language: str, ways: str, lists: list[str]
) -> None:
    make.ServiceFactory.create(
        key="pension-italy",
        modes=["in_person", "phone"],
        audiences=["current_migrants", "returning_migrants"],
        phases=["abroad", "return"],
    )
    for address, wanted in (
        ("services/pension-italy/", [ways, *lists]),
        ("services/pension-italy/print/", [ways]),
        ("services/", [ways]),
    ):
        page = client.get(f"/{language}/{address}").content.decode()
        text = " ".join(re.sub("<[^>]*>", " ", page).split()).replace(" ,", ",")
        assert [one for one in wanted if one not in text] == [], address


def test_every_list_of_labels_in_a_template_has_small_letters() -> None:
    """Names of languages and of places are no labels: they are written as they are anywhere."""
    with_commas = re.compile(r"{{ (\w+)\.label }}(?:</a>)?{% if not forloop\.last %}, ")
    found = {
        match[1]
        for path in (settings.BASE_DIR / "templates").rglob("*.html")
        for match in with_commas.finditer(path.read_text(encoding="utf-8"))
    }
    assert found == {"country", "language_spoken", "place"}


def test_related_services_come_from_the_same_topic_first(client: Client) -> None:
    shown = make.ServiceFactory.create(key="shown")
    near = make.ServiceFactory.create(key="near", words="Vecin")
    elsewhere = make.CategoryFactory.create(key="health", parent=None, name_ro="Sănătate")
    far_provider = make.ProviderFactory.create(key="other", sector="private")
    make.ServiceFactory.create(key="far", category=elsewhere, provider=far_provider, words="Departe")
    answer = client.get(shown.get_absolute_url())
    assert [service.key for service in answer.context["related"]] == [near.key]


def test_the_print_sheet_leads_back_to_the_page(client: Client, settings: Any) -> None:
    make.ServiceFactory.create(key="pension-italy")
    answer = client.get(reverse("services:service_print", args=["pension-italy"]))
    assert answer.context["page_url"] == f"{settings.BASE_URL}/ro/services/pension-italy/"
    assert "<svg" in answer.content.decode()


def test_saved_cards_keep_the_order_of_the_device_and_leave_out_the_unknown(client: Client) -> None:
    for key in ("a", "b", "c"):
        make.ServiceFactory.create(key=key)
    make.ServiceFactory.create(key="idea", status="suggestion")
    answer = client.get("/ro/saved/?key=c&key=idea&key=a&key=gone&key=c", headers={"hx-request": "true"})
    assert [service.key for service in answer.context["items"]] == ["c", "a"]


def test_the_language_switch_stays_on_the_page(client: Client, settings: Any) -> None:
    make.ServiceFactory.create(key="pension-italy")
    page = client.get("/ro/services/?q=pensie&phase=abroad").content.decode()
    assert 'href="/ru/services/?q=pensie&amp;phase=abroad"' in page
    shown = client.get("/ro/services/pension-italy/?from=mail").content.decode()
    for code in ("ro", "ru", "en"):
        assert f'hreflang="{code}" href="{settings.BASE_URL}/{code}/services/pension-italy/"' in shown


def test_the_front_door_goes_to_the_readers_language(client: Client) -> None:
    for accepted, language in (("ru-MD,ru;q=0.9", "ru"), ("it-IT", "ro"), ("en-GB", "en")):
        answer = client.get("/", headers={"accept-language": accepted})
        assert (answer.status_code, answer["Location"]) == (302, f"/{language}/")
        assert "Accept-Language" in answer["Vary"]


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "a" * 10_000,
        "q=%00%00",
        "q='; DROP TABLE services_service; --",
        "q=a%26|!(b:*<->",
        "q=:*",
        "q=\\",
        "q=%F0%9F%98%80",
        "phase=moon&category=../../etc",
        "page=1000000000",
        "page=-1&sort=nonsense",
        "country=" + "&country=".join("ABCDEFGHIJ" * 40),
    ],
)
@pytest.mark.parametrize("path", ["/ro/services/", "/api/hsds/services"])
@pytest.mark.sql
def test_hostile_addresses_get_a_clear_answer(client: Client, path: str, query: str) -> None:
    make.ServiceFactory.create()
    if path.startswith("/api"):
        query = query.replace("q=", "search=", 1)
    assert client.get(f"{path}?{query}").status_code == 200
    form = "application/x-www-form-urlencoded"
    assert client.post("/ro/services/suggest/", query, content_type=form).status_code == 200
    assert client.post("/ro/services/search/", query, content_type=form).status_code == 303


def test_the_api_speaks_the_page_envelope(client: Client) -> None:
    make.ServiceFactory.create_batch(3, words="Pensie")
    answer = client.get("/api/hsds/services", {"search": "pensie", "lang": "ro", "per_page": 2}).json()
    assert {key: answer[key] for key in answer if key != "contents"} == {
        "total_items": 3,
        "total_pages": 2,
        "page_number": 1,
        "size": 2,
        "first_page": True,
        "last_page": False,
        "empty": False,
        "exact_match": True,
    }
    assert {"id", "name", "summary", "status"} <= set(answer["contents"][0])
    assert client.get("/api/hsds/services", {"lang": "xx"}).status_code == 400
    nothing = client.get("/api/hsds/services", {"search": "qwzx"}).json()
    assert (nothing["empty"], nothing["exact_match"], nothing["total_items"]) == (True, False, 0)
