"""A counsellor's calendar by a secret address, and the devices' secret addresses; the waiting list's page."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from accounts.models import Role
from counselling import actions
from counselling.actors import Actor
from counselling.models import Appointment, Counsellor, Device, Offer, WaitingEntry
from tests.counselling.desk import address, browser_of, colleague, manager, queries
from tests.factories.accounts import RoleFactory
from tests.factories.counselling import (
    MONDAY,
    AppointmentFactory,
    CounsellorFactory,
    ReasonFactory,
    ShiftFactory,
    at,
    shopfront,
)
from tests.factories.shopfronts import ShopFrontFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """Eight in the morning."""
    with time_machine.travel(at(8), tick=False):
        yield


def read(token: str) -> dict[str, dict[str, object]]:
    """The events of a feed by the reference in their title."""
    answer = Client().get(f"/calendars/{token}.ics")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert "no-store" in answer.headers["Cache-Control"]
    calendar = Calendar.from_ical(answer.content)
    assert "METHOD" not in calendar  # RFC 5545: a feed publishes, it does not invite
    events = calendar.walk("VEVENT")
    assert len({event["UID"] for event in events}) == len(events)  # RFC 5545, 3.8.4.7
    return {str(event["SUMMARY"]).split()[-1]: event for event in events}


def test_the_address_is_shown_once_and_opens_the_calendar() -> None:
    browser, me = colleague()
    row = AppointmentFactory.create(counsellor=me, starts_at=at(10))
    answer = browser.post(address("feed"))
    assert answer.status_code == 303
    (token,) = re.findall(r"/calendars/([\w-]+)\.ics", browser.get(answer.url).text)
    assert "/calendars/" not in browser.get(answer.url).text
    assert list(read(token)) == [row.reference]


def test_an_event_is_neutral_and_in_utc() -> None:
    _browser, me = colleague()
    row = AppointmentFactory.create(counsellor=me, starts_at=at(10), name="Nina Secret")
    token = actions.renew_feed(counsellor=me)
    text = Client().get(f"/calendars/{token}.ics").content
    assert b"Nina" not in text
    assert b"Pensii" not in text
    event = read(token)[row.reference]
    assert event["UID"] == f"{row.booking_id}@testserver"
    assert event.decoded("DTSTART") == at(10)  # type: ignore[attr-defined]
    assert event.decoded("DTSTART").tzinfo.utcoffset(None) == dt.timedelta()  # type: ignore[attr-defined]
    assert (event["STATUS"], event["LOCATION"], event["CLASS"]) == ("CONFIRMED", "Cahul", "PRIVATE")


def test_the_feed_holds_what_is_booked_from_a_month_back_and_what_was_cancelled() -> None:
    _browser, me = colleague()
    kept = AppointmentFactory.create(counsellor=me, starts_at=at(10))
    done = AppointmentFactory.create(
        counsellor=me, starts_at=at(10, day=MONDAY - 29 * DAY), status="completed"
    )
    gone = AppointmentFactory.create(
        counsellor=me, starts_at=at(11), status="cancelled_by_client", sequence=1
    )
    for row in (
        {"starts_at": at(10, day=MONDAY - 31 * DAY), "status": "completed"},
        {"starts_at": at(12), "held": True},
        {"starts_at": at(12), "walk_in": True},
    ):
        AppointmentFactory.create(**{"counsellor": me} | row)
    AppointmentFactory.create(starts_at=at(10))  # a colleague's
    events = read(actions.renew_feed(counsellor=me))
    assert set(events) == {kept.reference, done.reference, gone.reference}
    states = {reference: (event["STATUS"], event["SEQUENCE"]) for reference, event in events.items()}
    assert states == {
        kept.reference: ("CONFIRMED", 0), done.reference: ("CONFIRMED", 0), gone.reference: ("CANCELLED", 1),
    }  # fmt: skip


def test_a_moved_appointment_is_one_event_and_with_a_colleague_a_cancelled_one() -> None:
    _browser, me = colleague()
    other = CounsellorFactory.create()
    ShiftFactory.create(counsellor=other)
    row = AppointmentFactory.create(counsellor=me, starts_at=at(10))
    mine, theirs = actions.renew_feed(counsellor=me), actions.renew_feed(counsellor=other)

    def move(old: Appointment, who: Counsellor, hour: int) -> Appointment:
        choice = actions.Choice(old.reason, old.shopfront, at(hour), "in_person", "ro")
        return actions.move_appointment(
            appointment=old, choice=choice, candidates=(who.pk,), by=Actor.client()
        )

    second = move(row, me, 11)
    event = read(mine)[row.reference]
    assert (event["STATUS"], event["SEQUENCE"], event.decoded("DTSTART")) == ("CONFIRMED", 1, at(11))  # type: ignore[attr-defined]
    move(second, other, 9)
    assert (read(mine)[row.reference]["STATUS"], read(mine)[row.reference]["SEQUENCE"]) == ("CANCELLED", 2)
    assert read(theirs)[row.reference]["STATUS"] == "CONFIRMED"


def test_an_unknown_old_or_revoked_address_is_not_there() -> None:
    browser, me = colleague()
    old = actions.renew_feed(counsellor=me)
    new = actions.renew_feed(counsellor=me)
    assert Client().get(f"/calendars/{old}.ics").status_code == 404
    unknown = Client().get("/calendars/x.ics")
    assert (unknown.status_code, "no-store" in unknown.headers["Cache-Control"]) == (404, True)
    assert Client().get("/calendars/.ics").status_code == 404
    read(new)
    assert browser.post(address("feed_revoke")).status_code == 303
    assert Client().get(f"/calendars/{new}.ics").status_code == 404
    assert Client().post(f"/calendars/{new}.ics").status_code == 405


def test_someone_who_left_has_no_feed() -> None:
    _browser, me = colleague()
    token = actions.renew_feed(counsellor=me)
    me.user.is_active = False
    me.user.save()
    assert Client().get(f"/calendars/{token}.ics").status_code == 404


def test_the_feed_asks_as_often_for_ten_as_for_one() -> None:
    _browser, me = colleague()
    token = actions.renew_feed(counsellor=me)

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            read(token)
        return len(captured)

    AppointmentFactory.create(counsellor=me, starts_at=at(9))
    few = statements()
    for number in range(9):
        AppointmentFactory.create(counsellor=me, starts_at=at(9, day=MONDAY + (number + 1) * DAY))
    assert statements() == few <= 3


def test_who_takes_nobody_has_no_calendar() -> None:
    browser = manager()
    assert browser.get(address("feed")).status_code == 200
    assert browser.post(address("feed")).status_code == 403
    assert browser.post(address("feed_revoke")).status_code == 403


@pytest.mark.parametrize("kind", ["kiosk", "screen"])
def test_a_device_gets_an_address_that_is_shown_once(kind: str) -> None:
    browser = manager()
    answer = browser.post(address("devices"), {"kind": kind, "label": "La intrare"})
    assert answer.url == address("devices", at="cahul")
    page = browser.get(answer.url).text
    (token,) = re.findall(rf'/room/{kind}/([\w-]+)/"', page)
    assert "<svg" in page
    assert token not in browser.get(answer.url).text
    device = actions.device_of(token, kind)
    assert device is not None
    assert (device.label, device.shopfront) == ("La intrare", shopfront())
    browser.post(address("device_revoke", device.pk))
    assert actions.device_of(token, kind) is None
    assert browser.post(address("device_revoke", device.pk)).status_code == 404
    assert "La intrare" not in browser.get(address("devices")).context["devices"]


@pytest.mark.parametrize(
    "wrong", [{"kind": "toaster"}, {"label": ""}, {"label": "\u200b"}, {"label": "x" * 61}]
)
def test_a_wrong_device_says_what_is_wrong(wrong: dict[str, str]) -> None:
    answer = manager().post(address("devices"), {"kind": "kiosk", "label": "x"} | wrong)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, list(wrong))
    assert not Device.objects.exists()


def test_a_device_of_a_foreign_shop_front_stays() -> None:
    other = ShopFrontFactory.create(slug="edinet")
    device, _token = actions.add_device(
        shopfront=other, kind="screen", label="x", by=RoleFactory.create(role=Role.MANAGER)
    )
    browser = manager()
    assert browser.post(address("device_revoke", device.pk)).status_code == 404
    assert list(browser.get(address("devices")).context["devices"]) == []


def waiter(**fields: object) -> WaitingEntry:
    """Someone who waits for any day of the month."""
    number = WaitingEntry.objects.count()
    wanted = {
        "reason": ReasonFactory.create(), "shopfront": shopfront(), "language": "ro", "mode": "in_person",
        "weekdays": (1, 2), "until_on": MONDAY + 30 * DAY,
    } | fields  # fmt: skip
    client = actions.Client(name=f"Lidia {number}", email=f"l{number}@example.com", wants_messages=True)
    entry = actions.join_waiting_list(wanted=actions.Wanted(**wanted), client=client)  # type: ignore[arg-type]
    entry.created_at += dt.timedelta(seconds=number)  # the clock stands still
    entry.save(update_fields=["created_at"])
    return entry


def test_the_waiting_list_shows_who_waits_here_and_what_is_offered() -> None:
    browser, me = colleague()
    first, anywhere = waiter(), waiter(shopfront=None)
    waiter(shopfront=ShopFrontFactory.create(slug="edinet"))
    row = AppointmentFactory.create(counsellor=me, reason=first.reason, starts_at=at(9, day=MONDAY + 7 * DAY))
    actions.cancel_appointment(appointment=row, by=Actor.client())
    waiters = browser.get(address("waiting_list")).context["waiters"]
    assert [each.entry for each in waiters] == [first, anywhere]
    assert [bool(each.offered) for each in waiters] == [True, False]
    assert waiters[0].until == "10:00"


def test_who_is_taken_off_the_list_gives_the_offer_on() -> None:
    browser, me = colleague()
    first = waiter()
    second = waiter(reason=first.reason)
    row = AppointmentFactory.create(counsellor=me, reason=first.reason, starts_at=at(9, day=MONDAY + 7 * DAY))
    actions.cancel_appointment(appointment=row, by=Actor.client())
    assert browser.post(address("waiting_remove", first.pk)).status_code == 303
    first.refresh_from_db()
    assert first.status == WaitingEntry.Status.LEFT
    assert Offer.objects.get(status=Offer.Status.OPEN).entry == second
    assert browser.post(address("waiting_remove", first.pk)).status_code == 404
    foreign = waiter(shopfront=ShopFrontFactory.create(slug="edinet"))
    assert browser.post(address("waiting_remove", foreign.pk)).status_code == 404


def test_the_waiting_list_asks_as_often_for_ten_as_for_one() -> None:
    browser, _me = colleague()
    waiter()
    few = queries(browser, address("waiting_list"))
    for _number in range(9):
        waiter()
    assert queries(browser, address("waiting_list")) == few <= 14


def test_the_page_of_a_stranger_shows_no_feed() -> None:
    shopfront()
    browser = browser_of(RoleFactory.create(role=Role.COUNSELLOR))
    assert "panel--gold" in browser.get(address("feed")).text
