"""What the links in messages do: GET shows, POST acts, and every bad link is the same page."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from counselling import actions, tokens
from counselling.actors import Actor
from counselling.models import Appointment, Status, WaitingEntry
from counselling.tokens import Purpose
from counselling.views.presenting import again_url, links_of
from notifications.models import Delivery
from tests.counselling.conftest import Booking
from tests.factories.accounts import UserFactory
from tests.factories.counselling import MONDAY, AppointmentFactory, CounsellorFactory, at

pytestmark = pytest.mark.django_db
ACTS = ("change_url", "cancel_url", "confirm_url")


@pytest.fixture
def appointment(booking: Booking) -> Appointment:
    """Nina's, for nine on Monday."""
    return booking.whole()


def rows() -> list[Any]:
    return list(Appointment.objects.order_by("pk").values())


def test_looking_at_a_link_changes_nothing(client: Client, appointment: Appointment) -> None:
    before = rows()
    for address in links_of(appointment).values():
        for verb in (client.get, client.head):
            assert verb(address).status_code == 200
    assert rows() == before


def test_cancel_frees_the_place_and_stops_the_reminders(client: Client, appointment: Appointment) -> None:
    answer = client.post(links_of(appointment)["cancel_url"])
    assert answer.status_code == 303
    appointment.refresh_from_db()
    assert appointment.status == Status.CANCELLED_BY_CLIENT
    assert client.get(answer.url).context["is_cancelled"] is True
    waiting = Delivery.objects.filter(status="planned", notification__kind__startswith="counselling.reminder")
    assert not waiting.exists()
    assert Booking(Client()).slots()[0] == "20270301T0700Z.cahul"


def test_confirm_notes_it_once(client: Client, appointment: Appointment) -> None:
    for _twice in range(2):
        assert client.post(links_of(appointment)["confirm_url"]).status_code == 303
    appointment.refresh_from_db()
    assert appointment.confirmed_at == at(8, day=MONDAY - dt.timedelta(days=3))


def test_change_gives_another_time_under_the_same_reference(client: Client, appointment: Appointment) -> None:
    address = links_of(appointment)["change_url"]
    answer = client.post(address, {"slot": "20270301T0800Z.cahul"})
    assert answer.status_code == 303
    new = Appointment.objects.get(status=Status.BOOKED)
    assert (new.reference, new.starts_at, new.sequence) == (appointment.reference, at(10), 1)
    assert client.get(answer.url).status_code == 200
    assert client.get(address).status_code == 404  # that version is over
    assert (
        client.get(links_of(appointment)["view_url"]).context["when"]
        == client.get(answer.url).context["when"]
    )


def test_a_new_time_that_is_gone_keeps_the_old_one(client: Client, appointment: Appointment) -> None:
    Booking(Client()).hold("20270301T0800Z.cahul")
    answer = client.post(links_of(appointment)["change_url"], {"slot": "20270301T0800Z.cahul"})
    assert answer.status_code == 409
    assert 'name="slot"' in answer.content.decode()
    appointment.refresh_from_db()
    assert appointment.status == Status.BOOKED


@pytest.mark.parametrize(
    "slot", ["", "x", "20270301T0800Z", "20270301T0800Z.nowhere", "20270302T0800Z.cahul"]
)
def test_a_time_that_is_none_keeps_the_old_one(client: Client, appointment: Appointment, slot: str) -> None:
    assert client.post(links_of(appointment)["change_url"], {"slot": slot}).status_code == 409
    appointment.refresh_from_db()
    assert appointment.status == Status.BOOKED


def bad_links(appointment: Appointment) -> dict[str, str]:
    """Links that must all look alike."""
    good = tokens.make(Purpose.CANCEL, appointment.booking_id, appointment.sequence)
    body, signature = good.split(".")
    return {
        "altered id": f"{'B' if body[0] == 'A' else 'A'}{body[1:]}.{signature}",
        "altered signature": f"{body}.{'A' * len(signature)}",
        "another purpose": tokens.make(Purpose.VIEW, appointment.booking_id, appointment.sequence),
        "another version": tokens.make(Purpose.CANCEL, appointment.booking_id, 7),
        "another booking": tokens.make(Purpose.CANCEL, appointment.pk, appointment.sequence),
        "cut": good[:-3],
        "nothing": "no-token-at-all",
    }


