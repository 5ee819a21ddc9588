"""Local times come from the package tzdata and from Python alone; whether PostgreSQL would agree is told.

Moldova's clocks change at 01:00 UTC, as in the European Union, since 2022; tzdata tells so since 2026a, and said one hour
earlier before. Embedded and distributed servers of PostgreSQL bring zones of their own, which may be older.
"""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections.abc import Callable, Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connection

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
CHISINAU = "Europe/Chisinau"
YEARS = range(2024, 2031)
# What makes PostgreSQL compute a local time: words of SQL, functions and look-ups of Django.
LOCAL_IN_SQL = re.compile(
    r"AT\s+TIME\s+ZONE|date_trunc|date_part|to_char|CURRENT_DATE|LOCALTIME|::\s*(?:date|time)\b"
    r"|\b(?:Trunc|Extract)[A-Z]?\w*\(|\.(?:datetimes|dates)\("
    r"|__(?:date|time|hour|minute|day|week_day|iso_week_day|week|month|quarter|year|iso_year)(?=__|\W)",
    re.IGNORECASE,
)


def last_sunday(year: int, month: int) -> dt.date:
    """Of a month with 31 days."""
    day = dt.date(year, month, 31)
    return day - dt.timedelta(days=day.isoweekday() % 7)


def changes() -> list[dt.datetime]:
    """The moments at which Moldova's clocks change: 01:00 UTC on the last Sundays of March and October."""
    days = [last_sunday(year, month) for year in YEARS for month in (3, 10)]
    return [dt.datetime.combine(day, dt.time(1), tzinfo=dt.UTC) for day in days]


def by_law(moment: dt.datetime) -> dt.timedelta:
    """The offset of Chișinău, by the rule and not by any table."""
    spring, autumn = (one for one in changes() if one.year == moment.year)
    return 3 * HOUR if spring <= moment < autumn else 2 * HOUR


def moments() -> list[dt.datetime]:
    """Every hour within two days of each change, and the minutes beside them."""
    near = [change + number * HOUR for change in changes() for number in range(-48, 49)]
    return near + [change - dt.timedelta(seconds=1) for change in changes()]


def in_python(moment: dt.datetime) -> dt.timedelta:
    """The offset by the zones that the project ships."""
    return moment.astimezone(ZoneInfo(CHISINAU)).utcoffset() or dt.timedelta()


def in_postgresql(times: Iterable[dt.datetime]) -> dict[dt.datetime, dt.timedelta]:
    """The offsets by the server's own zones."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT moment, (moment AT TIME ZONE %s) - (moment AT TIME ZONE 'UTC') FROM unnest(%s) AS moment",
            [CHISINAU, list(times)],
        )
        return dict(cursor.fetchall())


def computed_in_sql(text: str) -> list[str]:
    """Lines by which PostgreSQL would compute a local time."""
    return [line.strip() for line in text.splitlines() if LOCAL_IN_SQL.search(line)]


def sources() -> list[Path]:
    """Modules and statements of the two apps."""
    return [
        path
        for app in ("counselling", "shopfronts")
        for path in sorted((settings.BASE_DIR / app).rglob("*"))
        if path.suffix in (".py", ".sql")
    ]


def test_python_has_the_zones_of_the_package_and_the_rule_of_the_law() -> None:
    assert zoneinfo.TZPATH == ()  # nothing of the machine is read
    stale = {moment for moment in moments() if in_python(moment) != by_law(moment)}
    assert not stale, (
        f"the package tzdata is stale about {CHISINAU}: {min(stale)} and {len(stale)} more moments"
    )


def test_an_older_table_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    # Until 2025b the clocks of Chișinău changed at 02:00 local time, an hour too early.
    early = {moment for moment in moments() if by_law(moment) != by_law(moment + HOUR)}
    assert len(early) == 2 * len(changes())  # the hour before, and its last second


@pytest.mark.django_db
@pytest.mark.sql
def test_postgresql_agrees_or_is_told_to_be_stale(record_property: Callable[[str, object], None]) -> None:
    offsets = in_postgresql(moments())
    stale = sorted(moment for moment in moments() if offsets[moment] != in_python(moment))
    record_property("postgresql_stale_about_chisinau", len(stale))
    if stale:
        print(  # noqa: T201  # for whoever runs the tests; the product does not depend on it
            f"PostgreSQL {connection.pg_version} is stale about {CHISINAU}: {len(stale)} of {len(offsets)} moments,"
            f" the first {stale[0]:%Y-%m-%d %H:%M} UTC; Python (tzdata) is right."
        )
    assert all(in_python(moment) == by_law(moment) for moment in stale)  # so the server is, not we


def test_no_statement_of_ours_asks_postgresql_for_a_local_time() -> None:
    found = {path: computed_in_sql(path.read_text(encoding="utf-8")) for path in sources()}
    assert len(found) > 40
    assert {path.name: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "line",
    [
        "SELECT starts_at AT TIME ZONE 'Europe/Chisinau'",
        "rows.filter(starts_at__date=day)",
        "rows.filter(starts_at__iso_week_day__in=[1])",
        "rows.annotate(on=TruncDate('starts_at'))",
        "rows.annotate(on=Trunc('starts_at', 'day'))",
        "rows.annotate(at=ExtractHour('starts_at'))",
        "WHERE starts_at::date = %s",
        "date_trunc('day', starts_at)",
    ],
)
def test_such_a_statement_would_be_seen(line: str) -> None:
    assert computed_in_sql(line) == [line]
    assert computed_in_sql("rows.filter(starts_at__gte=start, on__range=days, valid_until__gte=day)") == []
