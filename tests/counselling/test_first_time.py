"""What somebody sees who was never here: sentences that hold for their way of talking, and answers to every press."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import override

from counselling import actions
from counselling.models import Appointment, Mode, Reason
from counselling.views.presenting import leave_address, links_of
from counselling.wording import stretch
from shopfronts.models import ShopFront
from tests.counselling import people
from tests.counselling.conftest import Booking
from tests.counselling.desk import address, manager
from tests.factories.counselling import (
    AppointmentFactory,
    ReasonFactory,
    TimeOffFactory,
    at,
)
from tests.factories.notifications import ContactFactory

pytestmark = pytest.mark.django_db
FORM = re.compile(r"<form\b((?:\{%.*?%\}|[^>])*)>(.*?)</form>", re.DOTALL)
FIELDS = re.compile(r"\{\{ (?:form|caller|outside|wish|why|number_form)(?:\.number)? \}\}|desk/_wish.html")


def main_of(answer: HttpResponse) -> str:
    """What a page says, without its head and foot."""
    text = answer.content.decode()
    return " ".join(strip_tags(text[text.index("<main") : text.index("</main>")]).split())


@pytest.fixture
def called(booking: Booking) -> Booking:
    """A visitor who has held a time for a talk by telephone about something sensitive."""
    reason: Reason = ReasonFactory.create(is_sensitive=True)
    found = Booking(booking.browser, reason.number)
    found.chosen["mode"] = Mode.PHONE
    assert found.hold().status_code == 303
    return found


def test_who_is_called_may_ask_to_be_called_at_no_other_time(called: Booking) -> None:
    page = called.browser.get(called.contact).content.decode()
    assert "Doar un SMS neutru; sunați doar la ora discuției" in page
    assert "vă rog să nu sunați" not in page


def test_who_stays_at_home_brings_no_child(called: Booking, booking: Booking) -> None:
    assert "veniți cu un copil" not in called.browser.get(called.contact).content.decode()
    booking.hold()
    assert "veniți cu un copil" in booking.browser.get(booking.contact).content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("maria@mail,md", "Scrieți numărul la care vă putem suna."),
        ("maria@mail.md", "Scrieți numărul la care vă putem suna."),
        ("", "Scrieți numărul la care vă putem suna."),
        ("3471234567", "Acesta nu este un număr de telefon."),
    ],
)
def test_a_field_for_a_number_speaks_of_numbers_alone(called: Booking, typed: str, said: str) -> None:
    page = called.browser.get(called.book(contact=typed, safe_contact="yes").url).content.decode()
    assert said in page
    assert "nici adresă de e-mail" not in page
    assert "Această adresă de e-mail" not in page


def test_a_time_is_held_until_an_hour_of_ones_own_clock(booking: Booking) -> None:
    booking.chosen["zone"] = "Europe/Rome"
    booking.hold()
    held = Appointment.objects.get().held_until
    assert held is not None
    page = booking.browser.get(booking.contact)
    assert page.context["held_clock"] == f"{held.astimezone(dt.timezone(dt.timedelta(hours=1))):%H:%M} Roma"


def test_a_move_is_answered(booking: Booking) -> None:
    booked = booking.whole()
    answer = booking.browser.post(
        links_of(booked)["change_url"], {"slot": "20270301T0800Z.cahul"}, follow=True
    )
    assert "Programarea este mutată." in answer.text
    assert "Programarea este mutată." not in booking.browser.get(answer.wsgi_request.path).text  # once


@pytest.mark.parametrize(("mode", "said"), [("phone", "Prin telefon"), ("in_person", "orice ghișeu")])
def test_who_waits_for_a_call_waits_at_no_counter(
    client: Client, four_weeks_before: None, reason: Reason, mode: str, said: str
) -> None:
    who = people.client(phone="+37369123456")
    entry = actions.join_waiting_list(wanted=people.wanted(reason, mode=mode, shopfront=None), client=who)
    page = client.get(leave_address(entry)).text
    assert said in page
    assert ("orice ghișeu" in page) == (mode == "in_person")


def test_a_colleague_reads_that_a_call_at_its_time_is_meant(friday: None) -> None:
    row = AppointmentFactory.create(
        mode="phone",
        safe_contact="sms",
        reason=ReasonFactory.create(is_sensitive=True),
        contact=ContactFactory.create(email="", phone="+37369123456"),
    )
    page = main_of(manager().get(address("appointment", row.pk)))
    assert "Doar un SMS neutru, sunați doar la ora discuției" in page
    assert "nu sunați" not in page


@pytest.mark.parametrize("mode", ["phone", "in_person"])
def test_what_is_read_out_after_a_booking_fits_its_way(friday: None, mode: str) -> None:
    contact = ContactFactory.create(email="", phone="+37369123456")
    row = AppointmentFactory.create(
        mode=mode, contact=contact, reason=ReasonFactory.create(bring_ro="Buletinul")
    )
    ShopFront.objects.filter(pk=row.shopfront_id).update(address="str. Mare 1")
    page = main_of(manager().get(address("booked", row.pk)))
    assert ("Sunăm la +373 691 23 456." in page) == (mode == "phone")
    assert ("str. Mare 1" in page) == (mode == "in_person")
    assert ("Să aveți la îndemână" in page) == (mode == "phone")


def test_a_day_is_cancelled_with_open_eyes(friday: None) -> None:
    silent = ContactFactory.create(email="", phone="+37369123456", consented_at=None)
    row = AppointmentFactory.create(mode="phone", contact=silent)
    TimeOffFactory.create(counsellor=row.counsellor, starts_at=at(0), ends_at=at(0) + dt.timedelta(days=1))
    day = timezone.localdate(row.starts_at)
    page = main_of(manager().get(address("cancel_day", day.year, day.month, day.day)))
    assert "sunați la +373 691 23 456" in page


def test_a_reason_that_nobody_will_read_is_not_said_to_be_read(friday: None) -> None:
    row = AppointmentFactory.create(contact=None, member=None)
    page = manager().get(address("appointment", row.pk)).text
    assert "Clientul citește" not in page
    told = AppointmentFactory.create(contact=ContactFactory.create(), starts_at=at(11))
    assert "Clientul citește" in manager().get(address("appointment", told.pk)).text


def test_whole_days_are_called_by_their_names() -> None:
    zone, day = ZoneInfo("Europe/Chisinau"), dt.timedelta(days=1)
    with override("ro"):
        assert stretch(at(0), at(0) + day, zone) == "luni, 1 martie, toată ziua"
        assert stretch(at(0), at(0) + 2 * day, zone) == "luni, 1 martie – marți, 2 martie"
        assert stretch(at(9), at(10), zone) == "luni, 1 martie, ora 09:00 – luni, 1 martie, ora 10:00"


def test_a_form_speaks_in_the_language_of_its_page() -> None:
    """Without `novalidate` a browser complains in its own, before the server can."""
    silent = []
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        if "styleguide" in path.parts:
            continue
        for tag, inner in FORM.findall(path.read_text(encoding="utf-8")):
            if "novalidate" not in tag and FIELDS.search(inner):
                silent.append(path.name)
    assert silent == []
