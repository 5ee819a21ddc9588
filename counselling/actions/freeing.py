"""Giving back what unproved people hold, many at once, chosen by a colleague from the sheet."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from counselling.actions.changing import cancel_appointment, lock
from counselling.actions.claiming import just_taken, release
from counselling.actors import Actor
from counselling.errors import BookingError, IllegalStepError
from counselling.models import Appointment, AppointmentQuerySet, Proof, Status
from counselling.safety import ways_of
from notifications.outlook import Asked, outlooks


@dataclass(slots=True)
class Freed:
    """What was done: cancelled bookings, how many holds, and what was left because somebody was faster."""

    cancelled: list[Appointment] = field(default_factory=list)
    holds: int = 0
    left: int = 0
    told: int = 0  # to how many a message goes


def free_unproved(*, rows: AppointmentQuerySet, keys: Iterable[uuid.UUID], by: Actor) -> Freed:
    """End the chosen holds and cancel the chosen bookings among `rows` that nothing has proved meanwhile.

    Whoever can be written to is told, and how to book again. Each booking is a transaction of its own, so that one
    that somebody touches holds up none.
    """
    freed, wanted = Freed(), rows.unproved().filter(pk__in=list(keys), offer=None)
    bookings = list(wanted.filter(status=Status.BOOKED).select_related("shopfront", "reason"))
    with transaction.atomic():
        freed.holds = release(wanted, skip_locked=True)
    for row in bookings:
        try:
            freed.cancelled.append(_free(row, by))
        except (BookingError, IllegalStepError):
            freed.left += 1
    freed.told = len(told_of_freeing(freed.cancelled))
    return freed


def _free(row: Appointment, by: Actor) -> Appointment:
    """Cancel one. Raises IllegalStepError for one that its owner proved at this moment, BookingError for a busy one."""
    with just_taken():
        if lock(row.pk).proof != Proof.NONE:
            raise IllegalStepError("proved meanwhile")
        return cancel_appointment(appointment=row, by=by, kind="freed")


def told_of_freeing(rows: Sequence[Appointment]) -> set[uuid.UUID]:
    """Whose message about it goes out: those who left a contact, agreed to messages and can be reached."""
    found = outlooks("counselling.freed", [Asked(row.recipient, ways=ways_of(row)) for row in rows])
    return {row.pk for row, one in zip(rows, found, strict=True) if one.channel}
