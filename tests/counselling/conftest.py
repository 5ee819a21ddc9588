"""A shop-front with a counsellor, and the clock on the Friday before a quiet Monday."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from counselling.models import Appointment, Reason, Shift
from tests.counselling.people import NOW
from tests.factories.counselling import MONDAY, ReasonFactory, ShiftFactory, at

PENSIONS = 7  # what addresses call the reason of most tests
FRIDAY = MONDAY - dt.timedelta(days=3)


@pytest.fixture
def four_weeks_before() -> Iterator[Any]:
    """The Monday four weeks before that of the tests, at eight; the clock can be moved."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def monday() -> Iterator[None]:
    """Eight in the morning of the Monday of the tests."""
    with time_machine.travel(at(8), tick=False):
        yield


@pytest.fixture
def reason(db: None) -> Reason:
    """A talk of half an hour, two hours ahead at the least, ten minutes free after it."""
    found: Reason = ReasonFactory.create(buffer_after=10, notice_hours=2)
    return found


class Booking:
    """A visitor's browser on the way to an appointment in Cahul."""

    def __init__(self, browser: Client, reason: int = PENSIONS) -> None:
        self.browser = browser
        self.times = reverse("counselling:book_times", args=["cahul", reason])
        self.contact = reverse("counselling:book_contact")
        self.chosen = {"language": "ro", "mode": "in_person", "zone": ""}

    def page(self, **query: str) -> HttpResponse:
        """The page of free times."""
        return self.browser.get(self.times, self.chosen | query)

    def slots(self) -> list[str]:
        """Values of its buttons."""
        return re.findall(r'name="slot" value="([^"]+)"', self.page().content.decode())

    def hold(self, slot: str = "", **more: str) -> HttpResponse:
        """Press a time, the first one by default."""
        return self.browser.post(self.times, self.chosen | {"slot": slot or self.slots()[0]} | more)

    def book(self, **typed: str) -> HttpResponse:
        """Say who comes, for what is held."""
        held = Appointment.objects.filter(status="held", offer=None).order_by("-created_at").first()
        form = {"hold": str(held.pk) if held else "", "name": "Nina", "contact": "nina@example.com"}
        return self.browser.post(self.contact, form | {"wants_messages": "on"} | typed)

    def release(self) -> HttpResponse:
        """Press "another time" on the page of what is held."""
        held = Appointment.objects.get(status="held", offer=None)
        return self.browser.post(reverse("counselling:book_release"), {"hold": str(held.pk)})

    def whole(self, slot: str = "", **typed: str) -> Appointment:
        """All of it; the appointment."""
        before = list(Appointment.objects.values_list("pk", flat=True))
        assert self.hold(slot).status_code == 303
        assert self.book(**typed).status_code == 303
        return Appointment.objects.exclude(pk__in=before).get()


@pytest.fixture
def friday() -> Iterator[None]:
    """The clock stands on Friday morning."""
    with time_machine.travel(at(8, day=FRIDAY), tick=False):
        yield


@pytest.fixture
def shift(db: None) -> Shift:
    """Ana in Cahul, Mondays from nine to twelve."""
    return ShiftFactory.create(counsellor__name="Ana")


@pytest.fixture
def pensions(db: None) -> Reason:
    """Half an hour about pensions."""
    return ReasonFactory.create(key="pensions", number=PENSIONS, bring_ro="Buletinul\nCarnetul de muncă")


@pytest.fixture
def booking(client: Client, friday: None, shift: Shift, pensions: Reason) -> Booking:
    """A visitor before whom everything is free."""
    return Booking(client)
