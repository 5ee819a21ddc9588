"""One's place in the queue: what it says in each state, and how long it may take."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client

from counselling import actions, tokens, waiting_room
from counselling.actors import Actor
from counselling.models import Appointment, Status
from counselling.states import STEPS
from counselling.tokens import Purpose
from shopfronts.models import ShopFront
from tests.counselling.room.steps import address, call, place_of
from tests.factories.counselling import (
    MONDAY,
    AppointmentFactory,
    ReasonFactory,
    ShiftFactory,
    TimeOffFactory,
    at,
    shopfront,
)

pytestmark = pytest.mark.django_db


def test_a_place_says_how_many_are_before(client: Client, place: ShopFront) -> None:
    AppointmentFactory.create(walk_in=True, starts_at=at(8))
    second = AppointmentFactory.create(walk_in=True, starts_at=at(8, 5))
    page = client.get(address("place", place_of(second)))
    assert (page.context["phase"], page.context["standing"].before) == ("waiting", 1)
    assert second.ticket in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    call(place)
    assert client.get(address("place", place_of(second))).context["standing"].before == 0


def test_a_fragment_comes_only_when_something_changed(client: Client, place: ShopFront) -> None:
    ticket = AppointmentFactory.create(walk_in=True, starts_at=at(8))
    where = address("place", place_of(ticket))
    page = client.get(where)
    seen = f"{where}?seen={page.context['digest']}"
    assert seen in page.content.decode()
    assert client.get(seen, headers={"HX-Request": "true"}).status_code == 204
    call(place, "7")
    fragment = client.get(seen, headers={"HX-Request": "true"})
    assert fragment.status_code == 200
    assert fragment.context["phase"] == "called"
    assert b"<html" not in fragment.content
    assert "7" in fragment.content.decode()


PHASES = {
    Status.IN_SESSION: "talking",
    Status.COMPLETED: "over",
    Status.NO_SHOW: "missed",
    Status.CANCELLED_BY_CLIENT: "left",
    Status.CANCELLED_BY_OFFICE: "cancelled",
}


@pytest.mark.parametrize("status", [one for one in STEPS if one not in (Status.HELD, Status.ARRIVED)])
def test_every_state_has_its_words(status: Status, client: Client, place: ShopFront) -> None:
    row = AppointmentFactory.create(
        starts_at=at(9), status=status, ticket_number=3, ticket_on=MONDAY, queued_at=at(8), began_at=at(9)
    )
    page = client.get(address("place", place_of(row)))
    assert (page.status_code, page.context["phase"]) == (200, PHASES.get(status, "over"))
    assert ("hx-get" in page.content.decode()) is (status == Status.IN_SESSION)
    assert b"</form>" not in page.content.split(b'id="place"')[1]


def test_a_ticket_of_another_day_has_had_its_turn(client: Client, place: ShopFront, clock: Any) -> None:
    ticket = AppointmentFactory.create(walk_in=True, starts_at=at(8))
    clock.move_to(at(8, 0, MONDAY + dt.timedelta(days=1)))
    assert client.get(address("place", place_of(ticket))).context["phase"] == "over"
    client.post(address("place_leave", place_of(ticket)))
    ticket.refresh_from_db()
    assert ticket.status == "arrived"


def test_bad_links_are_all_the_same_page(client: Client, place: ShopFront) -> None:
    ticket = AppointmentFactory.create(walk_in=True, starts_at=at(8))
    booked = AppointmentFactory.create()
    good = place_of(ticket)
    bad = [
        "x",
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        tokens.make(Purpose.VIEW, ticket.pk),
        place_of(ticket, 1),
        place_of(booked),  # has no number
        tokens.make(Purpose.QUEUE, uuid.uuid4()),
    ]
    pages = [client.get(address("place", token)) for token in bad]
    pages += [client.post(address("place_leave", token)) for token in bad]
    assert {page.status_code for page in pages} == {404}
    texts = {page.content.split(b"<main")[1].split(b"</main")[0] for page in pages}
    assert len(texts) == 1


def test_leaving_takes_one_out_of_the_queue(client: Client, place: ShopFront) -> None:
    ticket = AppointmentFactory.create(walk_in=True, starts_at=at(8))
    where = address("place_leave", place_of(ticket))
    assert client.get(where).status_code == 405
    for _twice in range(2):
        answer = client.post(where)
        assert (answer.status_code, answer["Location"]) == (303, address("place", place_of(ticket)))
    ticket.refresh_from_db()
    assert ticket.status == "cancelled_by_client"
    assert client.get(answer["Location"]).context["phase"] == "left"


def test_who_is_in_a_talk_does_not_leave_by_an_old_page(
    client: Client, place: ShopFront, monkeypatch: pytest.MonkeyPatch
) -> None:
    AppointmentFactory.create(walk_in=True, starts_at=at(8))
    called = call(place)
    assert called.counsellor is not None
    old = waiting_room.find_ticket(called.pk)
    actions.begin_session(appointment=called, counsellor=called.counsellor, by=Actor.system())
    monkeypatch.setattr(waiting_room, "find_ticket", lambda _pk: old)  # read before the talk began
    assert client.post(address("place_leave", place_of(called))).status_code == 303
    called.refresh_from_db()
    assert called.status == "in_session"


def queue_of(*, people: int, **fields: Any) -> Appointment:
    """So many people who wait for the same; the last of them."""
    reason = ReasonFactory.create(duration=30)
    rows = [
        AppointmentFactory.create(walk_in=True, starts_at=at(8, minute), reason=reason, **fields)
        for minute in range(people)
    ]
    return rows[-1]


def minutes(ticket: Appointment, now: dt.datetime | None = None) -> int | None:
    """About how long."""
    standing = waiting_room.standing(Appointment.objects.get(pk=ticket.pk), now or at(9))
    assert standing is not None
    return standing.minutes


def test_waiting_is_shared_by_those_who_are_here_and_could(place: ShopFront) -> None:
    ticket = queue_of(people=4)
    assert minutes(ticket) is None  # nobody is here: nobody could say
    ShiftFactory.create()
    assert minutes(ticket) == 90
    ShiftFactory.create()
    assert minutes(ticket) == 45
    ShiftFactory.create(counsellor__languages=["ru"])  # does not speak with this one
    ShiftFactory.create().counsellor.reasons.add(ReasonFactory.create())  # takes something else
    ShiftFactory.create(starts=dt.time(10))  # later
    ShiftFactory.create(weekday=2)
    ShiftFactory.create(shopfront=shopfront(slug="ungheni"))
    ShiftFactory.create(counsellor__is_active=False)
    TimeOffFactory.create(counsellor=ShiftFactory.create().counsellor)
    assert minutes(ticket) == 45


def test_the_usual_length_is_that_of_the_last_talks(place: ShopFront) -> None:
    ticket = queue_of(people=3)
    counsellor = ShiftFactory.create().counsellor
    lengths = [10, 12, 14, 400, 16, 300]  # two were forgotten, and ended by the clock
    for length in lengths:
        AppointmentFactory.create(
            status="completed",
            counsellor=counsellor,
            began_at=at(8),
            over_at=at(8) + dt.timedelta(minutes=length),
        )
    assert minutes(ticket) == 60  # four talks are too few to go by
    AppointmentFactory.create(status="completed", began_at=at(8), over_at=at(8, 11))
    assert minutes(ticket) == 25  # twice twelve, rounded up


def test_nobody_is_told_minutes_who_is_next_or_has_an_appointment(place: ShopFront) -> None:
    ShiftFactory.create()
    first = queue_of(people=1)
    assert minutes(first) is None
    booked = AppointmentFactory.create(
        starts_at=at(11), status="arrived", ticket_number=99, ticket_on=MONDAY, queued_at=at(8, 30)
    )
    assert minutes(booked) is None


def test_a_place_takes_the_same_number_of_statements_for_one_and_for_ten(
    place: ShopFront, django_assert_num_queries: Any
) -> None:
    for people in (2, 10):
        ticket = Appointment.objects.select_related("shopfront").get(pk=queue_of(people=people).pk)
        ShiftFactory.create()
        with django_assert_num_queries(6):
            waiting_room.standing(ticket, at(9))
