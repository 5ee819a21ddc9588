"""A browser that hides where it is says UTC or the like: no page and no message makes a city of that."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from common.zones import known
from counselling.models import Appointment, Mode
from counselling.views.presenting import links_of
from counselling.wording import city_clock, held_clock, in_few_signs, in_one_line, own_time
from notifications import rendering
from tests.counselling.conftest import Booking
from tests.counselling.test_messages import FOR_CLIENTS, LANGUAGES, delivery
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.counselling import AppointmentFactory, ReasonFactory, at
from tests.factories.notifications import ContactFactory

pytestmark = pytest.mark.django_db
NO_CITIES = ("UTC", "Etc/UTC", "Etc/GMT+5", "GMT", "EST5EDT", "Zulu")
NAMED = re.compile(r"UTC|GMT|Etc\b|EST5EDT|Zulu|ora locală|местное время: .* ваше время|the time in")
CHISINAU = ZoneInfo("Europe/Chisinau")


def read(page: str) -> str:
    """What a person reads of a page."""
    return re.sub(r"<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>", " ", page, flags=re.DOTALL)


@pytest.fixture(params=NO_CITIES)
def zone(request: pytest.FixtureRequest) -> str:
    """What the browser says."""
    return str(request.param)


def test_on_the_way_to_a_booking(booking: Booking, zone: str) -> None:
    for language in LANGUAGES:
        address = booking.times.replace("/ro/", f"/{language}/")
        page = read(booking.browser.get(address, booking.chosen | {"zone": zone}).content.decode())
        assert not NAMED.search(page)
    assert "Orele sunt după ceasul din Cahul." in read(booking.page(zone=zone).content.decode())
    booking.chosen["zone"] = zone
    booking.hold()
    assert not NAMED.search(read(booking.browser.get(booking.contact).content.decode()))
    booking.book()
    assert Appointment.objects.get().visitor_zone == ""


def test_the_choice_of_a_place_has_places_alone(booking: Booking, zone: str) -> None:
    page = booking.page(zone=zone).content.decode()
    [chosen] = re.findall(r'<option value="([^"]+)" selected>', re.sub(r"(?s)^.*?id=\"zone\"", "", page))
    assert chosen == CHISINAU.key
    assert f'value="{zone}"' not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_behind_the_links_of_a_booking_made_before(client: Client, zone: str, language: str) -> None:
    """Rows of before hold such a zone."""
    member = UserFactory.create(language=language)
    row = AppointmentFactory.create(
        mode=Mode.VIDEO, visitor_zone=zone, member=member, reason=ReasonFactory.create(key="pensions")
    )
    sign_in(client, member)
    with translation.override(language):
        links = {key: link for key, link in links_of(row).items() if key.endswith("_url")}
        links["mine"] = reverse("counselling:my_appointments")
    assert {"view_url", "change_url", "cancel_url", "mine"} <= links.keys()
    for name, link in links.items():
        page = read(client.get(link.removeprefix(settings.BASE_URL), follow=True).content.decode())
        assert not NAMED.search(page), name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FOR_CLIENTS)
def test_in_messages(zone: str, name: str, language: str) -> None:
    row = AppointmentFactory.create(
        mode=Mode.PHONE,
        visitor_zone=zone,
        contact=ContactFactory.create(phone="+37369123456"),
        reason=ReasonFactory.create(key="pensions"),
    )
    mail = rendering.mail(delivery(row, name, language, "email"))
    for part in (
        mail.subject,
        mail.text,
        read(mail.html),
        rendering.short(delivery(row, name, language, "sms")).text,
    ):
        assert not NAMED.search(part)


def test_every_zone_that_is_no_place_is_without_a_city_in_every_sentence() -> None:
    """All IANA names, by every function that writes a moment on the visitor's clock."""
    moment = at(9)
    for name in sorted(known()):
        other, city = ZoneInfo(name), name.rpartition("/")[2]
        if "/" in name and not name.startswith(
            ("Etc/", "SystemV/", "US/", "Arctic/", "Antarctica/", "Brazil/", "Canada/", "Chile/", "Mexico/")
        ):
            continue
        assert own_time(moment, CHISINAU, other) == ""
        assert city not in in_one_line(moment, CHISINAU, other, in_person=False)
        assert city not in in_few_signs(moment, CHISINAU, other, in_person=False)
        assert held_clock(moment, CHISINAU, other) == "09:00"
    assert city_clock(moment, ZoneInfo("Europe/Rome")) == "08:00 Roma"


@pytest.mark.parametrize("language", ["ro", "ru"])
def test_the_sentences_with_a_city_are_these(language: str) -> None:
    """Whoever adds one asks `differs` or `is_place` first, as these do."""
    with (settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        found = {
            str(message.id) for message in read_po(file, locale=language) if "%(city)s" in str(message.id)
        }
    assert found == {
        "%(when)s (%(city)s)",
        "at %(time)s (%(city)s)",
        "Times are those of %(place)s. Under each you see the time in %(city)s.",
    }
