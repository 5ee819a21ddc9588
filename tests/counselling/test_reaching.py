"""A talk by telephone needs a number, by video a mailbox or a mobile, wherever it is booked or changed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import personal_data
from counselling import actions
from counselling.actions.claiming import just_taken
from counselling.actions.retention import forget_people
from counselling.actors import Actor
from counselling.errors import UnreachableError
from counselling.models import Appointment, Mode, WaitingEntry
from counselling.reaching import can_reach
from notifications.models import Contact
from tests.counselling.desk import address, colleague
from tests.counselling.people import client, wanted
from tests.factories.accounts import UserFactory
from tests.factories.counselling import AppointmentFactory, ReasonFactory, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
MOBILE, LANDLINE, MAIL = "+37360123456", "+37322123456", "nina@example.com"


@pytest.mark.parametrize(
    ("mode", "email", "phone", "can"),
    [
        ("in_person", "", "", True),
        ("phone", "", "", False),
        ("phone", MAIL, "", False),
        ("phone", "", LANDLINE, True),
        ("video", "", "", False),
        ("video", "", LANDLINE, False),
        ("video", "", MOBILE, True),
        ("video", MAIL, "", True),
    ],
)
def test_each_way_has_its_need(mode: str, email: str, phone: str, can: bool) -> None:
    assert can_reach(mode, email=email, phone=phone) is can


def test_an_account_is_reached_by_what_it_has() -> None:
    assert can_reach("video", member=UserFactory.create())
    assert not can_reach("phone", member=UserFactory.create())


@pytest.mark.parametrize(("mode", "field"), [("phone", "phone"), ("video", "email")])
def test_the_desk_books_nothing_that_nobody_could_begin(mode: str, field: str) -> None:
    browser, _me = colleague(video_room="https://video.example.com/ana")
    reason = ReasonFactory.create(modes=["in_person", "phone", "video"])
    sent = {
        "reason": reason.key, "shopfront": "cahul", "language": "ro", "mode": mode, "name": "Nina", "phone": "",
        "email": "", "note": "", "time": at(10).isoformat(),
    }  # fmt: skip
    answer = browser.post(address("book"), sent)
    assert (answer.status_code, list(answer.context["caller"].errors)) == (422, [field])
    assert not Appointment.objects.exists()
    enough = {"phone": {"phone": "022 123 456"}, "video": {"email": MAIL}}[mode]
    assert browser.post(address("book"), sent | enough).status_code == 303


def test_a_move_into_a_way_that_cannot_be_is_refused() -> None:
    _browser, me = colleague()
    contact = Contact.objects.create(email=MAIL)
    reason = ReasonFactory.create(modes=["in_person", "phone"])
    booked = AppointmentFactory.create(counsellor=me, starts_at=at(9), reason=reason, contact=contact)
    choice = actions.Choice(reason, booked.shopfront, at(10), "phone", "ro")
    with pytest.raises(UnreachableError):
        actions.move_appointment(
            appointment=booked, choice=choice, candidates=(me.pk,), by=Actor.staff(me.user), reason="x"
        )
    booked.refresh_from_db()
    assert booked.status == "booked"


def _fields(email: str = "", phone: str = "") -> dict[str, object]:
    """A talk that begins in a day by the clock of the database."""
    start = timezone.now() + dt.timedelta(days=1)
    contact = Contact.objects.create(email=email, phone=phone) if email or phone else None
    return {"starts_at": start, "contact": contact}


@pytest.mark.parametrize(("mode", "email", "phone", "can"), [
    ("phone", "", "", False), ("phone", MAIL, "", False), ("phone", "", LANDLINE, True),
    ("video", "", "", False), ("video", MAIL, "", True), ("video", "", MOBILE, True), ("in_person", "", "", True),
])  # fmt: skip
def test_the_database_takes_no_new_talk_that_nobody_could_begin(
    mode: str, email: str, phone: str, can: bool
) -> None:
    if can:
        assert AppointmentFactory.create(mode=mode, **_fields(email, phone)).pk
        return
    with pytest.raises(UnreachableError), just_taken():
        AppointmentFactory.create(mode=mode, **_fields(email, phone))
    held = AppointmentFactory.create(
        held=True, mode=mode, **_fields(email, phone)
    )  # who comes is not known yet
    with pytest.raises(IntegrityError, match="nobody could be reached"), transaction.atomic():
        Appointment.objects.filter(pk=held.pk).update(status="booked", held_until=None, reference="K7M2PX4D")


def test_an_account_is_enough_for_video_and_its_number_for_a_call() -> None:
    silent, called = UserFactory.create(), UserFactory.create(phone=MOBILE)
    assert AppointmentFactory.create(mode="video", member=silent, **_fields()).pk
    assert AppointmentFactory.create(mode="phone", member=called, **_fields()).pk
    with pytest.raises(IntegrityError, match="nobody could be reached"), transaction.atomic():
        AppointmentFactory.create(mode="phone", member=silent, **_fields())


def test_the_database_spares_what_was_booked_before_until_its_way_or_contact_changes() -> None:
    row = AppointmentFactory.create(**_fields())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "ALTER TABLE counselling_appointment DISABLE TRIGGER counselling_appointment_reachable"
        )
        Appointment.objects.filter(pk=row.pk).update(mode="phone")
        cursor.execute("ALTER TABLE counselling_appointment ENABLE TRIGGER counselling_appointment_reachable")
    rows = Appointment.objects.filter(pk=row.pk)
    assert rows.update(name="Nina", mode="phone", status="booked") == 1
    assert rows.update(status="arrived") == rows.update(status="booked") == 1
    for change in ({"mode": "video"}, {"contact": Contact.objects.create(email=MAIL)}):
        with pytest.raises(IntegrityError, match="nobody could be reached"), transaction.atomic():
            rows.update(**change)
    assert rows.update(contact=Contact.objects.create(phone=LANDLINE)) == 1


def test_people_of_talks_that_are_over_can_be_forgotten() -> None:
    yesterday = timezone.now() - dt.timedelta(days=1)
    left_open = AppointmentFactory.create(mode="phone", **_fields(phone=MOBILE) | {"starts_at": yesterday})
    with connection.cursor() as cursor:  # the clock of the database is not the one that tests turn
        cursor.execute(
            "UPDATE counselling_appointment SET starts_at = now() - interval '2 hours', busy_until = now(),"
            " busy_from = now() - interval '2 hours', ends_at = now() - interval '1 hour' WHERE id = %s",
            [left_open.pk],
        )
    forget_people([left_open.pk])
    left_open.refresh_from_db()
    assert (left_open.contact, left_open.status) == (None, "booked")


def test_who_erases_the_account_takes_talks_ahead_along() -> None:
    user = UserFactory.create(phone=MOBILE)
    row = AppointmentFactory.create(mode="phone", member=user, **_fields())
    [entry] = [one for one in personal_data.parts() if one.model is Appointment]
    assert entry.erase is not None
    entry.erase(user)
    row.refresh_from_db()
    assert (row.member, row.status) == (None, "cancelled_by_client")


def test_nobody_waits_for_a_talk_that_could_not_begin() -> None:
    reason = ReasonFactory.create(modes=list(Mode.values))
    with pytest.raises(UnreachableError):
        actions.join_waiting_list(wanted=wanted(reason, mode="phone"), client=client(email=MAIL))
    assert not WaitingEntry.objects.exists()
    assert actions.join_waiting_list(wanted=wanted(reason, mode="phone"), client=client(phone=MOBILE)).pk
