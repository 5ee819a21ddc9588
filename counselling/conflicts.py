"""Appointments that no longer fit the roster: outside hours or shifts, over a closure or time off.

Nothing is ever cancelled by a change of the roster; it is found here each time it is asked for, so it cannot go stale.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import RoleGrant, ScopeKind
from counselling import availability, slots
from counselling.models import DESK_ROLES, Appointment, Mode, Shift, Status, TimeOff
from counselling.slots import Rule


class Why(TextChoices):
    """What an appointment meets."""

    CLOSED = "closed", _("The shop-front is closed then.")
    NO_SHIFT = "no_shift", _("The counsellor has no shift then.")
    TIME_OFF = "time_off", _("The counsellor is away then.")
    INACTIVE = "inactive", _("The counsellor no longer sees clients.")
    GONE = "gone", _("The counsellor no longer works here.")
    NO_ROOM = "no_room", _("The counsellor has no video room.")


@dataclass(frozen=True, slots=True)
class Conflict:
    """An appointment and why it cannot be kept as it is."""

    appointment: Appointment
    why: Why


def find(slugs: frozenset[str] | None = None, counsellor: uuid.UUID | None = None) -> list[Conflict]:
    """Conflicts of some shop-fronts (None: all), in order of time; the same number of statements for any number.

    What was booked outside the roster on purpose is none, unless nobody is left to take it or it has no video room.
    """
    now = timezone.now()
    seen = Appointment.objects.not_held() if slugs is None else Appointment.objects.of_shopfronts(slugs)
    rows = seen.upcoming(now).filter(status=Status.BOOKED, kind=Appointment.Kind.BOOKED, starts_at__gt=now)
    if counsellor is not None:
        rows = rows.filter(counsellor=counsellor)
    found = list(
        rows.select_related("reason", "shopfront", "counsellor", "member", "contact").order_by(
            "starts_at", "pk"
        )
    )
    return list(among(found)) if found else []


def among(rows: Sequence[Appointment], *, on_purpose: bool = False) -> Iterable[Conflict]:
    """Those of some upcoming appointments that meet something, with what; `on_purpose`: also what was meant to."""
    rule = _span(rows)
    shopfronts = {row.shopfront_id: row.shopfront for row in rows}
    counsellors = {row.counsellor_id for row in rows}
    places = availability.places_of(tuple(shopfronts.values()), rule)
    worked_then = Shift.objects.filter(counsellor__in=counsellors)
    shifts = availability.works_of(worked_then.between(*availability.days_around(rule)))
    worked = slots.working_stretches(places, shifts, rule)
    hours = {place.key: slots.open_stretches(place, slots.days_of(rule, place.zone)) for place in places}
    away: dict[Any, list[slots.Stretch]] = defaultdict(list)
    off = TimeOff.objects.filter(counsellor__in=counsellors).between(rule.earliest, rule.latest)
    for who, start, end in off.values_list("counsellor_id", "starts_at", "ends_at"):
        away[who].append((start, end))
    there = _working(counsellors)
    for row in rows:
        is_meant = bool(row.override_reason) and not on_purpose
        why = _nobody(row, there) or (None if is_meant else _why(row, hours, worked, away))
        if why is not None:
            yield Conflict(row, why)


def _working(counsellors: Iterable[uuid.UUID | None]) -> set[tuple[uuid.UUID, str]]:
    """Which counsellors work at which shop-fronts (slugs), by their roles."""
    grants = RoleGrant.objects.filter(
        role__in=DESK_ROLES, user__is_active=True, user__counsellor__in=list(counsellors)
    )
    return {
        (who, slug)
        for who, scopes in grants.values_list("user__counsellor", "scopes")
        for slug in scopes.get(ScopeKind.SHOPFRONT.value, ())
    }


def _nobody(row: Appointment, there: set[tuple[uuid.UUID, str]]) -> Why | None:
    """Why there is no one who would take it, or nowhere to hold it."""
    if row.counsellor is None:
        return None
    if (row.counsellor.pk, row.shopfront.slug) not in there:
        return Why.GONE
    if not row.counsellor.is_active:
        return Why.INACTIVE
    return Why.NO_ROOM if row.mode == Mode.VIDEO and not row.video_room else None


def _span(rows: Sequence[Appointment]) -> Rule:
    nothing = dt.timedelta()
    earliest, latest = min(row.starts_at for row in rows), max(row.ends_at for row in rows)
    return Rule(length=nothing, before=nothing, after=nothing, earliest=earliest, latest=latest)


def _why(
    row: Appointment,
    hours: dict[Any, dict[dt.date, list[slots.Stretch]]],
    worked: dict[tuple[Any, Any], list[slots.Stretch]],
    away: dict[Any, list[slots.Stretch]],
) -> Why | None:
    talk = [(row.starts_at, row.ends_at)]
    day = timezone.localdate(row.starts_at, row.shopfront.zone)
    if slots.common(talk, hours.get(row.shopfront_id, {}).get(day, [])) != talk:
        return Why.CLOSED
    if slots.common(talk, slots.merge(away.get(row.counsellor_id, ()))):
        return Why.TIME_OFF
    if slots.common(talk, slots.merge(worked.get((row.counsellor_id, row.shopfront_id), ()))) != talk:
        return Why.NO_SHIFT
    return None
