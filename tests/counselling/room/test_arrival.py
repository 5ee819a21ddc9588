"""The tablet for people with an appointment: a reference typed, or a time tapped."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from counselling import actions, waiting_room
from counselling.actors import Actor
from counselling.models import Appointment
from shopfronts.models import ShopFront
from tests.counselling.room.steps import SUNDAY, address, number
from tests.factories.counselling import (
    MONDAY,
    AppointmentFactory,
    at,
    shopfront,
)
from tests.factories.notifications import ContactFactory

pytestmark = pytest.mark.django_db


def press(client: Client, kiosk: str, typed: str, key: str = "done", **fields: str) -> Any:
    """Press a key of the tablet's keyboard."""
    return client.post(address("kiosk_reference", kiosk), {"typed": typed, "key": key} | fields)


def test_a_reference_says_that_someone_is_here(client: Client, kiosk: str) -> None:
    booked = AppointmentFactory.create(starts_at=at(9, 30), reference="AB23CD45")
    assert number(client, press(client, kiosk, "AB23CD45")) == "C-001"
    booked.refresh_from_db()
    assert (booked.status, booked.ticket_number, booked.queued_at) == ("arrived", 1, at(9))
    assert booked.steps.get().by == "client"
    assert number(client, press(client, kiosk, "ab23-cd45")) == "C-001"  # once more, and as people write it


def test_keys_work_one_by_one_without_javascript(client: Client, kiosk: str) -> None:
    AppointmentFactory.create(starts_at=at(9, 30), reference="AB23CD45")
    typed = ""
    for key in ("A", "B", "2", "Z", "back", "3", "C", "D", "4", "5", "9"):  # the ninth sign is one too many
        page = press(client, kiosk, typed, key)
        assert page.status_code == 200
        typed = page.context["form"].signs
        assert f'value="{typed}"' in page.content.decode()
    assert typed == "AB23CD45"
    assert not Appointment.objects.filter(status="arrived").exists()
    assert number(client, press(client, kiosk, typed)) == "C-001"


@pytest.mark.parametrize(
    "fields",
    [
        {"starts_at": at(9, 30, MONDAY + dt.timedelta(days=1))},
        {"starts_at": at(9, 30, SUNDAY)},
        {"status": "cancelled_by_client"},
        {"status": "moved"},
        {"status": "completed"},
        {"elsewhere": True},
        {"reference": "AB23CD46"},
    ],
)
def test_other_references_are_sent_to_the_counter(fields: dict[str, Any], client: Client, kiosk: str) -> None:
    if fields.pop("elsewhere", False):
        fields["shopfront"] = shopfront(slug="ungheni")
    row = AppointmentFactory.create(**{"starts_at": at(9, 30), "reference": "AB23CD45"} | fields)
    page = press(client, kiosk, "AB23CD45")
    assert (page.status_code, page.context["is_wrong"]) == (200, True)
    before = row.status
    row.refresh_from_db()
    assert (row.status, row.ticket_number) == (before, None)


def test_who_was_given_up_may_still_come(client: Client, kiosk: str) -> None:
    AppointmentFactory.create(starts_at=at(8, 15), reference="AB23CD45", status="no_show")
    assert number(client, press(client, kiosk, "AB23CD45")) == "C-001"


@pytest.mark.parametrize("typed", ["", "AB23CD4", "' OR 1=1", "x" * 5000, "\x00", "0O1IL"])
def test_half_a_reference_is_no_error(typed: str, client: Client, kiosk: str) -> None:
    page = press(client, kiosk, typed)
    assert (page.status_code, page.context["is_wrong"]) == (200, False)


def tap_time(client: Client, kiosk: str, time: str) -> Any:
    """Tap a time."""
    return client.post(address("kiosk_time", kiosk), {"at": time})


