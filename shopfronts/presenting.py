"""Shop-fronts with the words that a visitor reads about them: open or not, hours, languages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.content_version import remembered
from common.dates import day_in_words
from services.labels import language_name
from shopfronts.models import Closure, OpeningHours, ShopFront
from shopfronts.schedule import OpenState, Stretch, state_at

AHEAD = dt.timedelta(days=60)


@dataclass(slots=True)
class ShopFrontView:
    """A shop-front and the sentences about it, in the language in force."""

    shopfront: ShopFront
    state: OpenState
    text: str
    language_labels: list[str]
    week: list[dict[str, Any]]
    closures: list[Closure]


@remembered
def _timetable() -> tuple[dict[Any, dict[int, list[Stretch]]], list[Closure]]:
    """Hours of every shop-front by weekday, and all closures in order."""
    hours: dict[Any, dict[int, list[Stretch]]] = {}
    for stretch in OpeningHours.objects.all():
        week = hours.setdefault(stretch.shopfront_id, {})
        week.setdefault(stretch.weekday, []).append((stretch.opens, stretch.closes))
    return hours, list(Closure.objects.all())


def present(shopfronts: list[ShopFront], now: dt.datetime | None = None) -> list[ShopFrontView]:
    """Views of shop-fronts, with the closures of the next sixty days."""
    now = now or timezone.now()
    hours, everything = _timetable()
    today = timezone.localdate(now)
    closures = [closure for closure in everything if today <= closure.on <= today + AHEAD]
    return [_view(shopfront, hours.get(shopfront.pk, {}), closures, now) for shopfront in shopfronts]


def _view(
    shopfront: ShopFront, week: dict[int, list[Stretch]], closures: list[Closure], now: dt.datetime
) -> ShopFrontView:
    own = [closure for closure in closures if closure.shopfront_id in (None, shopfront.pk)]
    local = now.astimezone(shopfront.zone)
    state = state_at(local, week, {closure.on for closure in own})
    language = get_language() or "ro"
    return ShopFrontView(
        shopfront=shopfront,
        state=state,
        text=_sentence(state, local),
        language_labels=[language_name(code, language) for code in shopfront.languages],
        week=[
            {
                "label": day.label,
                "weekday": day.value,
                "is_today": local.isoweekday() == day.value,
                "hours": [f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in week.get(day.value, [])],
            }
            for day in OpeningHours.Weekday
        ],
        closures=own,
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
