"""How much unproved people may hold: from one address and its network, and of a shop-front's day.

Nobody is refused: who reaches a limit is asked to prove a contact. What stands is counted in rows under a lock, so that
presses at the same moment see each other; how often somebody presses does not matter. Locks are taken in this order:
the person, the addresses, the day, the counsellors.
"""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Q
from django.utils import timezone

from counselling.actions.claiming import Choice, lock_key
from counselling.availability import Wish
from counselling.crowding import share_of
from counselling.errors import ProofNeededError
from counselling.models import Appointment, AppointmentQuerySet, Proof, Status

MOST_HELD = 4  # at one moment from one address: a family at one table
MOST_AHEAD = 8  # held or booked from one address and still to come
IN_A_NETWORK = 10  # times as many from a network


def admit(*, choice: Choice, wish: Wish, proof: Proof, origin_key: str, network_key: str) -> None:
    """Raise ProofNeededError when an unproved person would take more than such people may."""
    if proof != Proof.NONE:
        return
    _check_origin(origin_key, network_key, wish.visitor_key)
    check_day(choice=choice, wish=wish)


def check_day(*, choice: Choice, wish: Wish) -> None:
    """Raise ProofNeededError when unproved people would hold over half of the day's times."""
    day = timezone.localdate(choice.starts_at, choice.shopfront.zone)
    lock_key(f"{choice.shopfront.pk}:{day}", 9)
    if share_of(replace(wish, now=timezone.now()), choice.shopfront, day).is_full:
        raise ProofNeededError(day)


def _check_origin(origin_key: str, network_key: str, visitor_key: str) -> None:
    limits = [("origin_key", origin_key, 1), ("network_key", network_key, IN_A_NETWORK)]
    for name, key, times in limits:
        if not key:
            continue
        lock_key(key, 8)
        standing = _standing().filter(**{name: key}).exclude(status=Status.HELD, visitor_key=visitor_key)
        ahead = standing.count()
        held = standing.filter(status=Status.HELD).count()
        if held >= MOST_HELD * times or ahead >= MOST_AHEAD * times:
            raise ProofNeededError


def _standing() -> AppointmentQuerySet:
    """What unproved people hold or have booked, and is still to come."""
    now = timezone.now()
    is_held = Q(status=Status.HELD, held_until__gt=now)
    return Appointment.objects.unproved().filter(
        is_held | Q(status=Status.BOOKED, ends_at__gt=now), offer=None
    )
