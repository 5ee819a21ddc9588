"""From a free time to an appointment: what is kept, what is refused and why, and what is planned for later."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection

from counselling import availability, notes
from counselling.actions import (
    Visitor,
    book_hold,
    cancel_appointment,
    hold_slot,
    join_waiting_list,
    let_go,
    release_expired_holds,
)
from counselling.actions import booking as booking_actions
from counselling.actions.claiming import just_taken
from counselling.actors import Actor
from counselling.errors import (
    BookingError,
    NotOfferedError,
    PersonBusyError,
    SlotTakenError,
    TooManyOpenError,
)
from counselling.models import REFERENCE_LETTERS, Appointment, AppointmentStep, Reason, Status
from notifications.models import Contact, Notification
from tests.counselling.people import (
    DAY,
    NOW,
    TODAY,
    book,
    choice,
    client,
    counsellor,
    hold,
    reminders,
    told,
    wanted,
    wish,
)
from tests.factories.accounts import UserFactory
from tests.factories.counselling import (
    MONDAY,
    AppointmentFactory,
    ReasonFactory,
    ShiftFactory,
    TimeOffFactory,
    at,
    shopfront,
)
from tests.factories.shopfronts import ClosureFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("four_weeks_before")]
NINE, TEN = at(9), at(10)
TEN_MINUTES = dt.timedelta(minutes=10)


def test_a_time_is_kept_for_ten_minutes(reason: Reason) -> None:
    who = counsellor()
    held = hold(reason, NINE)
    assert (held.status, held.held_until, held.reference) == (Status.HELD, NOW + TEN_MINUTES, "")
    assert (held.counsellor, held.starts_at, held.ends_at) == (who, NINE, at(9, 30))
    assert (held.busy_from, held.busy_until) == (NINE, at(9, 40))
    with pytest.raises(SlotTakenError):
        hold(reason, NINE, "v2")
    assert not AppointmentStep.objects.exists()  # nothing that anyone will want to know of


@pytest.mark.parametrize(
    "start",
    [
        at(9, 10),  # between two times
        at(12),  # after the shift
        at(9, day=MONDAY + DAY),  # nobody works
        at(9, day=MONDAY - 35 * DAY),  # past
        at(9, day=TODAY),  # nearer than the notice
        at(9, day=MONDAY + 21 * DAY),  # beyond the horizon
        at(9, day=MONDAY + 7 * DAY),  # closed
    ],
)
def test_a_time_that_is_not_offered_is_refused(reason: Reason, start: dt.datetime) -> None:
    counsellor()
    ClosureFactory.create(on=MONDAY + 7 * DAY)
    with pytest.raises(NotOfferedError):
        hold(reason, start)
    assert hold(reason, NINE).pk


@pytest.mark.parametrize(
    "changes",
    [{"language": "bg"}, {"mode": "video"}, {"shopfronts": ()}, {"counsellor": None, "language": "de"}],
)
def test_a_wish_that_nobody_can_take_is_refused(changes: dict[str, Any]) -> None:
    reason = ReasonFactory.create(modes=["in_person"])
    ShiftFactory.create(shopfront=shopfront(slug="edinet"))
    start = choice(reason, NINE)
    with pytest.raises(NotOfferedError):
        hold_slot(choice=start, wish=wish(reason, **changes), visitor=Visitor("v1"))


def test_time_off_is_taken_and_not_a_time_that_never_was(reason: Reason) -> None:
    TimeOffFactory.create(counsellor=counsellor())
    with pytest.raises(SlotTakenError):
        hold(reason, NINE)


def test_a_visitor_holds_one_time_and_the_next_one_frees_it(reason: Reason) -> None:
    counsellor()
    first, second = hold(reason, NINE), hold(reason, at(10, 20))
    assert list(Appointment.objects.all()) == [second]
    assert hold(reason, NINE, "v2").pk != first.pk
    again = hold(reason, at(10, 20))  # the same button once more
    assert Appointment.objects.filter(visitor_key="v1").get() == again


def test_a_visitor_keeps_the_old_time_when_the_new_one_is_gone(reason: Reason) -> None:
    counsellor()
    kept = hold(reason, NINE)
    hold(reason, at(10, 20), "v2")
    with pytest.raises(SlotTakenError):
        hold(reason, at(10, 20))
    with pytest.raises(NotOfferedError):
        hold(reason, at(20))
    kept.refresh_from_db()
    assert kept.status == Status.HELD


def test_a_hold_is_booked_in_someones_name(reason: Reason) -> None:
    who = counsellor()
    held = hold(reason, NINE)
    person = client(note="Am nevoie de pensie 🙂", email=" Nina@Example.com ")
    booked = book_hold(hold=held.pk, visitor_key="v1", client=person, by=Actor.client())
    booked.refresh_from_db()
    assert (booked.pk, booked.status, booked.held_until) == (held.pk, Status.BOOKED, None)
    assert re.fullmatch(f"[{REFERENCE_LETTERS}]{{8}}", booked.reference)
    assert (booked.name, booked.sequence, booked.visitor_zone) == ("Nina", 0, "Europe/Rome")
    assert b"pensie" not in bytes(booked.note_sealed or b"")
    assert notes.unseal(booked.note_sealed) == "Am nevoie de pensie 🙂"
    assert re.fullmatch("[0-9a-f]{64}", booked.person_key)
    contact = Contact.objects.get()
    assert (booked.contact, contact.email, contact.consented_at) == (contact, "nina@example.com", NOW)
    step = AppointmentStep.objects.get()
    assert (step.old, step.new, step.by, step.actor) == ("held", "booked", "client", None)
    assert told("booked") == 1
    assert Notification.objects.get(kind="counselling.roster_booked").user == who.user


def test_booked_twice_is_booked_once(reason: Reason) -> None:
    counsellor()
    held = hold(reason, NINE)
    first, second = (
        book_hold(hold=held.pk, visitor_key="v1", client=client(name), by=Actor.client())
        for name in ("Nina", "Ion")
    )
    assert (first.pk, first.reference, second.name) == (second.pk, second.reference, "Nina")
    assert AppointmentStep.objects.count() == Contact.objects.count() == told("booked") == 1


def test_a_hold_that_is_over_can_be_booked_while_nobody_took_it(
    reason: Reason, four_weeks_before: Any
) -> None:
    counsellor()
    held = hold(reason, NINE)
    four_weeks_before.shift(TEN_MINUTES)
    booked = book_hold(hold=held.pk, visitor_key="v1", client=client(), by=Actor.client())
    assert booked.status == Status.BOOKED
    assert release_expired_holds() == 0


def test_a_hold_that_is_over_is_gone_when_another_took_the_time(
    reason: Reason, four_weeks_before: Any
) -> None:
    counsellor()
    held = hold(reason, NINE)
    four_weeks_before.shift(TEN_MINUTES)
    taken = hold(reason, NINE, "v2")
    with pytest.raises(SlotTakenError):
        book_hold(hold=held.pk, visitor_key="v1", client=client(), by=Actor.client())
    assert book_hold(hold=taken.pk, visitor_key="v2", client=client(), by=Actor.client()).starts_at == NINE


def test_holds_that_are_over_are_let_go_and_no_others(reason: Reason, four_weeks_before: Any) -> None:
    counsellor()
    old = hold(reason, NINE)
    booked = book(reason, at(9, 40))
    four_weeks_before.shift(TEN_MINUTES)
    fresh = hold(reason, at(10, 20), "v2")
    assert (release_expired_holds(), release_expired_holds()) == (1, 0)
    assert set(Appointment.objects.all()) == {booked, fresh}
    with pytest.raises(SlotTakenError):
        book_hold(hold=old.pk, visitor_key="v1", client=client(), by=Actor.client())


def test_a_hold_belongs_to_its_visitor(reason: Reason) -> None:
    counsellor()
    held = hold(reason, NINE)
    with pytest.raises(SlotTakenError):
        book_hold(hold=held.pk, visitor_key="v2", client=client(), by=Actor.client())
    let_go(visitor_key="v2")
    assert Appointment.objects.get() == held
    let_go(visitor_key="v1")
    assert not Appointment.objects.exists()


def test_what_is_booked_is_not_let_go(reason: Reason) -> None:
    counsellor()
    booked = book(reason, NINE, visitor="v1")
    let_go(visitor_key="v1")
    hold(reason, TEN + TEN_MINUTES * 2, "v1")
    booked.refresh_from_db()
    assert booked.status == Status.BOOKED


def test_one_person_is_not_in_two_places(reason: Reason) -> None:
    for _number in range(4):
        counsellor()
    other = ReasonFactory.create(duration=15)
    book(reason, NINE, client(has_proved_address=True))
    member = UserFactory.create(email="nina@example.com")
    with pytest.raises(PersonBusyError):
        book(reason, NINE, client(has_proved_address=True), visitor="v2")
    with pytest.raises(PersonBusyError):
        book(other, at(9, 15), client("N.", email="NINA@example.com", has_proved_address=True), "v3")
    with pytest.raises(PersonBusyError):  # the account of the same address
        book(other, NINE, client(email="", member=member), "v4")
    assert Appointment.objects.filter(status=Status.HELD).count() == 3  # what they held is still theirs
    let_go(visitor_key="v2")
    assert book(reason, NINE, "Ion").pk
    assert book(other, at(9, 30), client(has_proved_address=True)).pk  # right after it


def test_who_left_no_address_is_nobody_in_particular(reason: Reason) -> None:
    counsellor()
    counsellor()
    rows = [book(reason, NINE, client("N.", email=""), f"v{number}") for number in range(2)]
    assert {row.person_key for row in rows} == {""}
    assert {row.contact for row in rows} == {None}
    assert reminders() == []


def test_no_more_bookings_ahead_than_the_reason_allows(reason: Reason, four_weeks_before: Any) -> None:
    counsellor()
    counsellor()
    nina = client(has_proved_address=True)
    first, second = book(reason, NINE, nina), book(reason, at(9, 40), nina)
    with pytest.raises(TooManyOpenError):
        book(reason, at(10, 20), nina)
    assert book(ReasonFactory.create(duration=30), at(11), nina).pk
    assert book(reason, at(10, 20), "Ion").pk
    cancel_appointment(appointment=second, by=Actor.client())
    assert book(reason, at(9, 40), nina).pk
    four_weeks_before.move_to(first.ends_at)
    assert book(reason, at(9, day=MONDAY + 7 * DAY), nina).pk  # the first one is over


def test_any_counsellor_is_the_one_with_least_to_do(reason: Reason) -> None:
    busy, free = counsellor(), counsellor()
    AppointmentFactory.create(counsellor=busy, starts_at=at(16))
    AppointmentFactory.create(counsellor=free, starts_at=at(16, day=MONDAY + 7 * DAY))  # another day
    assert hold(reason, NINE).counsellor == free
    assert hold(reason, at(9, 40), "v2").counsellor in (busy, free)
    assert hold(reason, NINE, "v3").counsellor == busy
    with pytest.raises(SlotTakenError):
        hold(reason, NINE, "v4")


def test_a_group_fills_seat_by_seat(reason: Reason) -> None:
    who = counsellor()
    reason.places = 3
    reason.save()
    first, second, third = (book(reason, NINE, name) for name in ("Nina", "Ion", "Ana"))
    assert [row.seat for row in (first, second, third)] == [1, 2, 3]
    assert len({row.session_key for row in (first, second, third)}) == 1
    with pytest.raises(SlotTakenError):
        hold(reason, NINE, "v4")
    with pytest.raises(SlotTakenError):
        hold(ReasonFactory.create(), NINE, "v4")
    cancel_appointment(appointment=second, by=Actor.client())
    assert hold(reason, NINE, "v4").seat == 2
    assert who.appointments.count() == 4


def test_a_place_that_is_being_offered_is_not_given_away_before_it_goes_on(
    reason: Reason, four_weeks_before: Any
) -> None:
    counsellor()
    booked = book(reason, NINE)
    join_waiting_list(wanted=wanted(reason), client=client("Ion"))
    cancel_appointment(appointment=booked, by=Actor.client())
    four_weeks_before.shift(dt.timedelta(hours=2, seconds=1))  # nobody answered, and no clock has run yet
    assert release_expired_holds() == 0
    assert availability.find(wish(reason), start=NINE, until=NINE) == []  # nor shown as free
    with pytest.raises(SlotTakenError):
        hold(reason, NINE, "v2")
    offered = Appointment.objects.get(status=Status.HELD)
    with pytest.raises(SlotTakenError):  # whoever comes with an empty key takes nobody's hold either
        hold(reason, NINE, "")
    assert Appointment.objects.filter(pk=offered.pk).exists()


def test_a_reference_that_somebody_has_is_not_given_again(
    reason: Reason, monkeypatch: pytest.MonkeyPatch
) -> None:
    counsellor()
    counsellor()
    first = book(reason, NINE)
    given = iter([first.reference, first.reference, "ABCDEFGH"])
    monkeypatch.setattr(booking_actions, "new_reference", lambda: next(given))
    assert book(reason, at(9, 40), "Ion").reference == "ABCDEFGH"
    monkeypatch.setattr(booking_actions, "new_reference", lambda: first.reference)
    with pytest.raises(RuntimeError):
        book(reason, at(10, 20), "Ana")


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("exclusion_violation", SlotTakenError),
        ("deadlock_detected", SlotTakenError),
        ("lock_not_available", SlotTakenError),
        ("not_null_violation", IntegrityError),
        ("query_canceled", OperationalError),
    ],
)
def test_what_the_database_refuses_as_a_conflict_is_just_taken(code: str, meaning: type[Exception]) -> None:
    with pytest.raises(meaning) as refusal, just_taken(), connection.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{code}'; END $$")
    assert isinstance(refusal.value, BookingError) == (meaning is SlotTakenError)
