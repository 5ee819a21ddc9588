"""Half a year after a talk nobody can tell who came."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from counselling import tasks
from counselling.identity import person_key
from counselling.models import Appointment, WaitingEntry
from notifications.models import Contact
from tests.factories.counselling import AppointmentFactory, ReasonFactory, at
from tests.factories.notifications import ContactFactory

pytestmark = pytest.mark.django_db
LATER = at(9) + dt.timedelta(days=181)


def test_who_came_is_forgotten_and_the_figure_stays() -> None:
    old = AppointmentFactory.create(
        contact=ContactFactory.create(),
        note_sealed=b"x",
        person_key=person_key(email="a@example.com"),
        status="completed",
    )
    with time_machine.travel(LATER, tick=False):
        tasks.forget_people()
    old.refresh_from_db()
    assert (old.name, old.note_sealed, old.person_key, old.contact) == ("", None, "", None)
    assert (old.status, old.starts_at) == ("completed", at(9))
    assert not Contact.objects.exists()


def test_a_day_earlier_nothing_is_forgotten() -> None:
    old = AppointmentFactory.create(contact=ContactFactory.create(), status="completed")
    with time_machine.travel(LATER - dt.timedelta(days=2), tick=False):
        tasks.forget_people()
    old.refresh_from_db()
    assert old.name == "Nina"
    assert old.contact is not None


def test_an_address_that_a_newer_booking_needs_stays() -> None:
    contact = ContactFactory.create()
    AppointmentFactory.create(contact=contact, status="completed")
    newer = AppointmentFactory.create(contact=contact, starts_at=at(9) + dt.timedelta(days=100))
    with time_machine.travel(LATER, tick=False):
        tasks.forget_people()
    newer.refresh_from_db()
    assert newer.contact == contact
    assert Appointment.objects.filter(contact=contact).count() == 1


@pytest.mark.parametrize(
    ("status", "stays"), [("waiting", True), ("left", False), ("done", False), ("over", False)]
)
def test_old_wishes_go_with_their_addresses(status: str, *, stays: bool) -> None:
    WaitingEntry.objects.create(
        reason=ReasonFactory.create(), language="ro", until_on=dt.date(2027, 3, 1), contact=ContactFactory.create(),
        person_key="x", status=status, created_at=at(9),
    )  # fmt: skip
    with time_machine.travel(LATER, tick=False):
        tasks.forget_people()
    assert WaitingEntry.objects.exists() is stays
    assert Contact.objects.exists() is stays
