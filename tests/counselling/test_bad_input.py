"""Bad input: a clear message, nothing lost, nothing twice."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from common.typed import lines, one_line
from counselling import notes
from counselling.models import Appointment, Shift
from counselling.views.sentences import how_relatives_book
from shopfronts.models import Closure, ShopFront
from tests.counselling.conftest import FRIDAY, Booking
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.counselling import ReasonFactory, ShiftFactory, at

pytestmark = pytest.mark.django_db
ROMANCE = "👩‍👧 Ana-Maria"
ARABIC = "محمد"


@pytest.mark.parametrize(
    "slot",
    [
        "20200106T0700Z.cahul",  # past
        "20270301T0707Z.cahul",  # between two starts
        "20270302T0700Z.cahul",  # nobody works on Tuesdays
        "20290305T0700Z.cahul",  # beyond what may be booked
        "20270301T0700Z.nowhere",
        "20270301T0700Z",
        "99999999T9999Z.cahul",
        "",
        "' OR 1=1 --",
        "\x00",
        "9" * 5000,
    ],
)
def test_a_time_that_is_none_is_refused_with_those_that_are(booking: Booking, slot: str) -> None:
    answer = booking.browser.post(booking.times, booking.chosen | {"slot": slot})
    assert answer.status_code == 409
    assert 'name="slot"' in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()
    assert not Appointment.objects.exists()


@pytest.mark.parametrize(
    ("language", "status"), [("en", 409), ("xx", 409), ("", 302), ("x" * 300, 302), ("\x00", 302)]
)
def test_a_language_that_nobody_speaks_there_is_refused(booking: Booking, language: str, status: int) -> None:
    slot = booking.slots()[0]
    assert booking.hold(slot, language=language).status_code == status
    assert not Appointment.objects.exists()


def test_a_day_that_was_closed_meanwhile_is_refused(booking: Booking, shift: Shift) -> None:
    slot = booking.slots()[0]
    Closure.objects.create(on=dt.date(2027, 3, 1), name="Hramul")
    assert booking.hold(slot).status_code == 409


def test_too_near_is_refused(booking: Booking) -> None:
    slot = booking.slots()[0]
    with time_machine.travel(at(9, 1), tick=False):
        assert booking.hold(slot).status_code == 409


@pytest.mark.parametrize("name", ["x" * 5000, "", "   ", "\u200b\u202e", "\x00\x01"])
def test_a_name_that_is_none_keeps_what_was_typed(booking: Booking, name: str) -> None:
    booking.hold()
    answer = booking.book(name=name, note="Vin cu un copil.")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Vin cu un copil." in page
    assert "nina@example.com" in page
    assert Appointment.objects.get().status == "held"


@pytest.mark.parametrize("name", [ROMANCE, ARABIC, "Нина П.", "O’Brien <b>", "李"])
def test_names_of_every_script_are_kept_as_they_are(booking: Booking, name: str) -> None:
    appointment = booking.whole(name=name)
    assert appointment.name == name


def test_signs_that_turn_a_line_around_are_left_out() -> None:
    assert one_line("Ana\u202e\u2066 gro.live\n") == "Ana gro.live"
    assert lines("unu \r\ndoi\x07\u2028trei") == "unu\ndoi trei"


def test_a_note_is_encrypted_at_rest(booking: Booking) -> None:
    appointment = booking.whole(note="SECRET-MARK")
    assert appointment.note_sealed is not None
    assert b"SECRET-MARK" not in bytes(appointment.note_sealed)
    assert notes.unseal(appointment.note_sealed) == "SECRET-MARK"


def test_what_was_typed_lies_encrypted_in_the_session(booking: Booking) -> None:
    booking.hold()
    booking.book(contact="nonsense", note="SECRET-MARK")
    assert "SECRET-MARK" not in str(dict(booking.browser.session))
    assert "SECRET-MARK" in booking.browser.get(booking.contact).content.decode()


@pytest.mark.parametrize(
    "contact", ["nina@", "@example.com", "12", "+999 1234567890", "nina", "x" * 300, "🙂"]
)
def test_a_contact_that_is_none_is_explained(booking: Booking, contact: str) -> None:
    booking.hold()
    assert booking.book(contact=contact).status_code == 422
    assert not Appointment.objects.filter(status="booked").exists()


def test_a_hold_that_ran_out_is_still_booked_while_nobody_took_it(booking: Booking) -> None:
    booking.hold()
    with time_machine.travel(at(9, day=FRIDAY), tick=False):
        assert booking.book().status_code == 303
    assert Appointment.objects.get().status == "booked"


def test_a_hold_that_was_swept_away_is_taken_anew(booking: Booking) -> None:
    booking.hold()
    pk = Appointment.objects.get().pk
    Appointment.objects.all().delete()
    assert booking.book(hold=str(pk)).status_code == 303
    assert Appointment.objects.get().status == "booked"


def test_a_hold_that_somebody_took_says_so_and_keeps_what_was_typed(booking: Booking) -> None:
    slot = booking.slots()[0]
    booking.hold(slot)
    pk = Appointment.objects.get().pk
    Appointment.objects.all().delete()
    Booking(type(booking.browser)()).whole(slot, contact="fast@example.com")
    answer = booking.book(hold=str(pk), note="Vin cu un copil.", contact="slow@example.com")
    assert answer.status_code == 409
    other = booking.slots()[0]
    assert other != slot
    booking.hold(other)
    page = booking.browser.get(booking.contact).content.decode()
    assert "Vin cu un copil." in page
    assert "slow@example.com" in page


@pytest.mark.parametrize("hold", ["", "x", "11111111-2222-4333-8444-555555555555"])
def test_a_foreign_hold_books_nothing(booking: Booking, hold: str) -> None:
    Booking(type(booking.browser)()).hold()
    answer = booking.browser.post(
        booking.contact, {"hold": hold, "name": "Eve", "contact": "eve@example.com"}
    )
    assert answer.url == booking.contact
    assert Appointment.objects.get().status == "held"


def test_the_contact_page_without_a_hold_leads_back(booking: Booking) -> None:
    answer = booking.browser.get(booking.contact)
    assert answer.status_code == 200
    assert "back_url" in answer.context


def test_the_same_person_cannot_be_in_two_places(booking: Booking) -> None:
    """Said to who has signed in; towards an address that anybody may type, the message says it to the owner."""
    sign_in(booking.browser, UserFactory.create())
    slot = booking.slots()[0]
    booking.whole(slot)
    ShiftFactory.create()
    again = Booking(booking.browser, ReasonFactory.create(key="other").number)
    assert again.hold(slot).status_code == 303
    answer = again.book()
    assert answer.status_code == 409
    assert Appointment.objects.filter(status="booked").count() == 1


def test_more_than_allowed_for_one_reason_is_refused(booking: Booking) -> None:
    ShopFront.objects.update(phone="0299 1 23 45")
    sign_in(booking.browser, UserFactory.create())
    slots = booking.slots()
    for slot in slots[:2]:
        booking.whole(slot)
    booking.hold(slots[2])
    answer = booking.book()
    assert answer.status_code == 409
    assert Appointment.objects.filter(status="booked").count() == 2
    assert "Ieșiți mai întâi din cont" in answer.text  # here the form asks for no contact of a relative
    assert "0299 1 23 45" in answer.text


def test_a_guest_reads_how_a_relative_is_booked() -> None:
    """With the number of the place only where it has one."""
    place = ShopFront(phone="")
    with translation.override("ro"):
        told = how_relatives_book(place, is_member=False)
    assert told == "Vă programați o rudă? Faceți programarea pe numele ei și cu e-mailul sau telefonul ei."


@pytest.mark.parametrize("language", ["ro", "ru", "en"])
def test_every_message_is_in_the_language_of_the_page(booking: Booking, language: str) -> None:
    address = booking.times.replace("/ro/", f"/{language}/", 1)
    with translation.override(language):
        answer = booking.browser.post(address, booking.chosen | {"slot": "x"})
    assert f'<html lang="{language}"' in answer.content.decode()


@pytest.mark.parametrize(
    "query", [{"from": "yesterday"}, {"from": "9999-12-31"}, {"from": "0001-01-01"}, {"zone": "\x00"}]
)
def test_odd_addresses_open_all_the_same(booking: Booking, query: dict[str, str]) -> None:
    assert booking.page(**query).status_code == 200


def test_a_sign_that_the_database_cannot_hold_is_a_bad_address(booking: Booking) -> None:
    answer = booking.browser.get(reverse("counselling:book_start"), {"district": "cahul\x00"})
    assert answer.status_code == 400
    assert "<html" in answer.content.decode()
