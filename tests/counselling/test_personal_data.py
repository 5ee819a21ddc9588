"""What a person gets of their bookings, and what is left of them afterwards: nothing that names anybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts import actions as accounts
from accounts import personal_data
from accounts.models import User
from common.retention import BOOKINGS
from common.sealed import HashedColumn
from counselling import sealed
from counselling.actions import (
    add_device,
    book_for_client,
    cancel_appointment,
    join_waiting_list,
    note_arrival,
    renew_feed,
)
from counselling.actions.retention import forget_old
from counselling.actors import Actor
from counselling.models import (
    Appointment,
    AppointmentStep,
    Counsellor,
    Device,
    Offer,
    Reason,
    Status,
    TimeOff,
    WaitingEntry,
)
from notifications.models import Contact, Notification
from tests.counselling.people import DAY, NOW, book, choice, client, counsellor, hold, reminders, wanted
from tests.factories.accounts import UserFactory
from tests.factories.counselling import (
    MONDAY,
    AppointmentFactory,
    ReasonFactory,
    TimeOffFactory,
    at,
    shopfront,
)

pytestmark = pytest.mark.django_db
NINE, TEN = at(9), at(10)
PHONE = "+37360123456"
SECRETS = ("Petrescu", "nina@example.com", PHONE, "datorii")


@pytest.fixture(autouse=True)
def four_weeks_before() -> Iterator[Any]:
    """A Monday, at eight."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def reason() -> Reason:
    """A talk of half an hour, with one who gives it."""
    counsellor()
    found: Reason = ReasonFactory.create(most_open=9)
    return found


@pytest.fixture
def nina() -> User:
    """A member who proved her telephone."""
    found: User = UserFactory.create(email="nina@example.com", phone=PHONE, phone_verified_at=timezone.now())
    return found


def rows(user: User, model: type) -> list[dict[str, Any]]:
    """What the copy of a person's data has of a model."""
    (part,) = (one for one in personal_data.parts() if one.model is model)
    assert part.rows is not None
    return list(part.rows(user))


def person(**more: Any) -> Any:
    """Nina, as she calls herself when she books."""
    return client("Petrescu", **({"email": "", "note": "datorii la bancă"} | more))


def dump(*tables: str) -> str:
    """Everything that stands in some tables, as text."""
    found = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} AS t")  # noqa: S608  # names of tables, by the test
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


def test_a_copy_has_bookings_of_the_account_and_of_its_addresses(reason: Reason, nina: User) -> None:
    counsellor()  # half of the day for whom nothing proves is enough for all of them
    mine = [
        book(reason, NINE, person(member=nina), "v1"),
        book(reason, TEN, person(email="Nina@Example.com"), "v2"),
        book(reason, at(11), person(phone=PHONE), "v3"),
    ]
    book(reason, at(9, 30), client("Ion"), "v4")
    book(reason, at(10, 30), client("Ana", email="", phone="+37360999999"), "v5")
    found = rows(nina, Appointment)
    assert [row["reference"] for row in found] == [row.reference for row in reversed(mine)]
    assert {row["note"] for row in found} == {"datorii la bancă"}
    assert found[0]["starts_at"] == at(11)
    assert found[0]["name"] == "Petrescu"


def test_a_telephone_that_was_not_proven_opens_nothing(reason: Reason, nina: User) -> None:
    book(reason, NINE, person(phone=PHONE), "v1")
    nina.phone_verified_at = None
    assert rows(nina, Appointment) == []


def test_who_has_no_telephone_does_not_get_those_of_everyone_without_one(reason: Reason) -> None:
    book(reason, NINE, client("Ion"), "v1")
    assert rows(UserFactory.create(), Appointment) == []
    assert rows(UserFactory.create(phone="", phone_verified_at=timezone.now()), Appointment) == []


def test_a_copy_has_what_colleagues_wrote_and_what_was_asked_for(
    reason: Reason, nina: User, django_assert_num_queries: Any
) -> None:
    for number, hour in enumerate((9, 10)):
        booked = book(reason, at(hour), person(member=nina, zone="Europe/Rome"), f"v{number}")
        Appointment.objects.filter(pk=booked.pk).update(override_reason="she works late")
        cancel_appointment(appointment=booked, by=Actor.staff(UserFactory.create()), reason="Ana is ill")
    with django_assert_num_queries(2):
        found = rows(nina, Appointment)
    assert [step["why"] for step in found[0]["steps"]] == ["", "Ana is ill"]
    assert (found[0]["why_outside_the_roster"], found[0]["time_zone"]) == ("she works late", "Europe/Rome")
    wish = wanted(reason, weekdays=(1, 2), mode="phone")
    join_waiting_list(wanted=wish, client=person(member=nina, phone=PHONE))
    [entry] = rows(nina, WaitingEntry)
    facts = {
        "shopfront": "Cahul",
        "mode": "phone",
        "language": "ro",
        "weekdays": [1, 2],
        "known_by": "account",
    }
    assert facts.items() <= entry.items()


