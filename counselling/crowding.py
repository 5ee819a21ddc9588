"""How much of a shop-front's day people hold whom nothing proves: a half, then the rest is for those who can be reached.

Counted in the times of the reason that is asked for, so that half of *its* times stay, whatever blocks the others.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace

from django.db.models import Count

from counselling import availability
from counselling.availability import Wish
from counselling.models import Appointment
from counselling.slots import Slot, whole_day
from shopfronts.models import ShopFront


@dataclass(frozen=True, slots=True)
class Share:
    """What of a day's places is taken by unproved people; `places` are those that proved people left."""

    taken: int
    places: int

    @property
    def is_full(self) -> bool:
        """Whether one more would take over the half; a day of one place has it for whoever comes first."""
        return self.taken + 1 > max(1, self.places // 2)


def share_of(wish: Wish, shopfront: ShopFront, day: dt.date, *, but: uuid.UUID | None = None) -> Share:
    """The unproved share of a shop-front's day (on its clocks) for a wish, from now on, one row left out."""
    start, end = whole_day(day, shopfront.zone)
    counted = Appointment.objects.all() if but is None else Appointment.objects.exclude(pk=but)
    here = replace(wish, shopfronts=(shopfront,), counsellor=None, is_staff=True)
    places = _count(availability.find(here, start=start, until=end, among=Appointment.objects.proved()))
    if wish.reason.is_group:
        seats = counted.occupying().filter(
            reason=wish.reason,
            shopfront=shopfront,
            mode=wish.mode,
            starts_at__range=(max(start, wish.now), end),
        )
        begun = seats.proved().values("session_key").annotate(count=Count("pk")).order_by()
        gone = sum(
            one["count"] for one in begun if one["count"] < wish.reason.places
        )  # a full one is no place
        return Share(seats.unproved().count(), places * wish.reason.places - gone)
    return Share(places - _count(availability.find(here, start=start, until=end, among=counted)), places)


def _count(slots: list[Slot]) -> int:
    return sum(len(slot.counsellors) for slot in slots)
