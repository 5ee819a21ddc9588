"""What a day left open: the night decides nothing, the board of the next morning asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from counselling import actions, tasks
from counselling.actors import Actor
from counselling.errors import IllegalStepError
from counselling.models import Appointment, Counsellor
from tests.counselling.desk import browser_of
from tests.factories.counselling import MONDAY, AppointmentFactory, CounsellorFactory, at, shopfront

pytestmark = pytest.mark.django_db
TASKS_OF_THE_CLOCK = (tasks.tend_holds, tasks.check_the_roster, tasks.forget_people)


@pytest.fixture
def clock() -> Iterator[Any]:
    """Monday noon."""
    with time_machine.travel(at(12), tick=False) as traveller:
        yield traveller


@pytest.fixture
def counsellor(clock: Any) -> Counsellor:
    """Works in Cahul."""
    shopfront()
    return CounsellorFactory.create()


def walk_in(queued: dt.datetime) -> Appointment:
    """A ticket that waits since a moment."""
    return AppointmentFactory.create(walk_in=True, starts_at=queued)


def test_the_night_closes_nothing_that_nobody_saw(counsellor: Counsellor, clock: Any) -> None:
    ticket = walk_in(at(10))
    talk = AppointmentFactory.create(
        counsellor=counsellor, status="in_session", began_at=at(11), starts_at=at(11)
    )
    booked = AppointmentFactory.create(starts_at=at(9))
    AppointmentFactory.create(starts_at=at(9, 0, MONDAY + dt.timedelta(days=1)))
    for task in TASKS_OF_THE_CLOCK:
        task()
    clock.move_to(at(8, 0, MONDAY + dt.timedelta(days=1)))
    for task in TASKS_OF_THE_CLOCK:
        task()
    page = browser_of(counsellor.user).get(reverse("desk:board"))
    assert [one.row for one in page.context["left_open"]] == [booked, ticket, talk]
    assert [row.status for row in Appointment.objects.order_by("starts_at", "pk")][:3].count("no_show") == 0
    for row, said, status in (
        (booked, "came", "completed"),
        (ticket, "missed", "no_show"),
        (talk, "came", "completed"),
    ):
        browser_of(counsellor.user).post(reverse("desk:step", args=[row.pk, said]))
        row.refresh_from_db()
        assert row.status == status
        step = row.steps.last()
        assert (step.actor, step.reason) == (counsellor.user, "noted afterwards")
    assert browser_of(counsellor.user).get(reverse("desk:board")).context["left_open"] == []


@pytest.mark.parametrize("said", ["came", "missed"])
def test_of_today_nothing_is_said_afterwards(said: str, counsellor: Counsellor, clock: Any) -> None:
    row = AppointmentFactory.create(starts_at=at(9), counsellor=counsellor)
    clock.move_to(at(23))
    browser_of(counsellor.user).post(reverse("desk:step", args=[row.pk, said]))
    with pytest.raises(IllegalStepError):
        actions.note_outcome(appointment=row, came=said == "came", by=Actor.staff(counsellor.user))
    row.refresh_from_db()
    assert row.status == "booked"
