"""Free start times for any roster, and on every day of three years in six zones, against a count by the minute."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from counselling.slots import Hours, Place, Rule, Slot, Stretch, Work, free_slots
from tests.counselling import slot_oracle

ZONES = (
    "Europe/Chisinau", "Europe/Rome", "Europe/London", "Europe/Moscow", "America/New_York", "Asia/Kolkata",
)  # fmt: skip
WITHOUT_CHANGES = {"Europe/Moscow", "Asia/Kolkata"}
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
some = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@dataclass
class Roster:
    """A random week of work, and what is taken of it."""

    places: list[Place]
    shifts: list[Work]
    rule: Rule
    off: dict[str, list[Stretch]] = field(default_factory=dict)
    busy: dict[str, list[Stretch]] = field(default_factory=dict)

    @property
    def blocked(self) -> dict[str, list[Stretch]]:
        """Time off and bookings of each."""
        return {who: [*self.off.get(who, []), *self.busy.get(who, [])] for who in ("ana", "ion")}

    def slots(self, **changes: Any) -> list[Slot]:
        """What is free."""
        fields = {
            "places": self.places,
            "shifts": self.shifts,
            "off": self.off,
            "busy": self.busy,
            "rule": self.rule,
        }
        return free_slots(**fields | changes)

    def found(self, **changes: Any) -> slot_oracle.Found:
        """The same, one by one."""
        return {(one.starts_at, one.place, who) for one in self.slots(**changes) for who in one.counsellors}


# Sundays of changes, a quiet day, the turn of a year.
first_days = st.sampled_from(
    [
        dt.date(2027, 3, 26),
        dt.date(2027, 10, 29),
        dt.date(2026, 11, 25),
        dt.date(2026, 12, 30),
        dt.date(2027, 3, 13),
    ]
)


@st.composite
def stretches_of_clock(draw: st.DrawFn) -> tuple[dt.time, dt.time]:
    """Two times of a day, the earlier first; long ones as often as any, so that hours and shifts meet."""
    start = draw(st.sampled_from([0, 120, 150, 180, 210]) | st.integers(0, 1438))
    end = draw(st.sampled_from([1439, 1200, min(start + 300, 1439)]) | st.integers(start + 1, 1439))
    end = max(end, start + 1)
    return dt.time(start // 60, start % 60), dt.time(end // 60, end % 60)


@st.composite
def taken(draw: st.DrawFn, first: dt.date) -> list[Stretch]:
    """Some stretches of those days, most of them short."""
    begin = dt.datetime.combine(first, dt.time(), tzinfo=dt.UTC)
    lengths = st.integers(1, 60) | st.integers(1, 900)
    pairs = draw(st.lists(st.tuples(st.integers(-600, 4 * 1440), lengths), max_size=8))
    return [(begin + start * MINUTE, begin + (start + length) * MINUTE) for start, length in pairs]


@st.composite
def opening(draw: st.DrawFn, first: dt.date) -> list[Hours]:
    """Long hours on each of four days, and some rows that hold for a while."""
    days = [first + number * DAY for number in range(4)]
    dates = st.none() | st.sampled_from(days)
    always = [Hours(day.isoweekday(), *draw(stretches_of_clock())) for day in days]
    weekdays = st.sampled_from([day.isoweekday() for day in days])
    more = st.builds(
        lambda day, pair, a, b: Hours(day, *pair, a, b), weekdays, stretches_of_clock(), dates, dates
    )
    return always + draw(st.lists(more, max_size=4))


@st.composite
def work(draw: st.DrawFn, first: dt.date, place: str) -> Work:
    """One shift, that holds since some weeks, and perhaps not for ever or not in every week."""
    begins = first - draw(st.sampled_from([40, 7, 0]) | st.integers(-1, 40)) * DAY
    lasts = draw(st.none() | st.integers(0, 60))
    return Work(
        draw(st.sampled_from(["ana", "ion"])),
        place,
        (first + draw(st.integers(0, 3)) * DAY).isoweekday(),
        *draw(stretches_of_clock()),
        begins,
        None if lasts is None else begins + lasts * DAY,
        draw(st.sampled_from([1, 1, 1, 2, 3])),
    )


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    """One or two shop-fronts, two counsellors, three or four days."""
    first = draw(first_days)
    zones = draw(st.lists(st.sampled_from(ZONES), min_size=1, max_size=2))
    closed = st.sampled_from([frozenset[dt.date](), frozenset({first}), frozenset({first + DAY})])
    places = [
        Place(f"p{number}", ZoneInfo(zone), draw(opening(first)), draw(closed))
        for number, zone in enumerate(zones)
    ]
    keys = [draw(st.sampled_from(places)).key for _number in range(draw(st.integers(3, 8)))]
    earliest = dt.datetime.combine(first, dt.time(), tzinfo=dt.UTC) + draw(st.integers(-200, 1500)) * MINUTE
    rule = Rule(
        *(draw(st.integers(least, 60)) * MINUTE for least in (5, 0, 0)),
        earliest=earliest,
        latest=earliest + draw(st.just(3 * 1440) | st.integers(0, 3 * 1440)) * MINUTE,
    )
    off, busy = ({who: draw(taken(first)) for who in ("ana", "ion")} for _number in range(2))
    return Roster(places, [draw(work(first, key)) for key in keys], rule, off, busy)


@some
@given(rosters())
def test_what_is_free_is_what_a_count_by_the_minute_finds(roster: Roster) -> None:
    assert roster.found() == slot_oracle.free(roster.places, roster.shifts, roster.blocked, roster.rule)


@some
@given(rosters())
def test_no_time_lies_outside_notice_horizon_or_open_days_or_meets_what_is_taken(roster: Roster) -> None:
    rule, places = roster.rule, {place.key: place for place in roster.places}
    for start, key, who in roster.found():
        assert rule.earliest <= start <= rule.latest
        day = start.astimezone(places[key].zone).date()
        assert day not in places[key].closed_on
        assert any(
            one.counsellor == who and one.place == key and one.weekday == day.isoweekday()
            for one in roster.shifts
        )
        for taken_from, taken_until in roster.blocked[who]:
            assert taken_until <= start - rule.before or start + rule.length + rule.after <= taken_from


@some
@given(rosters())
def test_times_of_one_counsellor_at_one_place_do_not_overlap_each_other(roster: Roster) -> None:
    by_person: dict[tuple[Any, Any], list[dt.datetime]] = defaultdict(list)
    for start, place, who in sorted(roster.found()):
        by_person[place, who].append(start)
    for starts in by_person.values():
        for one, other in pairwise(starts):
            # Never over each other; within one stretch the buffers of both lie between them.
            assert other - one >= roster.rule.length
    assert [slot.starts_at for slot in roster.slots()] == sorted(slot.starts_at for slot in roster.slots())


@some
@given(rosters(), st.data())
def test_what_is_given_back_takes_no_time_away_and_what_is_taken_adds_none(
    roster: Roster, data: st.DataObject
) -> None:
    rows = [(who, number) for who, stretches in roster.busy.items() for number in range(len(stretches))]
    if not rows:
        return
    whose, which = data.draw(st.sampled_from(rows))
    less = {
        who: [one for number, one in enumerate(stretches) if (who, number) != (whose, which)]
        for who, stretches in roster.busy.items()
    }
    more_free, gone = roster.found(busy=less), roster.busy[whose][which]
    assert more_free >= roster.found()
    rule = roster.rule
    for start, _place, who in more_free - roster.found():
        assert who == whose
        assert start - rule.before < gone[1]
        assert start + rule.length + rule.after > gone[0]


@some
@given(rosters())
def test_every_time_stays_free_until_it_is_taken_itself(roster: Roster) -> None:
    free = roster.found()
    if not free:
        return
    start, place, who = min(free, key=str)
    rule = roster.rule
    busy = roster.busy | {who: [*roster.busy[who], (start - rule.before, start + rule.length + rule.after)]}
    left = roster.found(busy=busy)
    assert (start, place, who) not in left
    same_stretch = {one for one in free if one[1:] == (place, who) and abs(one[0] - start) >= rule.step}
    assert same_stretch <= left  # those beside it are untouched


NIGHT = (dt.time(0, 30), dt.time(4, 30))  # every change of these zones lies in it
MORNING, AFTERNOON = (dt.time(9), dt.time(12, 30)), (dt.time(13), dt.time(17))
OPEN = (NIGHT, MORNING, AFTERNOON)
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2028, 12, 31)


def every_day(zone: ZoneInfo, *stretches: tuple[dt.time, dt.time]) -> Roster:
    """Open and worked at the same times on each day of three years; talks of half an hour."""
    hours = [Hours(weekday, *pair) for weekday in range(1, 8) for pair in stretches]
    shifts = [
        Work("ana", "p", weekday, *pair, valid_from=FIRST) for weekday in range(1, 8) for pair in stretches
    ]
    earliest = dt.datetime.combine(FIRST, dt.time(), tzinfo=zone).astimezone(dt.UTC)
    latest = dt.datetime.combine(LAST, dt.time(23, 59), tzinfo=zone).astimezone(dt.UTC)
    rule = Rule(30 * MINUTE, 0 * MINUTE, 0 * MINUTE, earliest=earliest, latest=latest)
    return Roster([Place("p", zone, hours)], shifts, rule)


def days_of_change(zone: ZoneInfo) -> dict[dt.date, dt.timedelta]:
    """Days of three years that are not 24 hours long, with what they are longer."""
    found, day = {}, FIRST
    while day <= LAST:
        today, tomorrow = (
            dt.datetime.combine(one, dt.time(), tzinfo=zone).astimezone(dt.UTC) for one in (day, day + DAY)
        )
        if tomorrow - today != DAY:
            found[day] = tomorrow - today - DAY
        day += DAY
    return found


@pytest.mark.parametrize("name", ZONES)
def test_every_day_of_three_years_has_its_times_by_the_clock_on_the_wall(name: str) -> None:
    zone = ZoneInfo(name)
    roster, changed = every_day(zone, *OPEN), days_of_change(zone)
    assert len(changed) == (0 if name in WITHOUT_CHANGES else 6)
    by_day: dict[dt.date, list[dt.datetime]] = defaultdict(list)
    for slot in roster.slots():
        local = slot.starts_at.astimezone(zone)
        end = (slot.starts_at + 30 * MINUTE).astimezone(zone)
        assert any(opens <= local.time() and end.time() <= closes for opens, closes in OPEN), local
        by_day[local.date()].append(slot.starts_at)
    day, ordinary = FIRST, 8 + 7 + 8
    while day <= LAST:
        longer = changed.get(day, dt.timedelta()) // (
            30 * MINUTE
        )  # an hour more or less of the night's talks
        assert len(by_day[day]) == ordinary + longer, day
        day += DAY
    assert len(by_day) == 1096
    for day in changed:
        oracle = slot_oracle.free(roster.places, roster.shifts, {}, roster.rule, days=[day])
        assert set(by_day[day]) == {start for start, _place, _who in oracle}


@pytest.mark.parametrize("name", sorted(set(ZONES) - WITHOUT_CHANGES))
@settings(max_examples=15, deadline=None)
@given(st.integers(0, 239), st.integers(1, 240))
@example(150, 60)  # begins within the hour that is skipped or shown twice
@example(90, 65)
@example(125, 10)  # begins and ends within it
def test_edges_within_an_hour_that_is_skipped_or_shown_twice(name: str, start: int, length: int) -> None:
    zone = ZoneInfo(name)
    opens, closes = (dt.time(number // 60, number % 60) for number in (start, start + length))
    roster = every_day(zone, (opens, closes))
    for day in list(days_of_change(zone))[:2]:
        begin = dt.datetime.combine(day, dt.time(), tzinfo=zone).astimezone(dt.UTC)
        rule = replace(roster.rule, length=5 * MINUTE, earliest=begin, latest=begin + DAY)
        expected = slot_oracle.free(roster.places, roster.shifts, {}, rule, days=[day, day + DAY])
        assert roster.found(rule=rule) == expected
