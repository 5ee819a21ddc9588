"""The admin of the counters: a new one needs no code; public holidays are overridden, not deleted."""

from __future__ import annotations

import datetime as dt
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override

from accounts.models import User
from common import content_version
from services.loading.loader import load
from shopfronts.actions import renew_holidays
from shopfronts.models import Closure, OpeningHours, ShopFront, key_of_day
from tests.factories.accounts import AdministratorFactory, CuratorFactory, sign_in
from tests.factories.services import LocalityFactory
from tests.factories.shopfronts import ClosureFactory, ShopFrontFactory

pytestmark = pytest.mark.django_db
ADD, LIST = "admin:shopfronts_shopfront_add", "admin:shopfronts_closure_changelist"
NEW_YEAR = dt.date(2027, 1, 1)


@pytest.fixture(autouse=True)
def curator(client: Client) -> User:
    """A curator, signed in."""
    user: User = CuratorFactory.create()
    sign_in(client, user)
    return user


class Fields(HTMLParser):
    """What a browser would send for a form as it was served, boxes that are not ticked left out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.inside = ""  # the select or text area that is open
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a field, or the chosen option of the one that is open."""
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "option" and "selected" in given:
            self.sent[self.inside] = value
        elif "__prefix__" in name or name.startswith("_") or not name:
            self.inside = "" if tag in {"select", "textarea"} else self.inside
        elif tag in {"select", "textarea"}:
            self.inside = name
            self.sent.setdefault(name, "")
        elif tag == "input" and (given.get("type") != "checkbox" or "checked" in given):
            self.sent[name] = value or ("on" if given.get("type") == "checkbox" else "")

    def handle_data(self, data: str) -> None:
        """Collect the text of a text area."""
        if self.inside and self.lasttag == "textarea":
            self.sent[self.inside] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        """Close it."""
        if tag in {"select", "textarea"}:
            self.inside = ""


def new_shopfront(client: Client, **changes: Any) -> Any:
    """Fill in the form for a new counter and send it."""
    district = LocalityFactory.create(key="comrat")
    fields = Fields(client.get(reverse(ADD)).content.decode()).sent
    facts = {
        "slug": "comrat",
        "locality": district.pk,
        "ticket_prefix": "CO",
        "languages": "ro\nru\ngag",
        "name_ro": "Comrat",
        "name_ru": "Комрат",
        "name_en": "Comrat",
        "directions_ro": "Lângă gară.",
        "latitude": "46.29",
        "longitude": "28.66",
        "wheelchair_access": "partial",
        "opening_hours-TOTAL_FORMS": 2,
    }
    for number, (since, until) in enumerate([("", "2027-05-31"), ("2027-06-01", "")]):
        row = {"weekday": 1, "opens": "08:00", "closes": "12:00", "valid_from": since, "valid_until": until}
        facts |= {f"opening_hours-{number}-{name}": value for name, value in row.items()}
    return client.post(reverse(ADD), fields | facts | changes)


def errors(answer: Any) -> str:
    """What the form complains about."""
    form = answer.context["adminform"].form
    return f"{form.errors} {[formset.formset.non_form_errors() for formset in answer.context['inline_admin_formsets']]}"


def test_a_new_shopfront_needs_no_code(client: Client) -> None:
    version = content_version.publish()
    answer = new_shopfront(client)
    assert answer.status_code == 302, errors(answer)
    shopfront = ShopFront.objects.get(slug="comrat")
    assert (shopfront.ticket_prefix, shopfront.languages) == ("CO", ["ro", "ru", "gag"])
    assert (shopfront.wheelchair_access, shopfront.directions_ro) == ("partial", "Lângă gară.")
    hours = OpeningHours.objects.values_list("valid_from", "valid_until")
    assert set(hours) == {(None, dt.date(2027, 5, 31)), (dt.date(2027, 6, 1), None)}
    assert content_version.publish() > version
    page = Client().get("/ru/shopfronts/comrat/")
    assert "Комрат" in page.content.decode()


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"ticket_prefix": ""}, "ticket_prefix"),
        ({"ticket_prefix": "co"}, "ticket_prefix"),
        ({"ticket_prefix": "C"}, "ticket_prefix"),  # Cahul's
        ({"time_zone": "Moldova"}, "time_zone"),
        ({"opening_hours-1-valid_from": ""}, "Two rows begin on the same weekday at the same time."),
        ({"opening_hours-1-valid_until": "2027-05-01"}, "errors"),
    ],
)
def test_what_would_not_work_is_said_in_the_form(
    client: Client, changes: dict[str, Any], complaint: str
) -> None:
    ShopFrontFactory.create()
    with override("en"):
        answer = new_shopfront(client, **changes)
    assert answer.status_code == 200
    assert gettext(complaint) in errors(answer) + answer.content.decode()
    assert not ShopFront.objects.filter(slug="comrat").exists()


