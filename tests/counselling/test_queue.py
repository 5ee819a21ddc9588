"""The queue: who is called, in which order, and every step after that."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counselling import actions
from counselling.actions import queue as queue_actions
from counselling.actors import Actor
from counselling.errors import IllegalStepError
from counselling.identity import new_reference
from counselling.models import Appointment, AppointmentStep, Counsellor, Reason, Status
from counselling.queue import number_before, order
from counselling.states import STEPS, can_step
from shopfronts.models import ShopFront
from tests.counselling.calling import call, called_one
from tests.factories.counselling import (
    MONDAY,
    AppointmentFactory,
    CounsellorFactory,
    ReasonFactory,
    at,
    shopfront,
)

NOON = at(12)
SYSTEM = Actor.system()


@pytest.fixture
def clock() -> Iterator[Any]:
    """Monday noon."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def place(db: None, clock: Any) -> ShopFront:
    """Cahul."""
    return shopfront()


@pytest.fixture
def counsellor(place: ShopFront) -> Counsellor:
    """Speaks Romanian and Russian."""
    return CounsellorFactory.create()


def walk_in(queued: dt.datetime, **fields: Any) -> Appointment:
    """A ticket that waits since a moment."""
    return AppointmentFactory.create(walk_in=True, starts_at=queued, **fields)


def arrived(counsellor: Counsellor, starts: dt.datetime, queued: dt.datetime, **fields: Any) -> Appointment:
    """Someone with an appointment who is here since a moment."""
    number = queue_actions.next_number(shopfront(), MONDAY) + 500
    row: Appointment = AppointmentFactory.create(
        counsellor=counsellor,
        starts_at=starts,
        status="arrived",
        queued_at=queued,
        ticket_on=MONDAY,
        ticket_number=number,
        **fields,
    )
    return row


def minutes(number: float) -> dt.timedelta:
    """So many minutes."""
    return dt.timedelta(minutes=number)


# ---------------------------------------------------------------- the order


def test_whoever_waits_longest_is_called_first(counsellor: Counsellor) -> None:
    later, first = walk_in(at(11, 50)), walk_in(at(11, 40))
    assert call(counsellor) == first
    assert Appointment.objects.get(pk=first.pk).desk == "1"
    assert later.called_at is None


@pytest.mark.parametrize(
    ("starts", "queued", "goes_first"),
    [
        (NOON + minutes(10), NOON - minutes(1), True),  # from ten minutes before their time
        (NOON + minutes(10) + dt.timedelta(seconds=1), NOON - minutes(1), False),
        (NOON - minutes(10), NOON, True),  # ten minutes late is in time
        (NOON - minutes(10) - dt.timedelta(seconds=1), NOON, False),
        (NOON - minutes(60), NOON - minutes(55), True),  # came in time, and still waits
    ],
)
def test_appointments_go_before_tickets_near_their_time(
    starts: dt.datetime, queued: dt.datetime, goes_first: bool, counsellor: Counsellor
) -> None:
    ticket = walk_in(at(8))
    appointment = arrived(counsellor, starts, queued)
    assert call(counsellor) == (appointment if goes_first else ticket)


def test_the_earlier_appointment_goes_first_whoever_came_first(counsellor: Counsellor) -> None:
    later = arrived(counsellor, at(12, 5), at(11), session_key=uuid.UUID(int=1), seat=2)
    sooner = arrived(counsellor, at(11, 55), at(11, 59), session_key=uuid.UUID(int=1))
    assert [row.pk for row in order([later, sooner], NOON)] == [sooner.pk, later.pk]
    assert call(counsellor) == sooner


def test_who_is_early_waits_among_the_tickets(counsellor: Counsellor) -> None:
    early = arrived(counsellor, at(14), at(11, 30))
    ticket = walk_in(at(11, 40))
    assert [call(counsellor), call(CounsellorFactory.create())] == [early, ticket]


def test_counsellors_call_only_whom_they_can_help(place: ShopFront) -> None:
    pensions, visa = ReasonFactory.create(), ReasonFactory.create()
    expert = CounsellorFactory.create(languages=["ru", "gag"])
    expert.reasons.add(visa)
    other = CounsellorFactory.create(languages=["ro"])
    not_theirs = [
        walk_in(at(8), reason=pensions, language="ru"),
        walk_in(at(8), reason=visa, language="ro"),
        arrived(other, at(12), at(8), reason=visa, language="ru"),  # has a counsellor of their own
        walk_in(at(8), reason=visa, language="ru", shopfront=shopfront(slug="ungheni")),
        walk_in(at(8) - dt.timedelta(days=1), reason=visa, language="ru"),
    ]
    assert call(expert) is None
    theirs = walk_in(at(11), reason=visa, language="gag")
    assert call(expert) == theirs
    assert not Appointment.objects.filter(
        pk__in=[row.pk for row in not_theirs], called_at__isnull=False
    ).exists()


