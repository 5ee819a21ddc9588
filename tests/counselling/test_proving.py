"""The page of the code: where half of a day is held by strangers, whoever proves a contact goes on, without JavaScript."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from common import counting
from counselling import actions, limits
from counselling.actions import admitting
from counselling.models import Appointment, Reason, Shift
from notifications.delivery.sending import deliver_due
from tests.counselling.conftest import Booking
from tests.counselling.people import client as person
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.counselling import AppointmentFactory, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(booking: Booking, shift: Shift) -> Booking:
    """Strangers have booked three of the six times of Monday."""
    reason = Reason.objects.get()
    for hour in (9, 10, 11):
        AppointmentFactory.create(reason=reason, counsellor=shift.counsellor, starts_at=at(hour))
    return booking


@pytest.fixture
def page() -> str:
    """The page of the code."""
    return reverse("counselling:book_proof")


def code_in(outbox: list[Any]) -> str:
    """The six digits of the newest mail."""
    deliver_due(seconds=10)
    found = re.search(r"^(\d{8})$", outbox[-1].body, re.MULTILINE)
    assert found
    return found[1]


def half_past(booking: Booking) -> str:
    """A time that is free on Monday."""
    return next(slot for slot in booking.slots() if slot.startswith("20270301"))


def test_under_the_half_nobody_is_asked(booking: Booking) -> None:
    assert booking.hold(half_past(booking)).url == booking.contact
    assert booking.book(contact="").status_code == 303
    assert Appointment.objects.get().contact is None


def test_a_code_to_the_address_and_the_time_is_theirs(
    full: Booking, page: str, mailoutbox: list[Any]
) -> None:
    slot = half_past(full)
    assert full.hold(slot).url == page
    assert not Appointment.objects.filter(status="held").exists()
    browser = full.browser
    assert browser.post(page, {"contact": "not an address"}).status_code == 422
    assert browser.post(page, {"contact": "Nina@example.com"}).url == page
    assert "nina@example.com" in browser.get(page).content.decode()
    wrong = browser.post(page, {"code": "000000x"})
    assert wrong.status_code == 422
    answer = browser.post(page, {"code": code_in(mailoutbox)})
    assert answer.url == full.contact
    assert (
        browser.get(full.contact).context["form"]["contact"].value() == "nina@example.com"
    )  # as it was typed
    assert full.book(contact="nina@example.com").status_code == 303
    booked = Appointment.objects.get(status="booked", name="Nina", proof="address")
    assert booked.contact is not None
    again = next(slot for slot in full.slots() if slot.startswith("20270301"))
    assert full.hold(again).url == full.contact  # proved in this browser


def test_about_danger_a_refused_address_is_shown_behind_a_redirection(
    full: Booking, page: str, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    Reason.objects.update(is_sensitive=True)
    browser = full.browser
    full.hold(half_past(full))
    for problem in ("contact", "none can be sent"):
        with monkeypatch.context() as patch:
            if problem != "contact":
                patch.setattr(actions, "can_send_proof_code", lambda **_address: False)
            typed = "nina@" if problem == "contact" else "nina@example.com"
            answer = browser.post(page, {"contact": typed})
            assert (answer.status_code, answer.url) == (303, page)
        form = browser.get(page).context["form"]
        assert form["contact"].value() == typed
        assert form.errors["contact"]
    browser.post(page, {"contact": "nina@example.com"})
    assert "code" in browser.get(page).context["form"].fields
    assert browser.post(page, {"code": code_in(mailoutbox)}).url == full.contact


def test_another_name_than_the_proved_one_is_asked_too(
    full: Booking, page: str, mailoutbox: list[Any]
) -> None:
    full.hold(half_past(full))
    full.browser.post(page, {"contact": "nina@example.com"})
    full.browser.post(page, {"code": code_in(mailoutbox)})
    assert full.book(contact="ion@example.com").url == page
    typed = full.browser.get(page + "?another=1").context["form"]["contact"].value()
    assert typed == "ion@example.com"
    full.browser.post(page, {"contact": typed})
    assert full.browser.post(page, {"code": code_in(mailoutbox)}).url == full.contact
    assert full.book(contact="ion@example.com").status_code == 303
    assert Appointment.objects.filter(proof="address").count() == 1


def test_a_cache_that_forgot_what_was_chosen_leads_to_the_beginning(
    full: Booking, page: str, mailoutbox: list[Any]
) -> None:
    full.hold(half_past(full))
    full.browser.post(page, {"contact": "nina@example.com"})
    full.browser.post(page, {"code": code_in(mailoutbox)})
    cache.clear()
    assert full.book(contact="ion@example.com").url == page
    assert full.browser.get(page).url == reverse("counselling:book_start")


def test_tries_are_counted_and_a_new_code_can_be_asked_for(
    full: Booking, page: str, mailoutbox: list[Any]
) -> None:
    full.hold(half_past(full))
    full.browser.post(page, {"contact": "nina@example.com"})
    code = code_in(mailoutbox)
    for _try in range(3):
        assert full.browser.post(page, {"code": f"{(int(code) + 1) % 10**8:08d}"}).status_code == 422
    answer = full.browser.post(page, {"code": code})
    assert answer.status_code == 422
    assert not Appointment.objects.filter(status="held").exists()
    full.browser.post(page, {"contact": "nina@example.com"})
    assert full.browser.post(page, {"code": code_in(mailoutbox)}).status_code == 303


def test_who_has_an_account_needs_no_code(full: Booking, page: str) -> None:
    slot = half_past(full)
    full.hold(slot)
    sign_in(full.browser, UserFactory.create())
    assert "form" in full.browser.get(page).context
    assert full.browser.post(page).url == full.contact
    assert Appointment.objects.get(status="held").proof == "account"
    assert full.hold(slot).url == full.contact


def test_a_time_that_went_meanwhile_is_said(
    full: Booking, page: str, mailoutbox: list[Any], shift: Shift
) -> None:
    full.hold(half_past(full))
    full.browser.post(page, {"contact": "nina@example.com"})
    AppointmentFactory.create(counsellor=shift.counsellor, starts_at=at(9, 30))
    answer = full.browser.post(page, {"code": code_in(mailoutbox)})
    assert answer.status_code == 409
    assert "data-zone-select" not in answer.content.decode()  # nothing leads away from the sentence


def test_the_code_is_in_the_language_of_the_page(full: Booking, page: str, mailoutbox: list[Any]) -> None:
    full.hold(half_past(full))
    full.browser.post(page.replace("/ro/", "/ru/"), {"contact": "nina@example.com"})
    code_in(mailoutbox)
    assert "Введите эти восемь цифр" in mailoutbox[-1].body


def test_many_codes_from_one_network_need_work(
    full: Booking, page: str, monkeypatch: pytest.MonkeyPatch, mailoutbox: list[Any]
) -> None:
    monkeypatch.setattr(limits, "CODES", 0)
    full.hold(half_past(full))
    assert full.browser.post(page, {"contact": "nina@example.com"}).status_code == 303
    answer = full.browser.post(page, {"contact": "ion@example.com"})
    assert answer.status_code == 422
    assert answer.context["challenge"]
    deliver_due(seconds=10)
    assert [one.to for one in mailoutbox] == [["nina@example.com"]]


def test_without_javascript_a_code_does_instead_of_work(
    booking: Booking, page: str, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PRESSES", 0)
    booking.hold()
    refused = booking.book()
    assert refused.status_code == 422
    assert f'href="{page}"' in refused.content.decode()
    booking.browser.post(page, {"contact": "nina@example.com"})
    assert booking.browser.post(page, {"code": code_in(mailoutbox)}).url == booking.contact
    assert booking.book().status_code == 303
    assert Appointment.objects.get().proof == "address"


def test_members_and_colleagues_are_not_counted(booking: Booking) -> None:
    cache.clear()
    sign_in(booking.browser, UserFactory.create())
    for _press in range(limits.PRESSES + 2):
        booking.hold()
    stranger = Client()
    assert not stranger.get(booking.times, booking.chosen).context["problem"]
    origin = next(iter(Appointment.objects.values_list("origin_key", flat=True)))
    assert not counting.seen(f"hold:{origin}")


def test_a_refused_press_says_so_in_any_zone(booking: Booking, shift: Shift) -> None:
    slot = booking.slots()[0]
    AppointmentFactory.create(counsellor=shift.counsellor, starts_at=at(9), proof="desk")
    answer = booking.hold(slot, zone="")
    assert answer.status_code == 409
    assert answer.context["problem"]
    assert "data-zone-select" not in answer.content.decode()
    assert "data-zone-select" in booking.page().content.decode()


def test_nothing_chosen_leads_to_the_beginning(client: Client, page: str) -> None:
    assert client.get(page).url == reverse("counselling:book_start")
    assert person().proof == "none"


def test_codes_to_anybody_end_for_a_day(
    full: Booking, page: str, monkeypatch: pytest.MonkeyPatch, mailoutbox: list[Any]
) -> None:
    monkeypatch.setattr(limits, "CODES_A_DAY", 1)
    assert full.hold(half_past(full)).url == page
    assert full.browser.post(page, {"contact": "nina@example.com"}).status_code == 303
    refused = full.browser.post(page, {"contact": "other@example.com"})
    assert refused.status_code == 422
    assert "sunați-ne" in refused.content.decode()
    deliver_due(seconds=10)
    assert len(mailoutbox) == 1


def test_who_has_too_many_near_them_is_told_to_sign_in(
    booking: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admitting, "MOST_WAITING", 1)
    address = reverse("counselling:waiting_join", args=["cahul", Reason.objects.get().number])
    form = {"language": "ro", "mode": "in_person", "weekdays": ["1"], "until_on": "2027-03-20"}
    form |= {"name": "V", "wants_messages": "on"}
    assert Client().post(address, form | {"contact": "victim@example.com"}).status_code == 303
    refused = Client().post(address, form | {"contact": "nobody@example.com"})
    assert refused.status_code == 422
    assert "sunați-ne" in refused.content.decode()
    assert (
        Client(REMOTE_ADDR="203.0.113.7").post(address, form | {"contact": "nobody@example.com"}).status_code
        == 303
    )


@pytest.mark.parametrize("press", ["open", "send"])
def test_where_a_device_must_work_first_nothing_is_said_to_be_done(
    booking: Booking, monkeypatch: pytest.MonkeyPatch, press: str
) -> None:
    mine = booking.whole()
    monkeypatch.setattr(limits, "FIND_AT", 0)
    form = {"reference": mine.reference, "contact": "nina@example.com", press: "1"}
    answer = Client().post(reverse("counselling:appointment_find"), form)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "data-challenge" in text
    assert "O clipă" in text
    assert not answer.context["is_sent"]
