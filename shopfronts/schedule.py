"""Whether a counter is open at a moment, and when it opens next; pure, no input or output."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

Stretch = tuple[dt.time, dt.time]  # opens, closes: wall-clock times of the shop-front
Week = dict[int, list[Stretch]]  # ISO weekday -> stretches in order; a day without hours is away
LOOK_AHEAD_DAYS = 21
ONE_DAY = dt.timedelta(days=1)


class Hours(Protocol):
    """A stretch of a weekday that holds between two days, both included; None sets no limit."""

    @property
    def weekday(self) -> int: ...
    @property
    def opens(self) -> dt.time: ...
    @property
    def closes(self) -> dt.time: ...
    @property
    def valid_from(self) -> dt.date | None: ...
    @property
    def valid_until(self) -> dt.date | None: ...


class SpecialDay(Protocol):
    """A day on which one counter (None: all) is closed, or open all the same."""

    @property
    def shopfront_id(self) -> uuid.UUID | None: ...
    @property
    def on(self) -> dt.date: ...
    @property
    def is_open(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class OpenState:
    """A counter at a moment; times are wall-clock times of its zone."""

    is_open: bool
    until: dt.datetime | None = None  # when open: the end of this stretch
    next_opening: dt.datetime | None = None  # when closed: None if not within three weeks


def holds_on(day: dt.date, hours: Hours) -> bool:
    """Whether hours are in force on a day, whatever its weekday."""
    return (hours.valid_from or day) <= day <= (hours.valid_until or day)


def week_on(day: dt.date, hours: Iterable[Hours]) -> Week:
    """The week as it is in force on a day; stretches that touch or overlap are one."""
    week: Week = {}
    for each in sorted(hours, key=lambda each: (each.weekday, each.opens)):
        if not holds_on(day, each):
            continue
        stretches = week.setdefault(each.weekday, [])
        if stretches and each.opens <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], max(stretches[-1][1], each.closes))
        else:
            stretches.append((each.opens, each.closes))
    return week


def changes_of_week(today: dt.date, until: dt.date, hours: Sequence[Hours]) -> list[tuple[dt.date, Week]]:
    """Days after today, up to `until`, on which another week begins to hold, each with that week."""
    begins = {each.valid_from for each in hours if each.valid_from}
    begins |= {each.valid_until + ONE_DAY for each in hours if each.valid_until}
    changes = []
    held = week_on(today, hours)
    for day in sorted(day for day in begins if today < day <= until):
        week = week_on(day, hours)
        if week != held:
            changes.append((day, week))
        held = week
    return changes


def closed_days(closures: Iterable[SpecialDay], shopfront_id: uuid.UUID) -> set[dt.date]:
    """Days on which a counter is closed: its own row of a day beats the row of all counters."""
    decided: dict[dt.date, SpecialDay] = {}
    for closure in closures:
        if closure.shopfront_id == shopfront_id or (
            closure.shopfront_id is None and closure.on not in decided
        ):
            decided[closure.on] = closure
    return {day for day, closure in decided.items() if not closure.is_open}


def state_at(now: dt.datetime, hours: Sequence[Hours], closed_on: set[dt.date]) -> OpenState:
    """State at `now`, which is aware and in the counter's zone."""
    for ahead in range(LOOK_AHEAD_DAYS):
        day = now.date() + ahead * ONE_DAY
        if day in closed_on:
            continue
        for opens, closes in week_on(day, hours).get(day.isoweekday(), ()):
            start = dt.datetime.combine(day, opens, tzinfo=now.tzinfo)
            end = dt.datetime.combine(day, closes, tzinfo=now.tzinfo)
            if start <= now < end:
                return OpenState(is_open=True, until=end)
            if now < start:
                return OpenState(is_open=False, next_opening=start)
    return OpenState(is_open=False)
