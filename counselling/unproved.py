"""The sheet of what unproved people hold and have booked at a shop-front, by the network and the address it came from."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from counselling.models import Appointment, AppointmentQuerySet, Status
from counselling.slots import whole_day
from counselling.wording import day_and_time
from shopfronts.models import ShopFront

LAST = dt.timedelta(days=1)  # what was freed within it is still shown


@dataclass(slots=True)
class Origin:
    """What came from one address; its number counts from 1, the address itself is not known."""

    key: str
    number: int
    rows: list[tuple[str, Appointment]] = field(default_factory=list)  # with day and time in words


@dataclass(slots=True)
class Network:
    """Addresses near each other; `key` is empty where it is not known or forgotten already."""

    key: str
    number: int
    origins: list[Origin] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many rows came from it."""
        return sum(len(origin.rows) for origin in self.origins)


def rows_at(shopfront: ShopFront, first: dt.date, last: dt.date) -> AppointmentQuerySet:
    """Holds and bookings still to come on some days (both inclusive), that nothing has proved."""
    now = timezone.now()
    is_held = Q(status=Status.HELD, held_until__gt=now)
    start, end = whole_day(first, shopfront.zone)[0], whole_day(last, shopfront.zone)[1]
    return Appointment.objects.unproved().filter(
        is_held | Q(status=Status.BOOKED),
        shopfront=shopfront,
        kind=Appointment.Kind.BOOKED,
        offer=None,
        ends_at__gt=now,
        starts_at__gte=start,
        starts_at__lt=end,
    )


def freed_at(shopfront: ShopFront) -> AppointmentQuerySet:
    """Unproved bookings that colleagues cancelled within a day, the newest first."""
    rows = Appointment.objects.unproved().filter(shopfront=shopfront, status=Status.CANCELLED_BY_OFFICE)
    return rows.filter(over_at__gt=timezone.now() - LAST).order_by("-over_at", "starts_at")


def sheet(rows: AppointmentQuerySet, zone: ZoneInfo) -> list[Network]:
    """Rows gathered by network and address, whoever has most first."""
    found = list(rows.select_related("reason", "contact").order_by("starts_at", "pk"))
    networks, origins = Counter(row.network_key for row in found), Counter(row.origin_key for row in found)
    made: dict[str, Network] = {}
    inside: dict[tuple[str, str], Origin] = {}
    for row in sorted(
        found,
        key=lambda row: (
            -networks[row.network_key],
            row.network_key,
            -origins[row.origin_key],
            row.origin_key,
        ),
    ):
        network = made.setdefault(row.network_key, Network(row.network_key, len(made) + 1))
        key = row.network_key, row.origin_key
        if key not in inside:
            inside[key] = Origin(row.origin_key, len(network.origins) + 1)
            network.origins.append(inside[key])
        inside[key].rows.append((day_and_time(row.starts_at, zone), row))
    return list(made.values())
