"""Two deeds at the same moment, each with a connection of its own; where the order matters, the test makes it."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from counselling import availability
from counselling.actions import (
    Choice,
    Visitor,
    book_hold,
    booking,
    cancel_appointment,
    expire_offers,
    hold_slot,
    join_waiting_list,
    let_go,
    move_appointment,
    moving,
    release_expired_holds,
    take_offer,
    waiting,
)
from counselling.actors import Actor
from counselling.availability import Wish
from counselling.errors import IllegalStepError, SlotTakenError
from counselling.models import Appointment, AppointmentStep, Offer, Reason, Status
from nexus.embedded.children import wait_until
from tests.counselling.people import client, wanted
from tests.factories.counselling import shopfront
from tests.project.booking_rig import office, overlaps, scalar, together

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 20  # seconds
ROUNDS, COUNSELLORS = 100, 3
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
WAITING = f"{OTHERS} AND wait_event_type = 'Lock'"


def wish_of(reason: Reason) -> Wish:
    """Anyone in Cahul."""
    return Wish(reason=reason, shopfronts=(shopfront(),), language="ro")


def hold(reason: Reason, start: Any, visitor: str) -> Appointment:
    """Press a time."""
    choice = Choice(reason, shopfront(), start, "in_person", "ro")
    return hold_slot(choice=choice, wish=wish_of(reason), visitor=Visitor(visitor, has_proved_address=True))


def first_times(reason: Reason, count: int) -> list[Any]:
    """Free times, the next days' first."""
    soon = timezone.now() + dt.timedelta(hours=12)
    found = availability.find(wish_of(reason), start=soon)
    return [slot.starts_at for slot in found][:count]


def close() -> None:
    """Close the connection of the thread that calls."""
    connection.close()


class Crowd:
    """Threads that stay, each with its own connection, and do things at the same moment."""

    def __init__(self, size: int) -> None:
        self.size, self.pool, self.start = size, ThreadPoolExecutor(size), threading.Barrier(size)

    def do(self, *deeds: Callable[[], Any]) -> list[Any]:
        """What comes of them, errors among it."""

        def run(deed: Callable[[], Any]) -> Any:
            self.start.wait(PATIENCE)
            try:
                return deed()
            except Exception as error:  # the test looks at it
                return error

        return list(self.pool.map(run, deeds))

    def leave(self) -> None:
        """Close every connection, so that the server has counted all that happened."""
        self.do(*[close] * self.size)
        self.pool.shutdown()
        assert wait_until(lambda: seen(OTHERS) == 0, PATIENCE)


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    """One more than there are counsellors."""
    people = Crowd(COUNSELLORS + 1)
    yield people
    people.pool.shutdown()