def test_an_own_appointment_is_called_whatever_the_counsellor_takes_from_the_queue(place: ShopFront) -> None:
    counsellor = CounsellorFactory.create(languages=["ro"])
    counsellor.reasons.add(ReasonFactory.create())
    booked = arrived(counsellor, at(12), at(11, 50), language="ru")
    assert call(counsellor) == booked


ROWS = st.lists(
    st.tuples(
        st.booleans(),  # a ticket, or an appointment
        st.sampled_from([-60, -30, -25, -20, -15, -10, 0, 10, 11, 60]),  # minutes from now to their time
        st.sampled_from([-90, -20, -15, -10, -9, -5, 0]),  # minutes from now to when they came
    ),
    min_size=3,
    max_size=6,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_the_order_that_people_see_is_the_order_of_the_calls(
    rows: list[tuple[bool, int, int]], counsellor: Counsellor
) -> None:
    Appointment.objects.all().delete()
    reason = Reason.objects.first() or ReasonFactory.create()
    made = [
        AppointmentFactory.build(
            kind="walk_in" if is_walk_in else "booked",
            status="arrived",
            reference="" if is_walk_in else None,
            reason=reason,
            shopfront=shopfront(),
            counsellor=None if is_walk_in else counsellor,
            starts_at=NOON + minutes(queued if is_walk_in else starts),
            queued_at=NOON + minutes(queued),
            busy_from=NOON - minutes(300),
            busy_until=NOON + minutes(300),
            session_key=uuid.UUID(int=1),  # all of one group: they may overlap
            seat=at_row + 1,
            ticket_on=MONDAY,
            ticket_number=at_row + 1,
        )
        for at_row, (is_walk_in, starts, queued) in enumerate(rows)
    ]
    for row in made:
        if row.reference is None:
            row.reference = new_reference()
        row.save()
    expected = order(made, NOON)
    assert [number_before(row, made, NOON) for row in expected] == list(range(len(made)))
    calls = []
    while (called := call(counsellor)) is not None:
        calls.append(called.pk)
        actions.note_absence(appointment=called, by=SYSTEM)
    assert calls == [row.pk for row in expected]


# ---------------------------------------------------------------- steps


def test_a_ticket_goes_all_the_way(counsellor: Counsellor, clock: Any) -> None:
    by = Actor.staff(counsellor.user)
    ticket = actions.take_ticket(
        shopfront=shopfront(), reason=ReasonFactory.create(), language="ro", by=Actor.client()
    )
    assert (ticket.status, ticket.ticket, ticket.queued_at) == ("arrived", "C-001", NOON)
    clock.shift(60)
    called = called_one(counsellor, "3")
    assert (called.called_at, called.calls, called.desk, called.counsellor) == (
        timezone.now(),
        1,
        "3",
        counsellor,
    )
    clock.shift(60)
    called = actions.recall(appointment=called, by=by)
    assert (called.called_at, called.calls, called.desk) == (timezone.now(), 2, "3")
    begun = actions.begin_session(appointment=called, counsellor=counsellor, by=by)
    assert (begun.status, begun.began_at) == ("in_session", timezone.now())
    clock.shift(1200)
    over = actions.complete_session(appointment=begun, by=by)
    assert (over.status, over.over_at, over.called_at) == ("completed", timezone.now(), None)
    steps = AppointmentStep.objects.filter(appointment=ticket).order_by("pk")
    assert [(step.old, step.new, step.by) for step in steps] == [
        ("", "arrived", "client"),
        ("arrived", "arrived", "staff"),  # called
        ("arrived", "arrived", "staff"),  # called again
        ("arrived", "in_session", "staff"),
        ("in_session", "completed", "staff"),
    ]


def test_a_key_that_is_something_else_gives_a_ticket_of_its_own(counsellor: Counsellor, clock: Any) -> None:
    """Whoever holds a tablet's address may send any key: neither an error nor another counter's ticket comes of it."""
    booked = AppointmentFactory.create(counsellor=counsellor)

    def take(where: ShopFront, key: uuid.UUID) -> Appointment:
        return actions.take_ticket(
            shopfront=where, reason=booked.reason, language="ro", by=Actor.client(), ticket_id=key
        )

    first = take(shopfront(), booked.pk)
    assert first.pk != booked.pk
    mine = take(shopfront(), uuid.uuid4())
    assert take(shopfront(), mine.pk) == mine
    elsewhere = take(shopfront(slug="ungheni"), mine.pk)
    assert (elsewhere.shopfront.slug, elsewhere.ticket_number) == ("ungheni", 1)


def test_an_appointment_goes_all_the_way(counsellor: Counsellor) -> None:
    booked = AppointmentFactory.create(counsellor=counsellor, starts_at=at(12, 5))
    here = actions.note_arrival(appointment=booked, by=Actor.client())
    again = actions.note_arrival(appointment=booked, by=Actor.client())
    assert here.ticket == again.ticket == "C-001"
    called = called_one(counsellor)
    begun = actions.begin_session(appointment=called, counsellor=counsellor, by=SYSTEM)
    assert actions.complete_session(appointment=begun, by=SYSTEM).status == "completed"


def test_nobody_calls_another_while_one_is_on_the_way_or_in_a_talk(counsellor: Counsellor) -> None:
    walk_in(at(11)), walk_in(at(11, 10))
    called = called_one(counsellor)
    with pytest.raises(IllegalStepError):
        call(counsellor)
    actions.begin_session(appointment=called, counsellor=counsellor, by=SYSTEM)
    with pytest.raises(IllegalStepError):
        call(counsellor)
    actions.complete_session(appointment=called, by=SYSTEM)
    assert call(counsellor) is not None


def test_who_is_not_there_makes_way_and_may_come_back(counsellor: Counsellor) -> None:
    walk_in(at(11))
    called = called_one(counsellor)
    gone = actions.note_absence(appointment=called, by=SYSTEM)
    assert (gone.status, gone.called_at) == ("no_show", None)
    assert call(counsellor) is None
    back = actions.note_arrival(appointment=gone, by=SYSTEM)
    assert (back.status, back.ticket_number, back.over_at) == ("arrived", called.ticket_number, None)
    assert call(counsellor) == back


def test_back_into_the_queue_is_behind_those_who_wait_now(counsellor: Counsellor) -> None:
    first, second = walk_in(at(11)), walk_in(at(11, 30))
    called = called_one(counsellor)
    assert called == first
    back = actions.back_into_queue(appointment=called, by=SYSTEM)
    assert (back.called_at, back.counsellor, back.desk, back.queued_at) == (None, None, "", NOON)
    assert call(counsellor) == second
    assert call(CounsellorFactory.create()) == first


def test_a_talk_begun_by_mistake_keeps_its_place(counsellor: Counsellor) -> None:
    first, _second = walk_in(at(11)), walk_in(at(11, 30))
    begun = actions.begin_session(appointment=called_one(counsellor), counsellor=counsellor, by=SYSTEM)
    back = actions.back_into_queue(appointment=begun, by=SYSTEM)
    assert (back.status, back.queued_at, back.began_at) == ("arrived", at(11), None)
    assert call(counsellor) == first


def test_an_appointment_goes_back_to_its_own_counsellor(counsellor: Counsellor) -> None:
    arrived(counsellor, at(12), at(11))
    back = actions.back_into_queue(appointment=called_one(counsellor), by=SYSTEM)
    assert back.counsellor == counsellor


def test_back_for_who_was_not_called_changes_nothing(counsellor: Counsellor) -> None:
    ticket = walk_in(at(11))
    assert actions.back_into_queue(appointment=ticket, by=SYSTEM).queued_at == at(11)


DEEDS: dict[str, Callable[[Appointment, Counsellor], Appointment]] = {
    "arrive": lambda row, _who: actions.note_arrival(appointment=row, by=SYSTEM),
    "begin": lambda row, who: actions.begin_session(appointment=row, counsellor=who, by=SYSTEM),
    "complete": lambda row, _who: actions.complete_session(appointment=row, by=SYSTEM),
    "absent": lambda row, _who: actions.note_absence(appointment=row, by=SYSTEM),
    "leave": lambda row, _who: actions.leave_queue(appointment=row, by=Actor.client()),
    "recall": lambda row, _who: actions.recall(appointment=row, by=SYSTEM),
    "back": lambda row, _who: actions.back_into_queue(appointment=row, by=SYSTEM),
}
LEGAL = {
    "arrive": {"booked", "no_show", "arrived"},
    "begin": {"arrived"},
    "complete": {"in_session"},
    "absent": {"booked", "arrived"},
    "leave": {"booked", "arrived"},
    "recall": set[str](),  # only for who was called: tested above
    "back": {"arrived", "in_session"},
}


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("status", [one for one in STEPS if one != Status.HELD])
def test_steps_that_the_table_lacks_are_refused_and_change_nothing(
    deed: str, status: Status, counsellor: Counsellor
) -> None:
    row = AppointmentFactory.create(
        counsellor=counsellor,
        status=status,
        began_at=at(11),
        queued_at=at(11),
        ticket_on=MONDAY,
        ticket_number=1,
    )
    if status in LEGAL[deed]:
        DEEDS[deed](row, counsellor)
        return
    with pytest.raises(IllegalStepError):
        DEEDS[deed](row, counsellor)
    row.refresh_from_db()
    assert row.status == status
    assert not AppointmentStep.objects.exists()


def test_leaving_is_open_to_who_waits(counsellor: Counsellor) -> None:
    assert can_step(Status.ARRIVED, Status.CANCELLED_BY_CLIENT)
    ticket = walk_in(at(11))
    assert actions.leave_queue(appointment=ticket, by=Actor.client()).status == "cancelled_by_client"
    assert call(counsellor) is None
