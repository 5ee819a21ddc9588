"""Quiet hours and the hour of digests, on the clock of the person's own zone. No I/O.

Wall-clock times that a clock change skips or repeats: of two the first counts (PEP 495), a skipped one is the moment of
the change, so an end of quiet hours is never missed and never comes twice.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

FALLBACK = ZoneInfo("Europe/Chisinau")


def zone_of(name: str) -> ZoneInfo:
    """The zone of a name; Moldova's for one that is not there."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return FALLBACK


def is_quiet(at: dt.datetime, start: dt.time, end: dt.time, zone: ZoneInfo) -> bool:
    """Whether a moment (UTC) lies between two wall-clock times; they may lie around midnight; equal ones are none."""
    clock = at.astimezone(zone).time().replace(fold=0)
    if start <= end:
        return start <= clock < end
    return clock >= start or clock < end


def next_loud(at: dt.datetime, start: dt.time | None, end: dt.time | None, zone: ZoneInfo) -> dt.datetime:
    """The first moment (UTC) from `at` on that is not in the quiet hours."""
    if start is None or end is None or not is_quiet(at, start, end, zone):
        return at
    day = at.astimezone(zone).date()
    candidates = (
        wall_clock(day + dt.timedelta(days=shift), end, zone, fold=fold)
        for shift in (0, 1, 2)
        for fold in (0, 1)
    )
    # On a night of the change the quiet hours may begin anew at their end: then the next end counts.
    return next_loud(min(moment for moment in candidates if moment > at), start, end, zone)


def digest_due(at: dt.datetime, clock: dt.time, zone: ZoneInfo, *, weekday: int | None) -> dt.date | None:
    """The local day whose digest is due at a moment (UTC): its hour has come; for a weekly one also its weekday."""
    day = at.astimezone(zone).date()
    if weekday is not None and day.weekday() != weekday:
        return None
    return day if at >= wall_clock(day, clock, zone) else None


def next_digest(at: dt.datetime, clock: dt.time, zone: ZoneInfo, *, weekday: int | None) -> dt.datetime:
    """The first moment (UTC) after `at` whose local day has a digest that becomes due then."""
    day = at.astimezone(zone).date()
    days = (day + dt.timedelta(days=shift) for shift in range(9))
    return next(
        moment
        for moment, weekday_then in ((wall_clock(one, clock, zone), one.weekday()) for one in days)
        if moment > at and weekday in (None, weekday_then)
    )


def wall_clock(day: dt.date, clock: dt.time, zone: ZoneInfo, *, fold: int = 0) -> dt.datetime:
    """The moment (UTC) at which the clock shows this time, first (`fold` 0) or last; if never, that of the jump over it."""
    wall = dt.datetime.combine(day, clock.replace(fold=0))
    found = wall.replace(tzinfo=zone).astimezone(dt.UTC)
    if found.astimezone(zone).replace(tzinfo=None, fold=0) == wall:
        return wall.replace(tzinfo=zone, fold=fold).astimezone(dt.UTC)
    before = wall.replace(tzinfo=zone, fold=1).astimezone(dt.UTC)  # read with the offset after the jump
    return _jump(before, found, zone)


def _jump(before: dt.datetime, after: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The minute at which the clock jumps between two moments."""
    start = before.replace(second=0, microsecond=0)
    minutes = range(int((after - start).total_seconds() // 60) + 1)
    offset = start.astimezone(zone).utcoffset()
    moments = (start + dt.timedelta(minutes=minute) for minute in minutes)
    return next((one for one in moments if one.astimezone(zone).utcoffset() != offset), after)
