"""From the first page to the confirmation, as a visitor goes."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import work
from counselling import limits
from counselling.models import Appointment, Counsellor, Mode, Reason, Shift
from notifications.models import Contact, Delivery
from shopfronts.models import ShopFront
from tests.counselling.conftest import PENSIONS, Booking
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.counselling import AppointmentFactory, CounsellorFactory, ReasonFactory, ShiftFactory, at
from tests.factories.shopfronts import ShopFrontFactory

pytestmark = pytest.mark.django_db


def text(response: Any) -> str:
    """A page's main part."""
    content = response.content.decode()
    return str(content[content.index("<main") : content.index("</main")])


def test_every_step_leads_to_the_next(booking: Booking) -> None:
    browser = booking.browser
    start = text(browser.get(reverse("counselling:book_start")))
    assert reverse("counselling:book_reason", args=["cahul"]) in start
    reasons = text(browser.get(reverse("counselling:book_reason", args=["cahul"])))
    assert reverse("counselling:book_how", args=["cahul", PENSIONS]) in reasons
    how = text(browser.get(reverse("counselling:book_how", args=["cahul", PENSIONS])))
    assert booking.times in how
    held = booking.hold()
    assert (held.status_code, held.url) == (303, booking.contact)
    done = booking.book()
    appointment = Appointment.objects.get()
    assert (appointment.status, appointment.name, appointment.source) == ("booked", "Nina", "online")
    page = text(browser.get(done.url))
    assert f"{appointment.reference[:4]} {appointment.reference[4:]}" in page
    assert "Carnetul de muncă" in page


def test_the_reference_has_eight_readable_characters(booking: Booking) -> None:
    reference = booking.whole().reference
    assert re.fullmatch(r"[2-9A-HJ-NP-TV-Z]{8}", reference)
    assert not set(reference) & set("01OILU")


def test_the_nearest_shop_front_is_found_by_district(client: Client, shift: Shift) -> None:
    ShopFrontFactory.create(
        slug="edinet", name_ro="Edineț", ticket_prefix="E", latitude="48.17215", longitude="27.30337",
        locality=shift.shopfront.locality,
    )  # fmt: skip
    locality = shift.shopfront.locality
    locality.latitude, locality.longitude = "48.4", "27.7"
    locality.save()
    page = text(client.get(reverse("counselling:book_start"), {"district": locality.key}))
    assert "Edineț</strong>" in page
    assert (
        "Edineț</strong>"
        not in text(client.get(reverse("counselling:book_start"), {"district": "nowhere"})).split("choices")[
            0
        ]
    )


def test_one_language_and_one_way_are_not_asked_for(client: Client, friday: None, shift: Shift) -> None:
    Counsellor.objects.update(languages=["ru"])
    only = ReasonFactory.create(modes=[Mode.IN_PERSON])
    answer = client.get(reverse("counselling:book_how", args=["cahul", only.number]))
    assert answer.status_code == 302
    assert client.get(answer.url).status_code == 200


def test_a_choice_that_is_missing_is_asked_for(booking: Booking) -> None:
    answer = booking.browser.get(booking.times)
    assert answer.status_code == 302
    assert answer.url == reverse("counselling:book_how", args=["cahul", PENSIONS])


@pytest.mark.parametrize(
    ("place", "reason"), [("cahul", "nothing"), ("nowhere", "pensions"), ("online", "face-to-face")]
)
def test_unknown_places_and_reasons_are_404(booking: Booking, place: str, reason: str) -> None:
    ReasonFactory.create(key="face-to-face", modes=[Mode.IN_PERSON])
    query = {"language": "ro", "mode": "in_person"}
    address = reverse("counselling:book_times", args=[place, reason])
    assert booking.browser.get(address, query).status_code == 404
    assert booking.browser.post(address, query).status_code == 404


def test_the_name_of_a_button_says_day_date_time_and_place(booking: Booking) -> None:
    assert 'aria-label="Luni, 1 martie, ora 09:00, Cahul"' in text(booking.page())


def test_a_visitor_elsewhere_sees_both_clocks(booking: Booking) -> None:
    page = text(booking.page(zone="America/New_York"))
    assert "New York" in page
    assert "02:00 New York" in page
    assert "02:00" not in text(booking.page(zone="Europe/Bucharest"))  # the same clock is not named twice
    assert "02:00" not in text(booking.page(zone="Mars/Olympus"))


def test_any_shop_front_offers_the_times_of_all(booking: Booking, shift: Shift) -> None:
    other = ShopFrontFactory.create(
        slug="ungheni", name_ro="Ungheni", ticket_prefix="U", locality=shift.shopfront.locality
    )
    ShiftFactory.create(shopfront=other, starts=dt.time(13), ends=dt.time(14))
    page = text(
        booking.browser.get(reverse("counselling:book_times", args=["any", PENSIONS]), booking.chosen)
    )
    assert "09:00<span>Cahul</span>" in page
    assert "13:00<span>Ungheni</span>" in page


