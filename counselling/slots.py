"""Free start times, from hours, closures, shifts, time off and what is taken; pure, no input or output.

Wall-clock times of a roster become instants (UTC) day by day in the zone of the shop-front, so a day on which the
clocks change is as long as it is. All work is done on sorted stretches of a counsellor's time, not slot by slot.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

Key = Any  # primary keys of shop-fronts and counsellors
Stretch = tuple[dt.datetime, dt.datetime]  # half-open, UTC
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """One stretch of a weekday (ISO 8601) on which a shop-front is open; wall-clock; valid on both days too."""

    weekday: int
    opens: dt.time
    closes: dt.time
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A shop-front: its zone, its hours, and the days on which it is closed."""

    key: Key
    zone: ZoneInfo
    hours: Sequence[Hours]
    closed_on: frozenset[dt.date] = frozenset()


@dataclass(frozen=True, slots=True)
class Work:
    """A counsellor's shift at a place: wall-clock times there, every n weeks from that of `valid_from`."""

    counsellor: Key
    place: Key
    weekday: int
    starts: dt.time
    ends: dt.time
    valid_from: dt.date
    valid_until: dt.date | None = None
    every_weeks: int = 1

    def is_on(self, day: dt.date) -> bool:
        """Whether it is worked on that day."""
        if day.isoweekday() != self.weekday or day < self.valid_from:
            return False
        if self.valid_until is not None and day > self.valid_until:
            return False
        first_monday = self.valid_from - dt.timedelta(days=self.valid_from.weekday())
        return ((day - first_monday).days // 7) % self.every_weeks == 0


@dataclass(frozen=True, slots=True)
class Rule:
    """What a reason asks for; `earliest` and `latest` bound the start (UTC)."""

    length: dt.timedelta
    before: dt.timedelta
    after: dt.timedelta
    earliest: dt.datetime
    latest: dt.datetime

    @property
    def step(self) -> dt.timedelta:
        """From one start to the next in an empty stretch: what one talk takes with all around it."""
        return self.before + self.length + self.after


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A free start time at a place, with those who could take it."""

    starts_at: dt.datetime
    place: Key
    counsellors: tuple[Key, ...]


@lru_cache(maxsize=4096)  # the times of a roster are few, and asked for again and again
def instant(day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    """A wall-clock time as an instant (UTC).

    A time that the clocks skip in spring is the moment of the change; of one that they show twice it is the first.
    """
    local = dt.datetime.combine(day, time, tzinfo=zone)
    moment = local.astimezone(dt.UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):  # skipped (PEP 495)
        return _end_of_gap(local)
    return moment


def whole_day(day: dt.date, zone: ZoneInfo) -> Stretch:
    """From midnight to midnight on a zone's clocks: 23 to 25 hours."""
    return instant(day, dt.time(), zone), instant(day + DAY, dt.time(), zone)


def _end_of_gap(local: dt.datetime) -> dt.datetime:
    """The first instant whose clock shows later than a time that was skipped."""
    before = local.astimezone(dt.UTC)  # by the offset that was in force before the change
    after = local.replace(fold=1).astimezone(dt.UTC)  # by the one after it, so earlier
    low, high = min(before, after), max(before, after)
    wanted = local.replace(tzinfo=None)
    while high - low > dt.timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(local.tzinfo).replace(tzinfo=None) < wanted:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def merge(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Stretches in order, with those that touch or overlap made one."""
    merged: list[Stretch] = []
    for start, end in sorted(stretches):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def common(one: Sequence[Stretch], other: Sequence[Stretch]) -> list[Stretch]:
    """What lies in both of two merged lists."""
    found, i, j = [], 0, 0
    while i < len(one) and j < len(other):
        start, end = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if start < end:
            found.append((start, end))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return found


def days_of(rule: Rule, zone: ZoneInfo) -> Iterator[dt.date]:
    """The local days on which a start could lie."""
    day, last = rule.earliest.astimezone(zone).date(), rule.latest.astimezone(zone).date()
    while day <= last:
        yield day
        day += DAY


def open_stretches(place: Place, days: Iterable[dt.date]) -> dict[dt.date, list[Stretch]]:
    """When a place is open, by local day."""
    found: dict[dt.date, list[Stretch]] = {}
    for day in days:
        if day in place.closed_on:
            continue
        stretches = [
            (instant(day, hours.opens, place.zone), instant(day, hours.closes, place.zone))
            for hours in place.hours
            if hours.weekday == day.isoweekday()
            and (hours.valid_from is None or hours.valid_from <= day)
            and (hours.valid_until is None or day <= hours.valid_until)
        ]
        if stretches:
            found[day] = merge(stretches)
    return found


def working_stretches(
    places: Iterable[Place], shifts: Iterable[Work], rule: Rule
) -> dict[tuple[Key, Key], list[Stretch]]:
    """When each counsellor works at each place while it is open: (counsellor, place) -> stretches."""
    by_place: dict[Key, list[Work]] = defaultdict(list)
    for shift in shifts:
        by_place[shift.place].append(shift)
    found: dict[tuple[Key, Key], list[Stretch]] = defaultdict(list)
    for place in places:
        if place.key not in by_place:
            continue
        for day, hours in open_stretches(place, days_of(rule, place.zone)).items():
            worked: dict[Key, list[Stretch]] = defaultdict(list)
            for shift in by_place[place.key]:
                if shift.is_on(day):
                    times = instant(day, shift.starts, place.zone), instant(day, shift.ends, place.zone)
                    worked[shift.counsellor].append(times)
            for counsellor, stretches in worked.items():
                found[counsellor, place.key] += common(merge(stretches), hours)
    return found


def free_starts(work: Sequence[Stretch], taken: Sequence[Stretch], rule: Rule) -> Iterator[dt.datetime]:
    """Starts in one counsellor's stretches that meet nothing of `taken`, buffers counted; both are merged.

    The times follow each other from the beginning of a stretch, so that the same clock times come up every day.
    """
    step, before, length = rule.step, rule.before, rule.length
    at, count = 0, len(taken)
    for begin, end in work:
        start, last = begin + before, min(end - length, rule.latest)
        if start < rule.earliest:
            start += -((start - rule.earliest) // step) * step  # the first that is not too early
        while start <= last:
            busy_from = start - before
            while at < count and taken[at][1] <= busy_from:
                at += 1
            if at == count or taken[at][0] >= busy_from + step:
                yield start
            start += step


def free_slots(  # noqa: PLR0913  # facts by name
    *,
    places: Sequence[Place],
    shifts: Sequence[Work],
    off: Mapping[Key, Sequence[Stretch]],
    busy: Mapping[Key, Sequence[Stretch]],
    open_sessions: Mapping[Key, Sequence[tuple[Key, dt.datetime]]] | None = None,
    rule: Rule,
) -> list[Slot]:
    """Every free start, in order of time, then of place.

    `off` and `busy` map counsellors to what they cannot be booked over (`busy` with its buffers); `open_sessions` are
    groups of this reason that have begun to fill and still have seats: counsellor -> (place, start).
    """
    number = {place.key: count for count, place in enumerate(places)}
    found: dict[tuple[dt.datetime, int], list[Key]] = defaultdict(list)
    worked = working_stretches(places, shifts, rule)
    by_counsellor = sorted(worked, key=lambda who_where: str(who_where[0]))
    work = {who_where: merge(worked[who_where]) for who_where in by_counsellor}
    blocked = {who: merge([*off.get(who, ()), *busy.get(who, ())]) for who in {who for who, _place in work}}
    for (counsellor, place), stretches in work.items():
        for start in free_starts(stretches, blocked[counsellor], rule):
            found[start, number[place]].append(counsellor)
    for counsellor, sessions in (open_sessions or {}).items():
        away = merge(off.get(counsellor, ()))
        for place, start in sessions:
            talk = [(start, start + rule.length)]
            is_worked = common(talk, work.get((counsellor, place), ())) == talk and not common(talk, away)
            if is_worked and rule.earliest <= start <= rule.latest:
                found[start, number[place]] = sorted({*found[start, number[place]], counsellor}, key=str)
    return [Slot(start, places[place].key, tuple(found[start, place])) for start, place in sorted(found)]