@pytest.mark.parametrize("is_member", [True, False])
def test_who_shares_a_number_has_data_of_their_own(reason: Reason, nina: User, *, is_member: bool) -> None:
    """A wife books by telephone under her account, or with her own address; the number is the household's."""
    account = UserFactory.create() if is_member else None
    wife = client("Wife", email="" if is_member else "wife@example.com", phone=PHONE, member=account)
    hers = book(reason, NINE, wife, "v1")
    join_waiting_list(wanted=wanted(reason), client=wife)
    assert rows(nina, Appointment) == rows(nina, WaitingEntry) == []
    accounts.erase_user(user=nina, reason="asked")
    hers.refresh_from_db()
    assert (hers.status, hers.name) == (Status.BOOKED, "Wife")
    assert hers.contact is not None
    assert hers.contact.phone == PHONE
    assert WaitingEntry.objects.open().get().contact.phone == PHONE


def test_a_copy_has_wishes_and_what_colleagues_are(reason: Reason, nina: User) -> None:
    join_waiting_list(wanted=wanted(reason), client=person(member=nina))
    assert [row["until"] for row in rows(nina, WaitingEntry)] == [dt.date(2027, 3, 31)]
    who = Counsellor.objects.get()
    TimeOffFactory.create(counsellor=who, note="dentist")
    assert rows(who.user, Counsellor)[0]["name"] == who.name
    assert rows(who.user, TimeOff)[0]["note"] == "dentist"
    assert rows(nina, TimeOff) == rows(nina, Counsellor) == []


def test_an_erasure_frees_what_lies_ahead_and_leaves_nobody_in_the_rest(reason: Reason, nina: User) -> None:
    past = AppointmentFactory.create(
        reason=reason, member=nina, name="Petrescu", starts_at=NOW - dt.timedelta(days=9), status="completed"
    )
    counsellor()
    ahead = [
        book(reason, NINE, person(member=nina), "v1"),
        book(reason, TEN, person(email="nina@example.com"), "v2"),
        book(reason, at(11), person(phone=PHONE), "v3"),
    ]
    others = book(reason, at(9, 30), client("Ion"), "v4")
    assert all(secret in dump("notifications_contact", "counselling_appointment") for secret in SECRETS[:3])
    accounts.erase_user(user=nina, reason="asked")
    for row in [past, *ahead]:
        row.refresh_from_db()
        assert (row.member, row.contact, row.name, row.person_key, row.origin_key, row.visitor_key) == (
            None, None, "", "", "", "",
        )  # fmt: skip
        assert row.note_sealed is None
    assert {row.status for row in ahead} == {Status.CANCELLED_BY_CLIENT}
    assert past.status == Status.COMPLETED  # the figures stay
    assert hold(reason, NINE, "next").pk  # the time is free again
    others.refresh_from_db()
    assert (others.status, others.name) == (Status.BOOKED, "Ion")
    assert Notification.objects.filter(contact__email="ion@example.com").exists()
    tables = [
        model._meta.db_table for model in (Appointment, AppointmentStep, WaitingEntry, Contact, Notification)
    ]
    text = dump(*tables).replace(_last_message(), "")
    assert [secret for secret in SECRETS if secret in text] == []
    assert {when for _kind, when in reminders()} == {
        at(9, 30) - dt.timedelta(hours=hours) for hours in (168, 48, 3)
    }


def _last_message() -> str:
    """Where the last word about an erased account goes: this one address stays until it is sent."""
    return "nina@example.com" if Contact.objects.filter(email="nina@example.com").count() == 1 else "\0"


def test_an_erasure_takes_the_wish_made_under_the_proven_telephone(reason: Reason, nina: User) -> None:
    join_waiting_list(wanted=wanted(reason), client=person(phone=PHONE))
    join_waiting_list(wanted=wanted(reason), client=client("Ion"))
    accounts.erase_user(user=nina, reason="asked")
    assert [entry.name for entry in WaitingEntry.objects.all()] == ["Ion"]
    assert not Contact.objects.filter(phone=PHONE).exists()


