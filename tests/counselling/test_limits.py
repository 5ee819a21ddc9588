"""The calendar cannot be emptied: what stands is counted by browser, address, network and day; nobody is refused."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest
import time_machine

from accounts.actions import grant_role
from accounts.models import Role
from common import work
from common.counting import IN_A_NETWORK
from counselling import availability
from counselling.actions import (
    Visitor,
    book_hold,
    candidates_of,
    hold_slot,
    join_waiting_list,
    leave_waiting_list,
    move_appointment,
)
from counselling.actions.admitting import MOST_AHEAD, MOST_HELD, MOST_WRITTEN_TO
from counselling.actors import Actor
from counselling.crowding import Share, share_of
from counselling.errors import ProofNeededError, SlotTakenError
from counselling.identity import network_key, origin_key
from counselling.models import Appointment, Reason
from notifications.models import Notification
from tests.counselling.people import DAY, NOW, book, choice, client, counsellor, hold, wanted, wish
from tests.factories.accounts import AdministratorFactory, RoleFactory, UserFactory
from tests.factories.counselling import MONDAY, ReasonFactory, ShiftFactory, at, shopfront

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _four_weeks_before() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def wide() -> Reason:
    """A reason of which a day has more times than one address may hold: nine counsellors, six times each."""
    for _number in range(9):
        counsellor()
    return ReasonFactory.create()


def press(reason: Reason, number: int, **more: Any) -> Appointment:
    """A browser of its own presses a time at nine, with nothing known but where it is."""
    visitor = Visitor(f"browser {number}", **({"origin": "hostel", "network": "street"} | more))
    return hold_slot(choice=choice(reason, at(9)), wish=wish(reason), visitor=visitor)


def test_an_address_holds_so_many_at_a_time_and_then_proves_a_contact(wide: Reason) -> None:
    for number in range(MOST_HELD):
        press(wide, number)
    with pytest.raises(ProofNeededError) as error:
        press(wide, 99)
    assert error.value.day is None
    assert press(wide, 99, has_proved_address=True).proof == "address"
    assert press(wide, 98, member=UserFactory.create()).proof == "account"
    assert press(wide, 97, origin="elsewhere").proof == "none"
    assert press(wide, 0).origin_key == "hostel"  # the same browser chooses anew as often as it likes


def test_what_is_let_go_or_over_is_not_counted(wide: Reason) -> None:
    for number in range(MOST_HELD):
        press(wide, number)
    Appointment.objects.filter(visitor_key="browser 0").update(held_until=NOW)
    assert press(wide, 99).status == "held"


def test_what_is_booked_counts_while_it_is_ahead(wide: Reason) -> None:
    for number in range(MOST_AHEAD):
        held = press(wide, number)
        book_hold(hold=held.pk, visitor_key=held.visitor_key, client=client(f"N{number}"), by=Actor.client())
    with pytest.raises(ProofNeededError):
        press(wide, 99)
    Appointment.objects.filter(name="N0").update(status="cancelled_by_client")
    assert press(wide, 99).status == "held"


def test_a_network_holds_ten_times_as_much(wide: Reason) -> None:
    for number in range(2):
        press(wide, number, origin=f"address {number}")
    row = Appointment.objects.filter(status="held").first()
    assert row is not None
    assert (MOST_HELD * IN_A_NETWORK, MOST_AHEAD * IN_A_NETWORK) == (40, 80)
    Appointment.objects.exclude(pk=row.pk).delete()
    for number in range(MOST_HELD * IN_A_NETWORK - 1):
        row.pk, row.booking_id, row.session_key = None, None, None
        fields = {"visitor_key": f"v{number}", "origin_key": f"a{number}", "counsellor": counsellor()}
        made = Appointment(**{
            field.name: getattr(row, field.name) for field in Appointment._meta.concrete_fields
            if field.name not in ("id", "booking_id", "session_key", "seat", *fields)
        }, **fields)  # fmt: skip
        made.save()
    with pytest.raises(ProofNeededError):
        press(wide, 99, origin="a new one")


def test_who_books_and_gives_up_in_turn_writes_to_no_end_of_mailboxes(wide: Reason) -> None:
    """Each booking writes to whatever address was typed, whether it stands a minute or a month."""
    for number in range(MOST_WRITTEN_TO):
        held = press(wide, number)
        who = client(f"N{number}", email=f"n{number}@example.com")
        book_hold(hold=held.pk, visitor_key=held.visitor_key, client=who, by=Actor.client())
        Appointment.objects.update(status="cancelled_by_client")
    with pytest.raises(ProofNeededError):
        press(wide, 99)
    assert press(wide, 98, origin="elsewhere").status == "held"
    with time_machine.travel(NOW + DAY, tick=False):
        assert press(wide, 99).status == "held"


def test_who_joins_and_leaves_in_turn_does_neither(wide: Reason) -> None:
    for number in range(MOST_WRITTEN_TO + 1):
        who = client(f"N{number}", zone="Europe/Chisinau")
        with nullcontext() if number < MOST_WRITTEN_TO else pytest.raises(ProofNeededError):
            entry = join_waiting_list(wanted=wanted(wide), client=who, origin="hostel", network="street")
            leave_waiting_list(entry=entry)


def test_addresses_are_gathered_as_networks_are_given_out() -> None:
    assert origin_key("192.0.2.7") != origin_key("192.0.2.8")
    assert network_key("192.0.2.7") == network_key("192.0.2.8") != network_key("192.0.3.7")
    assert (
        origin_key("2001:db8:1:2::1") == origin_key("2001:db8:1:2:ffff::9") != origin_key("2001:db8:1:3::1")
    )
    assert network_key("2001:db8:1:2::1") == network_key("2001:db8:1:3::1") != network_key("2001:db8:2:2::1")
    assert "" == origin_key("") == network_key("")


@pytest.mark.parametrize(("taken", "places", "is_full"), [
    (0, 1, False), (1, 1, True), (0, 6, False), (2, 6, False), (3, 6, True), (2, 5, True), (1, 5, False), (0, 0, False),
])  # fmt: skip
def test_half_of_a_day_is_for_who_can_be_reached(taken: int, places: int, *, is_full: bool) -> None:
    assert Share(taken, places).is_full is is_full


def test_of_six_times_strangers_take_three(reason: Reason) -> None:
    reason = ReasonFactory.create()
    counsellor()
    for hour in (9, 10, 11):
        book(reason, at(hour), f"N{hour}")
    assert share_of(wish(reason), shopfront(), MONDAY) == Share(3, 6)
    with pytest.raises(ProofNeededError) as error:
        hold(reason, at(9, 30), "another")
    assert error.value.day == MONDAY
    visitor = Visitor("proved", has_proved_address=True)
    held = hold_slot(choice=choice(reason, at(9, 30)), wish=wish(reason), visitor=visitor)
    with pytest.raises(ProofNeededError):  # proved, but books under a name that nothing proves
        book_hold(hold=held.pk, visitor_key="proved", client=client("Typed"), by=Actor.client())
    person = client("Proved", has_proved_address=True)
    assert book_hold(hold=held.pk, visitor_key="proved", client=person, by=Actor.client()).proof == "address"
    assert share_of(wish(reason), shopfront(), MONDAY) == Share(3, 5)


def test_a_move_into_such_a_day_needs_the_same(reason: Reason) -> None:
    reason = ReasonFactory.create(most_open=9)
    worker = counsellor()
    ShiftFactory.create(counsellor=worker, weekday=2)
    for hour in (9, 10, 11):
        book(reason, at(hour), f"N{hour}")
    tuesday = book(reason, at(9, day=MONDAY + DAY), "Ion")
    there = choice(reason, at(9, 30))
    facts = {"appointment": tuesday, "choice": there, "candidates": candidates_of(there, wish(reason))}
    with pytest.raises(ProofNeededError):
        move_appointment(**facts, by=Actor.client())
    tuesday.refresh_from_db()
    assert tuesday.status == "booked"
    assert move_appointment(**facts, by=Actor.staff(UserFactory.create())).status == "booked"


def test_groups_count_their_seats(reason: Reason) -> None:
    group = ReasonFactory.create(places=2, duration=180)
    counsellor()
    book(group, at(9), "Nina")
    assert share_of(wish(group), shopfront(), MONDAY) == Share(1, 2)
    with pytest.raises(ProofNeededError):
        hold(group, at(9), "another")


def test_an_account_holds_one_time_in_all_its_browsers(wide: Reason) -> None:
    member = UserFactory.create()
    for number in range(3):
        press(wide, number, member=member)
    assert Appointment.objects.get().visitor_key == "browser 2"


def test_the_shop_front_is_told_once_a_day(reason: Reason) -> None:
    reason = ReasonFactory.create()
    counsellor()
    manager = RoleFactory.create(role=Role.MANAGER)
    grant_role(
        user=UserFactory.create(), role=Role.MANAGER, scopes={"shopfront": ["edinet"]}, by=None, reason="x"
    )
    for hour in (9, 10, 11):
        book(reason, at(hour), f"N{hour}")
    for number in range(3):
        with pytest.raises(ProofNeededError):
            hold(reason, at(9, 30), f"another {number}")
    told = Notification.objects.get(kind="counselling.full_day")
    assert told.user == manager
    assert told.url == "/desk/unproved/?at=cahul"


def test_without_a_manager_the_administrator_is_told(reason: Reason) -> None:
    reason = ReasonFactory.create()
    counsellor()
    administrator = AdministratorFactory.create()
    for hour in (9, 10, 11):
        book(reason, at(hour), f"N{hour}")
    with pytest.raises(ProofNeededError):
        hold(reason, at(9, 30), "another")
    assert Notification.objects.get(kind="counselling.full_day").user == administrator


def test_a_time_that_is_gone_is_gone_for_the_proved_too(reason: Reason) -> None:
    reason = ReasonFactory.create()
    counsellor()
    book(reason, at(9), "Nina")
    with pytest.raises(SlotTakenError):
        hold(reason, at(9), "another")


def payload(**parts: Any) -> str:
    """What a machine could post as its work."""
    usual = {"algorithm": "SHA-256", "challenge": "x", "number": 1, "salt": "x", "signature": "x"}
    return base64.b64encode(json.dumps(usual | parts).encode()).decode()


@pytest.mark.parametrize("odd", [
    payload(), payload(salt=1), payload(salt=[]), payload(salt={"a": 1}), payload(salt=None), payload(salt="\ud800"),
    payload(number=[1]), payload(number="1" * 500), payload(number=-1), payload(number=1.5), payload(number=None),
    payload(algorithm=["SHA-256"]), payload(algorithm="MD5"), payload(signature=1), payload(challenge={}),
    payload(salt="a?expires=x&", challenge="0" * 64, signature="0" * 64), payload(salt="?" * 150),
    base64.b64encode(b"[1]").decode(), base64.b64encode(b"null").decode(), base64.b64encode(b"[" * 900).decode(),
    base64.b64encode(b"\xff\xfe").decode(), "", "%", "é", "A" * 9000, "\x00",
])  # fmt: skip
def test_odd_work_is_no_work_and_no_fault(odd: str) -> None:
    assert work.is_worked(odd) is False


def test_reads_are_bound_by_the_days_that_are_asked_for(reason: Reason) -> None:
    worker = counsellor()
    for year in range(2000, 2020):
        ShiftFactory.create(counsellor=worker, valid_from=at(9).date().replace(year=year),
                            valid_until=at(9).date().replace(year=year) + DAY)  # fmt: skip
    rule = availability.rule_of(wish(reason))
    places = availability.places_of((shopfront(),), rule)
    assert len(availability.shifts_of(wish(reason), places, rule)) == 1


def test_a_group_that_proved_people_fill_keeps_half_of_what_they_left(reason: Reason) -> None:
    group = ReasonFactory.create(places=4, duration=180)
    counsellor()
    for name in ("Ana", "Ion"):
        book(group, at(9), client(name, has_proved_address=True))
    assert share_of(wish(group), shopfront(), MONDAY) == Share(0, 2)
    book(group, at(9), "Nina")
    with pytest.raises(ProofNeededError):
        hold(group, at(9), "another")


def test_one_proved_address_does_not_book_for_any_number_that_is_not(wide: Reason) -> None:
    for number in range(MOST_AHEAD):
        held = press(wide, number)
        book_hold(hold=held.pk, visitor_key=held.visitor_key, client=client(f"N{number}"), by=Actor.client())
    held = press(wide, MOST_AHEAD, has_proved_address=True)
    facts = {"hold": held.pk, "visitor_key": held.visitor_key, "by": Actor.client()}
    with pytest.raises(ProofNeededError):
        book_hold(**facts, client=client("Typed"))
    assert book_hold(**facts, client=client("Proved", has_proved_address=True)).status == "booked"


def test_the_shop_front_is_told_whoever_reaches_the_half(reason: Reason) -> None:
    reason = ReasonFactory.create()
    counsellor()
    manager = RoleFactory.create(role=Role.MANAGER)
    for hour in (9, 10, 11):
        book(reason, at(hour), f"N{hour}")
    held = hold(reason, at(9, 30), "proved", is_proved=True)
    with pytest.raises(ProofNeededError):
        book_hold(hold=held.pk, visitor_key="proved", client=client("Typed"), by=Actor.client())
    assert Notification.objects.get(kind="counselling.full_day").user == manager
