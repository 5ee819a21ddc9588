"""The call-up screen: numbers and desks, and nothing else about anyone."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client

from counselling import actions
from counselling.actors import Actor
from shopfronts.models import ShopFront
from tests.counselling.room.steps import address, call
from tests.factories.accounts import UserFactory
from tests.factories.counselling import (
    MONDAY,
    AppointmentFactory,
    at,
    shopfront,
)

pytestmark = pytest.mark.django_db


def state(client: Client, screen: str) -> dict[str, Any]:
    """What the screen is told."""
    found: dict[str, Any] = json.loads(client.get(address("screen_state", screen)).content)
    return found


def test_the_screen_shows_numbers_and_desks_newest_first(
    client: Client, screen: str, place: ShopFront, clock: Any
) -> None:
    for _one in range(6):
        AppointmentFactory.create(walk_in=True, starts_at=at(8))
    numbers = []
    for desk in ("1", "2", "3", "4", "5"):
        clock.shift(10)
        numbers.append(call(place, desk).ticket)
    shown = state(client, screen)
    assert [(row["number"], row["desk"]) for row in shown["called"]] == list(
        zip(reversed(numbers[1:]), ("5", "4", "3", "2"), strict=True)
    )
    assert (shown["waiting"], shown["clock"]) == (1, "09:00")
    page = client.get(address("screen", screen)).content.decode()
    assert all(number in page for number in numbers[1:])


def test_the_screen_tells_nothing_else_about_anyone(client: Client, screen: str, place: ShopFront) -> None:
    AppointmentFactory.create(walk_in=True, starts_at=at(8), name="Nina Rusu", reason__name_ro="Divorț")
    called = call(place)
    assert state(client, screen) == {
        "called": [{"number": called.ticket, "desk": "2", "calls": 1}],
        "waiting": 0,
        "clock": "09:00",
    }
    page = client.get(address("screen", screen)).content.decode()
    assert "Nina" not in page
    assert "Divorț" not in page


def test_the_screen_drops_whom_it_no_longer_calls(client: Client, screen: str, place: ShopFront) -> None:
    AppointmentFactory.create(walk_in=True, starts_at=at(8))
    called = call(place)
    by = Actor.staff(UserFactory.create())
    counsellor = called.counsellor
    assert counsellor is not None
    actions.recall(appointment=called, by=by)
    assert state(client, screen)["called"][0]["calls"] == 2
    actions.begin_session(appointment=called, counsellor=counsellor, by=by)
    assert len(state(client, screen)["called"]) == 1
    actions.complete_session(appointment=called, by=by)
    assert state(client, screen)["called"] == []
    AppointmentFactory.create(walk_in=True, starts_at=at(8, 30))
    actions.cancel_appointment(appointment=call(place), by=by)
    assert state(client, screen)["called"] == []


def test_the_screen_shows_its_own_place_and_day(
    client: Client, screen: str, place: ShopFront, clock: Any
) -> None:
    AppointmentFactory.create(walk_in=True, starts_at=at(8), shopfront=shopfront(slug="ungheni"))
    AppointmentFactory.create(walk_in=True, starts_at=at(8))
    call(shopfront(slug="ungheni"))
    assert state(client, screen)["called"] == []
    call(place)
    clock.move_to(at(9, 0, MONDAY + dt.timedelta(days=1)))
    assert state(client, screen) == {"called": [], "waiting": 0, "clock": "09:00"}


def test_an_unchanged_state_is_304_and_three_statements(
    client: Client, screen: str, place: ShopFront, clock: Any, django_assert_num_queries: Any
) -> None:
    for _one in range(10):
        AppointmentFactory.create(walk_in=True, starts_at=at(8))
    first = client.get(address("screen_state", screen))
    assert first["Cache-Control"] == "no-store"
    with django_assert_num_queries(3):
        again = client.get(address("screen_state", screen), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    call(place)
    changed = client.get(address("screen_state", screen), headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
