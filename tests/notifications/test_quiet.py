"""Quiet hours and hours of digests on the person's own clock, on the nights when clocks change too."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notifications.delivery.quiet import digest_due, is_quiet, next_digest, next_loud, zone_of

CHISINAU = ZoneInfo("Europe/Chisinau")
ZONES = (
    "Europe/Chisinau",
    "Europe/Rome",
    "America/New_York",
    "Asia/Jerusalem",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Asia/Kathmandu",  # a quarter of an hour beside the others
    "America/St_Johns",
    "UTC",
)
BEGIN = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
clocks = st.times().map(lambda time: time.replace(second=0, microsecond=0))
zones = st.sampled_from(ZONES).map(ZoneInfo)
moments = st.integers(0, 3 * 365 * 24 * 60).map(lambda minute: BEGIN + dt.timedelta(minutes=minute))
# Clocks in Moldova change on these nights; the two hours around the change
nights = st.sampled_from([dt.datetime(2026, 3, 29, tzinfo=dt.UTC), dt.datetime(2026, 10, 25, tzinfo=dt.UTC)])
minutes = st.integers(-180, 240).map(lambda number: dt.timedelta(minutes=number))


def utc(text: str) -> dt.datetime:
    """A moment in UTC."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def here(text: str, fold: int = 0) -> dt.datetime:
    """A moment on Moldova's clock."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=CHISINAU, fold=fold)


@given(moments, clocks, clocks, zones)
def test_next_loud_moment_is_loud_and_the_first(
    at: dt.datetime, start: dt.time, end: dt.time, zone: ZoneInfo
) -> None:
    found = next_loud(at, start, end, zone)
    assert not is_quiet(found, start, end, zone)
    assert at <= found <= at + dt.timedelta(hours=26)
    if found > at:
        assert is_quiet(at, start, end, zone)
        just_before = found - dt.timedelta(seconds=1)
        assert is_quiet(just_before, start, end, zone)


@given(nights, minutes, clocks, clocks)
@example(utc("2026-03-29T00:00"), dt.timedelta(0), dt.time(22), dt.time(3, 30))
@example(utc("2026-10-25T00:00"), dt.timedelta(0), dt.time(22), dt.time(3, 30))
@example(utc("2026-03-29T00:00"), dt.timedelta(0), dt.time(4), dt.time(3, 53))  # loud for seven minutes a day
def test_nights_of_the_change_are_no_exception(
    night: dt.datetime, shift: dt.timedelta, start: dt.time, end: dt.time
) -> None:
    at = night + shift
    found = next_loud(at, start, end, CHISINAU)
    assert not is_quiet(found, start, end, CHISINAU)
    waits = (at + dt.timedelta(minutes=number) for number in range(int((found - at).total_seconds() // 60)))
    # Quiet hours that began in the hour that comes twice go on, though the clock is before their start again.
    assert all(is_quiet(one, start, end, CHISINAU) or one.astimezone(CHISINAU).fold for one in waits)


@pytest.mark.parametrize(
    ("at", "loud"),
    [
        (here("2026-11-25T21:59"), here("2026-11-25T21:59")),
        (here("2026-11-25T22:00"), here("2026-11-26T07:00")),
        (here("2026-11-26T06:59"), here("2026-11-26T07:00")),
        (here("2026-11-26T07:00"), here("2026-11-26T07:00")),
        (here("2026-03-28T23:00"), here("2026-03-29T07:00")),  # 7 hours
        (here("2026-10-24T23:00"), here("2026-10-25T07:00")),  # 9 hours
    ],
)
def test_quiet_around_midnight(at: dt.datetime, loud: dt.datetime) -> None:
    assert next_loud(at.astimezone(dt.UTC), dt.time(22), dt.time(7), CHISINAU) == loud.astimezone(dt.UTC)


def test_end_that_no_clock_shows_is_the_change_itself() -> None:
    at = here("2026-03-28T23:00").astimezone(dt.UTC)
    assert next_loud(at, dt.time(22), dt.time(3, 30), CHISINAU) == utc("2026-03-29T01:00")


def test_hour_that_comes_twice_is_quiet_twice() -> None:
    start, end = dt.time(22), dt.time(3, 30)
    for fold in (0, 1):
        assert is_quiet(here("2026-10-25T03:10", fold).astimezone(dt.UTC), start, end, CHISINAU)
    second = here("2026-10-25T03:10", 1).astimezone(dt.UTC)
    assert next_loud(second, start, end, CHISINAU) == here("2026-10-25T03:30", 1).astimezone(dt.UTC)


@pytest.mark.parametrize("hours", [(None, None), (dt.time(8), dt.time(8))])
def test_without_hours_nothing_is_quiet(hours: tuple[dt.time | None, dt.time | None]) -> None:
    at = utc("2026-11-25T08:00")
    assert next_loud(at, *hours, CHISINAU) == at


def test_unknown_zone_is_read_as_moldovas() -> None:
    assert zone_of("Mars/Olympus") == zone_of("") == CHISINAU
    assert zone_of("Europe/Rome") == ZoneInfo("Europe/Rome")


@pytest.mark.parametrize(
    ("at", "weekday", "day"),
    [
        ("2026-11-25T07:59", None, None),
        ("2026-11-25T08:00", None, "2026-11-25"),
        ("2026-11-25T23:59", None, "2026-11-25"),
        ("2026-11-25T08:00", 2, "2026-11-25"),  # a Wednesday
        ("2026-11-25T08:00", 3, None),
    ],
)
def test_digest_is_due_from_its_hour_to_midnight(at: str, weekday: int | None, day: str | None) -> None:
    found = digest_due(here(at).astimezone(dt.UTC), dt.time(8), CHISINAU, weekday=weekday)
    assert found == (dt.date.fromisoformat(day) if day else None)


@given(moments, clocks, zones, st.none() | st.integers(0, 6))
def test_next_digest_is_the_first_moment_of_a_due_day(
    at: dt.datetime, clock: dt.time, zone: ZoneInfo, weekday: int | None
) -> None:
    found = next_digest(at, clock, zone, weekday=weekday)
    assert at < found <= at + dt.timedelta(days=8)
    day = digest_due(found, clock, zone, weekday=weekday)
    assert day == found.astimezone(zone).date()
    before = digest_due(found - dt.timedelta(seconds=1), clock, zone, weekday=weekday)
    assert before != day


@pytest.mark.parametrize(
    ("at", "found"),
    [
        (here("2026-03-28T12:00"), utc("2026-03-29T01:00")),  # 3:30 is jumped over: the change itself
        (here("2026-10-24T12:00"), utc("2026-10-25T00:30")),  # 3:30 comes twice: the first one
        (here("2026-10-25T03:31"), utc("2026-10-26T01:30")),  # and the second one is no other digest
    ],
)
def test_digest_comes_once_on_the_nights_of_the_change(at: dt.datetime, found: dt.datetime) -> None:
    assert next_digest(at.astimezone(dt.UTC), dt.time(3, 30), CHISINAU, weekday=None) == found
