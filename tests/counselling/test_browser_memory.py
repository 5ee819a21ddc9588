"""What a browser remembers of a booking, for how long; and forms that name the time that they show."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.actions import grant_role
from accounts.models import Role
from counselling.models import Appointment, Reason, WaitingEntry
from tests.counselling import desk
from tests.counselling.conftest import FRIDAY, Booking
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.counselling import ReasonFactory, at
from tests.factories.shopfronts import ShopFrontFactory

pytestmark = pytest.mark.django_db
NOTE = "soțul mă bate, nu sunați acasă"


@pytest.fixture
def clock(booking: Booking) -> Iterator[time_machine.Coordinates]:
    """Friday morning, on a clock that can be moved."""
    with time_machine.travel(at(8, day=FRIDAY), tick=False) as found:
        yield found


@pytest.fixture
def other(booking: Booking) -> Booking:
    """The same browser in a second tab, for another reason."""
    return Booking(booking.browser, ReasonFactory.create(name_ro="Polița", name_ru="Полис").number)


def typed(booking: Booking) -> bool:
    """Whether the form still holds what was typed."""
    return NOTE in booking.browser.get(booking.contact).content.decode()


def fail_to_book(booking: Booking) -> None:
    """Send the form with a note and a contact that is none."""
    assert booking.book(note=NOTE, contact="elena@").status_code == 422


def test_what_was_typed_waits_for_another_time_for_the_same_reason(booking: Booking) -> None:
    first, second = booking.slots()[:2]
    booking.hold(first)
    fail_to_book(booking)
    assert typed(booking)
    booking.hold(second)
    assert typed(booking)


def test_another_reason_forgets_it(booking: Booking, other: Booking) -> None:
    booking.hold()
    fail_to_book(booking)
    other.hold()
    assert not typed(other)
    booking.hold()
    assert not typed(booking)


def test_giving_the_time_back_forgets_it(booking: Booking) -> None:
    booking.hold()
    fail_to_book(booking)
    booking.release()
    booking.hold()
    assert not typed(booking)


def test_it_goes_with_the_hold(booking: Booking, clock: time_machine.Coordinates) -> None:
    booking.hold()
    fail_to_book(booking)
    clock.shift(dt.timedelta(minutes=9))
    assert typed(booking)
    clock.shift(dt.timedelta(minutes=2))
    assert not typed(booking)


def test_after_half_an_hour_it_is_gone_whatever_is_held(
    booking: Booking, clock: time_machine.Coordinates
) -> None:
    first, second = booking.slots()[:2]
    booking.hold(first)
    for slot in (second, first, second):
        fail_to_book(booking)
        clock.shift(dt.timedelta(minutes=8))
        booking.hold(slot)
    assert typed(booking)
    clock.shift(dt.timedelta(minutes=7))
    booking.hold(first)
    assert not typed(booking)


def test_a_booking_forgets_it_and_how_it_was_found(booking: Booking) -> None:
    booking.hold()
    fail_to_book(booking)
    assert booking.book(note=NOTE).status_code == 303
    assert booking.browser.post(reverse("counselling:book_release")).url == reverse("counselling:book_start")
    booking.hold(booking.slots()[0])
    assert not typed(booking)


def test_neither_session_nor_cache_keeps_it_in_clear_or_for_long(booking: Booking) -> None:
    booking.hold()
    fail_to_book(booking)
    [session] = Session.objects.all()
    assert set(session.get_decoded()) == {"counselling_visitor"}
    visitor = session.get_decoded()["counselling_visitor"]
    client = cache._cache.get_client()  # type: ignore[attr-defined]  # how long is not to be asked otherwise
    for what in ("choice", "draft"):
        key = cache.make_key(f"booking:{visitor}:{what}")
        assert 0 < client.ttl(key) <= 1801
        assert NOTE.encode() not in client.get(key)


def test_the_page_after_a_booking_is_asked_for_leads_there_for_some_minutes_only(
    booking: Booking, clock: time_machine.Coordinates
) -> None:
    booking.hold()
    done = booking.book()
    assert booking.browser.get(booking.contact).url == done.url
    assert "panel--leaf" in booking.browser.get(done.url).content.decode()
    clock.shift(dt.timedelta(minutes=6))
    assert booking.browser.get(booking.contact).status_code == 200
    assert "panel--leaf" not in booking.browser.get(done.url).content.decode()


def test_a_form_books_what_it_shows_and_not_what_was_chosen_since(booking: Booking, other: Booking) -> None:
    booking.hold(booking.slots()[3])
    first = Appointment.objects.get()
    other.hold(other.slots()[5])
    second = Appointment.objects.get()
    assert booking.book(hold=str(first.pk)).status_code == 303
    booked = Appointment.objects.get(status="booked")
    assert (booked.reason, booked.starts_at) == (first.reason, first.starts_at)
    assert other.book(hold=str(second.pk), contact="ion@example.com").status_code == 303
    booked = Appointment.objects.get(status="booked", reason=second.reason)
    assert booked.starts_at == second.starts_at


def test_a_form_whose_time_is_taken_says_so_and_books_nothing_else(booking: Booking, other: Booking) -> None:
    slot = booking.slots()[3]
    booking.hold(slot)
    first = Appointment.objects.get()
    other.hold(other.slots()[5])
    Booking(Client()).hold(slot)
    answer = booking.book(hold=str(first.pk), note=NOTE)
    assert answer.status_code == 409
    assert not Appointment.objects.filter(status="booked").exists()
    page = answer.content.decode()
    assert booking.times in page
    assert "Pensii" in page


@pytest.mark.parametrize("hold", ["", "no-uuid", "11111111-2222-4333-8444-555555555555"])
def test_a_form_that_names_no_hold_of_this_browser_books_nothing(booking: Booking, hold: str) -> None:
    booking.hold()
    assert booking.book(hold=hold).url == booking.contact
    assert Appointment.objects.get().status == "held"


def test_a_page_left_open_gives_back_its_own_time_alone(booking: Booking, other: Booking) -> None:
    booking.hold()
    first = str(Appointment.objects.get().pk)
    other.hold(other.slots()[5])
    answer = booking.browser.post(reverse("counselling:book_release"), {"hold": first})
    assert answer.url.startswith(booking.times)
    assert Appointment.objects.get().status == "held"


@pytest.fixture
def strict(booking: Booking) -> Booking:
    """The same in a browser whose forms are checked for their token."""
    booking.browser = Client(enforce_csrf_checks=True)
    return booking


def token(page: str) -> str:
    """The token of the first form of a page that has one."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_signing_in_in_another_tab_loses_nothing_that_was_typed(strict: Booking) -> None:
    strict.hold(csrfmiddlewaretoken=token(strict.page().content.decode()))
    old = token(strict.browser.get(strict.contact).content.decode())
    member = UserFactory.create()
    sign_in(strict.browser, member)
    strict.browser.cookies["csrf"] = "x" * 32  # a sign-in gives a new one
    answer = strict.book(note=NOTE, csrfmiddlewaretoken=old)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert NOTE in page
    assert Appointment.objects.get().status == "held"
    assert strict.book(note=NOTE, csrfmiddlewaretoken=token(page)).status_code == 303
    assert Appointment.objects.get().member == member


