"""What `slots` needs, read from the tables: six statements, whatever the number of people, days and bookings."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet
from django.utils import timezone

from counselling import slots
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
from counselling.slots import Place, Rule, Slot, Stretch, Work
from shopfronts.models import Closure, OpeningHours, ShopFront
from shopfronts.schedule import closed_days

SESSIONS = uuid.UUID("6f1d5f0e-7a1f-4f6e-9d55-0d9c8f1c5a11")  # namespace of the keys of group sessions


@dataclass(frozen=True, slots=True)
class Wish:
    """What someone is looking for; without shop-fronts anywhere, without a counsellor anyone who is able."""

    reason: Reason
    shopfronts: tuple[ShopFront, ...] = ()
    language: str = ""
    mode: str = Mode.IN_PERSON
    counsellor: uuid.UUID | None = None
    visitor_key: str = ""  # what the asker holds takes no place from them
    is_staff: bool = False  # staff may book at shorter notice
    now: dt.datetime = field(default_factory=timezone.now)

    def anywhere(self) -> Wish:
        """The same at every shop-front."""
        return replace(self, shopfronts=())


def rule_of(wish: Wish) -> Rule:
    """The reason's rule at this moment."""
    reason = wish.reason
    notice = dt.timedelta() if wish.is_staff else dt.timedelta(hours=reason.notice_hours)
    return Rule(
        length=reason.length,
        before=reason.before,
        after=reason.after,
        earliest=wish.now + notice,
        latest=wish.now + dt.timedelta(days=reason.horizon_days),
    )


def find(
    wish: Wish,
    *,
    start: dt.datetime | None = None,
    until: dt.datetime | None = None,
    among: AppointmentQuerySet | None = None,
) -> list[Slot]:
    """Free slots, in order of time; keys are primary keys. `start` and `until` (UTC) narrow the reason's own window.

    `among` are the appointments that take time: all, unless one wants to know what were free without some.
    """
    rule = rule_of(wish)
    rule = replace(
        rule,
        earliest=max(rule.earliest, start or rule.earliest),
        latest=min(rule.latest, until or rule.latest),
    )
    if rule.earliest > rule.latest or wish.mode not in wish.reason.modes:
        return []
    places = _where(wish, rule)
    shifts = shifts_of(wish, places, rule)
    counsellors = {shift.counsellor for shift in shifts}
    busy, sessions = taken(wish, counsellors, rule, among)
    return slots.free_slots(
        places=places,
        shifts=shifts,
        off=time_off(counsellors, rule),
        busy=busy,
        open_sessions=sessions,
        rule=rule,
    )


def is_worked(wish: Wish, start: dt.datetime) -> bool:
    """Whether somebody who is able works at that moment, whatever is booked: the time was one that is offered."""
    rule = replace(rule_of(wish), earliest=start, latest=start)
    places = _where(wish, rule)
    found = slots.free_slots(places=places, shifts=shifts_of(wish, places, rule), off={}, busy={}, rule=rule)
    return bool(found)


def _where(wish: Wish, rule: Rule) -> list[Place]:
    """Places for a wish: nobody is asked to come to a counter whose address is not known."""
    chosen = list(wish.shopfronts) or list(ShopFront.objects.filter(is_open_to_public=True))
    if wish.mode == Mode.IN_PERSON:
        chosen = [one for one in chosen if one.can_be_visited]
    return places_of(chosen, rule) if chosen else []


def places_of(shopfronts: Sequence[ShopFront], rule: Rule) -> list[Place]:
    """Shop-fronts with their hours and closed days; all that are open to the public when none is named."""
    chosen = list(shopfronts) or list(ShopFront.objects.filter(is_open_to_public=True))
    keys = [shopfront.pk for shopfront in chosen]
    hours: dict[Any, list[slots.Hours]] = defaultdict(list)
    first, last = days_around(rule)
    rows = OpeningHours.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=first),
        Q(valid_from=None) | Q(valid_from__lte=last),
        shopfront__in=keys,
    ).order_by("opens")
    row: tuple[Any, ...]
    for row in rows.values_list("shopfront_id", "weekday", "opens", "closes", "valid_from", "valid_until"):
        hours[row[0]].append(slots.Hours(*row[1:]))
    closures = list(
        Closure.objects.filter(Q(shopfront=None) | Q(shopfront__in=keys), on__range=(first, last))
    )
    return [
        Place(one.pk, one.zone, tuple(hours[one.pk]), frozenset(closed_days(closures, one.pk)))
        for one in chosen
    ]


