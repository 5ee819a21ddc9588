"""Free times as a page shows them: by day, a button each, its accessible name saying weekday, date, time and place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from common.dates import weekday_in_words, weekday_name
from common.zones import city_of
from counselling.journey import write_slot
from counselling.slots import Slot
from counselling.wording import city_clock, clock, differs
from shopfronts.models import ShopFront

MOST_BUTTONS = 60  # on one page; the next days are a page of their own


@dataclass(frozen=True, slots=True)
class Button:
    """One free time."""

    value: str
    time: str
    place: str  # shown when there is a choice of several
    own_time: str  # on the visitor's clock, when that is another
    label: str  # what a screen reader says


@dataclass(slots=True)
class Day:
    """The free times of a day (the shop-front's)."""

    on: dt.date
    title: str
    buttons: list[Button] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of free times."""

    days: list[Day]
    next_on: dt.date | None  # the first day that did not fit
    clocks: str  # whose clock, in a sentence
    is_empty: bool


def listing(
    slots: Sequence[Slot],
    shopfronts: Iterable[ShopFront],
    *,
    own: ZoneInfo | None,
    remote: bool,
) -> Listing:
    """Whole days until the page is full."""
    places = {shopfront.pk: shopfront for shopfront in shopfronts}
    several = len(places) > 1 and not remote
    days: list[Day] = []
    next_on = None
    for count, slot in enumerate(_once(slots) if remote else slots):
        local = slot.starts_at.astimezone(places[slot.place].zone)
        if not days or days[-1].on != local.date():
            if count >= MOST_BUTTONS:
                next_on = local.date()
                break
            days.append(Day(local.date(), weekday_in_words(local.date())))
        days[-1].buttons.append(
            _button(slot, days[-1], places[slot.place], own, several=several, remote=remote)
        )
    has_own = any(button.own_time for day in days for button in day.buttons)
    clocks = _clocks(own if has_own else None, _whose(places, several=several))
    return Listing(days, next_on, clocks, not days)


def _once(slots: Sequence[Slot]) -> list[Slot]:
    """By telephone it does not matter where the counsellor sits: each time stands once."""
    return list({slot.starts_at: slot for slot in reversed(slots)}.values())[::-1]


def _whose(places: dict[Any, ShopFront], *, several: bool) -> str:
    return _("Moldova") if several or len(places) != 1 else next(iter(places.values())).name


def _button(  # noqa: PLR0913  # facts by name
    slot: Slot, day: Day, shopfront: ShopFront, own: ZoneInfo | None, *, several: bool, remote: bool
) -> Button:
    time = clock(slot.starts_at, shopfront.zone)
    own_time = ""
    if own is not None and differs(slot.starts_at, shopfront.zone, own):
        there = slot.starts_at.astimezone(own).date()
        own_time = city_clock(slot.starts_at, own)
        if there != slot.starts_at.astimezone(shopfront.zone).date():  # far enough for another day
            own_time = f"{weekday_name(there)}, {own_time}"
    parts = [_("%(day)s, at %(time)s") % {"day": day.title, "time": time}]
    parts += [] if remote else [shopfront.name]
    parts += [own_time] if own_time else []
    return Button(
        value=write_slot(slot.starts_at, shopfront.slug),
        time=time,
        place=shopfront.name if several else "",
        own_time=own_time,
        label=", ".join(parts),
    )


def _clocks(own: ZoneInfo | None, whose: str) -> str:
    """Whose clocks the page shows; without offsets, for they change within a page when the clocks are set."""
    if own is None:
        return _("Times are those of %(place)s.") % {"place": whose}
    facts = {"place": whose, "city": city_of(own.key)}
    return _("Times are those of %(place)s. Under each you see the time in %(city)s.") % facts
