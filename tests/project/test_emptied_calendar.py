"""Nobody empties a shop-front's calendar: 50 addresses try, others book meanwhile, and the desk frees it in one press."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Role
from counselling import availability
from counselling.availability import Wish
from counselling.models import Appointment, Reason
from counselling.slots import DAY
from notifications.models import Notification
from notifications.secrets import unseal
from tests.counselling.desk import address, browser_of
from tests.factories.accounts import RoleFactory
from tests.factories.counselling import shopfront
from tests.project.booking_rig import CONTACT, Answer, Visitor, office, serving, times_path, together

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESSES, AT_ONCE = 50, 4
WEEK = 7
SECONDS = 150.0  # at the longest; it ends as soon as nothing more is to be had
REFUSED = 20  # presses that are asked for a code, until they give up
CODE = "/ro/appointments/book/code/"


@dataclass
class From(Visitor):
    """A browser behind an address of its own choice."""

    behind: str = "0.0.1"  # the end of an IPv4 address

    @property
    def address(self) -> str:
        """The same for each request; another one in each run, whose presses of the hour are not yet counted."""
        return f"{20 + int(self.site.rpartition(':')[2]) % 200}.{self.behind}"


def places(reason: Reason, among: Any = None) -> int:
    """How many places of the next seven days are free in Cahul, all rows counted or only some."""
    wish = Wish(reason, shopfronts=(shopfront(),), language="ro", is_staff=True)
    until = timezone.now() + WEEK * DAY
    return sum(len(slot.counsellors) for slot in availability.find(wish, until=until, among=among))


def press(visitor: Visitor, reason: Reason, number: int) -> Answer | None:
    """Look at the times and press one of them; None when there is none."""
    slots = visitor.get(times_path(reason)).slots
    if not slots:
        return None
    return visitor.post(times_path(reason).partition("?")[0], slot=slots[number % len(slots)])


def say_who(visitor: Visitor, name: str, contact: str = "") -> Answer:
    """Open the page that asks who comes, and send it."""
    visitor.get(CONTACT)
    return visitor.post(CONTACT, name=name, contact=contact)


def empty_it(site: str, reason: Reason) -> Counter[str]:
    """Take whatever can be had, from 50 addresses, a new browser each time, without any contact."""
    until, numbers, said = time.monotonic() + SECONDS, itertools.count(), Counter[str]()
    refused_in_turn = threading.Semaphore(REFUSED)

    def run() -> None:
        while time.monotonic() < until:
            number = next(numbers)
            visitor = From(site, number, behind=f"51.{number % ADDRESSES}.7")
            answer = press(visitor, reason, number * 7)
            if answer is None or answer.location == CODE:
                said["asked for a code"] += 1
                if not refused_in_turn.acquire(blocking=False):
                    return
            elif answer.location == CONTACT:
                said["booked" if say_who(visitor, "Nimeni").status == 303 else "held"] += 1

    assert not [one for one in together(*[run] * AT_ONCE) if isinstance(one, Exception)]
    return said


def in_the_ordinary_way(site: str, reason: Reason) -> Answer:
    """Somebody on another network, without account, books; a code comes to their mail when one is asked for."""
    visitor = From(site, 900, behind="0.2.44")
    answer = press(visitor, reason, 3)
    assert answer is not None
    if answer.location == CODE:
        visitor.get(CODE)
        assert visitor.post(CODE, contact="nina@example.com").status == 303
        told = Notification.objects.filter(kind="counselling.proof_code").latest("created_at")
        visitor.get(CODE)
        assert visitor.post(CODE, code=unseal(told.context)["code"]).location == CONTACT
    return say_who(visitor, "Nina", "nina@example.com")


def as_a_family(site: str, reason: Reason) -> list[Any]:
    """Four at one table, each with a browser, hold at the same time and then book."""
    family = [From(site, 910 + number, behind="0.3.99") for number in range(4)]
    answers = [press(one, reason, 5 * one.number) for one in family]
    assert all(answer is not None and answer.location == CONTACT for answer in answers)
    return together(*(lambda one=one: say_who(one, f"Rusu {one.number}") for one in family))


def test_fifty_addresses_leave_half_of_the_week_and_the_desk_frees_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reason, _people = office(2)
    Reason.objects.update(horizon_days=9)
    reason.refresh_from_db()
    whole = places(reason)
    with serving(tmp_path, "all", BEHIND_PROXY="true") as site:
        family = as_a_family(site, reason)
        began = time.monotonic()
        said = empty_it(site, reason)
        took = time.monotonic() - began
        nina = in_the_ordinary_way(site, reason)
    assert [answer.status for answer in family] == [303] * 4
    assert nina.status == 303
    assert Appointment.objects.get(name="Nina").proof == "address"
    left = places(reason)
    with capsys.disabled():
        print(f"\n{whole} places of seven days, {left} left after {took:.0f} s; {dict(said)}")  # noqa: T201
    assert left >= whole / 2 - 1  # Nina's own
    assert said["booked"] >= whole / 4  # they did try
    assert said["asked for a code"] > REFUSED
    assert places(reason, Appointment.objects.proved()) == whole - 1

    manager = RoleFactory.create(role=Role.MANAGER)
    browser = browser_of(manager)
    networks = browser.get(address("unproved")).context["networks"]
    theirs = [network.key for network in networks if network.origins[0].rows[0][1].name == "Nimeni"]
    asked = browser.post(address("unproved_free"), {"network": theirs})
    keys = [str(row.pk) for _when, row in asked.context["rows"]]
    browser.post(address("unproved_free"), {"key": keys, "sure": "1"})
    assert not Appointment.objects.filter(name="Nimeni", status="booked").exists()
    assert Appointment.objects.filter(name__startswith="Rusu", status="booked").count() == 4
    assert places(reason) == whole - 5
    connection.close()


def test_control_without_the_limits_they_take_it_all(tmp_path: Path) -> None:
    reason, _people = office(1)
    Reason.objects.update(horizon_days=3)
    reason.refresh_from_db()
    with serving(tmp_path, "no limits", BEHIND_PROXY="true") as site:
        empty_it(site, reason)
    assert places(reason) == 0
