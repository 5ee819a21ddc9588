"""The waiting list: a freed place for one at a time, for two hours, and then for the next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from counselling.actions import (
    cancel_appointment,
    decline_offer,
    expire_offers,
    join_waiting_list,
    leave_waiting_list,
    move_appointment,
    take_offer,
)
from counselling.actions.waiting import MOST_OFFERS, WINDOW
from counselling.actors import Actor
from counselling.errors import PersonBusyError, SlotTakenError
from counselling.messages import link
from counselling.models import Appointment, Offer, Reason, Status, WaitingEntry
from counselling.tokens import Purpose
from notifications.models import Delivery, Notification
from tests.counselling.people import (
    DAY,
    NOW,
    book,
    choice,
    client,
    counsellor,
    free,
    hold,
    join,
    reminders,
    told,
    wanted,
)
from tests.factories.accounts import UserFactory
from tests.factories.counselling import (
    MONDAY,
    AppointmentFactory,
    CounsellorFactory,
    ReasonFactory,
    ShiftFactory,
    TimeOffFactory,
    at,
    shopfront,
)
from tests.factories.shopfronts import ClosureFactory

pytestmark = pytest.mark.django_db
NINE, TEN = at(9), at(10)
Entry = WaitingEntry.Status


@pytest.fixture(autouse=True)
def four_weeks_before() -> Iterator[Any]:
    """A Monday, at eight."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def reason() -> Reason:
    """A talk of half an hour, with one who gives it."""
    counsellor()
    found: Reason = ReasonFactory.create()
    return found


@pytest.fixture
def booked(reason: Reason) -> Appointment:
    """Someone else's booking, soon to be freed."""
    return book(reason, NINE, "Blocker")


def test_a_freed_place_is_held_for_who_waits_longest(
    reason: Reason, booked: Appointment, four_weeks_before: Any
) -> None:
    first = join(reason, "Nina")
    four_weeks_before.shift(1)
    join(reason, "Ion")
    offer = free(booked)
    assert offer is not None
    assert (offer.entry, offer.starts_at, offer.expires_at) == (
        first,
        NINE,
        NOW + WINDOW + dt.timedelta(seconds=1),
    )
    assert offer.hold is not None
    assert (offer.hold.status, offer.hold.source, offer.hold.held_until) == (
        "held",
        "waiting_list",
        offer.expires_at,
    )
    assert told("offer") == 1  # one at a time
    with pytest.raises(SlotTakenError):  # held meanwhile
        hold(reason, NINE, "visitor")
    first.refresh_from_db()
    assert (first.status, first.offers_made) == (Entry.WAITING, 1)


def test_an_offer_is_taken_once(reason: Reason, booked: Appointment) -> None:
    entry = join(reason, "Nina")
    offer = free(booked)
    assert offer is not None
    taken = take_offer(offer=offer)
    assert (taken.status, taken.name, taken.starts_at) == (Status.BOOKED, "Nina", NINE)
    assert taken.contact == entry.contact
    assert taken.person_key == entry.person_key
    assert (taken.sequence, len(taken.reference), taken.held_until) == (0, 8, None)
    assert take_offer(offer=offer) == taken
    entry.refresh_from_db()
    assert entry.status == Entry.DONE
    assert told("booked") == 2  # the blocker's and this one
    assert len(reminders()) == 3
    assert (expire_offers(), decline_offer(offer=offer)) == (0, False)


def test_an_offer_goes_on_to_the_next_after_two_hours(
    reason: Reason, booked: Appointment, four_weeks_before: Any
) -> None:
    nina, ion = join(reason, "Nina"), join(reason, "Ion")
    first = free(booked)
    assert first is not None
    four_weeks_before.move_to(NOW + WINDOW - dt.timedelta(seconds=1))
    assert expire_offers() == 0
    four_weeks_before.move_to(NOW + WINDOW)
    with pytest.raises(SlotTakenError):  # too late, although no clock has run yet
        take_offer(offer=first)
    assert (expire_offers(), expire_offers()) == (1, 0)
    first.refresh_from_db()
    second = Offer.objects.get(status=Offer.Status.OPEN)
    assert (first.status, first.hold) == (Offer.Status.EXPIRED, None)
    assert {first.entry, second.entry} == {nina, ion}
    assert take_offer(offer=second).status == Status.BOOKED
    waiting = Delivery.objects.filter(
        notification__dedupe_key=f"counselling.offer:{first.pk.hex}", status="planned"
    )
    assert not waiting.exists()  # a message that has not gone out yet would lie now


def test_who_declines_is_not_asked_again_for_the_same_time(reason: Reason, booked: Appointment) -> None:
    entry = join(reason, "Nina")
    offer = free(booked)
    assert offer is not None
    assert decline_offer(offer=offer)
    assert Offer.objects.count() == 1
    assert hold(reason, NINE, "visitor").pk  # nobody else waits: it is free for all
    entry.refresh_from_db()
    assert entry.status == Entry.WAITING
    with pytest.raises(SlotTakenError):
        take_offer(offer=offer)


