"""What happens to what is booked: moved in one transaction, cancelled, confirmed; links of before are stale."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from counselling.actions import (
    begin_session,
    book_for_client,
    cancel_appointment,
    claiming,
    complete_session,
    confirm_coming,
    join_waiting_list,
    move_appointment,
    note_absence,
    note_arrival,
    take_offer,
)
from counselling.actors import Actor
from counselling.errors import IllegalStepError, PersonBusyError, SlotTakenError
from counselling.models import Appointment, AppointmentStep, Counsellor, Offer, Reason, Status
from notifications.models import Notification
from tests.counselling.people import DAY, NOW, book, choice, client, counsellor, hold, reminders, told, wanted
from tests.factories.accounts import UserFactory
from tests.factories.counselling import MONDAY, AppointmentFactory, ReasonFactory, ShiftFactory, at, shopfront

pytestmark = pytest.mark.django_db
NINE, TEN, ELEVEN = at(9), at(10), at(11)


@pytest.fixture(autouse=True)
def four_weeks_before() -> Iterator[Any]:
    """A Monday, at eight."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def reason() -> Reason:
    """A talk of half an hour."""
    found: Reason = ReasonFactory.create()
    return found


@pytest.fixture
def ana() -> Counsellor:
    """The only one who works."""
    return counsellor()


def move(appointment: Appointment, start: dt.datetime, *candidates: Counsellor, **more: Any) -> Appointment:
    """Give it another time."""
    return move_appointment(
        appointment=appointment,
        choice=choice(appointment.reason, start),
        candidates=tuple(one.pk for one in candidates) or (appointment.counsellor_id,),
        **({"by": Actor.client()} | more),
    )


def test_a_move_makes_the_next_version_of_the_same_booking(reason: Reason, ana: Counsellor) -> None:
    old = book(reason, NINE)
    new = move(old, TEN, sequence=0)
    old.refresh_from_db()
    assert (old.status, old.over_at) == (Status.MOVED, NOW)
    assert (new.status, new.starts_at, new.sequence, new.moved_from) == (Status.BOOKED, TEN, 1, old)
    same = (
        "booking_id",
        "reference",
        "name",
        "note_sealed",
        "person_key",
        "contact",
        "visitor_zone",
        "site_language",
    )
    assert [getattr(new, name) for name in same] == [getattr(old, name) for name in same]
    assert list(AppointmentStep.objects.values_list("appointment", "old", "new")) == [
        (old.pk, "held", "booked"),
        (old.pk, "booked", "moved"),
        (new.pk, "", "booked"),
    ]
    assert told("moved") == 1
    facts = Notification.objects.get(kind="counselling.moved").context
    assert facts["old_starts_at"] == old.starts_at.isoformat()
    assert facts["sequence"] == 1


def test_a_move_to_an_overlapping_time_is_no_overlap_with_itself(reason: Reason, ana: Counsellor) -> None:
    ShiftFactory.create(counsellor=ana, weekday=2)
    old = book(ReasonFactory.create(duration=60), NINE)
    assert move(old, at(9, 30)).starts_at == at(9, 30)


def test_the_freed_time_is_free_at_once(reason: Reason, ana: Counsellor) -> None:
    old = book(reason, NINE)
    with pytest.raises(SlotTakenError):
        hold(reason, NINE)
    move(old, TEN)
    assert hold(reason, NINE).pk


def kept(old: Appointment) -> bool:
    """Whether a booking is as it was, with its reminders and its link."""
    before = {name: value for name, value in vars(old).items() if name != "_state"}
    now = Appointment.objects.get(pk=old.pk)
    after = {name: value for name, value in vars(now).items() if name != "_state"}
    return {name: after[name] for name in before if name in after} == {
        name: before[name] for name in before if name in after
    }


def test_the_old_place_is_kept_when_the_new_one_is_gone(reason: Reason, ana: Counsellor) -> None:
    old = book(reason, NINE)
    book(reason, TEN, "Ion")
    planned = reminders()
    with pytest.raises(SlotTakenError):
        move(old, TEN)
    assert kept(old)
    assert reminders() == planned
    assert (told("moved"), Appointment.objects.filter(status=Status.BOOKED).count()) == (0, 2)
    assert old.steps.count() == 1


