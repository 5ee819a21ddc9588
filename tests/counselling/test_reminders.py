"""What reminds people of what they booked: planned as rows, and not for late bookers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from counselling.models import Reason
from notifications.models import Notification
from tests.counselling.people import (
    DAY,
    book,
    client,
    counsellor,
    reminders,
    told,
)
from tests.factories.accounts import UserFactory
from tests.factories.counselling import (
    MONDAY,
    ReasonFactory,
    at,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("four_weeks_before")]
NINE, TEN = at(9), at(10)
TEN_MINUTES = dt.timedelta(minutes=10)


def test_reminders_are_planned_a_week_two_days_and_three_hours_before(reason: Reason) -> None:
    counsellor()
    book(reason, NINE)
    assert reminders() == [
        ("reminder", at(9, day=MONDAY - 7 * DAY)),
        ("reminder", at(9, day=MONDAY - 2 * DAY)),
        ("reminder_soon", at(6)),
    ]


def test_reminders_are_the_reasons_own() -> None:
    counsellor()
    book(ReasonFactory.create(reminder_hours=[24, 1, 24]), NINE)
    book(ReasonFactory.create(reminder_hours=[]), TEN)
    assert reminders() == [("reminder", at(9, day=MONDAY - DAY)), ("reminder_soon", at(8))]


@pytest.mark.parametrize(
    ("booked_at", "kinds"),
    [
        (at(5, day=MONDAY - 7 * DAY), 3),
        (at(5, 1, day=MONDAY - 7 * DAY), 2),  # a reminder four hours after booking would only annoy
        (at(5, 1, day=MONDAY - 2 * DAY), 1),
        (at(2), 1),
        (at(2, 1), 0),
        (at(6, 59), 0),
    ],
)
def test_late_bookers_are_not_reminded(
    reason: Reason, booked_at: dt.datetime, kinds: int, four_weeks_before: Any
) -> None:
    counsellor()
    four_weeks_before.move_to(booked_at)
    book(reason, NINE)
    assert len(reminders()) == kinds
    assert told("booked") == 1


def test_a_member_is_reminded_under_their_account(reason: Reason) -> None:
    counsellor()
    member = UserFactory.create()
    booked = book(reason, NINE, client(email="", member=member))
    assert (booked.member, booked.contact) == (member, None)
    assert len(reminders()) == 3
    assert {row.user for row in Notification.objects.filter(kind__startswith="counselling.reminder")} == {
        member
    }
