"""Whom the waiting list asks, and of what: only what is offered, who can answer, nobody by another's word."""

from __future__ import annotations

from typing import Any

import pytest

from counselling.actions import decline_offer, join_waiting_list
from counselling.models import Appointment, Counsellor, Offer, Reason, WaitingEntry
from notifications import rendering
from notifications.models import Delivery
from tests.counselling.people import book, client, counsellor, free, join, wanted
from tests.factories.counselling import AppointmentFactory, ReasonFactory, at

pytestmark = pytest.mark.django_db
NINE, TEN = at(9), at(10)
Entry = WaitingEntry.Status


@pytest.fixture
def reason(four_weeks_before: Any) -> Reason:
    """A talk of half an hour, with one who gives it."""
    counsellor()
    found: Reason = ReasonFactory.create()
    return found


@pytest.fixture
def booked(reason: Reason) -> Appointment:
    """Someone else's booking, soon to be freed."""
    return book(reason, NINE, "Blocker")


def test_another_address_is_not_as_well_known_as_the_appointment_it_waits_beside(reason: Reason) -> None:
    """Else whoever has a link of their own takes a stranger's wish off the list by typing the stranger's number."""
    stranger = join(reason, "Nina", is_proved=True)
    mine = book(reason, TEN, client("Ion", has_proved_address=True))
    typed = join(reason, "Nina", instead_of=mine)
    own = join(reason, "Ion", instead_of=mine)
    stranger.refresh_from_db()
    assert (stranger.status, typed.proof, own.proof) == (Entry.WAITING, "none", "address")


def test_who_sleeps_until_it_is_too_late_keeps_nobody_else_from_a_place(
    reason: Reason, four_weeks_before: Any
) -> None:
    booked = book(reason, at(11), "Blocker")
    four_weeks_before.move_to(at(4))
    for name, zone in (("Far", "America/New_York"), ("Near", "Asia/Tashkent")):
        person = client(name, zone=zone)
        join_waiting_list(wanted=wanted(reason), client=person)
        four_weeks_before.shift(1)
    offer = free(booked)
    assert offer is not None
    assert offer.entry.name == "Near"


def test_a_place_that_a_manager_gave_outside_the_roster_is_not_offered(reason: Reason) -> None:
    who = Counsellor.objects.get()
    outside = AppointmentFactory.create(
        reason=reason, counsellor=who, starts_at=at(20), override_reason="she works late"
    )
    join(reason, "Nina")
    assert free(outside) is None


def test_a_time_that_was_declined_is_not_offered_again_under_another_wish(
    reason: Reason, booked: Appointment
) -> None:
    join(reason, "Nina")
    join(reason, "Nina")
    offer = free(booked)
    assert offer is not None
    decline_offer(offer=offer)
    assert not Offer.objects.filter(status=Offer.Status.OPEN).exists()


@pytest.mark.parametrize(
    ("mode", "place", "says"), [("phone", None, "Prin telefon"), ("in_person", None, "orice ghișeu")]
)
def test_who_waits_for_a_talk_by_telephone_waits_at_no_counter(
    reason: Reason, mode: str, place: None, says: str
) -> None:
    who = client("Nina", phone="+37360123456")
    join_waiting_list(wanted=wanted(reason, mode=mode, shopfront=place), client=who)
    mail = rendering.mail(Delivery.objects.get(notification__kind="counselling.waiting", channel="email"))
    for text in (mail.text, mail.html):
        assert says in text
        assert ("ghișeu" in text) == (mode == "in_person")