def test_who_lets_three_pass_leaves_the_list(reason: Reason) -> None:
    entry = join(reason, "Nina")
    for number in range(MOST_OFFERS):
        entry.refresh_from_db()
        assert entry.status == Entry.WAITING
        offer = free(
            book(reason, at(9, 30 * (number % 2), MONDAY + (number // 2 - 1) * 7 * DAY), f"Blocker{number}")
        )
        assert offer is not None
        decline_offer(offer=offer)
    entry.refresh_from_db()
    assert (entry.status, entry.offers_made) == (Entry.OVER, 3)
    assert free(book(reason, at(11), "Another")) is None


def test_whoever_gives_a_place_up_is_not_offered_it(reason: Reason) -> None:
    mine = book(reason, NINE, "Nina")
    join(reason, "Nina")
    ion = join(reason, "Ion")
    offer = free(mine)
    assert offer is not None
    assert offer.entry == ion


def test_one_open_offer_a_person(reason: Reason) -> None:
    join(reason, "Nina")
    first, second = book(reason, NINE, "A"), book(reason, TEN, "B")
    assert free(first) is not None
    free(second)
    assert Offer.objects.count() == 1
    assert hold(reason, TEN).pk


@pytest.mark.parametrize(
    ("wish", "is_offered"),
    [
        ({}, True),
        ({"shopfront": None}, True),
        ({"shopfront": "edinet"}, False),
        ({"language": "ru"}, True),
        ({"language": "bg"}, False),
        ({"mode": "phone", "phone": "+37360123456"}, False),
        ({"weekdays": (1,)}, True),
        ({"weekdays": (2, 3, 4, 5, 6, 7)}, False),
        ({"until_on": MONDAY}, True),
        ({"until_on": MONDAY - DAY}, False),
        ({"reason": "other"}, False),
    ],
)
def test_a_place_is_offered_to_whom_it_suits(
    reason: Reason, booked: Appointment, wish: dict[str, Any], *, is_offered: bool
) -> None:
    if wish.get("shopfront") == "edinet":
        wish = {"shopfront": shopfront(slug="edinet")}
    other = wish.pop("reason", None) and ReasonFactory.create()
    join(other or reason, "Nina", **wish)
    assert (free(booked) is not None) == is_offered


def test_days_are_those_of_the_shop_front(reason: Reason) -> None:
    night = AppointmentFactory.create(
        reason=reason, counsellor=CounsellorFactory.create(), starts_at=at(0, 30)
    )
    ShiftFactory.create(counsellor=night.counsellor, starts=dt.time(0), ends=dt.time(2))
    night.shopfront.opening_hours.create(weekday=1, opens=dt.time(0), closes=dt.time(2))
    join(reason, "Ion", weekdays=(7,))  # it is Sunday still in UTC
    nina = join(reason, "Nina", weekdays=(1,), until_on=MONDAY)
    offer = free(night)
    assert offer is not None
    assert offer.entry == nina


def test_a_place_that_begins_soon_is_left_to_whoever_comes_first(
    reason: Reason, booked: Appointment, four_weeks_before: Any
) -> None:
    join(reason, "Nina")
    four_weeks_before.move_to(NINE - dt.timedelta(hours=4) + dt.timedelta(seconds=1))
    assert free(booked) is None
    assert hold(reason, NINE).pk


@pytest.mark.parametrize("why", ["away", "closed", "no shift", "inactive"])
def test_a_place_that_was_freed_because_nobody_is_there_is_not_offered(
    reason: Reason, booked: Appointment, why: str
) -> None:
    who = booked.counsellor
    assert who is not None
    join(reason, "Nina")
    if why == "away":
        TimeOffFactory.create(counsellor=who)
    elif why == "closed":
        ClosureFactory.create(on=MONDAY)
    elif why == "no shift":
        who.shifts.all().delete()
    else:
        who.is_active = False
        who.save()
    assert free(booked) is None
    assert told("offer") == 0


def test_an_earlier_place_moves_the_booking_and_frees_the_later_one(
    reason: Reason, booked: Appointment
) -> None:
    mine = book(reason, TEN, "Nina")
    entry = join(reason, "Nina", instead_of=mine)
    join(reason, "Ion")
    Offer.objects.all().delete()
    WaitingEntry.objects.exclude(pk=entry.pk).update(created_at=NOW + dt.timedelta(seconds=1))
    offer = free(booked)
    assert offer is not None
    taken = take_offer(offer=offer)
    mine.refresh_from_db()
    assert (taken.reference, taken.booking_id, taken.sequence, taken.moved_from) == (
        mine.reference, mine.booking_id, 1, mine,
    )  # fmt: skip
    assert (mine.status, taken.status, taken.starts_at) == (Status.MOVED, Status.BOOKED, NINE)
    assert told("moved") == 1
    assert [when for _kind, when in reminders()] == [
        NINE - dt.timedelta(hours=hours) for hours in (168, 48, 3)
    ]
    next_offer = Offer.objects.get(status=Offer.Status.OPEN)  # the later place goes to the next at once
    assert (next_offer.entry.name, next_offer.starts_at) == ("Ion", TEN)


def test_only_an_earlier_place_replaces_one(reason: Reason) -> None:
    mine, later = book(reason, NINE, "Nina"), book(reason, TEN, "Blocker")
    join(reason, "Nina", instead_of=mine)
    assert free(later) is None


def test_an_offer_is_a_booking_of_its_own_when_the_replaced_one_is_gone(
    reason: Reason, booked: Appointment
) -> None:
    mine = book(reason, TEN, "Nina")
    join(reason, "Nina", instead_of=mine)
    offer = free(booked)
    assert offer is not None
    page = link(Purpose.TAKE, offer.pk)
    assert Client().get(page).context["own"] == mine
    cancel_appointment(appointment=mine, by=Actor.client())
    assert Client().get(page).context["own"] is None  # nothing would be cancelled by taking it
    taken = take_offer(offer=offer)
    mine.refresh_from_db()
    assert (mine.status, taken.status) == (Status.CANCELLED_BY_CLIENT, Status.BOOKED)
    assert taken.reference != mine.reference


def test_an_offer_stays_open_while_the_person_is_busy_then(reason: Reason, booked: Appointment) -> None:
    entry = join(reason, "Nina")
    offer = free(booked)
    assert offer is not None
    blocking = AppointmentFactory.create(starts_at=NINE, person_key=entry.person_key, proof="address")
    with pytest.raises(PersonBusyError):
        take_offer(offer=offer)
    offer.refresh_from_db()
    assert offer.status == Offer.Status.OPEN
    cancel_appointment(appointment=blocking, by=Actor.client())
    assert take_offer(offer=offer).status == Status.BOOKED


def test_a_moved_booking_frees_its_place_for_the_list(reason: Reason, booked: Appointment) -> None:
    join(reason, "Nina")
    move_appointment(
        appointment=booked, choice=choice(reason, TEN), candidates=(booked.counsellor_id,), by=Actor.client()
    )
    assert Offer.objects.get().starts_at == NINE


def test_asked_again_the_wish_is_replaced(reason: Reason) -> None:
    first = join(reason, "Nina", is_proved=True)
    second = join(reason, "Nina", is_proved=True, weekdays=(3, 1, 3))
    first.refresh_from_db()
    assert (first.status, second.status, second.weekdays) == (Entry.LEFT, Entry.WAITING, [1, 3])
    assert join(ReasonFactory.create(), "Nina").status == Entry.WAITING
    assert told("waiting") == 2  # of the same wish once a day


def test_who_cannot_be_told_cannot_wait(reason: Reason) -> None:
    with pytest.raises(ValueError, match="nobody could be told"):
        join_waiting_list(wanted=wanted(reason), client=client(email=""))
    member = UserFactory.create()
    assert join_waiting_list(wanted=wanted(reason), client=client(email="", member=member)).member == member


def test_who_leaves_passes_the_open_offer_on(reason: Reason, booked: Appointment) -> None:
    nina, ion = join(reason, "Nina"), join(reason, "Ion")
    offer = free(booked)
    assert offer is not None
    left, other = (nina, ion) if offer.entry == nina else (ion, nina)
    assert (leave_waiting_list(entry=left), leave_waiting_list(entry=left)) == (True, False)
    offer.refresh_from_db()
    assert offer.status == Offer.Status.DECLINED
    assert Offer.objects.get(status=Offer.Status.OPEN).entry == other
    assert Appointment.objects.filter(status=Status.HELD).count() == 1


def test_a_wish_replaced_while_an_offer_is_open_frees_that_place(reason: Reason, booked: Appointment) -> None:
    join(reason, "Nina", is_proved=True)
    assert free(booked) is not None
    join(reason, "Nina", is_proved=True, weekdays=(2,))
    assert not Offer.objects.filter(status=Offer.Status.OPEN).exists()
    assert hold(reason, NINE).pk


def test_wishes_end_with_their_last_day(reason: Reason, four_weeks_before: Any) -> None:
    entry = join(reason, "Nina", until_on=MONDAY)
    four_weeks_before.move_to(at(23, 59))
    expire_offers()
    entry.refresh_from_db()
    assert entry.status == Entry.WAITING
    four_weeks_before.move_to(at(0, 0, MONDAY + DAY))
    expire_offers()
    entry.refresh_from_db()
    assert entry.status == Entry.OVER


def test_a_member_is_offered_under_their_account(reason: Reason, booked: Appointment) -> None:
    member = UserFactory.create()
    join_waiting_list(wanted=wanted(reason), client=client(email="", member=member))
    offer = free(booked)
    assert offer is not None
    assert Notification.objects.get(kind="counselling.offer").user == member
    taken = take_offer(offer=offer)
    assert (taken.member, taken.contact) == (member, None)
    assert taken.steps.get().actor == member
