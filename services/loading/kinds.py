"""Readers of places, topics, journeys; providers and services have modules of their own."""

from __future__ import annotations

import re
from typing import Any

from babel import Locale

from common.identity import stable_uuid
from services.loading.record import Record, time_zones
from services.loading.registry import Files, Kind, Row
from services.models import (
    Category,
    Country,
    Journey,
    JourneyStep,
    JourneyStepService,
    Locality,
    Phase,
    WideCoverage,
)
from services.models.fields import LANGUAGES

NOT_COUNTRIES = {
    "AC",
    "CP",
    "CQ",
    "DG",
    "EA",
    "EU",
    "EZ",
    "IC",
    "QO",
    "TA",
    "UN",
    "XA",
    "XB",
    "XK",
    "ZZ",
}  # in CLDR, not in ISO 3166-1


def iso_countries() -> dict[str, dict[str, str]]:
    """ISO 3166-1 alpha-2 codes with their CLDR names by language."""
    names = {language: Locale(language).territories for language in LANGUAGES}
    codes = [code for code in map(str, names["en"]) if len(code) == 2 and code.isalpha()]
    return {
        code: {language: str(names[language].get(code, code)) for language in LANGUAGES}
        for code in codes
        if code not in NOT_COUNTRIES
    }


def read_localities(files: Files) -> list[Row]:
    """Districts."""
    rows = []
    seen: set[str] = set()
    for record in files.records("localities", files.content.get("localities")):
        values = {
            "key": record.key,
            **record.translated("name", longest=120),
            **record.translated("seat", longest=120),
            "kind": record.code("type", Locality.Kind.values),
            "iso_3166_2": _subdivision(record, seen),
            "cuatm": record.text("cuatm", longest=7),
            "development_region": record.text("development_region", longest=24),
            "latitude": record.decimal("seat_lat", 5, below=91),
            "longitude": record.decimal("seat_lon", 5, below=181),
            "population": record.whole("population", required=False, highest=10**9),
            "population_year": record.text("population_year", longest=40),
            "source": record.source(),
        }
        rows.append(Row(Locality, stable_uuid("locality", record.key), record.key, values))
    return rows


def _subdivision(record: Record, seen: set[str]) -> str:
    """The district's ISO 3166-2 code, which no other may have."""
    code = record.text("iso_3166_2", required=True, longest=6)
    if not re.fullmatch("MD-[A-Z]{2}", code):
        record.wrong("iso_3166_2", f"is not MD- and two letters: {code!r}")
    elif code in seen:
        record.wrong("iso_3166_2", f"stands twice: {code!r}")
    seen.add(code)
    return code


def places(files: Files) -> dict[str, str]:
    """What a file may call a place of coverage: key, Romanian name or seat of a district, or a wide word."""
    known = {word: word for word in WideCoverage.values}
    for key, raw in files.keys.get("localities", {}).items():
        for words in (raw.get("seat"), raw.get("name")):
            if isinstance(words, dict) and isinstance(words.get("ro"), str):
                known[words["ro"]] = key
        known[key] = key
    return known


def read_countries(files: Files) -> list[Row]:
    """The main countries of stay, those with a social security agreement, and those that a service names."""
    content = files.content.get("countries")
    content = content if isinstance(content, dict) else {}
    known = iso_countries()
    rows: dict[str, Row] = {}
    for position, record in enumerate(files.records("countries", content.get("countries"))):
        code = record.code("iso2", known)
        if code in rows:
            record.wrong("iso2", f"stands twice: {code!r}")
        elif code:
            rows[code] = Row(Country, code, record.key, _country(record, position))
    for name in _named(content, files):
        if isinstance(name, str) and name in known and name not in rows:
            names = {f"name_{language}": known[name][language] for language in LANGUAGES}
            rows[name] = Row(Country, name, name.lower(), names | {"is_destination": False, "position": 999})
    files.keys["iso"] = {code: {} for code in known}
    return list(rows.values())


def _named(content: dict[str, Any], files: Files) -> list[Any]:
    """What else is called a country: by an agreement or by a service."""
    others = content.get("other_social_security_agreements_in_force", [])
    if not isinstance(others, list):
        files.problems.add("countries.json", "", "other_social_security_agreements_in_force", "is not a list")
        others = []
    named = [entry.get("iso2") for entry in others if isinstance(entry, dict)]
    services = files.content.get("services")
    for raw in services if isinstance(services, list) else []:
        codes = raw.get("destination_countries") if isinstance(raw, dict) else None
        named += codes if isinstance(codes, list) else []
    return named


