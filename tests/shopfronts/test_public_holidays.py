"""The library's holidays beside those of the catalogue's file."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from shopfronts.public_holidays import holidays_of

FILE: dict[str, Any] = json.loads(
    (Path(settings.BASE_DIR) / "data" / "shopfronts.json").read_text(encoding="utf-8")
)
YEARS = {int(name[1:]): days for name, days in FILE["public_holidays"].items() if name[1:].isdigit()}
# Days off that the file knows and the library does not, by month and day. The file wins.
KNOWN_DIFFERENCES = {
    "08-28": "town day of Ungheni (hram): fixed by the local council, of one counter only",
    "10-14": "town day of Chișinău (hram): fixed by the local council, of one counter only",
    "11-21": "town day of Cahul (hram): fixed by the local council, of one counter only",
    # A day off that the government decrees for one year belongs here with its decision; the file has none.
}


def days_of_file(year: int) -> set[dt.date]:
    """Every day off that the file names for a year: holidays by law and town days."""
    town_days = {shopfront["town_day"]["date_month_day"] for shopfront in FILE["shopfronts"]} - {None}
    return {dt.date.fromisoformat(day["date"]) for day in YEARS[year]} | {
        dt.date.fromisoformat(f"{year}-{day}") for day in town_days
    }


def differences(year: int) -> set[str]:
    """Days, as MM-DD, that only one of the two knows."""
    library = {holiday.on for holiday in holidays_of([year])}
    return {f"{day:%m-%d}" for day in library ^ days_of_file(year)}


@pytest.mark.parametrize("year", YEARS)
def test_library_and_file_differ_only_where_we_know_why(year: int) -> None:
    unexplained = differences(year) - set(KNOWN_DIFFERENCES)
    assert unexplained == set(), f"{year}: library and file differ on {sorted(unexplained)}"


def test_every_known_difference_is_one() -> None:
    assert set(KNOWN_DIFFERENCES) == set().union(*map(differences, YEARS))


@pytest.mark.parametrize("year", YEARS)
def test_names_are_those_of_the_file(year: int) -> None:
    names = {holiday.on.isoformat(): holiday.names for holiday in holidays_of([year])}
    assert names == {day["date"]: day["name"] for day in YEARS[year]}


@pytest.mark.parametrize("year", range(2026, 2046))
def test_every_day_has_a_name_in_each_language(year: int) -> None:
    for holiday in holidays_of([year]):
        assert list(holiday.names) == ["ro", "ru", "en"]
        assert all(0 < len(name) <= 160 for name in holiday.names.values())
        assert holiday.names["ru"] != holiday.names["ro"], f"{holiday.on} has no Russian name"


def test_two_holidays_on_one_day_are_both_named() -> None:
    both = {holiday.on: holiday.names["en"] for holiday in holidays_of([2000])}
    assert both[dt.date(2000, 5, 1)] == "Labour Day; Orthodox Easter Monday"


def test_a_day_without_our_name_keeps_the_librarys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shopfronts.public_holidays.FIXED", {})
    [first, *_rest] = holidays_of([2030])
    assert (first.on, first.names["ro"], first.names["en"]) == (
        dt.date(2030, 1, 1),
        "Anul Nou",
        "New Year's Day",
    )
