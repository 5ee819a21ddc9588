"""Shop-fronts with the words that a visitor reads about them: open or not, hours, languages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.content_version import remembered
from common.dates import day_in_words
from services.labels import language_name
from services.models import Service, ServiceAtLocation
from shopfronts.models import Closure, OpeningHours, ShopFront
from shopfronts.schedule import OpenState, Week, changes_of_week, closed_days, state_at, week_on

AHEAD = dt.timedelta(days=60)
SERVICES_SHOWN = 6


@dataclass(slots=True)
class WeekChange:
    """A day from which other hours hold, with the weekdays that differ from the hours of today."""

    on: dt.date
    days: list[dict[str, Any]]


@dataclass(slots=True)
class ShopFrontView:
    """A shop-front and the sentences about it, in the language in force."""

    shopfront: ShopFront
    state: OpenState
    text: str
    language_labels: list[str]
    week: list[dict[str, Any]]
    closures: list[Closure]  # of the next sixty days
    open_days: list[Closure] = field(default_factory=list)  # others are closed then
    changes: list[WeekChange] = field(default_factory=list)
    hours: list[OpeningHours] = field(default_factory=list)


@remembered
def _timetable() -> tuple[dict[Any, list[OpeningHours]], list[Closure]]:
    """Hours of every shop-front, and all closures in order."""
    hours: dict[Any, list[OpeningHours]] = {}
    for stretch in OpeningHours.objects.all():
        hours.setdefault(stretch.shopfront_id, []).append(stretch)
    return hours, list(Closure.objects.all())


def present(shopfronts: Iterable[ShopFront], now: dt.datetime | None = None) -> list[ShopFrontView]:
    """Views of shop-fronts, with the closures and the changes of hours of the next sixty days."""
    now = now or timezone.now()
    hours, closures = _timetable()
    return [_view(shopfront, hours.get(shopfront.pk, []), closures, now) for shopfront in shopfronts]


def _view(
    shopfront: ShopFront, hours: list[OpeningHours], closures: list[Closure], now: dt.datetime
) -> ShopFrontView:
    local = now.astimezone(shopfront.zone)
    today = local.date()
    near = [closure for closure in closures if today <= closure.on <= today + AHEAD]
    closed_on = closed_days(near, shopfront.pk)
    closed_for_all = {closure.on for closure in near if closure.shopfront_id is None and not closure.is_open}
    own = [closure for closure in near if closure.shopfront_id == shopfront.pk]
    general = [closure for closure in near if closure.shopfront_id is None]
    decided = {closure.on: closure for closure in general + own}  # its own row beats that of all
    state = state_at(local, hours, closed_on)
    language = get_language() or "ro"
    week = week_on(today, hours)
    return ShopFrontView(
        shopfront=shopfront,
        state=state,
        text=_sentence(state, local),
        language_labels=[language_name(code, language) for code in shopfront.languages],
        week=_days(week, local.isoweekday()),
        closures=[decided[day] for day in sorted(closed_on)],
        open_days=[closure for closure in own if closure.is_open and closure.on in closed_for_all],
        changes=[
            WeekChange(
                on, [day for day in _days(other) if other.get(day["weekday"]) != week.get(day["weekday"])]
            )
            for on, other in changes_of_week(today, today + AHEAD, hours)
        ],
        hours=[each for each in hours if each.valid_until is None or each.valid_until >= today],
    )


def _days(week: Week, today: int | None = None) -> list[dict[str, Any]]:
    """The seven days in words; a day without hours has an empty list."""
    return [
        {
            "label": day.label,
            "weekday": day.value,
            "is_today": day.value == today,
            "hours": [f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in week.get(day.value, [])],
        }
        for day in OpeningHours.Weekday
    ]


def services_near(shopfront: ShopFront) -> list[Service]:
    """Published services of its district, by their coverage or a place there; those checked last come first."""
    place = ServiceAtLocation.objects.filter(service=OuterRef("pk"), location__locality=shopfront.locality_id)
    return list(
        Service.objects.published()
        .filter(Q(coverage__contains=[shopfront.locality.key]) | Exists(place))
        .for_cards()
        .best_known_first()[:SERVICES_SHOWN]
    )


def _sentence(state: OpenState, local: dt.datetime) -> str:
    if state.is_open and state.until is not None:
        return _("Open until %(time)s") % {"time": f"{state.until:%H:%M}"}
    if state.next_opening is None:
        return _("Closed")
    time = f"{state.next_opening:%H:%M}"
    days = (state.next_opening.date() - local.date()).days
    if days == 0:
        return _("Closed, opens today at %(time)s") % {"time": time}
    if days == 1:
        return _("Closed, opens tomorrow at %(time)s") % {"time": time}
    day = day_in_words(state.next_opening.date(), year=False)
    return _("Closed, opens on %(day)s at %(time)s") % {"day": day, "time": time}