def seen(statement: str) -> int:
    """A number of the server's statistics, which a transaction sees once unless told otherwise."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
    return scalar(statement)


def test_any_counsellor_a_hundred_times_gives_each_one_and_refuses_one(crowd: Crowd) -> None:
    reason, people = office(COUNSELLORS)
    before, times = seen(DEADLOCKS), first_times(reason, ROUNDS)
    assert len(times) == ROUNDS
    for number, start in enumerate(times):
        deeds = [
            lambda who=who, start=start, number=number: hold(reason, start, f"{number}-{who}")
            for who in range(COUNSELLORS + 1)
        ]
        results = crowd.do(*deeds)
        given = [one.counsellor_id for one in results if isinstance(one, Appointment)]
        assert sorted(given) == sorted(one.pk for one in people), results
        assert [type(one) for one in results if isinstance(one, Exception)] == [SlotTakenError]
    crowd.leave()
    assert seen(DEADLOCKS) == before
    assert overlaps() == 0
    assert Appointment.objects.count() == ROUNDS * COUNSELLORS


def test_the_server_counts_deadlocks_at_all() -> None:
    reason, people = office(2)
    before, both = seen(DEADLOCKS), threading.Barrier(2)

    def cross(first: Any, second: Any) -> None:
        with transaction.atomic():
            lock(first)
            both.wait(PATIENCE)
            lock(second)

    def lock(one: Any) -> None:
        list(type(one).objects.select_for_update().filter(pk=one.pk))

    results = together(lambda: cross(people[0], people[1]), lambda: cross(people[1], people[0]))
    assert Counter(type(one).__name__ for one in results) == {"NoneType": 1, "OperationalError": 1}
    assert wait_until(lambda: seen(DEADLOCKS) == before + 1, PATIENCE)
    assert reason.pk


def test_one_visitor_who_presses_twice_holds_one_time() -> None:
    reason, _people = office(2)
    start = first_times(reason, 1)[0]
    results = together(*[lambda: hold(reason, start, "v1")] * 4)
    assert [one for one in results if isinstance(one, Exception)] == []
    assert Appointment.objects.filter(visitor_key="v1").count() == 1


def test_one_person_who_sends_the_form_twice_is_booked_once() -> None:
    reason, _people = office(1)
    held = hold(reason, first_times(reason, 1)[0], "v1")
    person = client(has_proved_address=True)
    book = lambda: book_hold(hold=held.pk, visitor_key="v1", client=person, by=Actor.client())  # noqa: E731
    results = together(*[book] * 4)
    assert {one.reference for one in results} == {Appointment.objects.get().reference}
    assert AppointmentStep.objects.count() == 1


class Pause:
    """Lets one deed stop in its middle until another is done, or waits for a lock of the first."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
        self.reached, self.other_done = threading.Event(), threading.Event()
        self.goes_on = getattr(module, name)
        monkeypatch.setattr(module, name, self)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not self.reached.is_set():  # the first who comes here
            self.reached.set()
            assert wait_until(lambda: self.other_done.is_set() or seen(WAITING) > 0, PATIENCE)
        return self.goes_on(*args, **kwargs)

    def run(self, first: Callable[[], Any], other: Callable[[], Any]) -> list[Any]:
        """The other deed begins when the first is in its middle."""

        def second() -> Any:
            assert self.reached.wait(PATIENCE)
            try:
                return other()
            finally:
                self.other_done.set()

        return together(first, second)


def old_hold(reason: Reason) -> Appointment:
    """A hold whose ten minutes are over."""
    held = hold(reason, first_times(reason, 1)[0], "v1")
    Appointment.objects.filter(pk=held.pk).update(held_until=timezone.now())
    return held


@pytest.mark.parametrize("other", ["clock", "stranger", "same visitor", "back"])
def test_a_hold_that_is_being_booked_is_not_taken_away(monkeypatch: pytest.MonkeyPatch, other: str) -> None:
    reason, _people = office(1)
    held = old_hold(reason)
    later = first_times(reason, 5)[4]
    deeds: dict[str, Callable[[], Any]] = {
        "clock": release_expired_holds,
        "stranger": lambda: hold(reason, held.starts_at, "v2"),
        "same visitor": lambda: hold(reason, later, "v1"),
        "back": lambda: let_go(visitor_key="v1"),
    }
    pause = Pause(monkeypatch, booking, "announce")
    booked, outcome = pause.run(
        lambda: book_hold(
            hold=held.pk, visitor_key="v1", client=client(has_proved_address=True), by=Actor.client()
        ),
        deeds[other],
    )
    assert isinstance(booked, Appointment), booked
    assert Appointment.objects.get(pk=held.pk).status == Status.BOOKED
    if other == "stranger":
        assert isinstance(outcome, SlotTakenError)
    else:
        assert not isinstance(outcome, Exception), outcome
    assert overlaps() == 0


def waits(reason: Reason) -> tuple[Offer, Appointment]:
    """Nina has a later place and is offered an earlier one."""
    early, late = first_times(reason, 2)
    rows = [hold(reason, start, f"v{number}") for number, start in enumerate((early, late))]
    blocker, mine = (
        book_hold(
            hold=row.pk,
            visitor_key=row.visitor_key,
            client=client(name, has_proved_address=True),
            by=Actor.client(),
        )
        for row, name in zip(rows, ("Ion", "Nina"), strict=True)
    )
    join_waiting_list(wanted=wanted(reason, instead_of=mine), client=client(has_proved_address=True))
    cancel_appointment(appointment=blocker, by=Actor.client())
    return Offer.objects.get(), mine


