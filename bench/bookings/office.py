"""Shop-fronts, counsellors and their rosters for the benches of bookings."""

from __future__ import annotations

import datetime as dt
import random
import string
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import Role, RoleGrant, User
from counselling.availability import Wish
from counselling.identity import new_reference
from counselling.models import Appointment, Counsellor, Reason, Shift, Status
from services.models import Locality
from shopfronts.models import OpeningHours, ShopFront

OPEN = ((dt.time(8), dt.time(12)), (dt.time(13), dt.time(17)))  # a shop-front, on weekdays
LUNCH = (OPEN[0][1], OPEN[1][0])
WORKS = (OPEN[0][0], OPEN[1][1])  # a counsellor, on weekdays
WEEKDAYS = range(1, 6)
TALK = dt.timedelta(minutes=30)
BEGAN_ON = dt.date(2026, 1, 5)


@dataclass(frozen=True, slots=True)
class Office:
    """Where people come, for what, and to whom."""

    reason: Reason
    shopfronts: list[ShopFront]
    counsellors: list[Counsellor]

    def wish(self) -> Wish:
        """A talk at any of them."""
        return Wish(self.reason, tuple(self.shopfronts), language="ro")


def open_office(shopfronts: Sequence[ShopFront], *, each: int, horizon_days: int) -> Office:
    """So many counsellors at each shop-front, on weekdays, for talks of half an hour without buffers or notice."""
    texts = {f"name_{language}": "Bench" for language in ("ro", "ru", "en")}
    rules = {"duration": 30, "buffer_before": 0, "buffer_after": 0, "notice_hours": 0}
    reason = Reason.objects.create(key="bench", horizon_days=horizon_days, **rules, **texts)
    counsellors = _counsellors(len(shopfronts) * each)
    starts, ends = WORKS
    Shift.objects.bulk_create(
        Shift(
            counsellor=one,
            shopfront=shopfronts[number // each],
            weekday=weekday,
            starts=starts,
            ends=ends,
            valid_from=BEGAN_ON,
        )
        for number, one in enumerate(counsellors)
        for weekday in WEEKDAYS
    )
    RoleGrant.objects.bulk_create(  # nobody takes people where they do not work
        RoleGrant(
            user=one.user, role=Role.COUNSELLOR, scopes={"shopfront": [shopfronts[number // each].slug]}
        )
        for number, one in enumerate(counsellors)
    )
    return Office(reason, list(shopfronts), counsellors)


def counsellor_key(number: int) -> uuid.UUID:
    """The primary key of the bench's counsellor of that number; a statement of pgbench can work it out, too."""
    return uuid.UUID(f"00000000-0000-4000-8000-{number:012d}")


def _counsellors(count: int) -> list[Counsellor]:
    users = User.objects.bulk_create(
        User(email=f"counsellor{number}@bench.example", handle=f"bench-counsellor-{number:04d}")
        for number in range(count)
    )
    return Counsellor.objects.bulk_create(
        Counsellor(id=counsellor_key(number), user=user, name=f"Ana {number}", languages=["ro", "ru"])
        for number, user in enumerate(users)
    )


def make_shopfronts(count: int) -> list[ShopFront]:
    """Shop-fronts beside the real ones, open as those are."""
    locality = Locality.objects.order_by("key")[0]
    made = ShopFront.objects.bulk_create(
        ShopFront(
            slug=f"bench-{number:02d}",
            ticket_prefix=f"X{string.ascii_uppercase[number // 26]}{string.ascii_uppercase[number % 26]}",
            **{f"name_{language}": f"Bench {number}" for language in ("ro", "ru", "en")},
            locality=locality,
            languages=["ro", "ru"],
            address="Bench street 1",
            latitude="47.0",
            longitude="28.8",
        )
        for number in range(count)
    )
    OpeningHours.objects.bulk_create(
        OpeningHours(shopfront=one, weekday=weekday, opens=opens, closes=closes)
        for one in made
        for weekday in WEEKDAYS
        for opens, closes in OPEN
    )
    return made


def book(office: Office, places: Iterable[tuple[uuid.UUID, uuid.UUID, dt.datetime]], share: float) -> int:
    """Book a share of (counsellor, shop-front, start), the same ones at every run; how many."""
    offered = sorted(places, key=lambda place: (place[2], str(place[0])))
    chosen = random.Random(1).sample(offered, round(len(offered) * share))
    Appointment.objects.bulk_create(
        Appointment(
            status=Status.BOOKED,
            reference=new_reference(),
            reason=office.reason,
            shopfront_id=shopfront,
            counsellor_id=counsellor,
            language="ro",
            name="Nina",
            starts_at=start,
            ends_at=start + TALK,
            busy_from=start,
            busy_until=start + TALK,
            created_at=timezone.now(),
        )
        for counsellor, shopfront, start in chosen
    )
    return len(chosen)
