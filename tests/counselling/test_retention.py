"""Half a year after a talk nobody can tell who came."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction

from common import retention
from counselling import tasks
from counselling.actions import forget_old
from counselling.identity import person_key
from counselling.models import Appointment, AppointmentStep, WaitingEntry
from notifications.models import Contact
from tests.factories.accounts import UserFactory
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


def test_accounts_and_what_colleagues_wrote_are_forgotten_too() -> None:
    old = AppointmentFactory.create(
        member=UserFactory.create(),
        proof="account",
        status="cancelled_by_office",
        override_reason="Nina, her husband is violent",
        made_by=UserFactory.create(),
    )
    step = AppointmentStep.objects.create(
        appointment=old, old="booked", new="cancelled_by_office", by="staff", reason="Nina called: she is ill"
    )
    with time_machine.travel(LATER, tick=False):
        tasks.forget_people()
        assert forget_old() == 0  # and once
    old.refresh_from_db()
    step.refresh_from_db()
    assert (old.member, old.override_reason, step.reason) == (None, "", "")
    assert (step.old, step.new, step.by) == ("booked", "cancelled_by_office", "staff")


def test_a_remark_at_a_step_alone_is_found() -> None:
    old = AppointmentFactory.create(name="", status="completed")
    AppointmentStep.objects.create(appointment=old, new="completed", by="staff", reason="Nina's sister came")
    with time_machine.travel(LATER, tick=False):
        assert forget_old() == 1
    assert AppointmentStep.objects.get().reason == ""


def test_nothing_else_of_a_step_can_be_changed() -> None:
    step = AppointmentStep.objects.create(
        appointment=AppointmentFactory.create(), new="booked", by="staff", reason="because"
    )
    for change in ({"reason": "another"}, {"reason": "", "by": "client"}, {"by": "client"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AppointmentStep.objects.filter(pk=step.pk).update(**change)
    assert AppointmentStep.objects.filter(pk=step.pk).update(reason="") == 1


def test_many_are_forgotten_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for number in range(5):
        AppointmentFactory.create(starts_at=at(9) + dt.timedelta(hours=number), status="completed")
    with time_machine.travel(LATER, tick=False):
        assert forget_old() == 5
    assert set(Appointment.objects.values_list("name", flat=True)) == {""}


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
