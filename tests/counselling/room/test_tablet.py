"""The tablet at the door: who is let in, when it works, a ticket in a few taps."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from counselling import actions, limits
from counselling.actors import Actor
from counselling.models import Appointment, Device, Reason
from shopfronts.models import ShopFront
from tests.counselling.room.steps import KIOSK_PAGES, STRANGE, SUNDAY, address, number, place_of, take
from tests.factories.counselling import (
    MONDAY,
    AppointmentFactory,
    ReasonFactory,
    ShiftFactory,
    TimeOffFactory,
    at,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", [*KIOSK_PAGES, "screen", "screen_state"])
def test_devices_pages_open_by_their_own_token_alone(
    name: str, client: Client, kiosk: str, screen: str
) -> None:
    own, other = (kiosk, screen) if name in KIOSK_PAGES else (screen, kiosk)
    assert client.get(address(name, own)).status_code == 200
    assert client.get(address(name, other)).status_code == 404
    assert client.get(address(name, STRANGE)).status_code == 404
    Device.objects.all().update(revoked_at=at(9))
    assert client.get(address(name, own)).status_code == 404


@pytest.mark.parametrize("name", KIOSK_PAGES)
def test_tablets_pages_are_kept_by_nobody_and_read_no_account(name: str, client: Client, kiosk: str) -> None:
    answer = client.get(address(name, kiosk))
    assert "no-store" in answer["Cache-Control"]
    assert "session" not in answer.cookies
    assert b"noindex" in answer.content


@pytest.mark.parametrize("name", ["kiosk", "kiosk_start", "screen", "screen_state", "place"])
def test_pages_that_only_show_refuse_post(
    name: str, client: Client, kiosk: str, screen: str, place: ShopFront
) -> None:
    ticket = AppointmentFactory.create(walk_in=True)
    token = {"k": kiosk, "s": screen, "p": place_of(ticket)}[name[0]]
    assert client.post(address(name, token)).status_code == 405


def test_a_post_without_the_csrf_token_does_nothing(kiosk: str, reason: Reason) -> None:
    assert take(Client(enforce_csrf_checks=True), kiosk).status_code == 403
    assert not Appointment.objects.exists()


def test_welcome_greets_in_three_languages_and_does_not_tell_who_was_here(client: Client, kiosk: str) -> None:
    page = client.get(address("kiosk", kiosk)).content.decode()
    for code, name in (("ro", "Română"), ("ru", "Русский"), ("en", "English")):
        assert f'href="/{code}/room/kiosk/{kiosk}/start/"' in page
        assert name in page
    for language in ("ro", "ru", "en"):
        start = client.get(address("kiosk_start", kiosk, language=language))
        assert start.context["home"] == f"/ro/room/kiosk/{kiosk}/"


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (at(7, 44), False),
        (at(7, 45), True),  # people with the first appointments are at the door
        (at(11, 59), True),
        (at(12), False),
        (at(12, 45), True),
        (at(16, 59), True),
        (at(17), False),
        (at(10, 0, SUNDAY), False),
    ],
)
@pytest.mark.usefixtures("reason")
def test_outside_the_hours_the_tablet_says_when_it_opens_and_gives_nothing(
    moment: dt.datetime, is_open: bool, client: Client, kiosk: str, clock: Any
) -> None:
    clock.move_to(moment)
    page = client.get(address("kiosk", kiosk))
    assert page.context["is_closed"] is not is_open
    assert (b"kiosk_start" in page.content or b"/start/" in page.content) is is_open
    if not is_open:
        assert page.context["languages"][0]["hours"].text in page.content.decode()
    answer = take(client, kiosk)
    assert Appointment.objects.exists() is is_open
    if not is_open:
        assert (answer.status_code, answer["Location"]) == (303, f"/ro/room/kiosk/{kiosk}/")


def test_a_tapped_reason_gives_a_ticket_without_a_name(client: Client, kiosk: str, reason: Reason) -> None:
    assert number(client, take(client, kiosk)) == "C-001"
    assert number(client, take(client, kiosk, language="ru")) == "C-002"
    first, second = Appointment.objects.order_by("ticket_number")
    assert (first.kind, first.source, first.status) == ("walk_in", "kiosk", "arrived")
    assert (first.name, first.contact, first.member, first.language) == ("", None, None, "ro")
    assert (second.language, second.reason) == ("ru", reason)


@pytest.mark.usefixtures("reason")
@pytest.mark.parametrize(
    ("language", "says"), [("ro", "peste un minut"), ("ru", "через минуту"), ("en", "in a minute")]
)
def test_a_script_with_the_tablets_address_does_not_fill_the_queue(
    language: str, says: str, client: Client, kiosk: str, manager: User
) -> None:
    place, key = Device.objects.get().shopfront, uuid.uuid4()
    answers = [take(client, kiosk, key if number == 0 else None) for number in range(60)]
    assert [answer.status_code for answer in answers] == [303] * limits.TICKETS + [200] * (
        60 - limits.TICKETS
    )
    assert says in take(client, kiosk, language=language).content.decode()
    assert number(client, take(client, kiosk, key)) == "C-001"  # a second tap means the first, also now
    given = actions.take_ticket(
        shopfront=place, reason=Reason.objects.get(), language="ro", by=Actor.staff(manager)
    )
    assert given.ticket_number == limits.TICKETS + 1  # a colleague gives one all the same
    _device, other = actions.add_device(shopfront=place, kind=Device.Kind.KIOSK, label="hall", by=manager)
    assert take(client, other).status_code == 303


def test_looking_gives_no_ticket(client: Client, kiosk: str, reason: Reason) -> None:
    client.get(address("kiosk_ticket", kiosk), {"reason": "pensions", "ticket_id": uuid.uuid4()})
    assert not Appointment.objects.exists()


def test_two_taps_are_one_ticket(client: Client, kiosk: str, reason: Reason) -> None:
    key = uuid.uuid4()
    assert number(client, take(client, kiosk, key)) == number(client, take(client, kiosk, key)) == "C-001"
    assert Appointment.objects.count() == 1


def test_a_form_that_someone_left_behind_shows_their_number_to_nobody(
    client: Client, kiosk: str, reason: Reason, clock: Any
) -> None:
    key = uuid.uuid4()
    take(client, kiosk, key)
    clock.shift(91)
    assert take(client, kiosk, key)["Location"] == f"/ro/room/kiosk/{kiosk}/"


@pytest.mark.parametrize("fields", [{"reason": "none-such"}, {"ticket_id": "x"}, {"reason": ""}])
def test_what_no_button_sends_gives_no_ticket(
    fields: dict[str, str], client: Client, kiosk: str, reason: Reason
) -> None:
    assert take(client, kiosk, **fields).status_code == 200
    assert not Appointment.objects.exists()


def test_reasons_are_those_that_somebody_takes_here_today(client: Client, kiosk: str, reason: Reason) -> None:
    ReasonFactory.create(key="hidden", is_bookable=False)
    ReasonFactory.create(key="by-phone", modes=["phone"])
    visa = ReasonFactory.create(key="visa")

    def offered() -> set[str]:
        return {one.key for one in client.get(address("kiosk_ticket", kiosk)).context["reasons"]}

    assert offered() == {"pensions", "visa"}  # nobody has written a roster yet
    shift = ShiftFactory.create()
    assert offered() == {"pensions", "visa"}
    shift.counsellor.reasons.add(visa)
    assert offered() == {"visa"}
    shift.counsellor.reasons.clear()
    TimeOffFactory.create(counsellor=shift.counsellor)
    ShiftFactory.create().counsellor.reasons.add(reason)
    assert offered() == {"pensions"}


def test_a_language_that_nobody_speaks_is_asked_about(client: Client, kiosk: str, reason: Reason) -> None:
    ShiftFactory.create(counsellor__languages=["ru", "ro", "gag"])
    key = uuid.uuid4()
    asked = take(client, kiosk, key, language="en")
    assert asked.status_code == 200
    assert [code for code, _own, _name in asked.context["choices"]] == ["ro", "ru", "gag"]
    assert not Appointment.objects.exists()
    answer = client.post(
        address("kiosk_ticket", kiosk, language="en"),
        {"ticket_id": key, "reason": "pensions", "language": "gag"},
    )
    assert number(client, answer) == "C-001"
    assert Appointment.objects.get().language == "gag"


def test_a_language_is_spoken_for_a_reason_only_by_who_takes_it(
    client: Client, kiosk: str, reason: Reason
) -> None:
    visa = ReasonFactory.create(key="visa")
    ShiftFactory.create(counsellor__languages=["ro"]).counsellor.reasons.add(reason)
    ShiftFactory.create(counsellor__languages=["ru"]).counsellor.reasons.add(visa)
    assert take(client, kiosk, language="ru").status_code == 200
    assert take(client, kiosk, language="ru", reason="visa").status_code == 303


def test_the_number_says_how_many_are_before_and_leads_to_the_place(
    client: Client, kiosk: str, reason: Reason
) -> None:
    take(client, kiosk)
    page = client.get(take(client, kiosk)["Location"])
    assert page.context["standing"].before == 1
    assert "<svg" in page.content.decode()
    assert b"style=" not in page.content


def test_a_number_is_shown_for_a_short_time_and_only_by_its_own_link(
    client: Client, kiosk: str, reason: Reason, clock: Any
) -> None:
    where = take(client, kiosk)["Location"]
    ticket = Appointment.objects.get()
    home = f"/ro/room/kiosk/{kiosk}/"
    forged = address("kiosk_number", kiosk, place_of(ticket))  # a place's link carries no time
    altered = where.replace(f"{int(at(9).timestamp())}", f"{int(at(10).timestamp())}")
    assert altered != where
    clock.shift(89)
    assert client.get(where).status_code == 200
    for wrong in (forged, altered, address("kiosk_number", kiosk, "x.y")):
        assert client.get(wrong)["Location"] == home
    clock.shift(1)
    assert client.get(where)["Location"] == home


def test_a_number_taken_at_the_last_moment_is_still_shown(
    client: Client, kiosk: str, reason: Reason, clock: Any
) -> None:
    clock.move_to(at(16, 59, MONDAY) + dt.timedelta(seconds=59))
    where = take(client, kiosk)["Location"]
    clock.shift(5)
    assert client.get(where).status_code == 200