def test_an_earlier_place_is_taken_while_the_later_one_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    reason, _people = office(1)
    offer, mine = waits(reason)
    pause = Pause(monkeypatch, waiting, "free_reference")
    taken, cancelled = pause.run(
        lambda: take_offer(offer=offer), lambda: cancel_appointment(appointment=mine, by=Actor.client())
    )
    assert isinstance(taken, Appointment), taken
    assert isinstance(cancelled, Appointment), cancelled
    assert dict(Appointment.objects.values_list("pk", "status"))[mine.pk] == Status.CANCELLED_BY_CLIENT
    assert (taken.status, taken.sequence) == (Status.BOOKED, 0)


def test_a_later_place_is_cancelled_while_the_earlier_one_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    reason, _people = office(1)
    offer, mine = waits(reason)
    pause = Pause(monkeypatch, moving, "plan_reminders")
    taken, cancelled = pause.run(
        lambda: take_offer(offer=offer), lambda: cancel_appointment(appointment=mine, by=Actor.client())
    )
    assert isinstance(taken, Appointment), taken
    assert isinstance(cancelled, IllegalStepError)  # it has become the other one
    assert taken.reference == mine.reference
    assert Appointment.objects.filter(status=Status.BOOKED).count() == 1


def in_three_hours() -> int:
    """Nobody answered."""
    return expire_offers(now=timezone.now() + dt.timedelta(hours=3))


def test_an_offer_is_taken_or_passed_on_and_never_both() -> None:
    reason, _people = office(1)
    for _round in range(5):
        Appointment.objects.all().update(sequence=0)
        offer, mine = waits(reason)
        Offer.objects.filter(pk=offer.pk).update(expires_at=timezone.now() + dt.timedelta(seconds=30))
        taken, ended = together(lambda offer=offer: take_offer(offer=offer), in_three_hours)
        offer.refresh_from_db()
        if isinstance(taken, Appointment):
            assert (offer.status, ended) == (Offer.Status.TAKEN, 0)
        else:
            assert isinstance(taken, SlotTakenError)
            assert (offer.status, ended) == (Offer.Status.EXPIRED, 1)
        assert overlaps() == 0
        assert mine.pk
        Appointment.objects.all().delete()
        Offer.objects.all().delete()


def test_two_who_move_into_one_time_get_it_once_and_the_other_keeps_theirs() -> None:
    reason, people = office(1)
    times = first_times(reason, 3)
    rows = [
        book_hold(
            hold=hold(reason, start, name).pk,
            visitor_key=name,
            client=client(name, has_proved_address=True),
            by=Actor.client(),
        )
        for start, name in zip(times, ("Nina", "Ion"), strict=False)
    ]
    target = Choice(reason, shopfront(), times[2], "in_person", "ro")
    move = lambda row: move_appointment(  # noqa: E731
        appointment=row, choice=target, candidates=(people[0].pk,), by=Actor.client()
    )
    results = together(*(lambda row=row: move(row) for row in rows))
    assert Counter(type(one) for one in results) == {Appointment: 1, SlotTakenError: 1}
    booked = Appointment.objects.filter(status=Status.BOOKED)
    assert booked.count() == 2
    assert {row.name for row in booked} == {"Nina", "Ion"}
    assert overlaps() == 0


def test_two_who_move_into_each_others_time_are_both_refused_or_served_without_a_deadlock() -> None:
    reason, people = office(2)
    before, (early, late) = seen(DEADLOCKS), first_times(reason, 2)
    everyone = tuple(one.pk for one in people)
    for _round in range(10):
        Appointment.objects.all().delete()
        rows = [
            book_hold(
                hold=hold(reason, start, name).pk,
                visitor_key=name,
                client=client(name, has_proved_address=True),
                by=Actor.client(),
            )
            for start, name in ((early, "Nina"), (late, "Ion"))
        ]
        targets = [Choice(reason, shopfront(), start, "in_person", "ro") for start in (late, early)]
        results = together(
            *(
                lambda row=row, target=target: move_appointment(
                    appointment=row, choice=target, candidates=everyone, by=Actor.client()
                )
                for row, target in zip(rows, targets, strict=True)
            )
        )
        assert {type(one) for one in results} <= {Appointment, SlotTakenError}, results
        assert Appointment.objects.filter(status=Status.BOOKED).count() == 2
        assert overlaps() == 0
    assert wait_until(lambda: seen(OTHERS) == 0, PATIENCE)
    assert seen(DEADLOCKS) == before
