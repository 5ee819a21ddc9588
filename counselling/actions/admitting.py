"""How much unproved people may hold: from one address and its network, and of a shop-front's day; and how often wait.

Nobody is refused: who reaches a limit is asked to prove a contact. What stands is counted in rows under a lock, so that
presses at the same moment see each other; how often somebody presses does not matter. Locks are taken in this order:
the person, the addresses, the counsellors, the day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Q
from django.utils import timezone

from common.counting import DAY, IN_A_NETWORK, count
from counselling.actions.claiming import lock_key
from counselling.availability import Wish
from counselling.crowding import share_of
from counselling.errors import ProofNeededError
from counselling.models import Appointment, AppointmentQuerySet, Status, WaitingEntry

MOST_HELD = 4  # at one moment from one address: a family at one table
MOST_AHEAD = 8  # held or booked from one address and still to come
MOST_WAITING = 8  # wishes of the waiting list from one address: each may have a place kept for hours
# Bookings, or wishes, of a day with a contact from one address, given up ones too: each writes a mail.
MOST_WRITTEN_TO = 24


def check_day(row: Appointment) -> None:
    """Raise ProofNeededError when with a row that was just made unproved people hold over half of the day's times.

    Asked after the row is written: of many who press one time all but one are told that it is gone, and wait for nothing.
    """
    day = timezone.localdate(row.starts_at, row.shopfront.zone)
    lock_key(f"{row.shopfront_id}:{day}", 9)
    wish = Wish(row.reason, language=row.language, mode=row.mode)
    if share_of(wish, row.shopfront, day, but=row.pk).is_full:
        raise ProofNeededError(day, row.shopfront.slug)


def check_origin(*, origin_key: str, network_key: str, visitor_key: str) -> None:
    """Raise ProofNeededError when from an address or its network as much stands unproved as may."""
    yesterday = timezone.now() - dt.timedelta(days=1)
    for near, times in _nearness(origin_key, network_key):
        standing = _standing().filter(**near).exclude(status=Status.HELD, visitor_key=visitor_key)
        ahead = standing.count()
        held = standing.filter(status=Status.HELD).count()
        written_to = Appointment.objects.unproved().filter(
            **near, contact__isnull=False, created_at__gt=yesterday
        )
        if (
            held >= MOST_HELD * times
            or ahead >= MOST_AHEAD * times
            or written_to.count() >= MOST_WRITTEN_TO * times
        ):
            raise ProofNeededError


def check_wishes(*, origin_key: str, network_key: str) -> None:
    """Raise ProofNeededError when from an address or its network as many unproved wishes wait as may.

    Else whoever invents addresses has each freed place kept for nobody, two hours long, one after the other.
    """
    for near, times in _nearness(origin_key, network_key):
        waiting = WaitingEntry.objects.open().unproved().filter(**near).count()
        [key] = near.values()  # rows forget it when they are over, so the day's are counted apart
        of_a_day = count(f"wishes:{key}", seconds=DAY)
        if waiting >= MOST_WAITING * times or of_a_day > MOST_WRITTEN_TO * times:
            raise ProofNeededError


def _nearness(origin_key: str, network_key: str) -> Iterator[tuple[dict[str, str], int]]:
    """Each circle around somebody, locked, as a filter of rows; and how many times as much it may."""
    for name, key, times in (("origin_key", origin_key, 1), ("network_key", network_key, IN_A_NETWORK)):
        if key:
            lock_key(key, 8)
            yield {name: key}, times


def _standing() -> AppointmentQuerySet:
    """What unproved people hold or have booked, and is still to come."""
    now = timezone.now()
    is_held = Q(status=Status.HELD, held_until__gt=now)
    return Appointment.objects.unproved().filter(
        is_held | Q(status=Status.BOOKED, ends_at__gt=now), offer=None
    )
