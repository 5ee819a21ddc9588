"""The queue at one moment: no number and no person is ever given away twice."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
import time_machine
from django.db import connection, models

from counselling import actions
from counselling.actions import queue as queue_actions
from counselling.actors import Actor
from counselling.errors import IllegalStepError
from counselling.models import Appointment, Counsellor, Reason, TicketCounter
from shopfronts.models import ShopFront
from tests.counselling.calling import called_one
from tests.factories.counselling import (
    MONDAY,
    AppointmentFactory,
    CounsellorFactory,
    ReasonFactory,
    at,
    shopfront,
)

T = TypeVar("T")
NOON = at(12)


@pytest.fixture
def clock() -> Iterator[Any]:
    """Monday noon."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def place(db: None, clock: Any) -> ShopFront:
    """Cahul."""
    return shopfront()


def walk_in(queued: dt.datetime, **fields: Any) -> Appointment:
    """A ticket that waits since a moment."""
    return AppointmentFactory.create(walk_in=True, starts_at=queued, **fields)


def take(place: ShopFront, reason: Reason, ticket_id: uuid.UUID | None = None) -> Appointment:
    """Take a ticket."""
    return actions.take_ticket(
        shopfront=place, reason=reason, language="ro", by=Actor.client(), ticket_id=ticket_id
    )


def test_each_place_and_day_counts_for_itself(place: ShopFront, clock: Any) -> None:
    reason = ReasonFactory.create()
    ungheni = shopfront(slug="ungheni")
    assert [take(one, reason).ticket for one in (place, place, ungheni)] == ["C-001", "C-002", "U-001"]
    clock.move_to(at(0, 5, MONDAY + dt.timedelta(days=1)))  # a new day there, still the old one in UTC
    assert take(place, reason).ticket == "C-001"
    assert TicketCounter.objects.get(shopfront=place, on=MONDAY).last == 2


def at_once(deeds: list[Callable[[], T]]) -> list[T]:
    """Run deeds at the same moment, each on a connection of its own."""
    gate = threading.Barrier(len(deeds))

    def run(deed: Callable[[], T]) -> T:
        try:
            connection.ensure_connection()
            gate.wait(20)
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [future.result(60) for future in [pool.submit(run, deed) for deed in deeds]]


@pytest.mark.django_db(transaction=True)
def test_no_number_is_given_twice(clock: Any) -> None:
    place, reason = shopfront(), ReasonFactory.create()
    tickets = at_once([lambda: take(place, reason).ticket_number for _one in range(8)])
    tickets += at_once([lambda: take(place, reason).ticket_number for _one in range(8)])
    assert sorted(tickets) == list(range(1, 17))


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_twice_at_once_is_one_ticket(clock: Any) -> None:
    place, reason = shopfront(), ReasonFactory.create()
    for _round in range(5):
        key = uuid.uuid4()
        numbers = at_once([lambda key=key: take(place, reason, key).ticket for _tap in range(4)])
        assert len(set(numbers)) == 1
    assert Appointment.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_one_arrival_noted_twice_at_once_is_one_number(clock: Any) -> None:
    booked = AppointmentFactory.create(starts_at=at(12))
    numbers = at_once(
        [lambda: actions.note_arrival(appointment=booked, by=Actor.client()).ticket for _tap in range(4)]
    )
    assert set(numbers) == {"C-001"}
    assert booked.steps.count() == 1


# ---------------------------------------------------------------- two calls at one moment


@pytest.fixture
def crowd(transactional_db: None, clock: Any) -> tuple[list[Counsellor], Callable[[], None]]:
    """Two counsellors, and a way to put the same three people back into the queue."""
    counsellors = [CounsellorFactory.create(), CounsellorFactory.create()]
    reason = ReasonFactory.create()
    for minute in (0, 1, 2):
        walk_in(at(11, minute), reason=reason)

    def again() -> None:
        Appointment.objects.update(called_at=None, counsellor=None, calls=0, desk="")

    return counsellors, again


@pytest.mark.django_db(transaction=True)
def test_two_calls_at_once_never_call_one_person(
    crowd: tuple[list[Counsellor], Callable[[], None]],
) -> None:
    counsellors, again = crowd
    first_two = set(Appointment.objects.order_by("queued_at").values_list("pk", flat=True)[:2])
    for _round in range(40):
        again()
        called = at_once([lambda one=one: called_one(one).pk for one in counsellors])
        assert set(called) == first_two


def meet_before_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have chosen whom to call before either writes: the worst moment, every time."""
    meeting = threading.Barrier(2)
    write = queue_actions._call

    def slow(called: Appointment, *more: Any) -> None:
        meeting.wait(20)
        write(called, *more)

    monkeypatch.setattr(queue_actions, "_call", slow)


@pytest.mark.django_db(transaction=True)
def test_even_in_the_worst_moment_two_are_called(
    crowd: tuple[list[Counsellor], Callable[[], None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    meet_before_writing(monkeypatch)
    called = at_once([lambda one=one: called_one(one).pk for one in crowd[0]])
    assert len(set(called)) == 2


@pytest.mark.django_db(transaction=True)
def test_without_the_locks_one_person_would_be_called_twice(
    crowd: tuple[list[Counsellor], Callable[[], None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    meet_before_writing(monkeypatch)
    monkeypatch.setattr(models.QuerySet, "select_for_update", lambda self, **_how: self.all())
    called = at_once([lambda one=one: called_one(one).pk for one in crowd[0]])
    assert len(set(called)) == 1


@pytest.mark.django_db(transaction=True)
def test_one_counsellor_who_presses_twice_at_once_calls_one_person(
    crowd: tuple[list[Counsellor], Callable[[], None]],
) -> None:
    (one, _other), again = crowd

    def press() -> object:
        try:
            return called_one(one).pk
        except IllegalStepError:
            return None

    for _round in range(10):
        again()
        called = at_once([press, press])
        assert sum(pk is not None for pk in called) == 1
        assert Appointment.objects.filter(called_at__isnull=False).count() == 1
