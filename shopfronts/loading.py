"""The shop-fronts' part of the catalogue's files."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.utils.functional import lazy

from common.identity import stable_uuid
from services.loading.record import Record, time_zones
from services.loading.registry import Files, Kind, Row
from shopfronts.models import Closure, OpeningHours, ShopFront, key_of_day
from shopfronts.prefixes import prefix_for

DAYS = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}
HOURS = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$")
YEAR = re.compile(r"y\d{4}")
Stretch = tuple[dt.time, dt.time]


class Prefixes:
    """Letters of the tickets by the counter's key, worked out when the first is written."""

    def __init__(self) -> None:
        self.known: dict[str, str] | None = None

    def of(self, key: str) -> str:
        """Those that the counter has, for its tickets are in people's hands; a new counter's are made."""
        if self.known is None:
            self.known = dict(ShopFront.objects.values_list("slug", "ticket_prefix"))
        if key not in self.known:
            self.known[key] = prefix_for(key, set(self.known.values()))
        return self.known[key]


def read_shopfronts(files: Files) -> list[Row]:
    """Counters with their week; public holidays follow as closures of all."""
    content = files.content.get("shopfronts")
    content = content if isinstance(content, dict) else {}
    rows = []
    prefixes = Prefixes()
    for position, record in enumerate(files.records("shopfronts", content.get("shopfronts"))):
        district = record.code("district_key", files.keys["localities"])
        hours = record.mapping("office_hours")
        zone = hours.get("timezone", "Europe/Chisinau")
        if not isinstance(zone, str) or zone not in time_zones():
            record.wrong("office_hours.timezone", f"unknown: {zone!r}")
        row = Row(
            ShopFront,
            stable_uuid("shopfront", record.key),
            record.key,
            {
                "slug": record.key,
                "ticket_prefix": lazy(prefixes.of, str)(record.key),  # readers ask no database
                **record.translated("name", longest=80),
                **record.translated("description", required=False),
                "locality_id": stable_uuid("locality", district),
                "languages": record.words("languages", "[a-z]{2,3}", 3),
                "address": record.text("address", longest=240),
                "phone": record.text("phone", longest=40),
                "email": record.email("email"),
                "latitude": record.decimal("lat", 5, below=91),
                "longitude": record.decimal("lon", 5, below=181),
                "time_zone": zone,
                "position": position,
            },
        )
        row.children = _week(record, row, hours.get("typical_public_office"))
        rows.append(row)
    return rows


def _stretch(record: Record, name: str, text: Any) -> Stretch | None:
    match = HOURS.match(text) if isinstance(text, str) else None
    if match is None:
        record.wrong(name, f"is not HH:MM-HH:MM: {text!r}")
        return None
    hours = [int(part) for part in match.groups()]
    opens, closes = dt.time(hours[0], hours[1]), dt.time(hours[2], hours[3])
    if opens >= closes:
        record.wrong(name, f"ends before it begins: {text!r}")
        return None
    return opens, closes


def _week(record: Record, shopfront: Row, week: Any) -> list[Row]:
    week = week if isinstance(week, dict) else {}
    lunch = week.get("lunch_break")
    pause = _stretch(record, "office_hours.lunch_break", lunch) if lunch else None
    rows = []
    for name, weekday in DAYS.items():
        if not week.get(name):
            continue
        day = _stretch(record, f"office_hours.{name}", week[name])
        for opens, closes in _around(day, pause) if day else []:
            key = f"{record.key}/{weekday}/{opens:%H%M}"
            values: dict[str, Any] = {"shopfront_id": shopfront.pk, "weekday": weekday}
            values |= {"opens": opens, "closes": closes}
            values |= {
                "valid_from": None,
                "valid_until": None,
            }  # so that dates given here are seen as an edit
            rows.append(Row(OpeningHours, stable_uuid("opening-hours", key), key, values))
    return rows


def _around(day: Stretch, pause: Stretch | None) -> list[Stretch]:
    """A day's stretches around the lunch break."""
    if pause is None or not day[0] < pause[0] < pause[1] < day[1]:
        return [day]
    return [(day[0], pause[0]), (pause[1], day[1])]


def read_holidays(files: Files) -> list[Row]:
    """Public holidays of every year in the file."""
    content = files.content.get("shopfronts")
    years = content.get("public_holidays", {}) if isinstance(content, dict) else {}
    rows = []
    if not isinstance(years, dict):
        files.problems.add("shopfronts.json", "", "public_holidays", "is not an object")
        years = {}
    seen: set[dt.date] = set()
    for name, days in years.items():
        if not YEAR.fullmatch(name):  # where the days were found
            continue
        if not isinstance(days, list):
            files.problems.add("shopfronts.json", name, "", "is not a list")
            continue
        for number, raw in enumerate(days):
            record = Record(
                raw, file="shopfronts.json", number=number, problems=files.problems, key=f"{name}[{number}]"
            )
            record.check_letters()
            on = record.date("date")
            if on is None or on in seen:
                record.wrong("date", "is missing" if on is None else f"stands twice: {on}")
                continue
            seen.add(on)
            values = {
                "shopfront_id": None,
                "on": on,
                **record.translated("name", longest=160),
                "origin": Closure.Origin.HOLIDAY.value,
            }
            rows.append(Row(Closure, key_of_day(on), on.isoformat(), values))
    return rows


SHOPFRONTS = Kind("shopfronts", read_shopfronts, ((OpeningHours, "shopfront_id"),))
HOLIDAYS = Kind(
    "holidays",
    read_holidays,
    file="shopfronts",
    is_made_by_itself=lambda closure: closure.origin == Closure.Origin.HOLIDAY,  # by law, for later years
)