def shifts_of(wish: Wish, places: Sequence[Place], rule: Rule) -> list[Work]:
    """Shifts of those who can take the wish, on the days that the rule spans; years of others are not read."""
    able = Counsellor.objects.able(wish.reason, wish.language, wish.mode)
    if wish.counsellor is not None:
        able = able.filter(pk=wish.counsellor)
    rows = Shift.objects.worked().filter(shopfront__in=[place.key for place in places], counsellor__in=able)
    return works_of(rows.between(*days_around(rule)))


def days_around(rule: Rule) -> tuple[dt.date, dt.date]:
    """The days on which a start could lie on anybody's clocks."""
    return rule.earliest.date() - slots.DAY, rule.latest.date() + slots.DAY


def works_of(rows: QuerySet[Shift]) -> list[Work]:
    """Shifts as the pure module knows them."""
    fields = (
        "counsellor_id", "shopfront_id", "weekday", "starts", "ends", "valid_from", "valid_until", "every_weeks",
    )  # fmt: skip
    return [Work(*facts) for facts in rows.order_by().values_list(*fields)]


def time_off(counsellors: Iterable[uuid.UUID], rule: Rule) -> dict[uuid.UUID, list[Stretch]]:
    """When counsellors are away."""
    rows = TimeOff.objects.filter(counsellor__in=list(counsellors))
    rows = rows.between(rule.earliest, rule.latest + rule.length)
    found: dict[uuid.UUID, list[Stretch]] = defaultdict(list)
    for counsellor, start, end in rows.values_list("counsellor_id", "starts_at", "ends_at"):
        found[counsellor].append((start, end))
    return found


def taken(
    wish: Wish, counsellors: Iterable[uuid.UUID], rule: Rule, among: AppointmentQuerySet | None = None
) -> tuple[dict[uuid.UUID, list[Stretch]], dict[uuid.UUID, list[tuple[uuid.UUID, dt.datetime]]]]:
    """What counsellors have booked, with buffers; and groups of this reason that still have a seat."""
    rows = (
        (Appointment.objects if among is None else among)
        .occupying()
        .filter(
            counsellor__in=list(counsellors),
            busy_until__gt=rule.earliest - rule.before,
            busy_from__lt=rule.latest + rule.length + rule.after,
        )
    )
    if wish.visitor_key:
        rows = rows.exclude(status=Status.HELD, visitor_key=wish.visitor_key)
    return _taken_by_groups_too(wish, rows) if wish.reason.is_group else (_taken(rows), {})


def _taken(rows: AppointmentQuerySet) -> dict[uuid.UUID, list[Stretch]]:
    """One row a counsellor: PostgreSQL gathers the times, so that a thousand bookings are read as a dozen rows."""
    gathered = (
        rows.order_by()
        .values("counsellor_id")
        .annotate(
            starts=ArrayAgg("busy_from", order_by="busy_from"),
            ends=ArrayAgg("busy_until", order_by="busy_from"),
        )
    )
    found = gathered.values_list("counsellor_id", "starts", "ends")
    return {who: list(zip(starts, ends, strict=True)) for who, starts, ends in found if who is not None}


def _taken_by_groups_too(
    wish: Wish, rows: AppointmentQuerySet
) -> tuple[dict[uuid.UUID, list[Stretch]], dict[uuid.UUID, list[tuple[uuid.UUID, dt.datetime]]]]:
    busy: dict[uuid.UUID, list[Stretch]] = defaultdict(list)
    seats: dict[tuple[Any, ...], int] = defaultdict(int)
    fields = (
        "counsellor_id", "busy_from", "busy_until", "session_key", "reason_id", "shopfront_id", "starts_at", "mode",
    )  # fmt: skip
    for who, start, end, session, reason, place, begins, mode in rows.values_list(*fields).order_by():
        assert who is not None  # noqa: S101  # the rows are those of counsellors
        busy[who].append((start, end))
        if reason == wish.reason.pk and mode == wish.mode:
            seats[who, place, begins, session] += 1
    open_sessions: dict[uuid.UUID, list[tuple[uuid.UUID, dt.datetime]]] = defaultdict(list)
    for (who, place, begins, session), count in seats.items():
        if count < wish.reason.places and session == session_key(wish.reason, who, begins, wish.mode):
            open_sessions[who].append((place, begins))
    return busy, open_sessions


def session_key(reason: Reason, counsellor: uuid.UUID, starts_at: dt.datetime, mode: str) -> uuid.UUID:
    """The same for every seat of one group; for a talk alone a new one each time, so that nothing shares it."""
    if not reason.is_group:
        return uuid.uuid4()
    moment = starts_at.astimezone(dt.UTC).isoformat()
    return uuid.uuid5(SESSIONS, f"{reason.pk}:{counsellor}:{moment}:{mode}")
