"""What is read from the tables: six statements at most, and the same times as a naive count."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
import time_machine

from counselling import availability
from counselling.actions import Choice, Client, Visitor, book_hold, hold_slot
from counselling.actors import Actor
from counselling.availability import Wish
from counselling.models import Appointment, Counsellor, Reason, Shift, TimeOff
from counselling.slots import Hours, Place, Slot, Stretch, Work
from shopfronts.models import Closure, OpeningHours, ShopFront
from tests.counselling import slot_oracle
from tests.factories.accounts import UserFactory
from tests.factories.counselling import (
    CHISINAU,
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
Queries = Callable[[int], AbstractContextManager[Any]]
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def friday() -> Iterator[None]:
    """The Friday before, at eight."""
    with time_machine.travel(at(8, day=MONDAY - 3 * DAY), tick=False):
        yield


def clock(slots: list[Slot]) -> list[str]:
    """Clock times."""
    return [f"{slot.starts_at.astimezone(CHISINAU):%H:%M}" for slot in slots]


def on_monday(reason: Reason, **more: Any) -> list[str]:
    """Times of the Monday."""
    wish = Wish(reason=reason, **more)
    return clock(availability.find(wish, start=at(0), until=at(23)))


def fill(people: int) -> Reason:
    """That many counsellors in two shop-fronts, with shifts, time off and three bookings each."""
    choose, reason = random.Random(7), ReasonFactory.create(buffer_after=10, horizon_days=13)  # noqa: S311
    places = [shopfront(), shopfront(slug="edinet")]
    ClosureFactory.create(on=MONDAY + 3 * DAY)
    ClosureFactory.create(on=MONDAY + 4 * DAY, shopfront=places[1])
    for number in range(people):
        who = CounsellorFactory.create(languages=["ro", "ru"] if number % 3 else ["ro"])
        for weekday in (1, 2, 4, 5):
            ShiftFactory.create(
                counsellor=who,
                shopfront=places[(number + weekday) % 2],
                weekday=weekday,
                starts=dt.time(8 + number % 3),
                ends=dt.time(15, choose.randrange(60)),
                every_weeks=1 + number % 2,
            )
        day = MONDAY + choose.randrange(5) * DAY
        TimeOffFactory.create(counsellor=who, starts_at=at(10, 5, day), ends_at=at(11, 40, day))
        for hour in (8, 11, 13):
            starts = at(hour, choose.randrange(60), MONDAY + choose.randrange(5) * DAY)
            AppointmentFactory.create(counsellor=who, reason=reason, shopfront=places[0], starts_at=starts)
    return reason


def naive(wish: Wish) -> set[tuple[dt.datetime, Any, Any]]:
    """The same times, row by row."""
    places, shifts = [], []
    blocked: dict[Any, list[Stretch]] = defaultdict(list)
    for one in ShopFront.objects.filter(is_open_to_public=True):
        hours = [Hours(row.weekday, row.opens, row.closes) for row in one.opening_hours.all()]
        closed = {row.on for row in Closure.objects.all() if row.shopfront_id in (None, one.pk)}
        places.append(Place(one.pk, one.zone, hours, frozenset(closed)))
    for row in Shift.objects.all():
        if wish.language in row.counsellor.languages:
            shifts.append(
                Work(
                    row.counsellor_id, row.shopfront_id, row.weekday, row.starts, row.ends, row.valid_from,
                    row.valid_until, row.every_weeks,
                )
            )  # fmt: skip
    for away in TimeOff.objects.all():
        blocked[away.counsellor_id].append((away.starts_at, away.ends_at))
    for taken in Appointment.objects.all():
        if taken.status in ("held", "booked", "arrived", "in_session"):
            blocked[taken.counsellor_id].append((taken.busy_from, taken.busy_until))
    return slot_oracle.free(places, shifts, blocked, availability.rule_of(wish))


@pytest.mark.parametrize("people", [1, 40])
def test_six_statements_whatever_the_number_of_people(
    people: int, django_assert_num_queries: Queries
) -> None:
    wish = Wish(reason=fill(people), language="ro")
    with django_assert_num_queries(6):
        found = availability.find(wish)
    assert len({who for slot in found for who in slot.counsellors}) == people


def test_five_statements_when_the_shop_front_is_known(django_assert_num_queries: Queries) -> None:
    wish = Wish(reason=fill(5), language="ru", shopfronts=(shopfront(),))
    with django_assert_num_queries(5):
        assert availability.find(wish)


@pytest.mark.parametrize("language", ["ro", "ru"])
def test_the_times_are_those_of_a_naive_count(language: str) -> None:
    wish = Wish(reason=fill(6), language=language)
    found = {
        (slot.starts_at, slot.place, who) for slot in availability.find(wish) for who in slot.counsellors
    }
    expected = naive(wish)
    assert len(expected) > 50
    assert found == expected


def test_only_who_is_able_is_offered() -> None:
    reason, other = ReasonFactory.create(), ReasonFactory.create()
    able = ShiftFactory.create(ends=dt.time(9, 30)).counsellor
    for change in (
        {"is_active": False},
        {"user": UserFactory.create(is_active=False)},
        {"languages": ["ru"]},
    ):
        ShiftFactory.create(counsellor=CounsellorFactory.create(**change))
    ShiftFactory.create().counsellor.reasons.add(other)
    (slot,) = availability.find(Wish(reason=reason, language="ro"), start=at(9), until=at(9))
    assert slot.counsellors == (able.pk,)
    (slot,) = availability.find(Wish(reason=other, language="ro"), start=at(9), until=at(9))
    assert len(slot.counsellors) == 2
    (slot,) = availability.find(Wish(reason=other, counsellor=able.pk), start=at(9), until=at(9))
    assert slot.counsellors == (able.pk,)


def test_notice_and_horizon_are_the_reasons_and_staff_may_book_at_once() -> None:
    ShiftFactory.create(weekday=5, ends=dt.time(12))  # today, a Friday
    reason = ReasonFactory.create(notice_hours=2, horizon_days=1)
    assert clock(availability.find(Wish(reason=reason))) == ["10:00", "10:30", "11:00", "11:30"]
    assert clock(availability.find(Wish(reason=reason, is_staff=True)))[0] == "09:00"
    reason.horizon_days = 8
    assert len(availability.find(Wish(reason=reason))) == 4 + 6


def test_a_window_narrows_the_reasons_own_and_cannot_widen_it() -> None:
    ShiftFactory.create()
    reason = ReasonFactory.create(horizon_days=4)
    wish = Wish(reason=reason)
    assert clock(availability.find(wish, start=at(10), until=at(10, 30))) == ["10:00", "10:30"]
    assert (
        availability.find(wish, start=at(9, day=MONDAY + 7 * DAY), until=at(12, day=MONDAY + 7 * DAY)) == []
    )
    assert availability.find(wish, until=at(8, day=MONDAY - 30 * DAY)) == []


def test_a_mode_that_the_reason_does_not_have_is_not_offered() -> None:
    ShiftFactory.create()
    assert on_monday(ReasonFactory.create(modes=["in_person"]), mode="video") == []
    assert len(on_monday(ReasonFactory.create(modes=["in_person"]), mode="in_person")) == 6


def test_a_shop_front_that_is_not_open_to_the_public_is_not_anywhere() -> None:
    front = ShiftFactory.create().shopfront
    ShopFront.objects.filter(pk=front.pk).update(is_open_to_public=False)
    assert on_monday(ReasonFactory.create()) == []
    assert len(on_monday(ReasonFactory.create(), shopfronts=(front,))) == 6


def test_hours_closures_and_a_day_that_is_open_all_the_same() -> None:
    front = ShiftFactory.create(starts=dt.time(11), ends=dt.time(14)).shopfront
    reason = ReasonFactory.create()
    assert on_monday(reason) == ["11:00", "11:30", "13:00", "13:30"]
    ClosureFactory.create(on=MONDAY)
    assert on_monday(reason) == []
    ClosureFactory.create(on=MONDAY, shopfront=front, is_open=True)
    assert len(on_monday(reason)) == 4
    OpeningHours.objects.filter(shopfront=front, opens=dt.time(13)).update(valid_from=MONDAY + DAY)
    assert on_monday(reason) == ["11:00", "11:30"]


@pytest.mark.parametrize("status", ["booked", "arrived", "in_session", "held"])
def test_what_occupies_takes_time(status: str) -> None:
    who, reason = ShiftFactory.create().counsellor, ReasonFactory.create()
    fields: dict[str, Any] = {"status": status, "began_at": at(9)}
    if status == "held":
        fields |= {"reference": "", "held_until": at(8, 10, MONDAY - 3 * DAY)}
    AppointmentFactory.create(counsellor=who, starts_at=at(9), **fields)
    assert on_monday(reason)[0] == "09:30"


@pytest.mark.parametrize(
    "status", ["completed", "no_show", "cancelled_by_client", "cancelled_by_office", "moved"]
)
def test_what_is_over_takes_none(status: str) -> None:
    who = ShiftFactory.create().counsellor
    AppointmentFactory.create(counsellor=who, starts_at=at(9), status=status)
    assert on_monday(ReasonFactory.create())[0] == "09:00"


def test_a_hold_takes_no_time_from_its_own_visitor_or_after_its_end() -> None:
    who = ShiftFactory.create().counsellor
    hold = AppointmentFactory.create(
        counsellor=who,
        starts_at=at(9),
        status="held",
        reference="",
        held_until=at(8, 10, MONDAY - 3 * DAY),
        visitor_key="v1",
    )
    reason = ReasonFactory.create()
    assert on_monday(reason)[0] == on_monday(reason, visitor_key="v2")[0] == "09:30"
    assert on_monday(reason, visitor_key="v1")[0] == "09:00"
    with time_machine.travel(hold.held_until, tick=False):
        assert on_monday(reason)[0] == "09:00"


def test_a_group_is_offered_until_its_last_seat_is_taken() -> None:
    front = ShiftFactory.create(counsellor__video_room="https://video.example.com/ana").shopfront
    reason, other = ReasonFactory.create(places=2), ReasonFactory.create(places=2)
    wish = Wish(reason=reason, language="ro")
    for number in range(2):
        assert on_monday(reason)[0] == "09:00"
        assert on_monday(other)[0] == ("09:00" if number == 0 else "09:30")
        assert on_monday(reason, mode="video")[0] == ("09:00" if number == 0 else "09:30")
        choice = Choice(reason, front, at(9), "in_person", "ro")
        hold = hold_slot(choice=choice, wish=wish, visitor=Visitor(f"v{number}"))
        client = Client(name="Nina", email=f"nina{number}@example.com")
        book_hold(hold=hold.pk, visitor_key=f"v{number}", client=client, by=Actor.client())
    assert on_monday(reason)[0] == "09:30"
    assert sorted(Appointment.objects.values_list("seat", flat=True)) == [1, 2]
    assert Appointment.objects.values("session_key").distinct().count() == 1


def test_keys_of_sessions_are_one_for_a_group_and_new_for_each_talk_alone() -> None:
    group, alone = ReasonFactory.create(places=5), ReasonFactory.create()
    who, other = CounsellorFactory.create(), CounsellorFactory.create()
    key = availability.session_key(group, who.pk, at(9), "video")
    assert key == availability.session_key(group, who.pk, at(9).astimezone(dt.UTC), "video")
    others = [
        availability.session_key(ReasonFactory.create(places=5), who.pk, at(9), "video"),
        availability.session_key(group, other.pk, at(9), "video"),
        availability.session_key(group, who.pk, at(9, 30), "video"),
        availability.session_key(group, who.pk, at(9), "phone"),
        availability.session_key(alone, who.pk, at(9), "video"),
        availability.session_key(alone, who.pk, at(9), "video"),
    ]
    assert len({key, *others}) == 7


def test_a_time_is_worked_or_not_whatever_is_booked() -> None:
    who: Counsellor = ShiftFactory.create().counsellor
    reason = ReasonFactory.create()
    AppointmentFactory.create(counsellor=who, starts_at=at(9))
    wish = Wish(reason=reason, language="ro")
    assert availability.is_worked(wish, at(9))
    assert not availability.is_worked(wish, at(9, 10))  # not on the grid of times
    assert not availability.is_worked(wish, at(12))
    assert not availability.is_worked(wish, at(9, day=MONDAY + DAY))
