"""Giving back what unproved people hold, many at once, chosen by a colleague from the sheet."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction

from counselling.actions.changing import cancel_appointment
from counselling.actions.claiming import release
from counselling.actors import Actor
from counselling.errors import IllegalStepError
from counselling.models import Appointment, AppointmentQuerySet, Status


@dataclass(slots=True)
class Freed:
    """What was done: cancelled bookings, how many holds, and what was left because somebody was faster."""

    cancelled: list[Appointment] = field(default_factory=list)
    holds: int = 0
    left: int = 0

    @property
    def told(self) -> int:
        """To how many a message goes."""
        return sum(row.contact_id is not None for row in self.cancelled)


def free_unproved(*, rows: AppointmentQuerySet, keys: Iterable[uuid.UUID], by: Actor) -> Freed:
    """End the chosen holds and cancel the chosen bookings among `rows` that nothing has proved meanwhile.

    Whoever left a contact is told, and how to book again. Each booking is a transaction of its own, so that one
    that somebody touches holds up none.
    """
    freed, wanted = Freed(), rows.unproved().filter(pk__in=list(keys), offer=None)
    bookings = list(wanted.filter(status=Status.BOOKED).select_related("shopfront", "reason"))
    with transaction.atomic():
        freed.holds = release(wanted, skip_locked=True)
    for row in bookings:
        try:
            freed.cancelled.append(cancel_appointment(appointment=row, by=by, kind="freed"))
        except IllegalStepError:
            freed.left += 1
    return freed
