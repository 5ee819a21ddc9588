"""Readers of providers and of services."""

from __future__ import annotations

import re
from typing import Any

from common.identity import stable_uuid
from services.loading.kinds import places
from services.loading.phones import blank, phones_of
from services.loading.record import GENERAL_KNOWLEDGE, Record
from services.loading.registry import Files, Kind, Row
from services.models import (
    Audience,
    CostOption,
    CostType,
    Location,
    Mode,
    Phase,
    Phone,
    Provider,
    PublicationStatus,
    Sector,
    Service,
    ServiceAtLocation,
    WideCoverage,
)
from services.models.fields import LANGUAGES

ABBREVIATION = re.compile(r"\(([A-ZĂÂÎȘȚА-Я][A-Za-zĂÂÎȘȚА-Я-]{1,11})\)")
STATUS = {
    "existing": (PublicationStatus.PUBLISHED, True),
    "confirm": (PublicationStatus.PUBLISHED, False),
    "proposal": (PublicationStatus.SUGGESTION, False),
    "archived": (PublicationStatus.ARCHIVED, False),  # it described what ended; kept for its history
}
YEAR = re.compile(r"\b(20\d\d)\b")


def read_providers(files: Files) -> list[Row]:
    """Providers with their telephones and places."""
    where = places(files)
    rows = []
    for record in files.records("providers", files.content.get("providers")):
        names = record.translated("name", longest=160)
        values = {
            "key": record.key,
            **names,
            **record.translated("summary"),
            "abbreviations": _abbreviations(record.key, names),
            "sector": record.code("sector", Sector.values),
            "website": record.url("website", longest=300),
            "email": record.email("email"),
            "coverage": [where.get(word, "") for word in record.codes("localities", where)],
            "source": record.source(),
            "source_date": record.partial_date("source_date"),
            "note": record.text("note"),
        }
        row = Row(Provider, stable_uuid("provider", record.key), record.key, values)
        row.children = [*phones_of(record, "phone", row, "provider_id"), *_locations(record, row, where)]
        rows.append(row)
    files.keys["locations"] = _placed(rows, files)
    return rows


def _placed(providers: list[Row], files: Files) -> dict[str, dict[str, Any]]:
    """Every place by its key, with its provider and district; a key stands once."""
    found: dict[str, dict[str, Any]] = {}
    for provider in providers:
        for row in provider.children:
            if row.model is Location:
                if row.key in found:
                    files.problems.add(
                        "providers.json", provider.key, "locations", f"duplicate key: {row.key!r}"
                    )
                found[row.key] = {"provider": provider.key, "locality_id": row.values["locality_id"]}
    return found


def _abbreviations(key: str, names: dict[str, str]) -> list[str]:
    found = {match for name in names.values() for match in ABBREVIATION.findall(name) if match[:2].isupper()}
    return sorted(found)


def places_of(record: Record) -> list[Record]:
    """A provider's places: the list `locations` or, in the shorter form, one `address`."""
    raw = record.raw.get("locations")
    if raw is None and record.raw.get("address"):
        districts = [word for word in record.raw.get("localities") or [] if word not in WideCoverage.values]
        raw = [
            {
                "key": record.key,
                "name": record.raw.get("name"),
                "address": record.raw["address"],
                "locality": districts[0] if districts else None,
            }
        ]
    if raw is not None and not isinstance(raw, list):
        record.wrong("locations", "is not a list")
        raw = []
    return [record.within(entry, "locations", number) for number, entry in enumerate(raw or [])]


def _locations(record: Record, provider: Row, where: dict[str, str]) -> list[Row]:
    rows = []
    districts = {word: key for word, key in where.items() if key not in WideCoverage.values}
    for place in places_of(record):
        key = place.text("key", required=True, longest=80)
        values = {
            "key": key,
            "provider_id": provider.pk,
            **place.translated("name", longest=160),
            "address": place.text("address", required=True, longest=240),
            "locality_id": stable_uuid("locality", districts.get(place.code("locality", districts), "")),
        }
        rows.append(Row(Location, stable_uuid("location", key), key, values))
    return rows


def read_services(files: Files) -> list[Row]:
    """Services with their amounts and places."""
    where = places(files)
    providers, categories = files.keys["providers"], files.keys["categories"]
    parts = [key for key, raw in categories.items() if raw.get("parent") is not None]
    rows = []
    for record in files.records("services", files.content.get("services")):
        cost = record.mapping("cost")
        status = record.code("status", STATUS)
        provider = record.code("provider", providers)
        category = record.code("category", parts)
        row = Row(
            Service,
            stable_uuid("service", record.key),
            record.key,
            {
                "key": record.key,
                "provider_id": stable_uuid("provider", provider),
                "category_id": stable_uuid("category", category),
                **_texts(record),
                "phases": record.codes("phases", Phase.values, required=True),
                "audiences": record.codes("audiences", Audience.values, required=True),
                "destination_countries": record.codes("destination_countries", files.keys["iso"]),
                "modes": record.codes("modes", Mode.values, required=True),
                "languages": _languages(record),
                "coverage": [where.get(word, "") for word in record.codes("localities", where)],
                "cost_type": cost.get("type") if cost.get("type") in CostType.values else "",
                "url": record.url("url"),
                **_trust(record, status),
            },
        )
        if not row.values["cost_type"]:
            record.wrong("cost", f"unknown type: {cost.get('type')!r}")
        row.children = [
            *phones_of(record, "phones", row, "service_id"),
            *_amounts(record, row, cost),
            *_at_locations(record, row, provider, files),
        ]
        rows.append(row)
    return rows