def add_closure(client: Client, **changes: Any) -> Any:
    """Fill in the form for a day of all counters and send it."""
    address = reverse("admin:shopfronts_closure_add")
    fields = Fields(client.get(address).content.decode()).sent
    facts = {"on": "2027-01-02", "name_ro": "Inventar", "name_ru": "Учёт", "name_en": "Stocktaking"}
    return client.post(address, fields | facts | changes)


def test_a_closure_is_ours_and_has_the_key_of_its_day(client: Client) -> None:
    assert add_closure(client, origin="holiday").status_code == 302
    closure = Closure.objects.get()
    assert (closure.origin, closure.is_open, closure.shopfront) == ("own", False, None)
    assert closure.pk == key_of_day(dt.date(2027, 1, 2))


def test_a_day_that_a_person_wrote_stays_as_it_was_written(client: Client) -> None:
    assert add_closure(client, on="2026-12-25").status_code == 302
    assert not load(Path(settings.BASE_DIR) / "data").problems
    closure = Closure.objects.get(on="2026-12-25")
    assert (closure.origin, closure.name_en) == ("own", "Stocktaking")


def test_one_counter_opens_all_the_same(client: Client) -> None:
    shopfront = ShopFrontFactory.create()
    renew_holidays(today=NEW_YEAR)
    answer = add_closure(client, on="2027-01-01", shopfront=shopfront.pk, is_open="on")
    assert answer.status_code == 302
    assert Closure.objects.get(shopfront=shopfront).is_open
    assert add_closure(client, on="2027-01-01").status_code == 200  # of all counters, there is one already


def test_a_holiday_is_cancelled_by_its_own_row(client: Client) -> None:
    renew_holidays(today=NEW_YEAR)
    closure = Closure.objects.get(on=NEW_YEAR)
    address = reverse("admin:shopfronts_closure_change", args=[closure.pk])
    fields = Fields(client.get(address).content.decode()).sent
    assert {"on", "shopfront", "origin"}.isdisjoint(fields)
    changed = {"is_open": "on", "on": "2027-02-02", "origin": "own"}
    assert client.post(address, fields | changed).status_code == 302
    closure.refresh_from_db()
    assert (closure.is_open, closure.on, closure.origin) == (True, NEW_YEAR, "holiday")


def test_a_holiday_is_not_deleted_and_the_reason_is_said(client: Client) -> None:
    sign_in(client, AdministratorFactory.create())  # curators delete nothing
    renew_holidays(today=NEW_YEAR)
    closure = Closure.objects.get(on=NEW_YEAR)
    address = reverse("admin:shopfronts_closure_delete", args=[closure.pk])
    assert closure.name_ro in client.get(address).content.decode()
    why = client.get(address).context["protected"]
    assert len(why) == 1
    client.post(address, {"post": "yes"})
    assert Closure.objects.filter(pk=closure.pk).exists()


def test_several_at_once_are_not_deleted_while_a_holiday_is_among_them(client: Client) -> None:
    sign_in(client, AdministratorFactory.create())  # curators delete nothing
    own, holiday = ClosureFactory.create(), ClosureFactory.create(on=NEW_YEAR, origin="holiday")
    chosen = {"action": "delete_selected", "post": "yes"}
    client.post(reverse(LIST), chosen | {"_selected_action": [str(own.pk), str(holiday.pk)]})
    assert Closure.objects.count() == 2
    client.post(reverse(LIST), chosen | {"_selected_action": [str(own.pk)]})
    assert list(Closure.objects.all()) == [holiday]


def test_days_are_listed_with_the_same_queries_for_one_and_for_ten(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    shopfront = ShopFrontFactory.create()
    ClosureFactory.create(shopfront=shopfront)
    client.get(reverse(LIST))
    with django_assert_max_num_queries(100) as first:
        client.get(reverse(LIST))
    for day in range(1, 10):
        ClosureFactory.create(shopfront=shopfront, on=dt.date(2026, 12, day))
    with django_assert_max_num_queries(len(first)):
        client.get(reverse(LIST))