def test_times_are_shown_once_each_without_anything_else(
    client: Client, kiosk: str, place: ShopFront
) -> None:
    AppointmentFactory.create(starts_at=at(10, 15), name="Nina")
    AppointmentFactory.create(starts_at=at(10, 15), name="Nina")
    AppointmentFactory.create(starts_at=at(9))
    AppointmentFactory.create(
        starts_at=at(11), mode="phone", contact=ContactFactory.create(phone="+37360123456")
    )
    AppointmentFactory.create(starts_at=at(11, 30), status="arrived", ticket_number=9, ticket_on=MONDAY)
    AppointmentFactory.create(starts_at=at(9, 0, MONDAY + dt.timedelta(days=1)))
    page = client.get(address("kiosk_time", kiosk))
    assert page.context["times"] == ["09:00", "10:15"]
    text = page.content.decode()
    assert "Nina" not in text
    assert not any(row.reference in text for row in Appointment.objects.all())


def test_a_time_of_one_person_asks_nothing_more(client: Client, kiosk: str) -> None:
    booked = AppointmentFactory.create(starts_at=at(9, 30))
    assert number(client, tap_time(client, kiosk, "09:30")) == "C-001"
    assert number(client, tap_time(client, kiosk, "09:30")) == "C-001"  # a second tap
    booked.refresh_from_db()
    assert booked.status == "arrived"


def test_a_time_whose_person_is_here_is_no_way_to_their_number(
    client: Client, kiosk: str, clock: Any
) -> None:
    AppointmentFactory.create(starts_at=at(9, 30))
    tap_time(client, kiosk, "09:30")
    clock.shift(61)
    page = tap_time(client, kiosk, "09:30")
    assert (page.status_code, page.context["is_gone"], page.context["times"]) == (200, True, [])


def test_a_time_of_several_people_asks_for_three_signs(client: Client, kiosk: str) -> None:
    one = AppointmentFactory.create(starts_at=at(9, 30), reference="AB23CD45")
    two = AppointmentFactory.create(starts_at=at(9, 30), reference="AC23CD45")
    asked = tap_time(client, kiosk, "09:30")
    assert asked["Location"] == f"/ro/room/kiosk/{kiosk}/reference/?at=09:30"
    page = client.get(asked["Location"])
    assert page.context["slots"] == [" ", " ", " "]
    assert press(client, kiosk, "ZZZ", at="09:30").context["is_wrong"] is True
    assert number(client, press(client, kiosk, "AC2", at="09:30")) == "C-001"
    assert number(client, press(client, kiosk, "AC2", at="09:30")) == "C-001"  # a second tap
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.status, two.status) == ("booked", "arrived")
    assert number(client, tap_time(client, kiosk, "09:30")) == "C-002"  # now it is one person's time alone


def test_signs_that_fit_two_people_decide_nothing(client: Client, kiosk: str) -> None:
    AppointmentFactory.create(starts_at=at(9, 30), reference="AB23CD45")
    AppointmentFactory.create(starts_at=at(9, 30), reference="AB23CD46")
    assert press(client, kiosk, "AB2", at="09:30").context["is_wrong"] is True
    assert not Appointment.objects.filter(status="arrived").exists()


@pytest.mark.parametrize("time", ["", "25:00", "x", "09:31"])
def test_other_times_are_nobodys(time: str, client: Client, kiosk: str) -> None:
    AppointmentFactory.create(starts_at=at(9, 30))
    page = tap_time(client, kiosk, time)
    assert (page.status_code, page.context["times"]) == (200, ["09:30"])


def test_what_changed_meanwhile_is_told_calmly(
    client: Client, kiosk: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    AppointmentFactory.create(starts_at=at(9, 30), reference="AB23CD45")
    found = list(waiting_room.expected(shopfront(), at(9)))
    actions.cancel_appointment(appointment=found[0], by=Actor.client())
    monkeypatch.setattr(waiting_room, "expected_at", lambda *_: found)
    page = tap_time(client, kiosk, "09:30")
    assert page.status_code == 200
    assert "counselling/room/kiosk_ask.html" in [template.name for template in page.templates]
