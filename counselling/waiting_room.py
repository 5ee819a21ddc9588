"""What the waiting room shows: today's queue of a shop-front, who is called, who is expected, who takes people.

A day is the shop-front's own; instants are UTC.
"""

from __future__ import annotations

import datetime as dt
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from counselling.availability import works_of
from counselling.models import (
    Appointment,
    AppointmentQuerySet,
    Counsellor,
    Mode,
    Reason,
    Shift,
    Status,
    TimeOff,
)
from counselling.queue import number_before
from counselling.slots import whole_day
from counselling.wording import clock
from shopfronts.models import ShopFront

ROWS_OF_SCREEN = 4  # the last call, and three before it
TALKS_LOOKED_AT, TALKS_ENOUGH, TALKS_SINCE = 50, 5, dt.timedelta(days=30)
LONGEST_TALK = dt.timedelta(hours=4)  # what is longer was forgotten, and ended by the clock
ROUNDED_TO, LONG_WAIT = 5, 120  # minutes
TAPPED_AGAIN = dt.timedelta(minutes=1)  # so long, a second tap means the first


def waiting_now(shopfront: ShopFront, now: dt.datetime) -> AppointmentQuerySet:
    """Who could be called: here today, and not called yet."""
    return Appointment.objects.waiting().filter(
        shopfront=shopfront, ticket_on=timezone.localdate(now, shopfront.zone), called_at__isnull=True
    )


def board(shopfront: ShopFront, now: dt.datetime) -> dict[str, Any]:
    """What the call-up screen shows: numbers and desks, newest call first; nothing else about anyone."""
    rows = Appointment.objects.filter(
        shopfront=shopfront,
        ticket_on=timezone.localdate(now, shopfront.zone),
        called_at__isnull=False,
        status__in=[Status.ARRIVED, Status.IN_SESSION],
    )
    rows = rows.select_related("shopfront").order_by("-called_at", "-ticket_number")
    return {
        "called": [
            {"number": row.ticket, "desk": row.desk, "calls": row.calls} for row in rows[:ROWS_OF_SCREEN]
        ],
        "waiting": waiting_now(shopfront, now).count(),
        "clock": clock(now, shopfront.zone),
    }


def expected(shopfront: ShopFront, now: dt.datetime) -> AppointmentQuerySet:
    """Today's appointments whose person may come to the tablet; who has just done so may tap once more."""
    day = timezone.localdate(now, shopfront.zone)
    midnight, next_midnight = whole_day(day, shopfront.zone)
    rows = Appointment.objects.filter(
        shopfront=shopfront,
        status__in=[Status.BOOKED, Status.ARRIVED, Status.NO_SHOW],
        kind=Appointment.Kind.BOOKED,
        starts_at__gte=midnight,
        starts_at__lt=next_midnight,
    )
    return rows.select_related("shopfront").order_by("starts_at", "pk")


def expected_at(shopfront: ShopFront, time: dt.time, now: dt.datetime) -> list[Appointment]:
    """Who is expected face to face at a wall-clock time of today; who is here is among them for a minute only."""
    return [
        row
        for row in expected(shopfront, now).filter(mode=Mode.IN_PERSON).exclude(status=Status.NO_SHOW)
        if row.starts_at.astimezone(shopfront.zone).time() == time and _is_awaited(row, now)
    ]


def _is_awaited(row: Appointment, now: dt.datetime) -> bool:
    return row.status == Status.BOOKED or (row.queued_at is not None and row.queued_at > now - TAPPED_AGAIN)


def times_expected(shopfront: ShopFront, now: dt.datetime) -> list[str]:
    """The wall-clock times of today at which someone is still to come: 10:15, each once, in order."""
    rows = expected(shopfront, now).filter(status=Status.BOOKED, mode=Mode.IN_PERSON)
    starts = rows.values_list("starts_at", flat=True)
    return list(dict.fromkeys(clock(start, shopfront.zone) for start in starts))


@dataclass(frozen=True, slots=True)
class Duty:
    """A counsellor who works today, as far as the queue needs to know."""

    languages: frozenset[str]
    reasons: frozenset[Any]  # primary keys; empty: every reason
    is_here: bool  # at this moment, and not only later today

    def takes(self, reason: Reason) -> bool:
        """Whether they take people for a reason."""
        return not self.reasons or reason.pk in self.reasons


