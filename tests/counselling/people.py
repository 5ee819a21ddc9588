"""Short words for what people do in the tests of bookings."""

from __future__ import annotations

import datetime as dt
from typing import Any

from counselling.actions import (
    Choice,
    Client,
    Visitor,
    Wanted,
    book_hold,
    cancel_appointment,
    hold_slot,
    join_waiting_list,
)
from counselling.actors import Actor
from counselling.availability import Wish
from counselling.models import Appointment, Counsellor, Offer, Reason, WaitingEntry
from notifications.models import Delivery
from tests.factories.counselling import MONDAY, ShiftFactory, at, shopfront

DAY = dt.timedelta(days=1)
TODAY = MONDAY - 28 * DAY  # a Monday too
NOW = at(8, day=TODAY)


def counsellor(**shift: Any) -> Counsellor:
    """Someone who works on Mondays from 9 to 12."""
    found: Counsellor = ShiftFactory.create(**shift).counsellor
    return found


def wish(reason: Reason, **more: Any) -> Wish:
    """A talk in Romanian in Cahul."""
    return Wish(**({"reason": reason, "shopfronts": (shopfront(),), "language": "ro"} | more))


def choice(reason: Reason, start: dt.datetime, **more: Any) -> Choice:
    """A time in Cahul."""
    fields = {"shopfront": shopfront(), "mode": "in_person", "language": "ro"} | more
    return Choice(reason=reason, starts_at=start, **fields)


def hold(
    reason: Reason, start: dt.datetime, visitor: str = "v1", *, is_proved: bool = False, **more: Any
) -> Appointment:
    """Press a time."""
    who = Visitor(visitor, origin=f"home of {visitor}", has_proved_address=is_proved)
    return hold_slot(choice=choice(reason, start, **more), wish=wish(reason), visitor=who)


def client(name: str = "Nina", **more: Any) -> Client:
    """Someone with an e-mail address who wants to be written to."""
    fields = {"email": f"{name.lower()}@example.com", "wants_messages": True, "zone": "Europe/Rome"}
    return Client(name=name, **(fields | more))


def book(reason: Reason, start: dt.datetime, who: Client | str = "Nina", visitor: str = "") -> Appointment:
    """Press a time and say who comes."""
    person = client(who) if isinstance(who, str) else who
    visitor = visitor or f"visitor-{person.name}"
    held = hold(reason, start, visitor, is_proved=person.proof != "none")
    return book_hold(hold=held.pk, visitor_key=visitor, client=person, by=Actor.client())


def wanted(reason: Reason, **more: Any) -> Wanted:
    """A place in Cahul on any day until the end of March."""
    fields: dict[str, Any] = {
        "shopfront": shopfront(),
        "language": "ro",
        "mode": "in_person",
        "weekdays": (1, 2, 3, 4, 5, 6, 7),
        "until_on": dt.date(2027, 3, 31),
    }
    return Wanted(reason=reason, **(fields | more))


def reminders(status: str = "planned") -> list[tuple[str, dt.datetime]]:
    """Kinds and times of what will remind someone."""
    rows = Delivery.objects.filter(notification__kind__startswith="counselling.reminder", status=status)
    found = set(rows.values_list("notification__kind", "not_before"))
    return sorted(((kind.removeprefix("counselling."), when) for kind, when in found), key=lambda one: one[1])


def told(kind: str) -> int:
    """How many messages of a kind were written."""
    rows = Delivery.objects.filter(notification__kind=f"counselling.{kind}")
    return rows.values("notification").distinct().count()


def join(reason: Reason, name: str, *, is_proved: bool = False, **more: Any) -> WaitingEntry:
    """Wait."""
    phone = more.pop("phone", "")
    who = client(name, zone="Europe/Chisinau", has_proved_address=is_proved, phone=phone)
    return join_waiting_list(wanted=wanted(reason, **more), client=who)


def free(appointment: Appointment) -> Offer | None:
    """Cancel it; what was offered then."""
    cancel_appointment(appointment=appointment, by=Actor.client())
    return Offer.objects.filter(status=Offer.Status.OPEN).first()
