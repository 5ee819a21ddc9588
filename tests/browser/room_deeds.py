"""What people and colleagues do in the waiting room, told by lines of JSON: a deed and its arguments.

The room is that of Ungheni, open day and night, so that the tests do not depend on the hour.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
import sys
import uuid
from collections.abc import Callable
from typing import Any

from accounts.models import User
from common import content_version
from counselling import actions, tokens
from counselling.actors import Actor
from counselling.loading import load
from counselling.models import Appointment, Counsellor, Device, Mode, Reason, Shift, TicketCounter
from shopfronts.models import Closure, OpeningHours, ShopFront
from tests.factories.counselling import AppointmentFactory

PLACE = "ungheni"
GROUP = uuid.UUID("7b2a52c0-9a3c-4c58-8b9e-1d2f3a4b5c6d")  # of one session: several may come at one time
MIDNIGHT, LAST_SECOND = dt.time(0), dt.time(23, 59, 59)


def place() -> ShopFront:
    """The shop-front."""
    return ShopFront.objects.get(slug=PLACE)


def reason() -> Reason:
    """What everyone comes for."""
    return Reason.objects.bookable().filter(modes__contains=[Mode.IN_PERSON])[0]


def prepare() -> dict[str, str]:
    """Open the shop-front, bring in a counsellor, put up a tablet and a screen; their tokens."""
    if not Reason.objects.exists():
        assert not load().problems
    here = place()
    shut()
    reopen()
    today = dt.datetime.now(here.zone).date()
    for shift in (-1, 0, 1):
        Closure.objects.update_or_create(
            shopfront=here, on=today + dt.timedelta(days=shift), defaults={"is_open": True}
        )
    user = User.objects.create(handle="room_ana", email="room_ana@example.com")
    counsellor = Counsellor.objects.create(user=user, name="Ana", languages=["ro", "ru"])
    for weekday in range(1, 8):
        Shift.objects.create(
            counsellor=counsellor,
            shopfront=here,
            weekday=weekday,
            starts=MIDNIGHT,
            ends=LAST_SECOND,
            valid_from=dt.date(2026, 1, 1),
        )
    content_version.bump()
    add = lambda kind: actions.add_device(shopfront=here, kind=kind, label=kind, by=user)[1]  # noqa: E731
    return {"kiosk": add(Device.Kind.KIOSK), "screen": add(Device.Kind.SCREEN)}


def tickets(count: int) -> list[str]:
    """Let people take tickets; their numbers."""
    return [
        actions.take_ticket(shopfront=place(), reason=reason(), language="ro", by=Actor.client()).ticket
        for _one in range(count)
    ]


def expect(reference: str) -> str:
    """Let someone have an appointment at this minute; its time on the shop-front's clock."""
    starts = dt.datetime.now(place().zone).replace(second=0, microsecond=0)
    starts -= dt.timedelta(minutes=starts.minute % 5)
    AppointmentFactory.create(
        shopfront=place(),
        counsellor=Counsellor.objects.get(user__handle="room_ana"),
        reason=reason(),
        starts_at=starts,
        session_key=GROUP,
        seat=Appointment.objects.count() + 1,
        reference=reference,
        name="Nina",
    )
    return f"{starts:%H:%M}"


def call(desk: str) -> str:
    """Call the next to a desk, by a colleague of its own each time; the number."""
    handle = f"room_{secrets.token_hex(4)}"
    user = User.objects.create(handle=handle, email=f"{handle}@example.com")
    counsellor = Counsellor.objects.create(user=user, name="Ion", languages=["ro", "ru", "en"])
    called = actions.call_next(shopfront=place(), counsellor=counsellor, desk=desk, by=Actor.staff(user))
    assert called
    return called.ticket


def recall() -> str:
    """Call whoever was called last once more; the number."""
    last = Appointment.objects.filter(called_at__isnull=False).order_by("-called_at")[0]
    return actions.recall(appointment=last, by=Actor.system()).ticket


def place_of(number: str) -> str:
    """The token of a ticket's place in the queue."""
    found = [row for row in Appointment.objects.filter(ticket_number__isnull=False) if row.ticket == number]
    return tokens.make(tokens.Purpose.QUEUE, found[-1].pk)


def clear() -> None:
    """Send everyone home, and begin with the first number again."""
    Appointment.objects.filter(shopfront__slug=PLACE).delete()
    TicketCounter.objects.filter(shopfront__slug=PLACE).delete()


def shut() -> None:
    """Close the shop-front for good."""
    OpeningHours.objects.filter(shopfront__slug=PLACE).delete()
    content_version.bump()


def reopen() -> None:
    """Open it day and night."""
    for weekday in range(1, 8):
        OpeningHours.objects.create(shopfront=place(), weekday=weekday, opens=MIDNIGHT, closes=LAST_SECOND)
    content_version.bump()


def main() -> None:
    """Do what comes in, until nothing more comes."""
    serve(prepare, tickets, expect, call, recall, place_of, clear, shut, reopen)


def serve(*known: Callable[..., Any]) -> None:
    """Do by name what comes in as lines of JSON."""
    deeds = {deed.__name__: deed for deed in known}
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        sys.stdout.write(json.dumps(deeds[name](*arguments)) + "\n")
        sys.stdout.flush()