def test_the_old_place_is_kept_when_the_constraint_alone_sees_it(
    reason: Reason, ana: Counsellor, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = book(reason, NINE)
    book(reason, TEN, "Ion")
    monkeypatch.setattr(
        claiming, "free_seats", lambda choice, counsellors: {one.pk: 1 for one in counsellors}
    )
    with pytest.raises(SlotTakenError) as refusal:
        move(old, TEN)
    assert "counselling_appointment_no_overlap" in str(refusal.value.__cause__)
    assert kept(old)
    assert len(reminders()) == 6


def test_the_old_place_is_kept_when_the_person_is_busy_then(reason: Reason, ana: Counsellor) -> None:
    old = book(reason, NINE, client(has_proved_address=True))
    AppointmentFactory.create(starts_at=TEN, person_key=old.person_key, proof="address")
    with pytest.raises(PersonBusyError):
        move(old, TEN)
    assert kept(old)


def test_a_move_plans_the_reminders_anew(reason: Reason, ana: Counsellor) -> None:
    old = book(reason, NINE)
    new = move(old, at(9, day=MONDAY - 7 * DAY), ana)
    later = [at(9, day=new.starts_at.date() - days * DAY) for days in (7, 2)]
    assert [when for _kind, when in reminders()] == [*later, new.starts_at - dt.timedelta(hours=3)]
    assert len(reminders("cancelled")) == 3
    move(new, NINE, ana)
    assert [when for _kind, when in reminders()] == [
        NINE - dt.timedelta(hours=hours) for hours in (168, 48, 3)
    ]
    assert told("moved") == 2


def test_both_counsellors_are_told_of_a_move(reason: Reason, ana: Counsellor) -> None:
    ion, old = counsellor(), book(reason, NINE)
    before = old.counsellor
    assert before is not None
    after = ana if before == ion else ion
    move(old, TEN, after)
    rows = Notification.objects.filter(kind__startswith="counselling.roster_")
    assert {(row.kind.removeprefix("counselling.roster_"), row.user) for row in rows} == {
        ("booked", before.user),
        ("cancelled", before.user),
        ("booked", after.user),
    }


def test_a_move_by_a_colleague_says_why(reason: Reason, ana: Counsellor) -> None:
    colleague, old = UserFactory.create(), book(reason, NINE)
    new = move(old, TEN, by=Actor.staff(colleague), reason="ill")
    step = old.steps.get(new=Status.MOVED)
    assert (step.by, step.actor, step.reason) == ("staff", colleague, "ill")
    assert new.made_by == colleague
    assert Notification.objects.get(kind="counselling.moved").context["why"] == "ill"


@pytest.mark.parametrize("deed", ["move", "cancel", "confirm"])
def test_links_of_an_older_version_do_nothing(reason: Reason, ana: Counsellor, deed: str) -> None:
    new = move(book(reason, NINE), TEN, sequence=0)
    deeds = {
        "move": lambda: move(new, ELEVEN, sequence=0),
        "cancel": lambda: cancel_appointment(appointment=new, by=Actor.client(), sequence=0),
        "confirm": lambda: confirm_coming(appointment=new, sequence=0),
    }
    with pytest.raises(IllegalStepError):
        deeds[deed]()
    assert kept(new)
    assert (
        cancel_appointment(appointment=new, by=Actor.client(), sequence=1).status
        == Status.CANCELLED_BY_CLIENT
    )


def test_what_was_moved_is_not_moved_again(reason: Reason, ana: Counsellor) -> None:
    old = book(reason, NINE)
    move(old, TEN)
    with pytest.raises(IllegalStepError):
        move(old, ELEVEN)
    with pytest.raises(IllegalStepError):
        cancel_appointment(appointment=old, by=Actor.client())
    assert Appointment.objects.filter(status=Status.BOOKED).get().starts_at == TEN


@pytest.mark.parametrize("by", ["client", "staff", "system"])
def test_a_cancellation_frees_the_place_and_tells_the_other_side(
    reason: Reason, ana: Counsellor, by: str
) -> None:
    booked, colleague = book(reason, NINE), UserFactory.create()
    actor = {"client": Actor.client(), "staff": Actor.staff(colleague), "system": Actor.system()}[by]
    over = cancel_appointment(appointment=booked, by=actor, reason="ill", sequence=0)
    whose = Status.CANCELLED_BY_CLIENT if by == "client" else Status.CANCELLED_BY_OFFICE
    assert (over.status, over.sequence, over.over_at) == (whose, 1, NOW)
    assert (reminders(), len(reminders("cancelled"))) == ([], 3)
    assert told("cancelled") == told("roster_cancelled") == 1
    facts = Notification.objects.get(kind="counselling.cancelled").context
    assert (facts["is_cancelled"], facts["why"]) == (True, "ill" if by == "staff" else "")
    assert over.steps.get(new=whose).reason == "ill"
    assert hold(reason, NINE).pk


def test_cancelled_twice_is_refused_and_tells_once(reason: Reason, ana: Counsellor) -> None:
    booked = book(reason, NINE)
    cancel_appointment(appointment=booked, by=Actor.client(), sequence=0)
    for sequence in (None, 0, 1):
        with pytest.raises(IllegalStepError):
            cancel_appointment(appointment=booked, by=Actor.client(), sequence=sequence)
    assert told("cancelled") == 1


def test_a_talk_that_has_begun_or_is_over_is_not_cancelled_or_moved(reason: Reason, ana: Counsellor) -> None:
    booked = book(reason, NINE)
    note_arrival(appointment=booked, by=Actor.system())
    with pytest.raises(IllegalStepError):
        move(booked, TEN)
    begin_session(appointment=booked, counsellor=ana, by=Actor.system())
    for _step in range(2):
        with pytest.raises(IllegalStepError):
            cancel_appointment(appointment=booked, by=Actor.client())
        with pytest.raises(IllegalStepError):
            move(booked, TEN)
        booked.refresh_from_db()
        if booked.status == Status.IN_SESSION:
            complete_session(appointment=booked, by=Actor.system())


def test_who_has_arrived_is_not_reminded(reason: Reason, ana: Counsellor) -> None:
    booked = book(reason, NINE)
    assert len(reminders()) == 3
    note_arrival(appointment=booked, by=Actor.system())
    assert reminders() == []


def test_who_comes_after_all_finds_the_time_given_to_somebody_else(reason: Reason, ana: Counsellor) -> None:
    late = book(reason, NINE)
    note_absence(appointment=late, by=Actor.system())
    other = book(reason, NINE, "Ion")
    with pytest.raises(IllegalStepError):
        note_arrival(appointment=late, by=Actor.system())
    cancel_appointment(appointment=other, by=Actor.client())
    assert note_arrival(appointment=late, by=Actor.system()).status == Status.ARRIVED


def test_a_client_says_once_that_they_come(reason: Reason, ana: Counsellor, four_weeks_before: Any) -> None:
    booked = book(reason, NINE)
    assert confirm_coming(appointment=booked, sequence=0).confirmed_at == NOW
    four_weeks_before.shift(60)
    assert confirm_coming(appointment=booked).confirmed_at == NOW
    moved = move(booked, TEN)
    assert moved.confirmed_at is None  # to another time they have not said yes yet
    cancel_appointment(appointment=moved, by=Actor.client())
    with pytest.raises(IllegalStepError):
        confirm_coming(appointment=moved)


def test_whoever_waits_for_an_earlier_place_keeps_the_wish_when_moved(
    reason: Reason, ana: Counsellor
) -> None:
    blocker, mine = book(reason, NINE, "Ion"), book(reason, TEN)
    entry = join_waiting_list(wanted=wanted(reason, instead_of=mine), client=client())
    later = move(mine, ELEVEN)
    entry.refresh_from_db()
    assert entry.instead_of == later
    cancel_appointment(appointment=blocker, by=Actor.client())
    taken = take_offer(offer=Offer.objects.get())
    assert (taken.starts_at, taken.sequence, taken.reference) == (NINE, 2, mine.reference)
    assert Appointment.objects.filter(status=Status.BOOKED).get() == taken


def test_a_move_to_another_shop_front(reason: Reason, ana: Counsellor) -> None:
    edinet = shopfront(slug="edinet")
    ion = ShiftFactory.create(shopfront=edinet).counsellor
    old = book(reason, NINE)
    new = move_appointment(
        appointment=old,
        choice=choice(reason, NINE, shopfront=edinet),
        candidates=(ion.pk,),
        by=Actor.client(),
    )
    assert (new.shopfront, new.counsellor, new.reference) == (edinet, ion, old.reference)


def test_a_counsellor_is_told_of_a_cancellation_of_what_they_booked_themselves(
    reason: Reason, ana: Counsellor
) -> None:
    by = ana.user
    booked = book_for_client(choice=choice(reason, NINE), candidates=(ana.pk,), client=client(), by=by)
    assert told("roster_booked") == 0
    cancel_appointment(appointment=booked, by=Actor.client())
    assert told("roster_cancelled") == 1
    again = book_for_client(choice=choice(reason, NINE), candidates=(ana.pk,), client=client(), by=by)
    cancel_appointment(appointment=again, by=Actor.staff(by))
    assert told("roster_cancelled") == 1