WAITING = "/ro/appointments/book/cahul/{}/waiting/?language=ro&mode=in_person"
WISH = {
    "language": "ro",
    "mode": "in_person",
    "weekdays": ["1"],
    "until_on": "2027-03-20",
    "contact": "nina@example.com",
    "wants_messages": "on",
    "safe_contact": "yes",
}


@pytest.mark.parametrize("is_sensitive", [False, True])
def test_signing_in_in_another_tab_loses_no_wish_that_was_typed(strict: Booking, is_sensitive: bool) -> None:
    """Behind a redirection where it may be about danger: no page answers what was typed."""
    browser, reason = strict.browser, Reason.objects.get()
    if is_sensitive:
        Reason.objects.update(is_sensitive=True)
    address = WAITING.format(reason.number)
    old = token(browser.get(address).content.decode())
    member = UserFactory.create()
    sign_in(browser, member)
    browser.cookies["csrf"] = "x" * 32
    answer = browser.post(address, WISH | {"name": "Vera din Bălți", "csrfmiddlewaretoken": old})
    assert answer.status_code == (303 if is_sensitive else 422)
    page = (browser.get(answer.url) if is_sensitive else answer).content.decode()
    assert "Vera din Bălți" in page
    assert "2027-03-20" in page
    assert "Nu s-a pierdut nimic" in page
    assert not WaitingEntry.objects.exists()
    sent = browser.post(address, WISH | {"name": "Vera din Bălți", "csrfmiddlewaretoken": token(page)})
    assert sent.status_code == 303
    assert WaitingEntry.objects.get().name == "Vera din Bălți"


def test_a_wish_from_elsewhere_is_refused(strict: Booking) -> None:
    address = WAITING.format(Reason.objects.get().number)
    answer = strict.browser.post(address, WISH | {"name": "Vera"})
    assert answer.status_code == 403
    assert "Vera" not in answer.content.decode()
    assert not WaitingEntry.objects.exists()


def test_a_form_from_elsewhere_is_refused(strict: Booking) -> None:
    assert strict.browser.post(strict.contact, {"name": "Nina", "hold": "x"}).status_code == 403
    assert not Appointment.objects.exists()


def test_a_talk_by_telephone_whose_hold_was_lost_still_needs_a_number(booking: Booking) -> None:
    booking.chosen["mode"] = "phone"
    booking.hold()
    held = Appointment.objects.get()
    Appointment.objects.all().delete()
    assert booking.book(hold=str(held.pk), contact="nina@example.com").status_code == 422
    assert booking.book(hold=str(Appointment.objects.get().pk), contact="069 123 456").status_code == 303
    assert Reason.objects.count() == 1


def test_sessions_of_before_forget_what_they_held() -> None:
    store = SessionStore()
    store["counselling_draft"], store["counselling_choice"], store["desk.number"] = (
        "sealed",
        {"reason": "x"},
        "7",
    )
    store.create()
    migration = import_module("counselling.migrations.0005_drafts_leave_sessions")
    migration.forget(apps, None)
    assert SessionStore(store.session_key).load() == {"desk.number": "7"}


def test_a_ticket_is_of_the_shop_front_whose_form_was_open() -> None:
    cahul = desk.shopfront()
    ShopFrontFactory.create(slug="ungheni", name_ro="Ungheni", ticket_prefix="U", locality=cahul.locality)
    user = UserFactory.create()
    grant_role(
        user=user, role=Role.MANAGER, scopes={"shopfront": ["cahul", "ungheni"]}, by=None, reason="test"
    )
    reason, browser = ReasonFactory.create(), desk.browser_of(user)
    page = browser.get(desk.address("ticket", at="cahul")).content.decode()
    browser.get(desk.address("board", at="ungheni"))  # in another tab
    action = re.search(r'<form method="post" action="([^"]*ticket[^"]*)"', page)
    assert action is not None
    sent = {"reason": reason.key, "language": "ro", "ticket_id": "11111111-2222-4333-8444-555555555555"}
    assert browser.post(action[1], sent).status_code == 303
    assert Appointment.objects.get().shopfront == cahul
