"""Open or not, and when next; around lunch, weekends, holidays and the night the clocks change."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from shopfronts.schedule import state_at

ZONE = ZoneInfo("Europe/Chisinau")
DAY = ((dt.time(8), dt.time(12)), (dt.time(13), dt.time(17)))
WEEK = dict.fromkeys(range(1, 6), DAY)


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> dt.datetime:
    """A moment of 2026 on the counter's clock."""
    return dt.datetime(2026, month, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "is_open", "moment"),
    [
        (at(24, 7, 59), False, at(24, 8)),
        (at(24, 8), True, at(24, 12)),
        (at(24, 11, 59), True, at(24, 12)),
        (at(24, 12), False, at(24, 13)),
        (at(24, 16, 59), True, at(24, 17)),
        (at(24, 17), False, at(25, 8)),
        (at(27, 18), False, at(30, 8)),  # Friday evening: Monday
        (at(25, 12, month=10), False, at(26, 8, month=10)),  # the Sunday on which winter time begins
    ],
)
def test_state_at_a_moment(now: dt.datetime, *, is_open: bool, moment: dt.datetime) -> None:
    state = state_at(now, WEEK, set())
    assert state.is_open is is_open
    assert (state.until if is_open else state.next_opening) == moment


def test_a_closed_day_is_stepped_over() -> None:
    state = state_at(at(24, 9), WEEK, {dt.date(2026, 11, 24), dt.date(2026, 11, 25)})
    assert not state.is_open
    assert state.next_opening == at(26, 8)


def test_without_hours_nothing_is_promised() -> None:
    state = state_at(at(24, 9), {}, set())
    assert (state.is_open, state.until, state.next_opening) == (False, None, None)
