"""Times, places and reasons of appointments in the words of the language in force."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.content_version import remembered
from common.dates import day_in_figures, weekday_in_words
from common.zones import city_of, is_place, zone_of
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


def stretch(starts_at: dt.datetime, ends_at: dt.datetime, zone: ZoneInfo) -> str:
    """From when to when; whole days by their names alone, the last one included: midnight is read as the day after."""
    first, last = starts_at.astimezone(zone), ends_at.astimezone(zone)
    if first.time() != dt.time.min or last.time() != dt.time.min:
        return f"{day_and_time(starts_at, zone)} – {day_and_time(ends_at, zone)}"
    begins, until = first.date(), last.date() - dt.timedelta(days=1)
    if begins == until:
        return _("%(day)s, all day") % {"day": weekday_in_words(begins)}
    return f"{weekday_in_words(begins)} – {weekday_in_words(until)}"


def times_of(starts_at: dt.datetime, ends_at: dt.datetime, zone: ZoneInfo) -> str:
    """For example "luni, 23 noiembrie, orele 09:00–09:30"."""
    return _("%(day)s, from %(start)s to %(end)s") % {
        "day": weekday_in_words(starts_at.astimezone(zone).date()),
        "start": clock(starts_at, zone),
        "end": clock(ends_at, zone),
    }


def differs(moment: dt.datetime, zone: ZoneInfo, other: ZoneInfo | None) -> bool:
    """Whether another place's clocks show another time at a moment; a browser in UTC hides its place, and has none."""
    if other is None or not is_place(other.key):
        return False
    return moment.astimezone(zone).utcoffset() != moment.astimezone(other).utcoffset()


def own_time(moment: dt.datetime, zone: ZoneInfo, other: ZoneInfo | None) -> str:
    """The moment on the client's own clock with its city, when that is another time than the shop-front's.

    The day stands there only when it is another one.
    """
    if other is None or not differs(moment, zone, other):
        return ""
    if moment.astimezone(zone).date() == moment.astimezone(other).date():
        return _("at %(time)s (%(city)s)") % {"time": clock(moment, other), "city": city_of(other.key)}
    return _("%(when)s (%(city)s)") % {"when": day_and_time(moment, other), "city": city_of(other.key)}


def held_clock(moment: dt.datetime, zone: ZoneInfo, other: ZoneInfo | None) -> str:
    """Until when a time is held, on the clock that hangs where the client is; with its city where that is another."""
    return (
        city_clock(moment, other)
        if other is not None and differs(moment, zone, other)
        else clock(moment, zone)
    )


def in_one_line(moment: dt.datetime, zone: ZoneInfo, other: ZoneInfo | None, *, in_person: bool) -> str:
    """A moment for a subject: a talk by telephone or video has Moldova's clock, named, and the client's own."""
    when = day_and_time(moment, zone)
    own = own_time(moment, zone, other)
    if in_person or (not own and other is not None and is_place(other.key)):
        return when
    here = _("%(when)s (Moldova)") % {"when": when}
    return f"{here}; {own}" if own else here


def in_few_signs(moment: dt.datetime, zone: ZoneInfo, other: ZoneInfo | None, *, in_person: bool) -> str:
    """The same for an SMS, whose signs are counted: lun. 30.11 13:45 Moldova, 06:45 New York."""
    when = f"{day_in_figures(moment.astimezone(zone).date())} {clock(moment, zone)}"
    is_far = differs(moment, zone, other)
    if in_person or (not is_far and other is not None and is_place(other.key)):
        return when
    here = " ".join((when, _("Moldova")))
    if other is None or not is_far:
        return here
    local = moment.astimezone(other)
    is_same_day = local.date() == moment.astimezone(zone).date()
    return f"{here}, {city_clock(moment, other) if is_same_day else on_own_clock(moment, other)}"


def city_clock(moment: dt.datetime, zone: ZoneInfo) -> str:
    """For example 06:45 New York."""
    return f"{clock(moment, zone)} {city_of(zone.key)}"


def on_own_clock(moment: dt.datetime, zone: ZoneInfo) -> str:
    """For example lun. 30.11 06:45 New York."""
    return f"{day_in_figures(moment.astimezone(zone).date())} {city_clock(moment, zone)}"


def few_signs_of_mode(mode: str) -> str:
    """How they speak with each other, where signs are counted."""
    return {
        Mode.PHONE.value: pgettext("in an SMS", "by telephone"),
        Mode.VIDEO.value: pgettext("in an SMS", "by video"),
    }.get(mode, "")


def mode_label(mode: str) -> str:
    """How they speak with each other."""
    return str(Mode(mode).label) if mode in Mode.values else ""


def words_of_moment(at: str, slug: str, visitor_zone: str, *, in_person: bool = True) -> dict[str, Any]:
    """A moment of a message (ISO 8601) on both clocks; `slug` names the shop-front."""
    place = places().get(slug)
    zone = place.zone if place else ZoneInfo("Europe/Chisinau")
    moment, own = dt.datetime.fromisoformat(at), zone_of(visitor_zone)
    return {
        "when": day_and_time(moment, zone),
        "clock": clock(moment, zone),
        "own_when": own_time(moment, zone, own),
        "subject_when": in_one_line(moment, zone, own, in_person=in_person),
        "short_when": in_few_signs(moment, zone, own, in_person=in_person),
    }
