"""Nobody empties a shop-front's calendar: strangers try, others book meanwhile, and the desk frees it in one press.

EMPTYING_SECONDS=180 lets them try for three minutes instead of until nothing more is to be had.
"""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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
SECONDS = float(os.environ.get("EMPTYING_SECONDS", "0"))  # at the least
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


Strangers = Callable[[str, int], Visitor]  # who presses next, by the site and a number


def one_visitor() -> Strangers:
    """The same browser again and again."""
    known: dict[str, Visitor] = {}
    return lambda site, _number: known.setdefault(site, From(site, 0, behind="51.0.7"))


def one_address() -> Strangers:
    """A new browser each time, behind one address."""
    return lambda site, number: From(site, number, behind="51.0.7")


def fifty_addresses() -> Strangers:
    """A new browser each time, behind the next of 50 addresses."""
    return lambda site, number: From(site, number, behind=f"51.{number % ADDRESSES}.7")


def empty_it(site: str, reason: Reason, strangers: Strangers, at_once: int = AT_ONCE) -> Counter[str]:
    """Take whatever can be had, without any contact."""
    until, numbers, said = time.monotonic() + SECONDS, itertools.count(), Counter[str]()
    left = threading.Semaphore(REFUSED)

    def run() -> None:
        while left.acquire(blocking=False) or time.monotonic() < until:
            number = next(numbers)
            visitor = strangers(site, number)
            answer = press(visitor, reason, number * 7)
            if answer is not None and answer.location == CONTACT:
                booked = say_who(visitor, "Nimeni").location.startswith("/ro/appointments/view/")
                said["booked" if booked else "held"] += 1
                left.release()
            else:
                said["asked for a code" if answer is None or answer.location == CODE else "refused"] += 1

    assert not [
        one for one in together(*[run] * at_once, seconds=SECONDS + 120) if isinstance(one, Exception)
    ]
    return said


def in_the_ordinary_way(visitor: Visitor, reason: Reason, name: str) -> Answer:
    """Somebody without account books; a code comes to their mail when one is asked for."""
    mail = f"{name.lower()}@example.com"
    answer = press(visitor, reason, visitor.number)
    assert answer is not None
    if answer.location == CODE:
        visitor.get(CODE)
        assert visitor.post(CODE, contact=mail).status == 303
        told = [
            one.context
            for one in Notification.objects.filter(kind="counselling.proof_code", contact__email=mail)
        ]
        visitor.get(CODE)
        assert visitor.post(CODE, code=unseal(told[-1])["code"]).location == CONTACT
    return say_who(visitor, name, mail)


@pytest.mark.parametrize(
    ("strangers", "at_once", "take"),
    [(one_visitor, 1, 0), (one_address, AT_ONCE, 0), (fifty_addresses, AT_ONCE, 1 / 4)],
)
def test_strangers_leave_half_of_the_week_and_the_desk_frees_the_rest(
    strangers: Callable[[], Strangers],
    at_once: int,
    take: float,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    reason, _people = office(2)
    Reason.objects.update(horizon_days=9)
    reason.refresh_from_db()
    whole = places(reason)
    with serving(tmp_path, "all", BEHIND_PROXY="true") as site, ThreadPoolExecutor() as pool:
        began = time.monotonic()
        trying = pool.submit(empty_it, site, reason, strangers(), at_once)
        time.sleep(SECONDS / 2)
        nina = in_the_ordinary_way(From(site, 3, behind="0.2.44"), reason, "Nina")
        family = [
            in_the_ordinary_way(From(site, 5 * number, behind="0.3.99"), reason, f"Rusu{number}")
            for number in range(4)
        ]
        said = trying.result()
        took = time.monotonic() - began
    assert [answer.location[:22] for answer in (nina, *family)] == ["/ro/appointments/view/"] * 5
    left = places(reason)
    with capsys.disabled():
        print(f"\n{whole} places of seven days, {left} left after {took:.0f} s; {dict(said)}")  # noqa: T201
    assert left >= whole / 2 - 5  # theirs
    assert said["booked"] >= whole * take  # they did try
    assert said["asked for a code"] + said["refused"] >= REFUSED
    free_what_nobody_proved(reason, whole)
    connection.close()


def free_what_nobody_proved(reason: Reason, whole: int) -> None:
    """One press on the sheet of the desk, for the networks whose bookings are called Nimeni."""
    browser = browser_of(RoleFactory.create(role=Role.MANAGER))
    networks = browser.get(address("unproved")).context["networks"]
    theirs = [network.key for network in networks if network.origins[0].rows[0][1].name == "Nimeni"]
    asked = browser.post(address("unproved_free"), {"network": theirs})
    keys = [str(row.pk) for _when, row in asked.context["rows"]]
    browser.post(address("unproved_free"), {"key": keys, "sure": "1"})
    assert not Appointment.objects.filter(name="Nimeni", status="booked").exists()
    assert Appointment.objects.filter(name__startswith="Rusu", status="booked").count() == 4
    assert places(reason) == whole - 5


def test_control_without_the_limits_they_take_it_all(tmp_path: Path) -> None:
    reason, _people = office(1)
    Reason.objects.update(horizon_days=3)
    reason.refresh_from_db()
    with serving(tmp_path, "no limits", BEHIND_PROXY="true") as site:
        empty_it(site, reason, fifty_addresses())
    assert places(reason) == 0
