"""The pages of the counters: what they say, to search engines too, and what they ask the database."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common import content_version
from shopfronts import beside
from shopfronts.models import OpeningHours, ShopFront
from tests.factories import services as make
from tests.factories.shopfronts import ClosureFactory, ShopFrontFactory

pytestmark = pytest.mark.django_db
LIST, DETAIL = "/en/shopfronts/", "/en/shopfronts/cahul/"
LIST_QUERIES = 3  # counters, hours, closures
DETAIL_QUERIES = 4  # and services nearby
MONDAY = dt.date(2026, 11, 30)


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    """Wednesday, 25 November 2026, 10:00 in Moldova."""
    with time_machine.travel("2026-11-25 08:00:00+00:00", tick=False):
        yield


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages without what apps above add to them."""
    monkeypatch.setattr(beside, "_parts", [])


def read(client: Client, address: str = DETAIL) -> str:
    """The page made anew, with its blanks as one space."""
    caches["pages"].clear()
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def linked_data(client: Client) -> dict[str, Any]:
    """The JSON-LD of the page."""
    match = re.search(r'<script type="application/ld\+json">(.*?)</script>', read(client))
    assert match
    return dict(json.loads(match[1]))


def queries(client: Client, address: str) -> int:
    """How many statements a page costs beside its content version."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len([query for query in captured if "contentversion" not in query["sql"]])


@pytest.mark.parametrize("count", [1, 10])
def test_pages_ask_the_same_for_one_and_for_ten(client: Client, count: int) -> None:
    ShopFrontFactory.create()
    for number in range(1, count):
        ShopFrontFactory.create(slug=f"other-{number}")
    for day in range(1, count + 1):
        ClosureFactory.create(on=dt.date(2026, 12, day))
    make.ServiceFactory.create_batch(count, coverage=["cahul"])
    assert queries(client, LIST) == LIST_QUERIES
    assert queries(client, DETAIL) == DETAIL_QUERIES - 2  # hours and closures are remembered
    assert queries(client, "/ru/shopfronts/cahul/") == DETAIL_QUERIES


@pytest.mark.parametrize("address", [LIST, DETAIL])
def test_pages_are_the_same_for_everyone(client: Client, address: str) -> None:
    ShopFrontFactory.create()
    client.cookies["sessionid"] = "x"
    answer = client.get(address)
    assert answer["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")


def test_a_counter_that_is_not_open_to_the_public_has_no_page(client: Client) -> None:
    ShopFrontFactory.create(is_open_to_public=False)
    assert client.get(DETAIL).status_code == 404
    assert "Cahul" not in client.get(LIST).content.decode()


def test_the_page_says_whether_it_is_open_and_when_next(client: Client) -> None:
    shopfront = ShopFrontFactory.create()
    assert "Open until 12:00" in read(client)
    ClosureFactory.create(on=dt.date(2026, 11, 25), shopfront=shopfront)
    content_version.forget()
    assert "Closed, opens tomorrow at 08:00" in read(client)


def test_nothing_is_invented(client: Client) -> None:
    ShopFrontFactory.create(address="")
    page = read(client)
    for name in ("Address", "Wheelchair access"):
        assert f"<dt>{name}</dt><dd>to be announced</dd>" in page
    assert "Telephone: to be announced" in page
    assert "E-mail: to be announced" in page
    assert "openstreetmap" not in page
    assert {"geo", "telephone", "email", "amenityFeature"}.isdisjoint(linked_data(client))


def test_known_facts_are_shown(client: Client) -> None:
    ShopFrontFactory.create(
        address="str. Unirii 1",
        phone="+373 299 21122",
        email="cahul@example.org",
        wheelchair_access="full",
        directions_en="Enter from the yard.\n\nSecond floor <left>.",
        directions_ro="Intrarea e din curte.",
    )
    page = read(client)
    assert '<a class="phone" href="tel:+37329921122">' in page
    assert 'href="mailto:cahul@example.org"' in page
    assert "<dd>accessible by wheelchair</dd>" in page
    assert "<p>Enter from the yard.</p> <p>Second floor &lt;left&gt;.</p>" in page
    where = "https://www.openstreetmap.org/?mlat=45.90425&amp;mlon=28.19929#map=17/45.90425/28.19929"
    assert f'<a href="{where}" rel="noreferrer">' in page
    assert "din curte" in read(client, "/ro/shopfronts/cahul/")
    assert "din curte" not in read(client, "/ru/shopfronts/cahul/")  # no Russian text yet


def change_hours(shopfront: ShopFront) -> None:
    """Mondays until the 29th of November as before, from the 30th in the afternoon alone."""
    mondays = shopfront.opening_hours.filter(weekday=1)
    mondays.update(valid_until=MONDAY - dt.timedelta(days=1))
    OpeningHours.objects.create(
        shopfront=shopfront, weekday=1, opens=dt.time(14), closes=dt.time(16), valid_from=MONDAY
    )


def test_hours_of_today_and_changes_ahead(client: Client) -> None:
    change_hours(ShopFrontFactory.create())
    page = read(client)
    assert '<th scope="row">Monday</th><td><span>08:00–12:00</span>, <span>13:00–17:00</span>' in page
    assert (
        "Other hours from 30 November 2026</h3> <ul><li>Monday: <span>14:00–16:00</span> </li></ul>" in page
    )
    with time_machine.travel("2026-12-01 08:00:00+00:00", tick=False):
        later = read(client, f"{DETAIL}?later")
    assert '<th scope="row">Monday</th><td><span>14:00–16:00</span>' in later
    assert "Other hours" not in later


def test_closed_days_and_days_open_all_the_same(client: Client) -> None:
    shopfront = ShopFrontFactory.create()
    ClosureFactory.create(on=dt.date(2026, 12, 25), name_en="Christmas", origin="holiday")
    ClosureFactory.create(on=dt.date(2027, 1, 1), name_en="New Year")
    ClosureFactory.create(on=dt.date(2027, 1, 1), name_en="Open day", shopfront=shopfront, is_open=True)
    ClosureFactory.create(on=dt.date(2026, 12, 28), name_en="Nothing", shopfront=shopfront, is_open=True)
    ClosureFactory.create(on=dt.date(2027, 1, 25), name_en="Too far", shopfront=shopfront)
    page = read(client)
    assert "Closed on these days</h3> <ul><li>25 December 2026: Christmas</li></ul>" in page
    assert "although others are closed</h3> <ul><li>1 January 2027: Open day</li></ul>" in page
    assert "Too far" not in page


def test_linked_data_names_hours_and_closures(client: Client, settings: Any) -> None:
    shopfront = ShopFrontFactory.create(
        address="str. Unirii 1", phone="+373 299 21122", wheelchair_access="none", description_en="</script>"
    )
    change_hours(shopfront)
    OpeningHours.objects.create(
        shopfront=shopfront,
        weekday=6,
        opens=dt.time(9),
        closes=dt.time(11),
        valid_until=dt.date(2026, 11, 24),  # yesterday
    )
    ClosureFactory.create(on=dt.date(2026, 12, 25))
    data = linked_data(client)
    assert "https://schema.org/Saturday" not in str(data)
    assert (data["@type"], data["name"], data["telephone"]) == (
        "GovernmentOffice",
        "NEXUS Cahul",
        "+373 299 21122",
    )
    assert data["url"] == f"{settings.BASE_URL}{DETAIL}"
    assert data["description"] == "</script>"
    assert data["geo"]["latitude"] == 45.90425
    assert data["address"]["streetAddress"] == "str. Unirii 1"
    assert data["amenityFeature"]["value"] is False
    hours = {
        (each["opens"], each["closes"]): each for each in data["openingHoursSpecification"] if len(each) == 4
    }
    assert hours["08:00", "12:00"]["dayOfWeek"] == [
        f"https://schema.org/{day}" for day in ("Tuesday", "Wednesday", "Thursday", "Friday")
    ]
    [ending] = [e for e in data["openingHoursSpecification"] if "validThrough" in e and e["opens"] == "08:00"]
    assert (ending["dayOfWeek"], ending["validThrough"]) == (["https://schema.org/Monday"], "2026-11-29")
    [beginning] = [e for e in data["openingHoursSpecification"] if "validFrom" in e]
    assert (beginning["opens"], beginning["validFrom"]) == ("14:00", "2026-11-30")
    assert data["specialOpeningHoursSpecification"] == [
        {
            "@type": "OpeningHoursSpecification",
            "opens": "00:00",
            "closes": "00:00",
            "validFrom": "2026-12-25",
            "validThrough": "2026-12-25",
        }
    ]


def test_services_of_the_district_are_shown(client: Client) -> None:
    ShopFrontFactory.create()
    elsewhere = make.LocalityFactory.create(key="edinet")
    covered = make.ServiceFactory.create(coverage=["abroad", "cahul"])
    placed = make.ServiceFactory.create()
    placed.locations.add(make.LocationFactory.create(), make.LocationFactory.create())
    make.ServiceFactory.create()  # the whole country is not this district
    make.ServiceFactory.create(coverage=["edinet"])
    make.ServiceFactory.create().locations.add(make.LocationFactory.create(locality=elsewhere))
    make.ServiceFactory.create(coverage=["cahul"], status="draft")
    answer = client.get(DETAIL)
    assert {service.pk for service in answer.context["services"]} == {covered.pk, placed.pk}
    assert len(answer.context["services"]) == 2
    assert 'href="/en/services/?district=cahul"' in answer.content.decode()


def test_at_most_six_services_checked_last_first(client: Client) -> None:
    ShopFrontFactory.create()
    make.ServiceFactory.create_batch(6, coverage=["cahul"], verified_on=MONDAY - dt.timedelta(days=40))
    fresh = make.ServiceFactory.create(coverage=["cahul"], verified_on=MONDAY - dt.timedelta(days=9))
    make.ServiceFactory.create(coverage=["cahul"], is_confirmed=False, verified_on=MONDAY)
    services = client.get(DETAIL).context["services"]
    assert len(services) == 6
    assert services[0] == fresh


def test_without_services_there_is_no_heading(client: Client) -> None:
    ShopFrontFactory.create()
    assert "Services in this district" not in read(client)


def appointments(shopfront: ShopFront) -> SafeString:
    """A part."""
    return format_html("<p>Free at <b>{}</b></p>", shopfront.name)


def test_other_apps_hand_in_parts_of_the_page(client: Client) -> None:
    ShopFrontFactory.create()
    assert "Next appointments" not in read(client)
    beside.register(lambda shopfront: SafeString())
    assert "Next appointments" not in read(client)
    beside.register(appointments)
    beside.register(appointments)
    assert read(client).count("<p>Free at <b>Cahul</b></p>") == 1


@pytest.mark.parametrize("address", [LIST, DETAIL])
def test_booking_is_one_click_away(client: Client, address: str) -> None:
    ShopFrontFactory.create()
    assert 'href="/en/appointments/book/cahul/"' in read(client, address)
