"""When people are awake: an offer that must be answered in two hours counts hours of the day alone. No I/O."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

WAKES, SLEEPS = dt.time(8), dt.time(21)  # wall-clock times where the person lives


def next_waking(at: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The first moment (UTC) from `at` on at which somebody there may be woken."""
    local = at.astimezone(zone)
    if WAKES <= local.time() < SLEEPS:
        return at
    day = local.date() if local.time() < WAKES else local.date() + dt.timedelta(days=1)
    return _instant(day, WAKES, zone)


def after_waking(at: dt.datetime, time: dt.timedelta, zone: ZoneInfo) -> dt.datetime:
    """The moment (UTC) at which so much waking time has passed since `at`."""
    now = next_waking(at, zone)
    while True:
        evening = _instant(now.astimezone(zone).date(), SLEEPS, zone)
        if now + time <= evening:
            return now + time
        time -= evening - now
        now = next_waking(evening, zone)


def _instant(day: dt.date, clock: dt.time, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, clock, tzinfo=zone).astimezone(dt.UTC)