def test_by_telephone_each_time_stands_once(booking: Booking) -> None:
    ShiftFactory.create()
    address = reverse("counselling:book_times", args=["online", PENSIONS])
    page = text(booking.browser.get(address, booking.chosen | {"mode": "phone"}))
    assert page.count("20270301T0700Z") == 1
    assert "Cahul</span>" not in page
    assert (
        booking.browser.get(address, booking.chosen).status_code == 302
    )  # face to face is not offered there


def test_a_full_calendar_offers_the_waiting_list(booking: Booking, shift: Shift) -> None:
    shift.delete()
    ShiftFactory.create(counsellor=shift.counsellor, valid_until=dt.date(2026, 2, 1))
    page = text(booking.page())
    assert reverse("counselling:waiting_join", args=["cahul", PENSIONS]) in page
    assert 'name="slot"' not in page


def test_only_a_shop_front_without_counsellors_says_so(client: Client, pensions: Reason) -> None:
    ShopFrontFactory.create()
    page = text(client.get(reverse("counselling:book_how", args=["cahul", PENSIONS])))
    assert reverse("counselling:book_how", args=["any", PENSIONS]) in page


def test_a_hold_keeps_the_time_for_ten_minutes_from_others(booking: Booking) -> None:
    slot = booking.slots()[0]
    booking.hold(slot)
    other = Booking(Client())
    assert slot not in other.slots()
    answer = other.hold(slot)
    assert answer.status_code == 409
    assert 'name="slot"' in text(answer)
    held = Appointment.objects.get()
    assert held.held_until == at(8, 10, day=dt.date(2027, 2, 26))


def test_another_press_lets_the_first_time_go(booking: Booking) -> None:
    first, second = booking.slots()[:2]
    booking.hold(first)
    booking.hold(second)
    assert Appointment.objects.count() == 1
    assert first in Booking(Client()).slots()


def test_a_button_pressed_twice_is_one_hold(client: Client, booking: Booking) -> None:
    slot = booking.slots()[0]
    visitor = "0123456789abcdef0123456789abcdef"
    assert Booking(Client()).hold(slot, visitor=visitor).status_code == 303
    assert Booking(Client()).hold(slot, visitor=visitor).status_code == 303
    assert Appointment.objects.count() == 1


def test_the_time_can_be_given_back(booking: Booking) -> None:
    booking.hold()
    answer = booking.release()
    assert answer.status_code == 303
    assert booking.times in answer.url
    assert not Appointment.objects.exists()


def test_the_form_sent_twice_is_one_booking(booking: Booking) -> None:
    booking.hold()
    held = str(Appointment.objects.get().pk)
    first, second = booking.book(), booking.book(hold=held)
    assert first.url == second.url
    assert Appointment.objects.count() == 1
    assert Contact.objects.count() == 1


def test_going_back_after_booking_shows_the_booking(booking: Booking) -> None:
    booking.hold()
    done = booking.book()
    again = booking.browser.get(booking.contact)
    assert (again.status_code, again.url) == (303, done.url)


def test_another_time_after_a_booking_is_a_new_one(booking: Booking) -> None:
    booking.whole()
    booking.hold()
    assert booking.browser.get(booking.contact).status_code == 200


def test_a_member_books_under_the_account(booking: Booking) -> None:
    member = UserFactory.create(handle="nina_p", time_zone="Europe/Rome")
    sign_in(booking.browser, member)
    booking.hold()
    page = text(booking.browser.get(booking.contact))
    assert member.email in page
    assert 'name="contact"' not in page
    booking.book()
    appointment = Appointment.objects.get()
    assert (appointment.member, appointment.contact) == (member, None)
    assert "1 martie" in text(booking.browser.get(reverse("counselling:my_appointments")))


def test_my_appointments_lists_ahead_and_past_with_the_same_queries(
    booking: Booking, django_assert_num_queries: Any
) -> None:
    member = UserFactory.create()
    sign_in(booking.browser, member)
    address = reverse("counselling:my_appointments")
    AppointmentFactory.create(member=member)
    AppointmentFactory.create(member=member, status="completed", starts_at=at(9, day=dt.date(2026, 3, 2)))
    booking.browser.get(address)
    with CaptureQueriesContext(connection) as one:
        booking.browser.get(address)
    for hour in range(10, 18):
        AppointmentFactory.create(member=member, starts_at=at(hour))
    with django_assert_num_queries(len(one)):
        page = booking.browser.get(address)
    assert len(page.context["ahead"]) == 9
    assert len(page.context["past"]) == 1


