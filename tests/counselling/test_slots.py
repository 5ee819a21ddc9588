"""Free start times by examples: breaks, buffers, notice, rhythms, closed days, time off, groups."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from counselling.slots import Hours, Place, Rule, Slot, Work, common, free_slots, instant, merge

CHISINAU = ZoneInfo("Europe/Chisinau")
MONDAY = dt.date(2027, 3, 1)
WEEK = dt.timedelta(days=7)
NOTHING = dt.timedelta()
HALF_HOUR = dt.timedelta(minutes=30)


def clock(text: str) -> dt.time:
    """09:30 as a time."""
    return dt.time.fromisoformat(text)


def at(text: str, day: dt.date = MONDAY, zone: ZoneInfo = CHISINAU) -> dt.datetime:
    """A wall-clock time as an instant."""
    return dt.datetime.combine(day, clock(text), tzinfo=zone).astimezone(dt.UTC)


def hours(*stretches: str, weekday: int = 1, **validity: dt.date) -> tuple[Hours, ...]:
    """Opening hours of a weekday: "08:00-12:00"."""
    pairs = [text.split("-") for text in stretches]
    return tuple(Hours(weekday, clock(opens), clock(closes), **validity) for opens, closes in pairs)


def place(*opening: Hours, key: str = "cahul", closed_on: Sequence[dt.date] = ()) -> Place:
    """A shop-front; Mondays from 8 to 12 and from 13 to 17 unless told otherwise."""
    return Place(key, CHISINAU, opening or hours("08:00-12:00", "13:00-17:00"), frozenset(closed_on))


def shift(starts: str = "09:00", ends: str = "12:00", *, who: str = "ana", **more: Any) -> Work:
    """A shift on Mondays."""
    fields: dict[str, Any] = {"place": "cahul", "weekday": 1, "valid_from": dt.date(2026, 1, 1)} | more
    return Work(counsellor=who, starts=clock(starts), ends=clock(ends), **fields)


def rule(length: int = 30, before: int = 0, after: int = 0, day: dt.date = MONDAY, days: int = 1) -> Rule:
    """Minutes; from the beginning of a day on."""
    lengths = [dt.timedelta(minutes=number) for number in (length, before, after)]
    return Rule(*lengths, earliest=at("00:00", day), latest=at("00:00", day) + dt.timedelta(days=days))


def found(
    *shifts: Work,
    places: Sequence[Place] | None = None,
    of: Rule | None = None,
    off: dict[str, Any] | None = None,
    busy: dict[str, Any] | None = None,
    sessions: dict[str, Any] | None = None,
) -> list[Slot]:
    """What is free."""
    return free_slots(
        places=places or [place()],
        shifts=shifts,
        off=off or {},
        busy=busy or {},
        open_sessions=sessions,
        rule=of or rule(),
    )


def times(*args: Any, **more: Any) -> list[str]:
    """Clock times of what is free."""
    return [f"{slot.starts_at.astimezone(CHISINAU):%H:%M}" for slot in found(*args, **more)]


def days(*args: Any, **more: Any) -> list[str]:
    """Days on which something is free."""
    return sorted({f"{slot.starts_at.astimezone(CHISINAU):%Y-%m-%d}" for slot in found(*args, **more)})


def test_starts_follow_each_other_through_the_shift_and_stop_before_its_end() -> None:
    assert times(shift()) == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]
    assert times(shift(ends="11:29")) == ["09:00", "09:30", "10:00", "10:30"]
    assert times(shift(), of=rule(length=181)) == []
    assert times(shift(), of=rule(length=180)) == ["09:00"]


def test_nobody_is_taken_over_lunch() -> None:
    whole_day = shift("08:00", "17:00")
    assert times(whole_day, of=rule(length=60)) == [
        "08:00", "09:00", "10:00", "11:00", "13:00", "14:00", "15:00", "16:00",
    ]  # fmt: skip
    assert times(whole_day, of=rule(length=90)) == ["08:00", "09:30", "13:00", "14:30"]


def test_hours_that_touch_are_one_stretch() -> None:
    touching = place(*hours("08:00-10:00", "10:00-12:00"))
    assert times(shift("08:00", "12:00"), places=[touching], of=rule(length=90)) == ["08:00", "09:30"]


def test_a_shift_outside_hours_and_hours_outside_a_shift_offer_nothing() -> None:
    assert times(shift("06:00", "08:00")) == []
    assert times(shift("11:00", "14:00"), of=rule(length=60)) == ["11:00", "13:00"]
    assert times(shift(weekday=2), of=rule(days=6)) == []  # the shop-front opens on Mondays alone
    assert times(shift(place="edinet")) == []


def test_buffers_stand_between_talks_and_before_the_first_but_may_reach_over_the_end() -> None:
    buffered = rule(length=40, before=10, after=10)
    assert times(shift(), of=buffered) == ["09:10", "10:10", "11:10"]
    assert times(shift(ends="11:50"), of=buffered) == ["09:10", "10:10", "11:10"]
    assert times(shift(ends="11:49"), of=buffered) == ["09:10", "10:10"]


def test_a_booking_takes_its_time_with_the_buffers_of_both() -> None:
    taken = {"ana": [(at("10:00"), at("10:40"))]}
    assert times(shift(), busy=taken) == ["09:00", "09:30", "11:00", "11:30"]
    ends_at_ten = {"ana": [(at("09:30"), at("10:00"))]}
    assert times(shift(), busy=ends_at_ten) == ["09:00", "10:00", "10:30", "11:00", "11:30"]
    one_minute = {"ana": [(at("10:00"), at("10:01"))]}
    assert times(shift(), of=rule(length=20, after=10), busy=one_minute) == [
        "09:00", "09:30", "10:30", "11:00", "11:30",
    ]  # fmt: skip
    assert times(shift(), busy={"ion": [(at("09:00"), at("12:00"))]}) == times(shift())


@pytest.mark.parametrize(
    ("begins", "ends", "is_free"),
    [
        ("10:19", "10:20", True),
        ("10:19", "10:21", False),
        ("11:15", "11:16", True),
        ("11:14", "11:15", False),
    ],
)
def test_buffers_must_be_free_too(begins: str, ends: str, *, is_free: bool) -> None:
    buffered, taken = rule(length=30, before=10, after=15), {"ana": [(at(begins), at(ends))]}
    late = shift("10:20", "11:05")
    assert times(late, of=buffered) == ["10:30"]
    assert times(late, of=buffered, busy=taken) == (["10:30"] if is_free else [])
    assert times(late, of=buffered, off=taken) == (["10:30"] if is_free else [])


def test_notice_and_horizon_bound_the_start_both_included() -> None:
    near = replace(rule(), earliest=at("10:00"), latest=at("11:00"))
    assert times(shift(), of=near) == ["10:00", "10:30", "11:00"]
    second = dt.timedelta(seconds=1)
    assert times(shift(), of=replace(near, earliest=at("10:00") + second, latest=at("11:00") - second)) == [
        "10:30"
    ]


def test_every_other_week_goes_on_over_the_turn_of_the_year() -> None:
    fortnight = shift(valid_from=dt.date(2026, 12, 7), every_weeks=2)
    around = rule(day=dt.date(2026, 12, 1), days=50)
    assert days(fortnight, of=around) == ["2026-12-07", "2026-12-21", "2027-01-04", "2027-01-18"]
    # 2026 has 53 ISO weeks: whoever counts by the week's number has two weeks too near to each other here.
    assert dt.date(2026, 12, 31).isocalendar().week == 53


def test_weeks_are_counted_from_the_monday_of_the_first_one() -> None:
    from_wednesday = shift(valid_from=dt.date(2027, 3, 3), every_weeks=3)
    assert days(from_wednesday, of=rule(days=45)) == ["2027-03-22", "2027-04-12"]


def test_a_shift_holds_on_its_first_and_on_its_last_day() -> None:
    short = shift(valid_from=MONDAY, valid_until=MONDAY + WEEK)
    wide = rule(day=MONDAY - WEEK, days=30)
    assert days(short, of=wide) == ["2027-03-01", "2027-03-08"]
    assert days(replace(short, valid_until=MONDAY + WEEK - dt.timedelta(days=1)), of=wide) == ["2027-03-01"]
    assert days(replace(short, valid_from=MONDAY + dt.timedelta(days=1)), of=wide) == ["2027-03-08"]


def test_hours_hold_on_their_first_and_on_their_last_day() -> None:
    until = hours("08:00-10:00", valid_until=MONDAY)
    since = hours("10:00-12:00", valid_from=MONDAY + WEEK)
    wide = rule(day=MONDAY - WEEK, days=30, length=60)
    slots = found(shift("08:00", "12:00"), places=[place(*until, *since)], of=wide)
    assert [f"{slot.starts_at.astimezone(CHISINAU):%d.%m. %H}" for slot in slots] == [
        "22.02. 08", "22.02. 09", "01.03. 08", "01.03. 09",
        "08.03. 10", "08.03. 11", "15.03. 10", "15.03. 11", "22.03. 10", "22.03. 11",
    ]  # fmt: skip


def test_nothing_on_a_closed_day_and_all_on_its_neighbours() -> None:
    closed = place(closed_on=[MONDAY])
    wide = rule(day=MONDAY - WEEK, days=16)
    assert days(shift(), places=[closed], of=wide) == ["2027-02-22", "2027-03-08"]


def test_time_off_in_the_middle_leaves_what_is_around_it() -> None:
    away = {"ana": [(at("10:10"), at("10:50"))]}
    assert times(shift(), off=away) == ["09:00", "09:30", "11:00", "11:30"]
    days_away = {"ana": [(at("00:00", MONDAY - WEEK), at("00:00", MONDAY + WEEK))]}
    assert times(shift(), off=days_away) == []


def test_time_off_and_bookings_that_overlap_are_one() -> None:
    away = {"ana": [(at("09:00"), at("10:05"))]}
    taken = {"ana": [(at("10:00"), at("10:30")), (at("09:15"), at("09:20")), (at("11:00"), at("11:30"))]}
    assert times(shift(), off=away, busy=taken) == ["10:30", "11:30"]


def test_who_could_take_a_time_is_named_with_it() -> None:
    both = found(shift(), shift("10:00", "11:00", who="ion"), busy={"ana": [(at("10:30"), at("11:00"))]})
    assert [(f"{one.starts_at:%H:%M}", one.counsellors) for one in both] == [
        ("07:00", ("ana",)),
        ("07:30", ("ana",)),
        ("08:00", ("ana", "ion")),
        ("08:30", ("ion",)),
        ("09:00", ("ana",)),
        ("09:30", ("ana",)),
    ]


def test_shifts_that_overlap_offer_each_time_once() -> None:
    assert times(shift("09:00", "11:00"), shift("10:00", "12:00")) == times(shift())


def test_places_keep_the_order_in_which_they_were_asked_for() -> None:
    two = [place(key="ungheni"), place(key="cahul")]
    slots = found(shift(ends="09:30"), shift(ends="09:30", who="ion", place="ungheni"), places=two)
    assert [(one.place, one.counsellors) for one in slots] == [("ungheni", ("ion",)), ("cahul", ("ana",))]


def test_a_group_with_seats_left_is_offered_although_its_time_is_taken() -> None:
    taken = {"ana": [(at("10:00"), at("10:30"))]}
    assert "10:00" not in times(shift(), busy=taken)  # full: no open session is named
    sessions = {"ana": [("cahul", at("10:00"))]}
    assert times(shift(), busy=taken, sessions=sessions) == times(shift())


@pytest.mark.parametrize(
    ("sessions", "more"),
    [
        ({"ana": [("cahul", at("08:00"))]}, {}),  # before the shift
        ({"ana": [("cahul", at("11:45"))]}, {}),  # over its end
        ({"ana": [("ungheni", at("10:00"))]}, {}),  # elsewhere
        ({"ion": [("cahul", at("10:00"))]}, {}),  # of someone who does not work
        ({"ana": [("cahul", at("10:00"))]}, {"off": {"ana": [(at("10:29"), at("10:40"))]}}),
        ({"ana": [("cahul", at("10:00"))]}, {"of": replace(rule(), earliest=at("10:01"))}),
        ({"ana": [("cahul", at("10:00"))]}, {"of": replace(rule(), latest=at("09:59"))}),
        ({"ana": [("cahul", at("10:00"))]}, {"places": [place(closed_on=[MONDAY])]}),
    ],
)
def test_a_group_that_no_longer_fits_is_not_offered(sessions: dict[str, Any], more: dict[str, Any]) -> None:
    taken = {"ana": [(at("08:00"), at("12:00"))]}
    assert times(shift(), busy=taken, sessions=sessions, **more) == []


def test_times_on_the_night_of_a_change() -> None:
    spring, autumn = (
        dt.date(2027, 3, 28),
        dt.date(2027, 10, 31),
    )  # 02:00 -> 03:00 UTC+3, and back (tzdata 2026a)
    assert instant(spring, clock("03:15"), CHISINAU) == dt.datetime(2027, 3, 28, 1, 0, tzinfo=dt.UTC)
    assert instant(spring, clock("03:00"), CHISINAU) == dt.datetime(2027, 3, 28, 1, 0, tzinfo=dt.UTC)
    assert instant(spring, clock("04:00"), CHISINAU) == dt.datetime(2027, 3, 28, 1, 0, tzinfo=dt.UTC)
    assert instant(spring, clock("02:59"), CHISINAU) == dt.datetime(2027, 3, 28, 0, 59, tzinfo=dt.UTC)
    assert instant(autumn, clock("03:30"), CHISINAU) == dt.datetime(
        2027, 10, 31, 0, 30, tzinfo=dt.UTC
    )  # the first
    assert instant(autumn, clock("04:00"), CHISINAU) == dt.datetime(2027, 10, 31, 2, 0, tzinfo=dt.UTC)


def test_stretches_are_merged_and_cut() -> None:
    minutes = [at(f"10:{number:02d}") for number in range(60)]
    one = [(minutes[0], minutes[10]), (minutes[20], minutes[30])]
    assert merge([one[1], (minutes[10], minutes[15]), one[0]]) == [(minutes[0], minutes[15]), one[1]]
    assert merge([(minutes[0], minutes[30]), (minutes[5], minutes[6])]) == [(minutes[0], minutes[30])]
    assert common(one, [(minutes[5], minutes[25])]) == [(minutes[5], minutes[10]), (minutes[20], minutes[25])]
    assert common(one, [(minutes[10], minutes[20])]) == []
    assert common(one, []) == []