def test_expired_foreign_and_altered_links_are_one_page(client: Client, appointment: Appointment) -> None:
    used = tokens.make(Purpose.CANCEL, appointment.booking_id, appointment.sequence)
    before, pages = rows(), set()
    for name, token in bad_links(appointment).items():
        for verb in (client.get, client.post):
            answer = verb(reverse("counselling:appointment_cancel", args=[token]))
            assert answer.status_code == 404, name
            pages.add(without_address(answer.content.decode(), token))
    assert rows() == before
    with time_machine.travel(at(13), tick=False):  # after its end
        answer = client.get(reverse("counselling:appointment_cancel", args=[used]))
        pages.add(without_address(answer.content.decode(), used))
    assert len(pages) == 1


@pytest.mark.parametrize("verb", ["get", "post"])
@pytest.mark.parametrize("link", ["cancel_url", "confirm_url", "change_url"])
def test_a_link_of_what_is_cancelled_leads_to_the_page_that_says_so(
    client: Client, appointment: Appointment, link: str, verb: str
) -> None:
    links = links_of(appointment)
    done = client.post(links["cancel_url"])
    before = rows()
    again = getattr(client, verb)(links[link])
    assert (again.status_code, again.url) == (303, done.url)
    page = client.get(again.url).content.decode()
    assert "Vă mulțumim că ne-ați spus" in page
    assert rows() == before


def test_what_the_office_cancelled_says_so_with_its_reason_and_a_new_time(
    client: Client, appointment: Appointment
) -> None:
    by = Actor.staff(UserFactory.create())
    actions.cancel_appointment(appointment=appointment, by=by, reason="Ana este bolnavă <b>")
    page = client.get(links_of(appointment)["view_url"]).content.decode()
    assert "Ana este bolnavă &lt;b&gt;" in page
    assert "Vă mulțumim că ne-ați spus" not in page
    assert again_url(appointment).replace("&", "&amp;") in page


def without_address(page: str, token: str) -> str:
    return page.replace(token, "")


def test_a_month_after_its_end_nothing_is_shown(client: Client, appointment: Appointment) -> None:
    address = links_of(appointment)["view_url"]
    with time_machine.travel(at(9, day=MONDAY + dt.timedelta(days=29)), tick=False):
        assert client.get(address).status_code == 200
    with time_machine.travel(at(12, day=MONDAY + dt.timedelta(days=31)), tick=False):
        assert client.get(address).status_code == 404


def test_the_calendar_file_follows_the_appointment(client: Client, appointment: Appointment) -> None:
    address = links_of(appointment)["calendar_url"]
    first = Calendar.from_ical(client.get(address).content)
    client.post(links_of(appointment)["change_url"], {"slot": "20270301T0800Z.cahul"})
    moved = Calendar.from_ical(client.get(address).content)
    client.post(links_of(Appointment.objects.get(status="booked"))["cancel_url"])
    over = Calendar.from_ical(client.get(address).content)
    events = [calendar.walk("VEVENT")[0] for calendar in (first, moved, over)]
    assert [str(calendar["METHOD"]) for calendar in (first, moved, over)] == ["PUBLISH", "PUBLISH", "CANCEL"]
    assert [event["SEQUENCE"] for event in events] == [0, 1, 2]
    assert len({str(event["UID"]) for event in events}) == 1
    assert [event.decoded("DTSTART") for event in events] == [at(9), at(10), at(10)]
    assert "pens" not in first.to_ical().decode().lower()


@pytest.mark.parametrize(
    ("reference", "contact", "is_found"),
    [
        ("{0}", "nina@example.com", True),
        (" {0} ", "NINA@example.com ", True),
        ("{1}", "nina@example.com", True),
        ("{0}", "other@example.com", False),
        ("{0}", "Nina", False),  # an address was left: the name does not open it
        ("22222222", "nina@example.com", False),
        ("", "", False),
    ],
)
def test_a_booking_is_opened_by_reference_and_contact(
    appointment: Appointment, reference: str, contact: str, *, is_found: bool
) -> None:
    code = appointment.reference
    typed = reference.format(code, f"{code[:4].lower()}-{code[4:].lower()}")
    answer = Client().post(reverse("counselling:appointment_find"), {"reference": typed, "contact": contact})
    assert answer.status_code == (303 if is_found else 422)