def test_a_follow_up_of_a_member_is_with_the_same_counsellor(booking: Booking, pensions: Reason) -> None:
    Reason.objects.update(same_counsellor=True)
    member, known = UserFactory.create(), CounsellorFactory.create()
    ShiftFactory.create(counsellor=known, starts=dt.time(10), ends=dt.time(11))
    AppointmentFactory.create(
        member=member,
        reason=pensions,
        counsellor=known,
        status="completed",
        starts_at=at(9, day=dt.date(2027, 2, 1)),
    )
    assert len(booking.slots()) == 6 * 6  # a stranger sees everyone's times
    sign_in(booking.browser, member)
    assert [slot for slot in booking.slots() if slot.startswith("20270301")] == [
        "20270301T0800Z.cahul",
        "20270301T0830Z.cahul",
    ]


def test_without_a_contact_nothing_is_sent_and_the_page_says_so(booking: Booking) -> None:
    booking.hold()
    done = booking.book(contact="", wants_messages="")
    appointment = Appointment.objects.get()
    assert appointment.contact is None
    assert not Delivery.objects.filter(channel="email").exists()
    assert booking.browser.get(done.url).context["outlook"].channel == ""


def test_a_telephone_is_enough(booking: Booking) -> None:
    appointment = booking.whole(contact="069 123 456")
    assert appointment.contact is not None
    assert appointment.contact.phone == "+37369123456"
    kinds = set(Delivery.objects.filter(channel="sms").values_list("notification__kind", flat=True))
    assert kinds == {"counselling.booked", "counselling.reminder", "counselling.reminder_soon"}


def test_after_many_presses_a_device_works_first_and_that_is_enough(
    booking: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PRESSES", 0)
    monkeypatch.setattr(work, "HARDEST", 200)
    booking.hold()
    page = booking.browser.get(booking.contact)
    challenge = page.context["challenge"]
    assert challenge
    assert booking.book().status_code == 422
    proof = solved(challenge)
    assert booking.book(proof=proof[:-8]).status_code == 422
    assert booking.book(proof=proof).status_code == 303
    assert not work.is_worked(proof)  # once


def solved(challenge: str) -> str:
    """What a device makes of a riddle."""
    riddle = json.loads(challenge)
    number = next(
        n
        for n in range(riddle["maxnumber"] + 1)
        if hashlib.sha256(f"{riddle['salt']}{n}".encode()).hexdigest() == riddle["challenge"]
    )
    return base64.b64encode(
        json.dumps(
            {key: riddle[key] for key in ("algorithm", "challenge", "salt", "signature")} | {"number": number}
        ).encode()
    ).decode()


def test_a_machine_in_the_trap_books_nothing(booking: Booking) -> None:
    booking.hold()
    assert booking.book(nx_blank="https://spam.example").status_code == 422
    assert not Appointment.objects.filter(status="booked").exists()


def test_public_steps_are_the_same_for_everyone(booking: Booking, shift: Shift) -> None:
    for name, arguments in (
        ("book_start", []),
        ("book_reason", ["cahul"]),
        ("book_how", ["cahul", PENSIONS]),
    ):
        answer = booking.browser.get(reverse(f"counselling:{name}", args=arguments))
        assert "public" in answer.headers["Cache-Control"]
        assert not answer.cookies
    assert "no-store" in booking.page().headers["Cache-Control"]
    assert ShopFront.objects.count() == 1


@pytest.mark.parametrize(
    ("contact", "is_booked"), [("069 123 456", True), ("nina@example.com", False), ("", False)]
)
def test_a_talk_by_telephone_needs_a_number(booking: Booking, contact: str, *, is_booked: bool) -> None:
    booking.chosen["mode"] = "phone"
    booking.hold()
    assert booking.book(contact=contact).status_code == (303 if is_booked else 422)
    assert Appointment.objects.filter(status="booked").exists() is is_booked


def test_a_member_is_called_under_the_number_of_the_booking(booking: Booking) -> None:
    member = UserFactory.create(phone="+37369123456")
    sign_in(booking.browser, member)
    booking.chosen["mode"] = "phone"
    booking.hold()
    assert "+37369123456" in booking.browser.get(booking.contact).content.decode()
    booking.book(contact="+39 06 4550 2611")
    appointment = Appointment.objects.get()
    assert appointment.recipient == member
    assert appointment.contact is not None
    assert appointment.contact.phone == "+390645502611"


def test_a_talk_by_video_needs_an_address(booking: Booking) -> None:
    Counsellor.objects.update(video_room="https://video.example.com/ana")
    booking.chosen["mode"] = "video"
    booking.hold()
    assert booking.book(contact="").status_code == 422
    assert booking.book().status_code == 303
