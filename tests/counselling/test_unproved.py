"""The sheet of what nothing proves: by network and address; chosen ones are freed at once, and who left a contact is told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine

from counselling import tasks
from counselling.actions import cancel_appointment, freeing
from counselling.models import Appointment, Status
from notifications.models import Notification
from tests.counselling.desk import address, colleague, manager
from tests.factories.accounts import UserFactory
from tests.factories.counselling import AppointmentFactory, at, shopfront
from tests.factories.notifications import ContactFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]
SHEET, FREE = "unproved", "unproved_free"


def unproved(hour: int, origin: str, network: str = "street", **more: Any) -> Appointment:
    """A booking that came from somewhere."""
    made: Appointment = AppointmentFactory.create(
        starts_at=at(hour), origin_key=origin, network_key=network, **more
    )
    return made


def ten_from_one_place() -> list[Appointment]:
    """Four from one address and two from its neighbour, one of them a hold; one person from elsewhere."""
    rows = [
        unproved(9, "a"),
        unproved(10, "a"),
        unproved(11, "a", contact=ContactFactory.create()),
        unproved(9, "b"),
    ]
    rows.append(unproved(12, "b", held=True))
    Appointment.objects.filter(status="held").update(held_until=at(23))
    rows.append(unproved(9, "far", "far"))
    unproved(9, "a", proof="address")  # and what is proved
    unproved(9, "a", member=UserFactory.create())
    unproved(9, "a", shopfront=shopfront(slug="edinet"))  # and what others must see to
    unproved(9, "a", status="cancelled_by_client")
    return rows


def test_it_lists_by_network_and_address_whoever_has_most_first() -> None:
    rows = ten_from_one_place()
    for browser in (colleague()[0], manager()):
        page = browser.get(address(SHEET))
        found = [
            (network.key, [(origin.key, len(origin.rows)) for origin in network.origins])
            for network in page.context["networks"]
        ]
        assert found == [("street", [("a", 3), ("b", 2)]), ("far", [("far", 1)])]
        assert page.context["count"] == len(rows)


def test_a_period_bounds_it() -> None:
    ten_from_one_place()
    browser = manager()
    assert browser.get(address(SHEET, first="2027-03-02")).context["count"] == 0
    assert browser.get(address(SHEET, first="2027-03-01", last="2027-03-01")).context["count"] == 6
    for odd in ("2027-13-01", "x", "0001-01-01", ""):
        assert browser.get(address(SHEET, first=odd)).status_code == 200
    assert browser.get(address(SHEET, first="2027-03-02", last="2027-03-01")).status_code == 200


def test_a_network_is_freed_at_once_after_a_question_and_who_left_a_contact_is_told() -> None:
    rows = ten_from_one_place()
    browser = manager()
    asked = browser.post(address(FREE), {"network": "street"})
    assert asked.status_code == 200
    assert (len(asked.context["rows"]), asked.context["holds"], len(asked.context["told"])) == (5, 1, 1)
    assert Appointment.objects.filter(status="cancelled_by_office").count() == 0
    keys = [str(row.pk) for _when, row in asked.context["rows"]]
    answer = browser.post(address(FREE), {"key": keys, "sure": "1"}, follow=True)
    text = answer.content.decode()
    assert [len(network.origins) for network in answer.context["networks"]] == [1]
    assert {row.pk for _when, row in answer.context["freed"]} == {row.pk for row in rows[:4]}
    assert "4 " in text
    assert not Appointment.objects.filter(status="held").exists()
    told = Notification.objects.get(kind="counselling.freed")
    assert told.contact == rows[2].contact
    assert not Notification.objects.filter(kind="counselling.cancelled").exists()


def test_an_address_or_single_rows_can_be_chosen() -> None:
    rows = ten_from_one_place()
    browser, _counsellor = colleague()
    asked = browser.post(address(FREE), {"origin": "b", "key": [str(rows[5].pk), "no key"]})
    assert {row.pk for _when, row in asked.context["rows"]} == {rows[3].pk, rows[4].pk, rows[5].pk}
    assert browser.post(address(FREE), {}).url.startswith(address(SHEET))


def test_what_was_proved_meanwhile_and_what_others_have_stays() -> None:
    rows = ten_from_one_place()
    foreign = Appointment.objects.get(shopfront__slug="edinet")
    Appointment.objects.filter(pk=rows[0].pk).update(proof="address")
    manager().post(address(FREE), {"key": [str(rows[0].pk), str(foreign.pk)], "sure": "1", "origin": ""})
    assert set(Appointment.objects.filter(status=Status.CANCELLED_BY_OFFICE)) == set()


def test_where_it_came_from_is_forgotten_a_week_after_the_talk() -> None:
    row = unproved(9, "a")
    for days, kept in ((6, "a"), (8, "")):
        with time_machine.travel(at(9) + dt.timedelta(days=days, minutes=30), tick=False):
            tasks.forget_people()
        row.refresh_from_db()
        assert (row.origin_key, row.network_key) == (kept, "street" if kept else "")
    assert row.name == "Nina"


def test_what_is_proved_while_others_are_freed_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = unproved(9, "a"), unproved(10, "a")

    def cancel(*, appointment: Appointment, **facts: Any) -> Appointment:
        Appointment.objects.exclude(pk=appointment.pk).update(proof="address")
        return cancel_appointment(appointment=appointment, **facts)

    monkeypatch.setattr(freeing, "cancel_appointment", cancel)
    form = {"key": [str(first.pk), str(second.pk)], "sure": "1"}
    answer = manager().post(address(FREE), form, follow=True)
    statuses = Appointment.objects.values_list("status", flat=True)
    assert sorted(statuses) == [Status.BOOKED, Status.CANCELLED_BY_OFFICE]
    assert "1 programare a rămas" in answer.content.decode()