def test_without_an_address_the_browser_that_booked_opens_it_and_no_name(booking: Booking) -> None:
    appointment = booking.whole(contact="", name="Ștefan Ţurcanu")
    address = reverse("counselling:appointment_find")
    form = {"reference": appointment.reference, "contact": ""}
    assert Client().post(address, form | {"contact": "Ștefan Ţurcanu"}).status_code == 422
    assert Client().post(address, form).status_code == 422
    assert booking.browser.post(address, form).status_code == 303


def test_guessing_references_ends(booking: Booking) -> None:
    appointment = booking.whole()
    address = reverse("counselling:appointment_find")
    for _try in range(20):
        Client().post(address, {"reference": "22222222", "contact": "a@example.com"})
    form = {"reference": appointment.reference, "contact": "nina@example.com"}
    assert Client().post(address, form).status_code == 422


class TestWaitingList:
    """The pages of the waiting list."""

    ADDRESS = "/ro/appointments/book/cahul/7/waiting/?language=ro&mode=in_person"
    FORM = {
        "language": "ro",
        "mode": "in_person",
        "weekdays": ["1", "2"],
        "until_on": "2027-03-20",
        "name": "Vera",
        "contact": "vera@example.com",
        "wants_messages": "on",
    }

    def test_a_wish_is_kept_and_can_be_taken_back(self, booking: Booking) -> None:
        answer = booking.browser.post(self.ADDRESS, self.FORM)
        assert answer.status_code == 303
        entry = WaitingEntry.objects.get()
        assert (entry.weekdays, entry.status) == ([1, 2], "waiting")
        assert booking.browser.get(answer.url).status_code == 200
        assert booking.browser.post(answer.url).status_code == 200
        again = booking.browser.get(answer.url)  # the link says it again
        assert (again.status_code, again.templates[0].name) == (200, "counselling/waiting_left.html")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"contact": ""},
            {"weekdays": []},
            {"until_on": "2020-01-01"},
            {"until_on": "9999-01-01"},
            {"wants_messages": ""},
        ],
    )
    def test_a_wish_without_a_way_to_answer_is_refused(self, booking: Booking, wrong: dict[str, Any]) -> None:
        answer = booking.browser.post(self.ADDRESS, self.FORM | wrong)
        assert answer.status_code == 422
        assert "Vera" in answer.content.decode()
        assert not WaitingEntry.objects.exists()

    def test_a_freed_place_is_offered_and_taken(self, booking: Booking) -> None:
        appointment = booking.whole()
        booking.browser.post(self.ADDRESS, self.FORM)
        booking.browser.post(links_of(appointment)["cancel_url"])
        offer = WaitingEntry.objects.get().offers.get()
        address = reverse("counselling:offer", args=[tokens.make(Purpose.TAKE, offer.pk)])
        assert booking.browser.get(address).status_code == 200
        assert "20270301T0700Z.cahul" not in Booking(Client()).slots()
        taken = booking.browser.post(address, {"take": "1"})
        assert taken.status_code == 303
        again = booking.browser.post(address, {"take": "1"})
        assert again.url == taken.url
        assert Appointment.objects.get(status="booked").name == "Vera"

    @pytest.mark.parametrize("pressed", ["instead", "decline"])
    @pytest.mark.parametrize(
        ("language", "said"),
        [
            ("ro", "Aveți deja o programare la ora aceea"),
            ("ru", "У вас уже есть запись на это время"),
            ("en", "You already have an appointment at that time"),
        ],
    )
    def test_who_has_another_talk_at_the_hour_of_an_offer_chooses(
        self, booking: Booking, language: str, said: str, pressed: str
    ) -> None:
        """The offer stays; whoever has its link reads what is sent to the address, and both talks are theirs."""
        appointment = booking.whole()
        booking.browser.post(self.ADDRESS, self.FORM)
        booking.browser.post(links_of(appointment)["cancel_url"])
        offer = WaitingEntry.objects.get().offers.get()
        other = AppointmentFactory.create(
            starts_at=at(9),
            person_key=offer.entry.person_key,
            proof="address",
            shopfront=appointment.shopfront,
        )
        address = reverse("counselling:offer", args=[tokens.make(Purpose.TAKE, offer.pk)])
        address = address.replace("/ro/", f"/{language}/")
        assert said in booking.browser.get(address).content.decode()
        refused = booking.browser.post(address, {"take": "1"})
        assert refused.status_code == 409
        assert said in refused.content.decode()
        assert [clash["appointment"] for clash in refused.context["clashes"]] == [other]
        offer.refresh_from_db()
        assert (offer.status, offer.hold is not None) == ("open", True)
        answer = booking.browser.post(address, {pressed: "1"})
        other.refresh_from_db()
        kept = Appointment.objects.get(status="booked")
        if pressed == "instead":
            assert (answer.status_code, kept.name) == (303, "Vera")
            assert other.status == Status.CANCELLED_BY_CLIENT
        else:
            assert (answer.status_code, kept) == (200, other)

    def test_nothing_is_cancelled_for_an_offer_that_is_over(self, booking: Booking) -> None:
        appointment = booking.whole()
        booking.browser.post(self.ADDRESS, self.FORM)
        booking.browser.post(links_of(appointment)["cancel_url"])
        offer = WaitingEntry.objects.get().offers.get()
        other = AppointmentFactory.create(
            starts_at=at(9),
            person_key=offer.entry.person_key,
            proof="address",
            shopfront=appointment.shopfront,
        )
        address = reverse("counselling:offer", args=[tokens.make(Purpose.TAKE, offer.pk)])
        with time_machine.travel(offer.expires_at, tick=False):
            assert booking.browser.post(address, {"instead": "1"}).status_code == 404
        other.refresh_from_db()
        assert other.status == Status.BOOKED

    def test_an_offer_that_is_declined_is_over(self, booking: Booking) -> None:
        appointment = booking.whole()
        booking.browser.post(self.ADDRESS, self.FORM)
        booking.browser.post(links_of(appointment)["cancel_url"])
        offer = WaitingEntry.objects.get().offers.get()
        address = reverse("counselling:offer", args=[tokens.make(Purpose.TAKE, offer.pk)])
        assert booking.browser.post(address, {"decline": "1"}).status_code == 200
        assert booking.browser.get(address).status_code == 200  # and says the same again
        assert WaitingEntry.objects.get().offers_made == 1
        assert "20270301T0700Z.cahul" in Booking(Client()).slots()

    def test_an_earlier_place_replaces_the_later_one(self, booking: Booking) -> None:
        first = booking.whole()
        other = Booking(Client())
        later = other.whole("20270315T0700Z.cahul", contact="vera@example.com", name="Vera")
        page = other.browser.get(links_of(later)["change_url"])
        form = self.FORM | {
            "instead_of": links_of(later)["change_url"].rstrip("/").rsplit("/", 1)[1],
            "until_on": "2027-03-14",
        }
        assert form["instead_of"] in page.context["earlier_url"]
        joined = other.browser.post(self.ADDRESS, form)
        assert joined.status_code == 303, joined.context["form"].errors
        booking.browser.post(links_of(first)["cancel_url"])
        offer = WaitingEntry.objects.get().offers.get()
        other.browser.post(
            reverse("counselling:offer", args=[tokens.make(Purpose.TAKE, offer.pk)]), {"take": "1"}
        )
        kept = Appointment.objects.get(status="booked")
        assert (kept.reference, kept.starts_at) == (later.reference, at(9))
        later.refresh_from_db()
        assert later.status == Status.MOVED


def test_a_counsellor_without_time_is_no_stranger_to_the_list(booking: Booking) -> None:
    """An offer holds for those who speak the language of the wish."""
    CounsellorFactory.create(languages=["en"])
    appointment = booking.whole()
    booking.browser.post(
        TestWaitingList.ADDRESS.replace("language=ro", "language=ru"),
        TestWaitingList.FORM | {"language": "en"},
    )
    booking.browser.post(links_of(appointment)["cancel_url"])
    assert not WaitingEntry.objects.filter(offers__isnull=False).exists()