def _country(record: Record, position: int) -> dict[str, Any]:
    return {
        **record.translated("name", longest=120),
        "search_words": _search_words(record),
        "time_zones": record.codes("timezones", time_zones()),
        "estimates": record.objects("estimates"),
        "missions": _missions(record),
        "social_security": _agreement(record),
        "is_destination": True,
        "position": position,
    }


def _search_words(record: Record) -> dict[str, Any]:
    """Other names that people type; the lists may differ in length."""
    words = record.mapping("search_words") if record.raw.get("search_words") is not None else {}
    for language, names in words.items():
        known = language in LANGUAGES and isinstance(names, list)
        if not known or not all(isinstance(name, str) for name in names):
            record.wrong(f"search_words.{language}", "is not a list of names in ro, ru or en")
    return words


def _agreement(record: Record) -> dict[str, Any] | None:
    """What is known of a social security agreement; its days must be days."""
    if record.raw.get("social_security") is None:
        return None
    facts = record.mapping("social_security")
    agreement = record.within(facts, "social_security", 0)
    for name in ("signed", "in_force"):
        agreement.partial_date(name)
    agreement.text("status")
    return facts


def _missions(record: Record) -> list[dict[str, Any]]:
    """Embassies and consulates, each with its town in three languages."""
    missions = record.objects("missions")
    for number, raw in enumerate(missions):
        mission = record.within(raw, "missions", number)
        mission.translated("city")
        mission.text("type", required=True)
    return missions


def read_categories(files: Files) -> list[Row]:
    """The taxonomy; parents first, so that children may refer to them."""
    records = files.records("categories", files.content.get("categories"))
    tops = {record.key for record in records if record.raw.get("parent") is None}
    rows = []
    for record in records:
        parent = record.code("parent", tops, required=False)
        crosswalk = record.within(record.raw.get("crosswalk") or {}, "crosswalk", 0)
        values = {
            "key": record.key,
            "parent_id": stable_uuid("category", parent) if parent else None,
            "position": record.whole("order") or 0,
            **record.translated("name", longest=120),
            **record.translated("description"),
            "is_sensitive": record.flag("sensitive"),
            "open_eligibility": crosswalk.words("open_eligibility", ".+", 80),
        }
        rows.append(Row(Category, stable_uuid("category", record.key), record.key, values))
    return sorted(rows, key=lambda row: row.values["parent_id"] is not None)


def read_journeys(files: Files) -> list[Row]:
    """Journeys with their steps."""
    rows = []
    for position, record in enumerate(files.records("journeys", files.content.get("journeys"))):
        row = Row(
            Journey,
            stable_uuid("journey", record.key),
            record.key,
            {
                "key": record.key,
                "position": position,
                "phase": record.code("phase", Phase.values),
                "destination_countries": record.codes("destination_countries", files.keys["iso"]),
                **record.translated("title", longest=160),
                **record.translated("summary"),
            },
        )
        steps = record.raw.get("steps")
        if not isinstance(steps, list) or not steps:
            record.wrong("steps", "is empty")
            steps = []
        for number, raw in enumerate(steps, 1):
            row.children += _step(record.within(raw, "steps", number), row, number, files)
        rows.append(row)
    return rows


def _step(step: Record, journey: Row, number: int, files: Files) -> list[Row]:
    name = f"{journey.key}/{number}"
    values = {
        "journey_id": journey.pk,
        "position": number,
        **step.translated("title", longest=160),
        **step.translated("text", required=False),
    }
    row = Row(JourneyStep, stable_uuid("journey-step", name), name, values)
    services = step.codes("services", files.keys["services"], required=True)
    links = [
        Row(
            JourneyStepService,
            stable_uuid("journey-step-service", f"{name}/{key}"),
            f"{name}/{key}",
            {"step_id": row.pk, "service_id": stable_uuid("service", key), "position": position},
        )
        for position, key in enumerate(services)
    ]
    return [row, *links]


LOCALITIES = Kind("localities", read_localities)
COUNTRIES = Kind("countries", read_countries)
CATEGORIES = Kind("categories", read_categories)
JOURNEYS = Kind(
    "journeys",
    read_journeys,
    ((JourneyStep, "journey_id"), (JourneyStepService, "step__journey_id")),
)
