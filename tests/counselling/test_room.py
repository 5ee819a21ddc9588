"""The waiting room's pages: the tablet at the door, the call-up screen, one's place in the queue."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from counselling import actions, tokens, waiting_room
from counselling.actors import Actor
from counselling.models import Appointment, Device, Reason, Status
from counselling.states import STEPS
from counselling.tokens import Purpose
from shopfronts.models import ShopFront
from tests.factories.accounts import UserFactory
from tests.factories.counselling import (
    MONDAY,
    AppointmentFactory,
    CounsellorFactory,
    ReasonFactory,
    ShiftFactory,
    TimeOffFactory,
    at,
    shopfront,
)

pytestmark = pytest.mark.django_db
SUNDAY = MONDAY - dt.timedelta(days=1)
STRANGE = "x" * 32


@pytest.fixture
def clock() -> Iterator[Any]:
    """Monday, nine o'clock at the shop-front; it moves only when told."""
    with time_machine.travel(at(9), tick=False) as traveller:
        yield traveller


@pytest.fixture
def place(clock: Any) -> ShopFront:
    """Cahul."""
    return shopfront()


@pytest.fixture
def manager(clock: Any) -> User:
    """Who puts devices up."""
    return UserFactory.create()


@pytest.fixture
def kiosk(place: ShopFront, manager: User) -> str:
    """The token of a tablet."""
    return actions.add_device(shopfront=place, kind=Device.Kind.KIOSK, label="door", by=manager)[1]


@pytest.fixture
def screen(place: ShopFront, manager: User) -> str:
    """The token of a screen."""
    return actions.add_device(shopfront=place, kind=Device.Kind.SCREEN, label="wall", by=manager)[1]


@pytest.fixture
def reason(clock: Any) -> Reason:
    """Pensions."""
    return ReasonFactory.create(key="pensions")


def address(name: str, *arguments: Any, language: str = "ro") -> str:
    """A route of the room in a language."""
    return f"/{language}{reverse(f'room:{name}', args=arguments)[3:]}"


def take(
    client: Client, kiosk: str, key: uuid.UUID | None = None, language: str = "ro", **fields: Any
) -> Any:
    """Tap a reason."""
    data = {"ticket_id": key or uuid.uuid4(), "reason": "pensions"} | fields
    return client.post(address("kiosk_ticket", kiosk, language=language), data)


def number(client: Client, answer: Any) -> str:
    """The number on the page to which an answer leads."""
    assert answer.status_code == 303, answer.content.decode()
    page = client.get(answer["Location"]).content.decode()
    return page.split('class="number__ticket">')[1].split("<")[0]


def place_of(ticket: Appointment, number: int = 0) -> str:
    """The token of a ticket's place."""
    return tokens.make(Purpose.QUEUE, ticket.pk, number)


def call(place: ShopFront, desk: str = "2", **fields: Any) -> Appointment:
    """Let some counsellor call the next."""
    counsellor = CounsellorFactory.create(**fields)
    called = actions.call_next(
        shopfront=place, counsellor=counsellor, desk=desk, by=Actor.staff(counsellor.user)
    )
    assert called is not None
    return called


# ---------------------------------------------------------------- who is let in

KIOSK_PAGES = ["kiosk", "kiosk_start", "kiosk_ticket", "kiosk_time", "kiosk_reference"]


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


# ---------------------------------------------------------------- the tablet: welcome and hours


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


# ---------------------------------------------------------------- the tablet: without appointment


def test_a_tapped_reason_gives_a_ticket_without_a_name(client: Client, kiosk: str, reason: Reason) -> None:
    assert number(client, take(client, kiosk)) == "C-001"
    assert number(client, take(client, kiosk, language="ru")) == "C-002"
    first, second = Appointment.objects.order_by("ticket_number")
    assert (first.kind, first.source, first.status) == ("walk_in", "kiosk", "arrived")
    assert (first.name, first.contact, first.member, first.language) == ("", None, None, "ro")
    assert (second.language, second.reason) == ("ru", reason)


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


# ---------------------------------------------------------------- the tablet: with appointment


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
    AppointmentFactory.create(starts_at=at(11), mode="phone")
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


# ---------------------------------------------------------------- the call-up screen


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


# ---------------------------------------------------------------- one's place in the queue


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


# ---------------------------------------------------------------- how long it may take


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
