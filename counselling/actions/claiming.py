"""Giving a place to one person alone: lock the counsellors' rows, check, insert; the constraint has the last word.

Rows of counsellors are locked in the order of their keys, after the lock on the person, so that two bookings wait for
each other and never in a circle. What the database refuses all the same becomes "just taken".
"""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from counselling.actors import Actor
from counselling.availability import session_key
from counselling.errors import (
    BookingError,
    NotOfferedError,
    PersonBusyError,
    SlotTakenError,
    UnreachableError,
)
from counselling.models import Appointment, AppointmentStep, Counsellor, Reason, Status
from shopfronts.models import ShopFront

TAKEN_CODES = frozenset({"23P01", "40P01", "55P03"})  # exclusion, deadlock, lock not available
MEANT_BY: dict[str, type[BookingError]] = {  # constraints and triggers of the database
    "counselling_appointment_person_once": PersonBusyError,
    "counselling_appointment_one_a_seat": SlotTakenError,
    "counselling_appointment_reachable": UnreachableError,
    "counselling_appointment_place_known": NotOfferedError,
}
HALF_A_DAY = dt.timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen: a time at a shop-front, for a reason, in a way and a language."""

    reason: Reason
    shopfront: ShopFront
    starts_at: dt.datetime
    mode: str
    language: str

    @property
    def ends_at(self) -> dt.datetime:
        """When it ends (UTC)."""
        return self.starts_at + self.reason.length

    @property
    def busy(self) -> tuple[dt.datetime, dt.datetime]:
        """The time that it takes from a counsellor, buffers counted."""
        return self.starts_at - self.reason.before, self.ends_at + self.reason.after


@contextlib.contextmanager
def just_taken() -> Iterator[None]:
    """A transaction in which what the database refuses is SlotTakenError, PersonBusyError, UnreachableError, NotOfferedError."""
    try:
        with transaction.atomic():
            yield
    except (IntegrityError, OperationalError) as error:
        raise _meaning(error) from error


def _meaning(error: DatabaseError) -> Exception:
    cause: Any = error.__cause__
    code = getattr(cause, "pgcode", "")
    constraint = getattr(getattr(cause, "diag", None), "constraint_name", "")
    if constraint in MEANT_BY:
        return MEANT_BY[constraint]()
    if code in TAKEN_CODES:
        return SlotTakenError()
    return error


def lock_person(person_key: str) -> None:
    """Let two bookings of one person wait for each other until the transaction ends."""
    if person_key:
        lock_key(person_key, 7)


def lock_key(key: str, namespace: int) -> None:
    """Let everyone who locks the same text in a namespace wait for each other until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [key, namespace])


def lock_counsellors(keys: Sequence[uuid.UUID]) -> list[Counsellor]:
    """Lock the rows of counsellors, in the order of their keys; those who no longer take people are left out."""
    rows = Counsellor.objects.active().select_for_update(of=("self",), no_key=True)
    return list(rows.filter(pk__in=keys).order_by("pk"))


def free_seats(choice: Choice, counsellors: Sequence[Counsellor]) -> dict[uuid.UUID, int]:
    """Who of them is free for it, with the number of the next seat; expired holds in the way are deleted."""
    busy_from, busy_until = choice.busy
    there = Appointment.objects.filter(
        counsellor__in=counsellors, busy_from__lt=busy_until, busy_until__gt=busy_from
    )
    release(there.expired_holds(timezone.now()).filter(offer=None), skip_locked=True)
    seats: dict[uuid.UUID, set[int]] = {}
    blocked = set()
    for who, session, seat in (
        there.occupying().values_list("counsellor_id", "session_key", "seat").order_by()
    ):
        assert who is not None  # noqa: S101  # filtered above
        if session == session_key(choice.reason, who, choice.starts_at, choice.mode):
            seats.setdefault(who, set()).add(seat)
        else:
            blocked.add(who)
    numbers = range(1, choice.reason.places + 1)
    next_seats = {
        one.pk: next((seat for seat in numbers if seat not in seats.get(one.pk, ())), 0)
        for one in counsellors
        if one.pk not in blocked
    }
    return {who: seat for who, seat in next_seats.items() if seat}


def release(holds: QuerySet[Appointment], *, skip_locked: bool = False) -> int:
    """Delete holds; how many.

    Each is locked first: one that somebody books at this moment must not be deleted when its turn comes.
    """
    rows = holds.filter(status=Status.HELD).select_for_update(of=("self",), skip_locked=skip_locked)
    keys = list(rows.values_list("pk", flat=True))
    if keys:
        Appointment.objects.filter(pk__in=keys).delete()
    return len(keys)


def fairest(choice: Choice, seats: dict[uuid.UUID, int]) -> uuid.UUID:
    """The group that is fullest; of talks alone, whoever has fewest within half a day of it; then by key."""
    if len(seats) == 1:
        return next(iter(seats))
    if choice.reason.is_group:
        return max(sorted(seats), key=lambda key: seats[key])
    around = choice.starts_at - HALF_A_DAY, choice.starts_at + HALF_A_DAY
    rows = Appointment.objects.occupying().filter(counsellor__in=seats, starts_at__range=around).order_by()
    counts = dict(rows.values_list("counsellor_id").annotate(Count("pk")))
    return min(sorted(seats), key=lambda key: counts.get(key, 0))


def claim(
    *,
    choice: Choice,
    candidates: Sequence[uuid.UUID],
    by: Actor,
    instead_of: QuerySet[Appointment] | None = None,
    **fields: Any,
) -> Appointment:
    """Insert one appointment for whoever of the candidates is free, in the caller's transaction.

    `instead_of` are holds that make room for it, deleted after the counsellors are locked: whoever holds a counsellor
    deletes others' holds that are over, so these come second everywhere. `fields` are columns of the new row, its
    status among them. Raises SlotTakenError when nobody is free.
    """
    counsellors = lock_counsellors(candidates)
    if instead_of is not None:
        release(instead_of)
    seats = free_seats(choice, counsellors)
    if not seats:
        raise SlotTakenError
    counsellor = fairest(choice, seats)
    busy_from, busy_until = choice.busy
    appointment = Appointment.objects.create(
        reason=choice.reason,
        shopfront=choice.shopfront,
        counsellor_id=counsellor,
        mode=choice.mode,
        language=choice.language,
        starts_at=choice.starts_at,
        ends_at=choice.ends_at,
        busy_from=busy_from,
        busy_until=busy_until,
        session_key=session_key(choice.reason, counsellor, choice.starts_at, choice.mode),
        seat=seats[counsellor],
        **fields,
    )
    log(appointment, old="", by=by, reason=appointment.override_reason)
    return appointment


def log(appointment: Appointment, *, old: str, by: Actor, reason: str = "") -> None:
    """Note a step; a hold is no step that anyone will want to know of."""
    if appointment.status != Status.HELD:
        AppointmentStep.objects.create(
            appointment=appointment,
            old=old,
            new=appointment.status,
            by=by.by,
            actor=by.user,
            reason=reason[:200],
        )