def _texts(record: Record) -> dict[str, Any]:
    legal = record.raw.get("legal_basis")
    basis = (
        record.translations("legal_basis", legal, "legal_basis", longest=300)
        if isinstance(legal, dict)
        else {f"legal_basis_{language}": record.text("legal_basis", longest=300) for language in LANGUAGES}
    )
    return {
        **record.translated("name", longest=160),
        **record.translated("summary"),
        **record.translated("description"),
        **record.translated("eligibility", required=False),
        **record.translated_lines("documents_needed", "documents"),
        **record.translated_lines("steps"),
        **basis,
    }


def _languages(record: Record) -> list[str]:
    """Languages spoken; unless the record says, the state language, in which all in Moldova must answer."""
    return record.words("languages", "[a-z]{2,3}", 3) if "languages" in record.raw else ["ro"]


def _trust(record: Record, status: str) -> dict[str, Any]:
    """Status and source; no import verifies anything: docs/adr/0008-freshness-of-imported-facts.md."""
    publication, confirmed = STATUS.get(status, (PublicationStatus.DRAFT, False))
    source, source_date = record.source(), record.partial_date("source_date")
    return {
        "source": source,
        "source_date": source_date,
        "sources": record.lines("sources"),
        "status": publication.value,
        "is_confirmed": confirmed and not source.startswith(GENERAL_KNOWLEDGE),
        "valid_until": record.date("valid_until"),
        "note": " ".join(filter(None, map(record.text, ("status_note", "note", "doubts")))),
    }


def _amounts(record: Record, service: Row, cost: dict[str, Any]) -> list[Row]:
    amounts = cost.get("amounts", [])
    if not isinstance(amounts, list):
        record.wrong("cost.amounts", "is not a list")
        amounts = []
    rows = []
    for position, raw in enumerate(amounts):
        entry = record.within(raw, "cost.amounts", position)
        amount = entry.decimal("amount", 2, below=10**10)
        if amount is not None and amount <= 0:
            entry.wrong("amount", f"is not above zero: {amount}")
        currency = entry.text("currency", required=True, longest=3)
        if not re.fullmatch("[A-Z]{3}", currency):
            entry.wrong("currency", f"is not an ISO 4217 code: {currency!r}")
        name = f"{record.key}/{position}"
        values = {
            "service_id": service.pk,
            "position": position,
            "amount": amount,
            "currency": currency,
            **_year_and_note(entry),
        }
        rows.append(Row(CostOption, stable_uuid("cost-option", name), name, values))
    return rows


def _year_and_note(amount: Record) -> dict[str, Any]:
    note = amount.raw.get("note")
    if not isinstance(note, str):
        texts = amount.translated("note", required=note is not None, longest=200)
        return {"year": amount.whole("year", required=False, highest=2100), **texts}
    year = YEAR.search(note)  # a plain note is English; it is shown in no other language
    texts = blank("note") | {"note_en": amount.text("note", longest=200)}
    return {"year": int(year[1]) if year else None, **texts}


def _at_locations(record: Record, service: Row, provider: str, files: Files) -> list[Row]:
    """Where it is given: as the record says or, without a word, at the provider's places in its districts.

    A service for the whole country is not given at the one address of its provider, nor is a consulate's.
    """
    placed = files.keys["locations"]
    if "locations" in record.raw:
        keys = record.codes("locations", placed)
    else:
        districts = {stable_uuid("locality", key) for key in service.values["coverage"]}
        near = "in_person" in service.values["modes"]
        keys = [
            key
            for key, place in placed.items()
            if near and place["provider"] == provider and place["locality_id"] in districts
        ]
    return [
        Row(
            ServiceAtLocation,
            stable_uuid("service-at-location", f"{service.key}/{key}"),
            f"{service.key}/{key}",
            {"service_id": service.pk, "location_id": stable_uuid("location", key)},
        )
        for key in keys
    ]


PROVIDERS = Kind("providers", read_providers, ((Phone, "provider_id"), (Location, "provider_id")))
SERVICES = Kind(
    "services",
    read_services,
    ((Phone, "service_id"), (CostOption, "service_id"), (ServiceAtLocation, "service_id")),
)
