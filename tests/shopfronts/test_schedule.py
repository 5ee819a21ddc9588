"""Open or not, and when next; around lunch, weekends, holidays, changes of hours and the change of clocks."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest

from shopfronts.schedule import changes_of_week, closed_days, state_at, week_on

ZONE = ZoneInfo("Europe/Chisinau")
HERE, THERE = uuid.UUID(int=1), uuid.UUID(int=2)


@dataclass(frozen=True)
class Hours:
    """A stretch of a weekday."""

    weekday: int
    opens: dt.time
    closes: dt.time
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None


@dataclass(frozen=True)
class Day:
    """A special day."""

    on: dt.date
    shopfront_id: uuid.UUID | None = None
    is_open: bool = False


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> dt.datetime:
    """A moment of 2026 on the counter's clock."""
    return dt.datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def week(opens: int, closes: int, since: dt.date | None = None, until: dt.date | None = None) -> list[Hours]:
    """Monday to Friday."""
    return [Hours(day, dt.time(opens), dt.time(closes), since, until) for day in range(1, 6)]


WEEK = week(13, 17) + week(8, 12)  # in any order
MONDAY = dt.date(2026, 11, 30)
SUNDAY = MONDAY - dt.timedelta(days=1)


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
    state = state_at(at(24, 9), [], set())
    assert (state.is_open, state.until, state.next_opening) == (False, None, None)


CHANGING = [*week(8, 17, until=SUNDAY), *week(10, 14, since=MONDAY)]


@pytest.mark.parametrize(
    ("now", "is_open", "moment"),
    [
        (at(27, 9), True, at(27, 17)),  # the last Friday of the old hours
        (at(27, 17), False, at(30, 10)),  # the next opening is by the new ones
        (at(30, 9), False, at(30, 10)),
        (at(30, 10), True, at(30, 14)),
    ],
)
def test_hours_hold_between_their_dates(now: dt.datetime, *, is_open: bool, moment: dt.datetime) -> None:
    state = state_at(now, CHANGING, set())
    assert state.is_open is is_open
    assert (state.until if is_open else state.next_opening) == moment


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (MONDAY - dt.timedelta(days=1), False),
        (MONDAY, True),
        (MONDAY + dt.timedelta(days=7), True),
        (MONDAY + dt.timedelta(days=8), False),
    ],
)
def test_both_dates_count(day: dt.date, *, holds: bool) -> None:
    assert bool(week_on(day, week(8, 12, MONDAY, MONDAY + dt.timedelta(days=7)))) is holds


def test_stretches_that_touch_or_overlap_are_one() -> None:
    extended = [*week(8, 12), *week(12, 15, since=MONDAY), *week(14, 16, since=MONDAY), *week(9, 10)]
    assert week_on(MONDAY, extended)[1] == [(dt.time(8), dt.time(16))]
    assert state_at(at(30, 11), extended, set()).until == at(30, 16)


def test_changes_ahead_are_named_once_and_only_when_something_changes() -> None:
    later = MONDAY + dt.timedelta(days=14)
    same = [*week(10, 14, since=MONDAY, until=later - dt.timedelta(days=1)), *week(10, 14, since=later)]
    hours = [*week(8, 17, until=SUNDAY), *same]
    [(on, changed)] = changes_of_week(at(24, 9).date(), later, hours)
    assert (on, changed[1]) == (MONDAY, [(dt.time(10), dt.time(14))])
    assert changes_of_week(MONDAY, later, hours) == []  # it is today's week by then
    assert changes_of_week(at(24, 9).date(), SUNDAY, hours) == []  # too far ahead


def test_the_end_of_hours_is_a_change_too() -> None:
    assert changes_of_week(at(24, 9).date(), MONDAY, week(8, 17, until=SUNDAY)) == [(MONDAY, {})]


GENERAL, OURS, THEIRS = Day(MONDAY), Day(MONDAY, HERE), Day(MONDAY, THERE)


@pytest.mark.parametrize(
    ("rows", "is_closed"),
    [
        ([], False),
        ([GENERAL], True),
        ([OURS], True),
        ([THEIRS], False),
        ([GENERAL, Day(MONDAY, HERE, is_open=True)], False),  # open all the same
        ([GENERAL, Day(MONDAY, THERE, is_open=True)], True),  # the others are not
        ([Day(MONDAY, is_open=True)], False),  # the holiday cancelled everywhere
        ([Day(MONDAY, is_open=True), OURS], True),  # but we close by ourselves
    ],
)
def test_a_counters_own_row_beats_that_of_all(rows: list[Day], *, is_closed: bool) -> None:
    expected = {MONDAY} if is_closed else set()
    assert closed_days(rows, HERE) == expected
    assert closed_days(reversed(rows), HERE) == expected