def test_an_erasure_empties_what_colleagues_wrote_about_the_person(reason: Reason, nina: User) -> None:
    booked = book(reason, NINE, person(member=nina), "v1")
    Appointment.objects.filter(pk=booked.pk).update(override_reason="Petrescu asked for it")
    cancel_appointment(appointment=booked, by=Actor.system(), reason="Petrescu called, datorii")
    accounts.erase_user(user=nina, reason="asked")
    text = dump("counselling_appointment", "counselling_appointmentstep")
    assert [secret for secret in SECRETS if secret in text] == []


def test_a_freed_place_goes_to_the_next_and_not_to_the_one_who_left(reason: Reason, nina: User) -> None:
    book(reason, NINE, person(member=nina), "v1")
    join_waiting_list(wanted=wanted(reason), client=person(member=nina))
    ion = join_waiting_list(wanted=wanted(reason), client=client("Ion"))
    accounts.erase_user(user=nina, reason="asked")
    assert Offer.objects.get(status=Offer.Status.OPEN).entry == ion
    assert WaitingEntry.objects.get() == ion


def test_an_open_offer_of_who_left_goes_on(reason: Reason, nina: User) -> None:
    booked = book(reason, NINE, client("Blocker"), "v1")
    join_waiting_list(wanted=wanted(reason), client=person(member=nina))
    cancel_appointment(appointment=booked, by=Actor.client())
    held = Offer.objects.get().hold
    assert held is not None
    ion = join_waiting_list(wanted=wanted(reason), client=client("Ion"))
    accounts.erase_user(user=nina, reason="asked")
    offer = Offer.objects.get(status=Offer.Status.OPEN)
    assert offer.entry == ion
    assert Appointment.objects.filter(status=Status.HELD).get() == offer.hold


def test_who_waits_in_the_room_stays_in_the_queue_without_a_name(reason: Reason, nina: User) -> None:
    booked = note_arrival(appointment=book(reason, NINE, person(member=nina), "v1"), by=Actor.system())
    accounts.erase_user(user=nina, reason="asked")
    booked.refresh_from_db()
    assert (booked.status, booked.name, booked.member) == (Status.ARRIVED, "", None)


def test_a_counsellor_who_leaves_keeps_no_name_and_takes_nobody(reason: Reason) -> None:
    who = Counsellor.objects.get()
    renew_feed(counsellor=who)
    TimeOffFactory.create(counsellor=who, starts_at=at(14), ends_at=at(15))
    booked = book(reason, NINE, client("Ion"), "v1")
    book_for_client(choice=choice(reason, TEN), candidates=(who.pk,), client=client("Ana"), by=who.user)
    device, _token = add_device(shopfront=shopfront(), kind="kiosk", label="hall", by=who.user)
    accounts.erase_user(user=who.user, reason="left")
    who.refresh_from_db()
    assert (who.is_active, who.name, who.feed_token_hash) == (False, "—", "")
    assert not TimeOff.objects.exists()
    booked.refresh_from_db()
    assert booked.status == Status.BOOKED  # its client is not cancelled: the managers see a conflict
    assert Device.objects.get() == device
    assert AppointmentStep.objects.filter(actor=who.user).count() == 1  # who did it stays provable


def test_after_half_a_year_nobody_is_named(reason: Reason, four_weeks_before: Any) -> None:
    booked = book(reason, NINE, person(email="nina@example.com"), "v1")
    recent = book(reason, at(9, day=MONDAY + 7 * DAY), client("Ion"), "v2")
    four_weeks_before.move_to(booked.ends_at + BOOKINGS)
    assert forget_old() == 0
    four_weeks_before.shift(1)
    assert (forget_old(), forget_old()) == (1, 0)
    booked.refresh_from_db()
    recent.refresh_from_db()
    assert (booked.name, booked.note_sealed, booked.person_key, booked.contact) == ("", None, "", None)
    assert booked.reference
    assert recent.name == "Ion"


def test_a_key_is_not_judged_by_a_number_that_a_member_left(reason: Reason, nina: User) -> None:
    """The key of a member's row is that of the account's address, whatever number is to be called."""
    book(reason, NINE, person(member=nina, phone=PHONE), "v1")
    book(reason, TEN, person(phone=PHONE), "v2")
    [column] = (one for one in sealed.COLUMNS if isinstance(one, HashedColumn) and one.model is Appointment)
    [(kept, now)] = column.sample()
    assert kept == now
