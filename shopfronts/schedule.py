"""Whether a counter is open at a moment, and when it opens next; pure, no input or output."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Stretch = tuple[dt.time, dt.time]  # opens, closes: wall-clock times of the shop-front
LOOK_AHEAD_DAYS = 21


@dataclass(frozen=True, slots=True)
class OpenState:
    """A counter at a moment; times are wall-clock times of its zone."""

    is_open: bool
    until: dt.datetime | None = None  # when open: the end of this stretch
    next_opening: dt.datetime | None = None  # when closed: None if not within three weeks


def state_at(now: dt.datetime, week: Mapping[int, Sequence[Stretch]], closed_on: set[dt.date]) -> OpenState:
    """State at `now` (aware, in the counter's zone); `week` maps ISO weekdays to stretches in order."""
    for ahead in range(LOOK_AHEAD_DAYS):
        day = now.date() + dt.timedelta(days=ahead)
        if day in closed_on:
            continue
        for opens, closes in week.get(day.isoweekday(), ()):
            start = dt.datetime.combine(day, opens, tzinfo=now.tzinfo)
            end = dt.datetime.combine(day, closes, tzinfo=now.tzinfo)
            if start <= now < end:
                return OpenState(is_open=True, until=end)
            if now < start:
                return OpenState(is_open=False, next_opening=start)
    return OpenState(is_open=False)
