"""Times, places and reasons of appointments in the words of the language in force."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel.core import Locale
from babel.dates import get_timezone_location
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.content_version import remembered
from common.dates import weekday_in_words
from counselling.models import Mode, Reason
from shopfronts.models import ShopFront


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """What a message says of a shop-front."""

    name: str
    zone: ZoneInfo
    address: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class ReasonWords:
    """What a message says of a reason: its public name, never more."""

    name: str
    bring: list[str]


@remembered
def places() -> dict[str, PlaceWords]:
    """Shop-fronts by slug, in the language in force."""
    return {
        one.slug: PlaceWords(one.name, one.zone, one.address, one.phone, one.email)
        for one in ShopFront.objects.all()
    }


@remembered
def reasons() -> dict[str, ReasonWords]:
    """Reasons by key, in the language in force."""
    return {one.key: ReasonWords(one.public_name, one.public_bring) for one in Reason.objects.all()}


def clock(moment: dt.datetime, zone: ZoneInfo) -> str:
    """The time on the clocks of a zone: 09:00."""
    return f"{moment.astimezone(zone):%H:%M}"


def day_and_time(moment: dt.datetime, zone: ZoneInfo) -> str:
    """For example "luni, 23 noiembrie, ora 09:00"."""
    local = moment.astimezone(zone)
    return _("%(day)s, at %(time)s") % {"day": weekday_in_words(local.date()), "time": f"{local:%H:%M}"}


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    """Every IANA name; Python looks through its files each time that it is asked."""
    return frozenset(available_timezones())


def zone_of(name: str) -> ZoneInfo | None:
    """The zone of an IANA name; None for what is none."""
    return ZoneInfo(name) if name in _zones() else None


def city_of(zone: ZoneInfo) -> str:
    """The city after which a zone is called, in the language in force: Roma, Рим."""
    locale = Locale(get_language() or "ro")
    return str(get_timezone_location(zone.key, locale=locale, return_city=True)) or zone.key


def offset_of(moment: dt.datetime, zone: ZoneInfo) -> str:
    """How a zone's clocks stand at a moment: GMT+2, GMT+5:30."""
    offset = moment.astimezone(zone).utcoffset() or dt.timedelta()
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"GMT{sign}{hours}:{rest:02d}" if rest else f"GMT{sign}{hours}"


def differs(moment: dt.datetime, zone: ZoneInfo, other: ZoneInfo | None) -> bool:
    """Whether another zone's clocks show another time at a moment."""
    return other is not None and moment.astimezone(zone).utcoffset() != moment.astimezone(other).utcoffset()


def own_time(moment: dt.datetime, zone: ZoneInfo, other: ZoneInfo | None) -> str:
    """The moment on the client's own clock with its city, when that is another time than the shop-front's."""
    if other is None or not differs(moment, zone, other):
        return ""
    return _("%(when)s (%(city)s time)") % {"when": day_and_time(moment, other), "city": city_of(other)}


def mode_label(mode: str) -> str:
    """How they speak with each other."""
    return str(Mode(mode).label) if mode in Mode.values else ""


def words_of_moment(at: str, slug: str, visitor_zone: str) -> dict[str, Any]:
    """A moment of a message (ISO 8601) on both clocks; `slug` names the shop-front."""
    place = places().get(slug)
    zone = place.zone if place else ZoneInfo("Europe/Chisinau")
    moment = dt.datetime.fromisoformat(at)
    return {
        "when": day_and_time(moment, zone),
        "clock": clock(moment, zone),
        "own_when": own_time(moment, zone, zone_of(visitor_zone)),
    }