def on_duty(shopfront: ShopFront, now: dt.datetime) -> list[Duty]:
    """Who works today at a shop-front, now or later; the same number of statements for any roster."""
    local = now.astimezone(shopfront.zone)
    today = local.date()
    rows = Shift.objects.worked().between(today, today)
    rows = rows.filter(shopfront=shopfront, weekday=local.isoweekday())
    shifts = [work for work in works_of(rows) if work.is_on(local.date()) and local.time() < work.ends]
    off = set(
        TimeOff.objects.filter(starts_at__lte=now, ends_at__gt=now).values_list("counsellor_id", flat=True)
    )
    here = {work.counsellor for work in shifts if work.starts <= local.time()} - off
    counsellors = Counsellor.objects.active().filter(pk__in={work.counsellor for work in shifts} - off)
    return [
        Duty(frozenset(row.languages), frozenset(reason.pk for reason in row.reasons.all()), row.pk in here)
        for row in counsellors.prefetch_related("reasons")
    ]


def reasons_taken(duties: Sequence[Duty]) -> list[Reason]:
    """What one may take a ticket for: what somebody today takes; with an empty roster, all that is offered here."""
    offered = Reason.objects.bookable().filter(modes__contains=[Mode.IN_PERSON])
    return [reason for reason in offered if not duties or any(duty.takes(reason) for duty in duties)]


def languages_spoken(duties: Sequence[Duty], reason: Reason) -> list[str]:
    """In which languages somebody takes a reason today (ISO 639), those of the site first."""
    spoken = {code for duty in duties if duty.takes(reason) for code in duty.languages}
    first = [code for code in ("ro", "ru", "en") if code in spoken]
    return first + sorted(spoken.difference(first))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a ticket stands in today's queue."""

    before: int  # people
    minutes: int | None  # about so long; None where nobody could honestly say

    @property
    def is_long(self) -> bool:
        """Whether it is so long that minutes would pretend to know too much."""
        return self.minutes is not None and self.minutes > LONG_WAIT


def standing(ticket: Appointment, now: dt.datetime) -> Standing | None:
    """How many are called before a ticket and how long that may take; None for one that is not waiting today."""
    rows = list(waiting_now(ticket.shopfront, now).select_related("reason"))
    own = next((row for row in rows if row.pk == ticket.pk), None)
    if own is None:
        return None
    own.shopfront = ticket.shopfront
    before = number_before(own, rows, now)
    return Standing(before, _about_minutes(own, rows, before, now))


def _about_minutes(own: Appointment, rows: list[Appointment], before: int, now: dt.datetime) -> int | None:
    """People before, times the length of a talk, shared by those who could take the ticket now.

    Not for appointments: those are called by one counsellor, at about their time.
    """
    if not before or not own.is_walk_in:
        return None
    able = [
        duty
        for duty in on_duty(own.shopfront, now)
        if duty.is_here and own.language in duty.languages and duty.takes(own.reason)
    ]
    if not able:
        return None
    minutes = before * usual_minutes(own.shopfront, [row.reason for row in rows], now) / len(able)
    return math.ceil(minutes / ROUNDED_TO) * ROUNDED_TO


def usual_minutes(shopfront: ShopFront, reasons: Sequence[Reason], now: dt.datetime) -> float:
    """The median length of the last talks there; of too few talks, what the reasons are meant to take."""
    talks = Appointment.objects.filter(
        shopfront=shopfront,
        status=Status.COMPLETED,
        began_at__isnull=False,
        over_at__gte=now - TALKS_SINCE,
    )
    lengths = [
        over - began
        for began, over in talks.order_by("-over_at").values_list("began_at", "over_at")[:TALKS_LOOKED_AT]
        if began and over and dt.timedelta() < over - began < LONGEST_TALK
    ]
    if len(lengths) >= TALKS_ENOUGH:
        return statistics.median(length.total_seconds() / 60 for length in lengths)
    return statistics.median(reason.duration for reason in reasons)


def find_ticket(pk: Any) -> Appointment | None:
    """What a link to a place in the queue points to; None for one without a number."""
    rows = Appointment.objects.select_related("reason", "shopfront")
    return rows.filter(pk=pk, ticket_number__isnull=False).first()


def is_of_today(ticket: Appointment, now: dt.datetime | None = None) -> bool:
    """Whether a ticket's day is not over."""
    return ticket.ticket_on == timezone.localdate(now, ticket.shopfront.zone)
