"""Free times once more, counted minute by minute: slow, simple, and written otherwise than `counselling.slots`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from counselling.slots import Place, Rule, Stretch, Work

MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
Found = set[tuple[dt.datetime, Any, Any]]  # start, place, counsellor


def minutes_of_day(day: dt.date, place: Place) -> list[dt.datetime]:
    """Every minute that the clocks of a place show on a day, as instants, in the order in which they pass."""
    first = dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC) - DAY
    passing = (first + number * MINUTE for number in range(3 * 24 * 60))
    return [moment for moment in passing if moment.astimezone(place.zone).date() == day]


def between(minutes: Sequence[dt.datetime], place: Place, start: dt.time, end: dt.time) -> set[dt.datetime]:
    """Minutes from the first on which the clock shows `start` or later, up to the first that shows `end` or later."""
    found, has_begun = set(), False
    for moment in minutes:
        shown = moment.astimezone(place.zone).time()
        has_begun = has_begun or shown >= start
        if shown >= end:
            break
        if has_begun:
            found.add(moment)
    return found


def worked(
    place: Place, shifts: Iterable[Work], counsellor: Any, days: Iterable[dt.date]
) -> list[dt.datetime]:
    """Minutes of those days on which a counsellor is at a place that is open."""
    found: set[dt.datetime] = set()
    for day in days:
        if day in place.closed_on:
            continue
        minutes, open_, there = minutes_of_day(day, place), set[dt.datetime](), set[dt.datetime]()
        for hours in place.hours:
            holds = (hours.valid_from or day) <= day <= (hours.valid_until or day)
            if holds and hours.weekday == day.weekday() + 1:
                open_ |= between(minutes, place, hours.opens, hours.closes)
        for shift in shifts:
            if (shift.counsellor, shift.place) == (counsellor, place.key) and _is_on(shift, day):
                there |= between(minutes, place, shift.starts, shift.ends)
        found |= open_ & there
    return sorted(found)


def _is_on(shift: Work, day: dt.date) -> bool:
    if not shift.valid_from <= day <= (shift.valid_until or day) or shift.weekday != day.isoweekday():
        return False
    monday = shift.valid_from
    while monday.isoweekday() != 1:
        monday -= DAY
    weeks = 0
    while not monday + weeks * 7 * DAY <= day < monday + (weeks + 1) * 7 * DAY:
        weeks += 1
    return weeks % shift.every_weeks == 0


def runs(minutes: Sequence[dt.datetime]) -> list[list[dt.datetime]]:
    """Minutes in order, cut where one is missing."""
    found: list[list[dt.datetime]] = [[minutes[0]]] if minutes else []
    for one, other in pairwise(minutes):
        if other - one > MINUTE:
            found.append([])
        found[-1].append(other)
    return found


def all_days(rule: Rule) -> list[dt.date]:
    """More days than the rule can touch in any zone."""
    first, last = rule.earliest.date() - DAY, rule.latest.date() + DAY
    return [first + number * DAY for number in range((last - first).days + 1)]


def free(
    places: Sequence[Place],
    shifts: Sequence[Work],
    blocked: dict[Any, list[Stretch]],
    rule: Rule,
    days: Sequence[dt.date] | None = None,
) -> Found:
    """Every free start; `blocked` is time off and bookings together."""
    found: Found = set()
    for place in places:
        for counsellor in {shift.counsellor for shift in shifts}:
            for run in runs(worked(place, shifts, counsellor, days or all_days(rule))):
                end, number = run[-1] + MINUTE, 0
                while (start := run[0] + rule.before + number * rule.step) + rule.length <= end:
                    number += 1
                    around = start - rule.before, start + rule.length + rule.after
                    is_free = all(b <= around[0] or a >= around[1] for a, b in blocked.get(counsellor, []))
                    if is_free and rule.earliest <= start <= rule.latest:
                        found.add((start, place.key, counsellor))
    return found
