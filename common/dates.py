"""Dates in words, by CLDR: Django's month names stand in the wrong case inside ro and ru sentences."""

from __future__ import annotations

import datetime as dt

from babel.dates import format_date
from django.utils.translation import get_language


def day_in_words(day: dt.date, *, year: bool = True) -> str:
    """For example "24 noiembrie 2026", «24 ноября 2026»."""
    return _write(day, "d MMMM y" if year else "d MMMM")


def weekday_in_words(day: dt.date) -> str:
    """For example "luni, 23 noiembrie", «понедельник, 23 ноября»."""
    return _write(day, "EEEE, d MMMM")


def weekday_name(day: dt.date) -> str:
    """For example "luni", «понедельник»."""
    return _write(day, "EEEE")


def day_in_figures(day: dt.date) -> str:
    """Weekday and date where signs are counted: "lun. 30.11", «пн 30.11»."""
    return _write(day, "EEE dd.MM")


def month_in_words(day: dt.date) -> str:
    """The month as it stands after "since": "noiembrie 2026", «ноября 2026»."""
    return _write(day, "MMMM y")


def partial_date_in_words(text: str) -> str:
    """A date as sources show it: "2023" stays, "2015-09" and "2015-09-03" get the name of their month."""
    year, *rest = (int(part) for part in text.split("-"))
    if not rest:
        return str(year)
    day = dt.date(year, rest[0], rest[1] if len(rest) > 1 else 1)
    return day_in_words(day) if len(rest) > 1 else _write(day, "LLLL y")


def _write(day: dt.date, pattern: str) -> str:
    return str(format_date(day, pattern, locale=get_language() or "ro"))
