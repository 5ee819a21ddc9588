"""Bookings that the roster no longer fits: found, never cancelled by themselves, moved or cancelled by a manager."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from counselling import actions, conflicts
from counselling.conflicts import Why
from counselling.models import Appointment, Shift, Status
from counselling.tasks import check_the_roster
from notifications.models import Notification
from shopfronts.models import OpeningHours
from tests.counselling.desk import address, colleague, manager, manager_of, queries
from tests.factories.accounts import RoleFactory, UserFactory
from tests.factories.counselling import (
    MONDAY,
    AppointmentFactory,
    CounsellorFactory,
    ShiftFactory,
    TimeOffFactory,
    at,
    shopfront,
)
from tests.factories.shopfronts import ClosureFactory, ShopFrontFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
NEXT = MONDAY + dt.timedelta(days=7)


@pytest.fixture
def booked() -> Appointment:
    """At ten on the next Monday, within the shift; its client has an account."""
    shift = ShiftFactory.create()
    return AppointmentFactory.create(
        counsellor=shift.counsellor, starts_at=at(10, day=NEXT), member=UserFactory.create()
    )


def closed(row: Appointment) -> None:
    """The shop-front closes that day."""
    ClosureFactory.create(shopfront=row.shopfront, on=NEXT)


def closed_everywhere(row: Appointment) -> None:
    """All of them close."""
    ClosureFactory.create(on=NEXT)


def shorter_hours(row: Appointment) -> None:
    """It opens later."""
    OpeningHours.objects.filter(opens=dt.time(8)).update(opens=dt.time(10, 15))


def away(row: Appointment) -> None:
    """The counsellor is away from the middle of the talk."""
    TimeOffFactory.create(counsellor=row.counsellor, starts_at=at(10, 15, NEXT), ends_at=at(12, day=NEXT))


def ended(row: Appointment) -> None:
    """The shift ends before."""
    Shift.objects.update(valid_until=MONDAY)


def other_weeks(row: Appointment) -> None:
    """The shift is worked every two weeks from now on."""
    Shift.objects.update(valid_from=MONDAY, every_weeks=2)


def moved_elsewhere(row: Appointment) -> None:
    """The shift is at another shop-front now."""
    Shift.objects.update(shopfront=ShopFrontFactory.create(slug="edinet"))


def inactive(row: Appointment) -> None:
    """The counsellor takes nobody."""
    row.counsellor.is_active = False
    row.counsellor.save()


CHANGES: list[tuple[Callable[[Appointment], None], Why]] = [
    (closed, Why.CLOSED),
    (closed_everywhere, Why.CLOSED),
    (shorter_hours, Why.CLOSED),
    (away, Why.TIME_OFF),
    (ended, Why.NO_SHIFT),
    (other_weeks, Why.NO_SHIFT),
    (moved_elsewhere, Why.NO_SHIFT),
    (inactive, Why.INACTIVE),
]


@pytest.mark.parametrize(("change", "why"), CHANGES)
def test_a_change_of_the_roster_is_a_conflict_and_cancels_nothing(
    change: Callable[[Appointment], None], why: Why, booked: Appointment
) -> None:
    assert conflicts.find() == []
    change(booked)
    assert [(each.appointment, each.why) for each in conflicts.find()] == [(booked, why)]
    check_the_roster()
    booked.refresh_from_db()
    assert booked.status == Status.BOOKED
    assert not Notification.objects.filter(user=booked.member).exists()


def test_what_is_beside_is_no_conflict(booked: Appointment) -> None:
    TimeOffFactory.create(counsellor=booked.counsellor, starts_at=at(10, 30, NEXT), ends_at=at(12, day=NEXT))
    TimeOffFactory.create(starts_at=at(9, day=NEXT), ends_at=at(12, day=NEXT))  # of a colleague
    ClosureFactory.create(shopfront=ShopFrontFactory.create(slug="edinet"), on=NEXT)
    ClosureFactory.create(shopfront=booked.shopfront, on=NEXT + dt.timedelta(days=1))
    assert conflicts.find() == []


def test_what_is_over_cancelled_or_outside_on_purpose_is_no_conflict(booked: Appointment) -> None:
    ended(booked)
    AppointmentFactory.create(starts_at=at(9, day=MONDAY - dt.timedelta(days=3)))
    AppointmentFactory.create(starts_at=at(9, day=NEXT), status="cancelled_by_client")
    AppointmentFactory.create(starts_at=at(9, day=NEXT), override_reason="asked for")
    AppointmentFactory.create(starts_at=at(9, day=NEXT), held=True)
    assert [each.appointment for each in conflicts.find()] == [booked]


def test_conflicts_are_of_a_scope_and_of_a_counsellor(booked: Appointment) -> None:
    ended(booked)
    elsewhere = AppointmentFactory.create(
        shopfront=ShopFrontFactory.create(slug="edinet"), starts_at=at(9, day=NEXT)
    )
    assert [each.appointment for each in conflicts.find()] == [elsewhere, booked]
    assert [each.appointment for each in conflicts.find(frozenset({"cahul"}))] == [booked]
    assert [each.appointment for each in conflicts.find(counsellor=elsewhere.counsellor.pk)] == [elsewhere]
    assert [row["count"] for row in (manager().get(address("conflicts")).context,)] == [1]
    assert manager_of("cahul", "edinet").get(address("conflicts")).context["count"] == 2


def test_ten_are_found_in_as_many_statements_as_one(booked: Appointment) -> None:
    ended(booked)

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            conflicts.find()
        return len(captured)

    few, browser = statements(), manager()
    on_page = queries(browser, address("conflicts"))
    for _number in range(9):
        AppointmentFactory.create(starts_at=at(9, day=NEXT), counsellor=CounsellorFactory.create())
    assert statements() == few <= 6
    assert queries(browser, address("conflicts")) == on_page <= 16


def test_the_page_says_what_and_why_and_leads_to_moving(booked: Appointment) -> None:
    away(booked)
    page = manager().get(address("conflicts")).text
    for words in ("10:00", booked.name, booked.counsellor.name, str(Why.TIME_OFF.label)):
        assert words in page
    assert address("move", booked.pk, back="conflicts") in page


def test_nothing_to_do_is_said() -> None:
    assert 'class="empty"' in manager().get(address("conflicts")).text


def test_a_moved_booking_is_none_any_more(booked: Appointment) -> None:
    ClosureFactory.create(shopfront=booked.shopfront, on=NEXT)
    choice_at = at(10, day=NEXT + dt.timedelta(days=7)).isoformat()
    manager().post(address("move", booked.pk), {"time": choice_at, "why": "we are closed"})
    assert conflicts.find() == []
    assert Notification.objects.filter(user=booked.member, kind="counselling.moved").count() == 1


def test_a_day_is_cancelled_with_one_message_each(booked: Appointment) -> None:
    closed(booked)
    second = AppointmentFactory.create(
        counsellor=booked.counsellor, starts_at=at(11, day=NEXT), member=UserFactory.create()
    )
    other_day = AppointmentFactory.create(
        counsellor=booked.counsellor, starts_at=at(18, day=NEXT + dt.timedelta(days=7))
    )
    browser = manager()
    day = address("cancel_day", NEXT.year, NEXT.month, NEXT.day)
    page = browser.get(day)
    assert len(page.context["rows"]) == 2
    keys = [str(booked.pk), str(second.pk)]
    assert browser.post(day, {"key": keys, "why": ""}).status_code == 422
    late = AppointmentFactory.create(counsellor=booked.counsellor, starts_at=at(9, day=NEXT))
    answer = browser.post(day, {"key": [*keys, str(other_day.pk), "x"], "why": "we are closed"})
    assert answer.url == address("conflicts")
    states = {row.pk: row.status for row in Appointment.objects.all()}
    assert states == {
        booked.pk: "cancelled_by_office",
        second.pk: "cancelled_by_office",
        other_day.pk: "booked",  # of another day
        late.pk: "booked",  # was not on the page that was confirmed
    }
    told = Notification.objects.filter(kind="counselling.cancelled")
    assert sorted(told.values_list("user", flat=True)) == sorted([booked.member.pk, second.member.pk])


def test_what_the_client_cancelled_meanwhile_is_left_out(
    booked: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed(booked)
    found = conflicts.find()
    actions.cancel_appointment(appointment=booked, by=actions.office.Actor.client())
    monkeypatch.setattr(conflicts, "find", lambda *_args: found)
    day = address("cancel_day", NEXT.year, NEXT.month, NEXT.day)
    manager().post(day, {"key": str(booked.pk), "why": "closed"})
    booked.refresh_from_db()
    assert booked.status == Status.CANCELLED_BY_CLIENT


@pytest.mark.parametrize("day", [(2027, 2, 30), (2027, 3, 9), (9999, 99, 99), (10**30, 1, 1)])
def test_a_day_without_conflicts_leads_back(day: tuple[int, int, int]) -> None:
    shopfront()
    assert manager().get(address("cancel_day", *day)).url == address("conflicts")


def test_conflicts_are_for_managers() -> None:
    browser, _me = colleague()
    assert browser.get(address("conflicts")).status_code == 403
    assert browser.post(address("cancel_day", 2027, 3, 8), {"why": "x"}).status_code == 403


def test_managers_are_told_once_a_day_and_not_of_their_own_change(booked: Appointment) -> None:
    boss, other = RoleFactory.create(role=Role.MANAGER), RoleFactory.create(role=Role.MANAGER)
    closed(booked)
    assert actions.tell_of_conflicts(by=boss) == 1
    assert actions.tell_of_conflicts() == 1
    told = Notification.objects.filter(kind="counselling.conflicts").values_list("user", flat=True)
    assert sorted(told) == sorted([boss.pk, other.pk])
